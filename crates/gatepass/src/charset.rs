//! Bytes as text: which encoding they are in, and what they say.
//!
//! What the bytes themselves say goes first, as in browsers (Encoding standard, "decode"): a byte order mark. Then comes the
//! `charset` of the media type, then what an HTML or XML document says of itself.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::{Error, Peer};

/// Returns a body as text. `content_type` is the value of the field of this name.
///
/// Without a word about its encoding, a body is taken for UTF-8 if it can be, and for Windows-1252 otherwise, which is
/// ISO-8859-1 with more characters and so loses no byte. Other bytes that the encoding does not have become U+FFFD.
///
/// ```
/// let text = |bytes: &[u8], content_type| gatepass::charset::text(bytes, Some(content_type)).map(|text| text.into_owned());
///
/// assert_eq!(text(b"caf\xe9", "text/plain; charset=ISO-8859-1")?, "café");
/// assert_eq!(text(b"caf\xe9", "text/plain")?, "café");
/// assert_eq!(text(b"\x83e\x83X\x83g", "text/html; charset=Shift_JIS")?, "テスト");
/// # Ok::<(), gatepass::Error>(())
/// ```
///
/// # Errors
/// [`Peer::Charset`] for a `charset` that nobody knows.
pub fn text<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Result<Cow<'a, str>, Error> {
    let content_type = content_type.unwrap_or_default();
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(decode(encoding, &bytes[mark..]));
    }
    if let Some(label) = charset_of(content_type) {
        let encoding = Encoding::for_label(label.as_bytes());
        return match encoding {
            Some(encoding) => Ok(decode(encoding, bytes)),
            None => Err(Peer::Charset { charset: label }.into()),
        };
    }
    let media_type = content_type.split(';').next().unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    if media_type.ends_with("json") {
        return Ok(json_text(bytes));
    }
    let said = if media_type == "text/html" {
        said_by_html(bytes)
    } else if media_type.ends_with("xml") {
        said_by_xml(bytes)
    } else {
        None
    };
    Ok(match said {
        Some(encoding) => decode(encoding, bytes),
        None => plain(bytes),
    })
}

/// Returns JSON as UTF-8. Beside UTF-8 it may be in UTF-16 or UTF-32 of either order, which the zero bytes among the first
/// four tell (RFC 4627 section 3), as does a byte order mark.
pub(crate) fn json_text(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |big: bool| Cow::Owned(from_utf_32(bytes, big));
    let zeros = |at: usize| bytes.get(at) == Some(&0);
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => wide(false),
        [0, 0, 0xfe, 0xff, ..] => wide(true),
        _ if Encoding::for_bom(bytes).is_some() => UTF_8.decode(bytes).0,
        _ => match [zeros(0), zeros(1), zeros(2), zeros(3)] {
            [true, true, true, false] => wide(true),
            [false, true, true, true] => wide(false),
            [true, false, ..] => decode(UTF_16BE, bytes),
            [false, true, ..] => decode(UTF_16LE, bytes),
            _ => plain(bytes),
        },
    }
}

fn plain(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => decode(WINDOWS_1252, bytes),
    }
}

fn decode<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Cow<'a, str> {
    encoding.decode_without_bom_handling(bytes).0
}

/// UTF-32, which is no encoding of the web and therefore none of the library's.
fn from_utf_32(bytes: &[u8], big: bool) -> String {
    let (words, _) = bytes.as_chunks::<4>();
    words
        .iter()
        .map(|&word| {
            let code = if big {
                u32::from_be_bytes(word)
            } else {
                u32::from_le_bytes(word)
            };
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .skip_while(|&first| first == '\u{feff}')
        .collect()
}

/// Returns the `charset` parameter of a media type in lower case (RFC 9110 section 8.3.2).
pub(crate) fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    })
}

/// How far a document is searched for its encoding, in bytes (HTML standard, "prescan a byte stream").
const PRESCAN: usize = 1024;

/// Returns the encoding that a `meta` element names, in either of its two forms.
fn said_by_html(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN)]).to_ascii_lowercase();
    let mut rest = start.as_str();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let Some(attributes) = rest.strip_prefix("meta") else {
            continue;
        };
        let tag = attributes.split('>').next().unwrap_or_default();
        // Both `charset="x"` and `content="text/html; charset=x"` have the word and a sign behind it.
        let label = tag.split("charset").skip(1).find_map(|behind| {
            let value = behind.trim_start().strip_prefix('=')?.trim_start();
            let value = value.trim_start_matches(['"', '\'']);
            value
                .split(['"', '\'', ';', '/', ' ', '\t', '\r', '\n'])
                .next()
        });
        if let Some(encoding) = label.and_then(known_inside) {
            return Some(encoding);
        }
    }
    None
}

