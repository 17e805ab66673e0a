//! PEM text (RFC 7468) laid out as its parsers want it, though it lost its line breaks on the way.
//!
//! Keys travel through the secrets of build services, `.env` files and shells without quotes, and arrive on one line: with
//! spaces, with the two characters `\n`, or with nothing where the lines ended. Between `BEGIN` and `END` stands Base64, which
//! has none of these, so that such a text can be read as what it was. What cannot be read is described in words of our own: a
//! parser's error would quote the key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// Why PEM text cannot be read. It quotes nothing of the text, which may be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PemError {
    /// Its first line has no end, or names no kind of content.
    BadBegin,
    /// The line `-----END …-----` is missing, or ends something else.
    NoEnd,
    /// Something else than Base64 stands between the first line and the last.
    NotBase64,
    /// Every line break has become the letter `n`: a shell took the backslash off `\n`.
    LettersForBreaks,
    /// The whole text is in Base64 once more.
    EncodedTwice,
}

impl PemError {
    /// Returns what is wrong, as a phrase whose subject is the text.
    pub fn problem(self) -> &'static str {
        match self {
            Self::BadBegin => "its line -----BEGIN …----- is not whole",
            Self::NoEnd => {
                "it begins and does not end: the line -----END …----- is missing, as where only the first line was taken"
            }
            Self::NotBase64 => {
                "it is damaged: something else than base64 stands between its lines -----BEGIN …----- and -----END …-----"
            }
            Self::LettersForBreaks => {
                "its line breaks have become the letter n, as where a shell takes the backslash off \\n"
            }
            Self::EncodedTwice => "it is in base64 as a whole, and has to be decoded first",
        }
    }

    /// Returns what to do, as a sentence.
    pub fn hint(self) -> &'static str {
        match self {
            Self::EncodedTwice => "Decode it: base64 -d < FILE > key.pem",
            _ => {
                "Write it to the file as it was made, line by line: printf '%s\\n' \"$KEY\" > key.pem keeps the line breaks, and the quotes are part of that"
            }
        }
    }
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.problem())
    }
}

impl std::error::Error for PemError {}

/// The kinds of content that are known, as the first line names them.
const LABELS: [&str; 9] = [
    "PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "PUBLIC KEY",
    "RSA PUBLIC KEY",
    "CERTIFICATE",
    "X509 CRL",
];

const BEGIN: &[u8] = b"-----BEGIN";
const END: &[u8] = b"-----END";
const DASHES: &[u8] = b"-----";

/// How long the lines are (RFC 7468 section 2).
const WIDTH: usize = 64;

/// Returns the sections of PEM text with their line breaks, whatever has become of these; what stands around the sections is
/// left out. A text without any section gives an empty one.
///
/// White space and the escapes `\n`, `\r` and `\t` are taken out of the Base64, also where their backslash is written twice,
/// and the spaces of a label are put back. A section with header fields (RFC 1421) stays as it is, and so does one whose kind
/// is not known: neither can be laid out anew without guessing.
///
/// # Errors
/// [`PemError`] for a section of a known kind that is not whole.
///
/// ```
/// let text = br"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n";
/// let laid_out = gatepass_auth::pem::laid_out(text)?;
/// let lines: Vec<_> = laid_out.expose_str().unwrap().lines().collect();
/// assert_eq!(lines, ["-----BEGIN PUBLIC KEY-----", "MCowBQYDK2VwAyEA", "-----END PUBLIC KEY-----"]);
/// # Ok::<(), gatepass_auth::pem::PemError>(())
/// ```
pub fn laid_out(text: &[u8]) -> Result<Secret, PemError> {
    // As long as it will be at most, so that no copy is left behind when it grows.
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() + text.len() / 32 + 256));
    let mut rest = text;
    let mut has_section = false;
    while let Some(at) = position(rest, BEGIN) {
        let section = Section::of(&rest[at..])?;
        section.write(&mut out)?;
        rest = section.behind;
        has_section = true;
    }
    if !has_section && is_encoded_twice(text) {
        return Err(PemError::EncodedTwice);
    }
    Ok(Secret::new(std::mem::take(&mut *out)))
}

/// Says whether a text holds PEM rather than naming a file: somebody gave the key itself.
pub fn is_pem(text: &[u8]) -> bool {
    position(text, BEGIN).is_some()
}

struct Section<'a> {
    /// The kind of content, where it is known.
    label: Option<&'static str>,
    whole: &'a [u8],
    inner: &'a [u8],
    behind: &'a [u8],
}

