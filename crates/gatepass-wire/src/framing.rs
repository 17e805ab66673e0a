//! How the body of a response is delimited (RFC 9112 section 6.3), and whether the connection may carry another request.

use crate::error::Error;
use crate::head::Head;
use crate::rules::Leniency;
use crate::version::Version;

/// What was asked for, as far as it decides how the answer is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9112 section 6.3 knows these")]
pub enum Asked {
    /// HEAD: the answer has no body.
    Head,
    /// CONNECT: behind a success begins the tunnel.
    Connect,
    /// Anything else.
    #[default]
    Other,
}

/// How a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// After this many bytes.
    Length(u64),
    Chunked,
    /// With the connection.
    Close,
    /// There is none, and what follows is another protocol.
    Switched,
}

/// What the fields say.
#[derive(Default)]
struct Said {
    length: Option<u64>,
    has_length: bool,
    coded: bool,
    chunked: bool,
    close: bool,
    keep_alive: bool,
}

impl Said {
    /// Says whether the connection stays open (RFC 9112 section 9.3).
    fn keeps(&self, head: &Head) -> bool {
        (self.keep_alive || head.version() == Version::Http11) && !self.close
    }

    /// Says whether two readers may find two ends. It may be an attack, and what follows may be somebody else's.
    fn is_ambiguous(&self) -> bool {
        self.coded && self.has_length
    }
}

/// Returns how the body of a response ends, and whether the connection may carry another request after it.
///
/// # Errors
/// What is contradictory or unknown.
pub(crate) fn framing(
    head: &Head,
    asked: Asked,
    leniency: &Leniency,
) -> Result<(Framing, bool), Error> {
    let success = (200..300).contains(&head.status());
    if head.status() == 101 || (asked == Asked::Connect && success) {
        return Ok((Framing::Switched, false));
    }
    let said = said(head, leniency);
    if asked == Asked::Head || matches!(head.status(), 204 | 304) {
        // Where no body comes, what is said of one delimits nothing. Whoever contradicts himself is not asked again.
        let keeps = said.is_ok_and(|said| said.keeps(head) && !said.is_ambiguous());
        return Ok((Framing::Length(0), keeps));
    }
    let said = said?;
    if said.is_ambiguous() && !leniency.length_with_chunks {
        return Err(Error::LengthWithChunks);
    }
    let keeps = said.keeps(head) && !said.is_ambiguous();
    if said.coded {
        if head.version() != Version::Http11 {
            return Err(Error::Coding("chunked in HTTP/1.0".to_owned()));
        }
        return Ok(match said.chunked {
            true => (Framing::Chunked, keeps),
            false => (Framing::Close, false),
        });
    }
    Ok(match said.length {
        Some(length) => (Framing::Length(length), keeps),
        None => (Framing::Close, false),
    })
}

fn said(head: &Head, leniency: &Leniency) -> Result<Said, Error> {
    let mut said = Said::default();
    for field in head.fields() {
        let (name, value) = (field.name(), field.value());
        match name.len() {
            10 if name.eq_ignore_ascii_case("Connection") => {
                for option in parts(value) {
                    said.close |= option.eq_ignore_ascii_case(b"close");
                    said.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            14 if name.eq_ignore_ascii_case("Content-Length") => {
                for part in parts(value) {
                    let length = number(part).ok_or(Error::Length)?;
                    let same = said.length.is_none_or(|known| known == length);
                    if !same || (said.has_length && !leniency.repeated_length) {
                        return Err(Error::Lengths);
                    }
                    (said.length, said.has_length) = (Some(length), true);
                }
            }
            17 if name.eq_ignore_ascii_case("Transfer-Encoding") => {
                said.coded = true;
                for coding in parts(value) {
                    if coding.eq_ignore_ascii_case(b"chunked") && !said.chunked {
                        said.chunked = true;
                    } else if !coding.eq_ignore_ascii_case(b"identity") {
                        // "identity" is of RFC 2616, and means none. Nothing follows chunks, nor do they come twice.
                        let coding = String::from_utf8_lossy(coding);
                        return Err(Error::Coding(coding.to_ascii_lowercase()));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(said)
}

fn parts(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii)
}

/// Reads digits and nothing else.
fn number(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}