/// Returns the encoding that an XML declaration names (XML 1.0 section 4.3.3).
fn said_by_xml(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(PRESCAN)];
    match start {
        [b'<', 0, b'?', 0, ..] => return Some(UTF_16LE),
        [0, b'<', 0, b'?', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let start = String::from_utf8_lossy(start);
    let declaration = start.strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    known_inside(value[1..].split(quote).next()?)
}

/// A document that names itself in ASCII cannot be in UTF-16: it is taken for UTF-8 (HTML standard, same place).
fn known_inside(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE {
        UTF_8
    } else {
        encoding
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], content_type: &str) -> String {
        text(bytes, Some(content_type)).unwrap().into_owned()
    }

    #[test]
    fn the_charset_is_found() {
        for (value, charset) in [
            ("text/html; charset=UTF-8", Some("utf-8")),
            ("text/html;x=y; Charset=\"ISO-8859-1\"", Some("iso-8859-1")),
            ("text/html; charset='x'", Some("x")),
            ("text/html; charset=", None),
            ("text/html", None),
        ] {
            assert_eq!(charset_of(value).as_deref(), charset, "{value}");
        }
    }

    #[test]
    fn a_mark_goes_before_the_header_and_the_header_before_the_document() {
        let html = b"<meta charset=windows-1251>\xe9";
        for (bytes, content_type, expected) in [
            (
                &b"\xef\xbb\xbf\xc3\xa9"[..],
                "text/plain; charset=latin1",
                "é",
            ),
            (b"\xff\xfeh\0i\0", "text/plain; charset=utf-8", "hi"),
            (b"\xfe\xff\0h\0i", "text/plain", "hi"),
            (
                html,
                "text/html; charset=latin1",
                "<meta charset=windows-1251>é",
            ),
            (html, "text/html", "<meta charset=windows-1251>й"),
            (html, "text/plain", "<meta charset=windows-1251>é"),
            (b"\x80\xe9", "text/plain", "€é"),
            ("é".as_bytes(), "text/plain", "é"),
            (b"", "text/plain", ""),
        ] {
            assert_eq!(read(bytes, content_type), expected, "{content_type}");
        }
        let error = text(b"", Some("text/plain; charset=klingon")).unwrap_err();
        assert!(error.to_string().contains("klingon"), "{error}");
    }

    #[test]
    fn documents_say_what_they_are_in() {
        let koi = |start: &str| [start.as_bytes(), b"\xc1"].concat();
        for start in [
            "<meta charset=\"koi8-r\">",
            "<!-- <meta charset=utf-8> --><META http-equiv=x content='text/html; CharSet = KOI8-R'/>",
            "<title>charset=utf-8</title><meta name=a><meta charset = 'koi8-r' />",
        ] {
            assert!(read(&koi(start), "text/html").ends_with('а'), "{start}");
        }
        let xml = "<?xml version='1.0' encoding=\"koi8-r\"?>";
        assert!(read(&koi(xml), "application/atom+xml").ends_with('а'));
        assert_eq!(read(b"<\0?\0", "text/xml"), "<?");
        assert_eq!(read(b"<?xml encoding='utf-16'?>", "text/xml").len(), 25);
        for odd in [
            "<meta charset",
            "<meta charset=",
            "<meta charset=\"",
            "<meta",
            "<",
            "<!--",
        ] {
            assert!(read(&koi(odd), "text/html").ends_with('Á'), "{odd}");
        }
        for odd in [
            "<?xml",
            "<?xml encoding",
            "<?xml encoding=",
            "<?xml encoding='",
        ] {
            assert!(read(&koi(odd), "text/xml").ends_with('Á'), "{odd}");
        }
    }

    #[test]
    fn json_is_found_in_every_utf() {
        let json = "{\"é\":1}";
        let units: Vec<u16> = json.encode_utf16().collect();
        let encodings: [Vec<u8>; 6] = [
            json.into(),
            format!("\u{feff}{json}").into(),
            units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
            json.chars()
                .flat_map(|c| u32::from(c).to_le_bytes())
                .collect(),
            json.chars()
                .flat_map(|c| u32::from(c).to_be_bytes())
                .collect(),
        ];
        for bytes in encodings {
            assert_eq!(json_text(&bytes), json, "{bytes:?}");
            assert_eq!(read(&bytes, "application/problem+json"), json);
        }
        assert_eq!(json_text(b"\xff\xfe\0\0[\0\0\0]\0\0\0"), "[]");
        assert_eq!(json_text(b"3"), "3");
        assert_eq!(json_text(b""), "");
        assert_eq!(json_text(b"\"caf\xe9\""), "\"café\"");
    }
}