impl<'a> Section<'a> {
    /// Takes the section apart that the text begins with.
    fn of(text: &'a [u8]) -> Result<Self, PemError> {
        let (name, start) = named(text, BEGIN).ok_or(PemError::BadBegin)?;
        let inner = &text[start..];
        let end = position(inner, END).ok_or(PemError::NoEnd)?;
        let (end_name, length) = named(&inner[end..], END).ok_or(PemError::NoEnd)?;
        let other = position(&inner[..end], BEGIN).is_some();
        if other || end_name != name {
            return Err(PemError::NoEnd);
        }
        let known = |label: &&&str| label.replace(' ', "").as_bytes() == name;
        Ok(Self {
            label: LABELS.iter().find(known).copied(),
            whole: &text[..start + end + length],
            inner: &inner[..end],
            behind: &inner[end + length..],
        })
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), PemError> {
        let Some(label) = self.label.filter(|_| !self.inner.contains(&b':')) else {
            out.extend_from_slice(self.whole);
            out.push(b'\n');
            return Ok(());
        };
        let encoded = without_breaks(self.inner);
        let decoded = STANDARD.decode(&*encoded).map(Zeroizing::new);
        // DER begins with a SEQUENCE, and so Base64 with M; OpenSSH's own format begins with its name.
        let has_letters = encoded.starts_with(b"nM") || encoded.starts_with(b"nb3BlbnNzaC");
        match decoded {
            _ if has_letters => return Err(PemError::LettersForBreaks),
            Err(_) => return Err(PemError::NotBase64),
            Ok(_) => {}
        }
        out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
        for line in encoded.chunks(WIDTH) {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
        out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
        Ok(())
    }
}

/// Reads `-----BEGIN SOME LABEL-----`: the label without its spaces, and how long all of it is.
fn named(text: &[u8], word: &[u8]) -> Option<(Vec<u8>, usize)> {
    let behind = &text[word.len()..];
    let length = position(behind, DASHES)?;
    let name = without_breaks(&behind[..length]);
    // Whatever is longer has lost its dashes, and holds what must not be taken for a name.
    let is_name = name.len() <= 40 && name.iter().all(u8::is_ascii_alphanumeric);
    is_name.then(|| (name.to_vec(), word.len() + length + DASHES.len()))
}

/// Returns a text without white space and without what is written for it.
fn without_breaks(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        rest = behind;
        match first {
            b'\\' => {
                while let [b'\\', behind @ ..] = rest {
                    rest = behind;
                }
                match rest {
                    [b'n' | b'r' | b't', behind @ ..] => rest = behind,
                    // The mark of a line that goes on in the next.
                    [next, ..] if next.is_ascii_whitespace() => {}
                    _ => out.push(b'\\'),
                }
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => out.push(*byte),
        }
    }
    out
}

/// Says whether a text is Base64 of PEM.
fn is_encoded_twice(text: &[u8]) -> bool {
    let compact = without_breaks(text);
    let whole = &compact[..compact.len().min(4096) / 4 * 4];
    let decoded = STANDARD.decode(whole).map(Zeroizing::new);
    decoded.is_ok_and(|decoded| is_pem(&decoded))
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not a key, but laid out as one.
    const PEM: &str = "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\nKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEA\n-----END RSA PRIVATE KEY-----\n";

    #[test]
    fn lost_line_breaks_are_put_back() {
        let ways: [fn(&str) -> String; 12] = [
            |pem| pem.to_owned(),
            |pem| pem.replace('\n', "\r\n"),
            |pem| pem.replace('\n', "\r"),
            |pem| pem.replace('\n', " "),
            |pem| pem.replace('\n', ""),
            |pem| pem.replace('\n', "\\n"),
            |pem| pem.replace('\n', "\\\\n"),
            |pem| pem.replace('\n', "\\r\\n"),
            |pem| pem.replace(char::is_whitespace, ""),
            |pem| format!("KEY=\"{}\"", pem.replace('\n', "\\n")),
            |pem| pem.replace('\n', "\n    "),
            |pem| pem.replace('\n', "\\\n"),
        ];
        for (at, way) in ways.into_iter().enumerate() {
            let read = laid_out(way(PEM).as_bytes()).map(|it| it.expose_str().map(str::to_owned));
            assert_eq!(read, Ok(Some(PEM.to_owned())), "way {at}");
            let two = format!("of alice\n{0}between{0}", way(PEM));
            assert_eq!(
                laid_out(two.as_bytes()).unwrap().expose(),
                PEM.repeat(2).as_bytes(),
                "way {at}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_described_and_never_quoted() {
        let base64 = STANDARD.encode(PEM);
        let first = PEM.lines().next().unwrap();
        for (text, expected) in [
            (PEM.replace('\n', "n"), PemError::LettersForBreaks),
            (first.to_owned(), PemError::NoEnd),
            (PEM.replace("-----END", ""), PemError::NoEnd),
            (PEM.replace("END RSA", "END EC"), PemError::NoEnd),
            (format!("{first}\n{PEM}"), PemError::NoEnd),
            (PEM.replace('\n', "|"), PemError::NotBase64),
            (PEM.replace("EA\n", "\n"), PemError::NotBase64),
            (PEM.replace("KEY-----", "KEY"), PemError::BadBegin),
            ("-----BEGIN".to_owned(), PemError::BadBegin),
            (base64, PemError::EncodedTwice),
        ] {
            let error = laid_out(text.as_bytes()).unwrap_err();
            assert_eq!(error, expected, "{text}");
            let shown = format!("{error:?} {error} {}", error.hint());
            assert!(!shown.contains("MII") && !shown.contains("77"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_section_and_what_is_not_known_is_left() {
        assert!(laid_out(b"").unwrap().is_empty());
        assert!(laid_out(b"a password").unwrap().is_empty());
        let other = "-----BEGIN DH PARAMETERS-----\nM*\n-----END DH PARAMETERS-----\n";
        assert_eq!(
            laid_out(other.as_bytes()).unwrap().expose(),
            other.as_bytes()
        );
        let old = PEM.replacen('\n', "\nProc-Type: 4,ENCRYPTED\n\n", 1);
        assert_eq!(laid_out(old.as_bytes()).unwrap().expose(), old.as_bytes());
    }
}
