//! How a part of a form is written where `;encoder=` says so: RFC 2045, for servers that read forms as mail.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How long a line may be (RFC 2045 sections 6.7 and 6.8).
const LINE: usize = 76;

/// Writes bytes by an encoding, with what `Content-Transfer-Encoding` says of it.
///
/// # Errors
/// What is wrong, as a phrase: an encoding that curl does not know, or bytes that it cannot hold.
pub(super) fn encode(name: &str, bytes: &[u8]) -> Result<(&'static str, Vec<u8>), &'static str> {
    let known = ["binary", "8bit", "7bit", "base64", "quoted-printable"];
    let name = known
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(name))
        .ok_or("names an encoder that curl does not have")?;
    Ok((
        name,
        match name {
            "7bit" if !bytes.is_ascii() => return Err("has an encoder of 7 bits for bytes of 8"),
            "base64" => in_base64(bytes),
            "quoted-printable" => quoted_printable(bytes),
            _ => bytes.to_vec(),
        },
    ))
}

fn in_base64(bytes: &[u8]) -> Vec<u8> {
    let whole = STANDARD.encode(bytes);
    let lines: Vec<&[u8]> = whole.as_bytes().chunks(LINE).collect();
    lines.join(b"\r\n".as_slice())
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut column = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at + 1..];
        if byte == b'\r' && rest.starts_with(b"\n") {
            out.extend_from_slice(b"\r\n");
            (column, at) = (0, at + 2);
            continue;
        }
        let ends = rest.is_empty() || rest.starts_with(b"\r\n");
        let plain = match byte {
            // At the end of a line they would get lost.
            b' ' | b'\t' => !ends,
            b'=' => false,
            byte => byte.is_ascii_graphic(),
        };
        let length = if plain { 1 } else { 3 };
        // The last place of a line is for what says that it goes on.
        let room = if ends { LINE } else { LINE - 1 };
        if column + length > room {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if plain {
            out.push(byte);
        } else {
            out.extend_from_slice(format!("={byte:02X}").as_bytes());
        }
        column += length;
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn parts_are_written_as_mail_writes_them() {
        let text = |name, bytes| String::from_utf8(encode(name, bytes).unwrap().1).unwrap();
        assert_eq!(text("BASE64", b"hello"), "aGVsbG8=");
        assert_eq!(
            text("base64", &[0; 60])
                .split("\r\n")
                .map(str::len)
                .collect::<Vec<_>>(),
            [76, 4]
        );
        assert_eq!(
            text("quoted-printable", "é = x \r\n\t".as_bytes()),
            "=C3=A9 =3D x=20\r\n=09"
        );
        assert!(
            text("quoted-printable", &[b'a'; 100]).starts_with(&format!("{}=\r\n", "a".repeat(75)))
        );
        assert_eq!(text("8bit", b"x"), "x");
        assert!(encode("7bit", &[200]).is_err() && encode("rot13", b"").is_err());
    }
}
