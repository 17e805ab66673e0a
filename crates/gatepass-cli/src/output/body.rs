//! The body of a response: raw for programs, readable for people, and nothing binary on a terminal.

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

/// From this size on, a body is passed on as it comes: nobody reads so much, and laying it out takes memory.
const READABLE: usize = 16 * 1024 * 1024;

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

    /// Says whether so many bytes are too many to be made readable.
    pub(crate) fn is_too_long(length: usize) -> bool {
        length > READABLE
    }

    /// Returns the body for reading; `None` for a binary one, which a terminal must not see.
    pub(crate) fn readable(self, bytes: &[u8], content_type: Option<&str>) -> Option<Vec<u8>> {
        let text = gatepass::charset::text(bytes, content_type)
            .unwrap_or_else(|_| gatepass_auth::params::text(bytes));
        if self.terminal && is_binary(&text) {
            return None;
        }
        let is_json = content_type.is_none_or(|known| known.to_ascii_lowercase().contains("json"));
        let laid_out = is_json
            .then(|| json::pretty(&text, self.indent, self.palette))
            .flatten();
        let mut out = match laid_out {
            Some(text) => text.into_bytes(),
            None if self.terminal => text.into_owned().into_bytes(),
            None => bytes.to_vec(),
        };
        // The shell's prompt should not stand behind the body.
        if self.terminal && !out.is_empty() && !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        Some(out)
    }
}

/// Says whether this is no text: a zero stands in it, as in HTTPie.
fn is_binary(text: &str) -> bool {
    text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_sees_no_binary_body() {
        let reading = |terminal| Reading {
            indent: false,
            palette: Palette::plain(),
            terminal,
        };
        assert_eq!(
            reading(true).readable(b"\x89PNG\0", Some("image/png")),
            None
        );
        assert_eq!(
            reading(false).readable(b"\0", None).as_deref(),
            Some(&b"\0"[..])
        );
        assert_eq!(
            reading(true)
                .readable(b"caf\xe9", Some("text/plain"))
                .as_deref(),
            Some("café\n".as_bytes())
        );
        let wide = reading(true).readable(b"h\0i\0", Some("text/plain; charset=utf-16le"));
        assert_eq!(wide.as_deref(), Some(&b"hi\n"[..]));
        assert!(reading(false).is_raw() && !reading(true).is_raw());
    }
}
