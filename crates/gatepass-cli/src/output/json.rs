//! JSON as people read it: indented and coloured, every number and text exactly as it came.
//!
//! A parser would round large numbers and drop repeated names, so the text itself is laid out anew.

use std::borrow::Cow;
use std::fmt::Write as _;

use gatepass_auth::show;
use serde_json::Value;

use crate::output::color::Palette;

/// Returns JSON laid out with four spaces, as HTTPie does, and coloured; `None` for text that is no JSON.
pub(crate) fn pretty(text: &str, indent: bool, palette: Palette) -> Option<String> {
    // Only what is certainly JSON is touched.
    let _: Value = serde_json::from_str(text).ok()?;
    let mut out = Layout {
        text: String::with_capacity(text.len() * 2),
        indent,
        depth: 0,
    };
    let mut rest = text.trim_ascii();
    while let Some(first) = rest.chars().next() {
        match first {
            '"' => {
                let (string, behind) = rest.split_at(string_end(rest));
                let is_name = behind.trim_ascii_start().starts_with(':');
                out.text += &if is_name {
                    palette.name(string)
                } else {
                    palette.text(string)
                };
                rest = behind;
                continue;
            }
            '{' | '[' => {
                let closer = if first == '{' { '}' } else { ']' };
                if indent && rest[1..].trim_ascii_start().starts_with(closer) {
                    out.text.extend([first, closer]);
                    let (_, behind) = rest.split_once(closer)?;
                    rest = behind;
                    continue;
                }
                out.text.push(first);
                out.depth += 1;
                out.new_line();
            }
            '}' | ']' => {
                out.depth = out.depth.saturating_sub(1);
                out.new_line();
                out.text.push(first);
            }
            ',' => {
                out.text.push(first);
                out.new_line();
            }
            ':' => {
                out.text.push(first);
                if indent {
                    out.text.push(' ');
                }
            }
            c if c.is_ascii_whitespace() => {
                if !indent {
                    out.text.push(c);
                }
            }
            _ => {
                let end = rest
                    .find(|c: char| ",]}:".contains(c) || c.is_ascii_whitespace())
                    .unwrap_or(rest.len());
                let (word, behind) = rest.split_at(end.max(first.len_utf8()));
                out.text += &palette.number(word);
                rest = behind;
                continue;
            }
        }
        rest = &rest[first.len_utf8()..];
    }
    Some(out.text)
}

/// Returns JSON in which what a terminal would obey is written as JSON writes it. Such characters stand in strings alone.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let unfit = |c: char| show::steers(c) && !c.is_ascii_whitespace();
    if !text.contains(unfit) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if unfit(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

struct Layout {
    text: String,
    indent: bool,
    depth: usize,
}

impl Layout {
    fn new_line(&mut self) {
        if self.indent {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("    ", self.depth));
        }
    }
}

/// Returns where the string at the start of `text` ends, behind its closing quote.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_changes_and_nothing_else() {
        let text = r#" {"a":1e400x,"b":[]} "#;
        assert_eq!(pretty(text, true, Palette::plain()), None);
        let text =
            r#"{"n":123456789012345678901234567890,"n":[ ],"s":"\"{,","o":{ },"l":[1,true,null]}"#;
        let expected = concat!(
            "{\n    \"n\": 123456789012345678901234567890,\n    \"n\": [],\n    \"s\": \"\\\"{,\",\n    \"o\": {},\n",
            "    \"l\": [\n        1,\n        true,\n        null\n    ]\n}"
        );
        assert_eq!(
            pretty(text, true, Palette::plain()).as_deref(),
            Some(expected)
        );
        assert_eq!(pretty(text, false, Palette::plain()).as_deref(), Some(text));
        assert_eq!(pretty("3", true, Palette::plain()).as_deref(), Some("3"));
    }
}
