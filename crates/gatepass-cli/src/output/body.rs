//! The body of a response: raw for programs, readable for people, and nothing on a terminal that it would obey.

use std::borrow::Cow;

use gatepass_auth::show;

use crate::output::color::Palette;
use crate::output::json;

/// How a body is made readable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// Whether JSON is indented.
    pub(crate) indent: bool,
    /// The colours.
    pub(crate) palette: Palette,
    /// Whether the body goes to a terminal.
    pub(crate) terminal: bool,
}

impl Reading {
    /// Says whether the body passes as it comes.
    pub(crate) fn is_raw(self) -> bool {
        !self.indent && !self.palette.is_on() && !self.terminal
    }

    /// Says whether the body comes as pieces that are of use before its end.
    pub(crate) fn is_stream(content_type: Option<&str>) -> bool {
        let kind = content_type
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim();
        [
            "text/event-stream",
            "application/x-ndjson",
            "application/json-seq",
        ]
        .iter()
        .any(|stream| kind.eq_ignore_ascii_case(stream))
    }

    /// Returns bytes as text, in the encoding that they are said to be in.
    pub(crate) fn text<'a>(self, bytes: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
        gatepass::charset::text(bytes, content_type)
            .unwrap_or_else(|_| gatepass_auth::params::text(bytes))
    }

    /// Returns a part of a body for a terminal.
    pub(crate) fn piece(self, bytes: &[u8], content_type: Option<&str>) -> Vec<u8> {
        let text = self.text(bytes, content_type);
        show::text(&text).into_owned().into_bytes()
    }

    /// Returns the body for reading. On a terminal, what it would obey is written out.
    pub(crate) fn readable(self, bytes: &[u8], content_type: Option<&str>) -> Vec<u8> {
        let text = self.text(bytes, content_type);
        let is_json = content_type.is_none_or(|known| known.to_ascii_lowercase().contains("json"));
        let in_json = is_json.then(|| match self.terminal {
            true => json::harmless(&text),
            false => Cow::Borrowed(&*text),
        });
        let laid_out = in_json.and_then(|text| json::pretty(&text, self.indent, self.palette));
        let mut out = match laid_out {
            Some(text) => text.into_bytes(),
            None if self.terminal => show::text(&text).into_owned().into_bytes(),
            None => bytes.to_vec(),
        };
        // The shell's prompt should not stand behind the body.
        if self.terminal && !out.is_empty() && !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        out
    }
}

/// Says whether this is no text: a zero stands in it, as in HTTPie.
pub(crate) fn is_binary(text: &str) -> bool {
    text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_sees_text_that_it_does_not_obey() {
        let reading = |terminal| Reading {
            indent: false,
            palette: Palette::plain(),
            terminal,
        };
        assert!(is_binary(
            &reading(true).text(b"\x89PNG\0", Some("image/png"))
        ));
        assert_eq!(reading(false).readable(b"\0", None), b"\0");
        assert_eq!(
            reading(true).readable(b"caf\xe9", Some("text/plain")),
            "café\n".as_bytes()
        );
        for (body, kind, shown) in [
            ("a\u{1b}]0;x\u{7}b", "text/plain", "a\\u{1b}]0;x\\u{7}b\n"),
            ("\u{9b}8m\u{202e}", "text/plain", "\\u{9b}8m\\u{202e}\n"),
            (
                "[\"\u{9b}8m\u{7f}\"]",
                "application/json",
                "[\"\\u009b8m\\u007f\"]\n",
            ),
        ] {
            let found = reading(true).readable(body.as_bytes(), Some(kind));
            assert_eq!(String::from_utf8_lossy(&found), shown);
            assert_eq!(
                reading(false).readable(body.as_bytes(), Some("text/plain")),
                body.as_bytes()
            );
        }
        let wide = reading(true).readable(b"h\0i\0", Some("text/plain; charset=utf-16le"));
        assert!(
            wide == b"hi\n"
                && !is_binary(&reading(true).text(b"h\0i\0", Some("text/plain; charset=utf-16le")))
        );
        assert!(reading(false).is_raw() && !reading(true).is_raw());
    }
}
