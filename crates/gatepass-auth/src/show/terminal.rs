//! What a terminal obeys, and what a reader cannot see: both are shown as what they are.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Says whether a character is not seen where it stands: a control character, one that turns the direction of what follows,
/// one without width, or one that is there for programs (Unicode's categories Cc and Cf, and the fillers that look like nothing).
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Says whether a character changes how a terminal shows what stands around it: a control character, or one of direction.
pub fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns text for one line of a terminal: what is unseen is written as `\u{1b}`, a line break as `\n`.
///
/// ```
/// use gatepass_auth::show::line;
///
/// assert_eq!(line("a\u{1b}[8mb\u{202e}c\nd"), "a\\u{1b}[8mb\\u{202e}c\\nd");
/// ```
pub fn line(text: &str) -> Cow<'_, str> {
    escaped(text, |c| is_unseen(c) && c != '\t')
}

/// Returns text of several lines for a terminal: line breaks and tabs stay, and what joins letters (of emoji, of Persian) does.
pub fn text(text: &str) -> Cow<'_, str> {
    let text: Cow<'_, str> = if text.contains("\r\n") {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    };
    let steers = |c: char| steers(c) && c != '\n' && c != '\t';
    match text {
        Cow::Borrowed(text) => escaped(text, steers),
        Cow::Owned(text) => Cow::Owned(escaped(&text, steers).into_owned()),
    }
}

fn escaped(text: &str, unfit: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&unfit) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !unfit(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_steers_or_hides() {
        for unfit in [
            "\u{1b}]0;t\u{7}",
            "\u{9b}8m",
            "\u{7f}",
            "\u{202e}",
            "\u{2066}",
            "\u{200b}",
            "\u{feff}",
            "\u{ad}",
            "\r",
            "\u{e0041}",
            "\u{3164}",
        ] {
            let shown = line(unfit);
            assert!(
                shown.is_ascii() && !shown.contains(char::is_control),
                "{shown:?}"
            );
        }
        assert_eq!(line("é日本\tx"), "é日本\tx");
    }

    #[test]
    fn lines_stay_lines_and_joined_letters_joined() {
        assert_eq!(text("a\r\nb\tc\n"), "a\nb\tc\n");
        assert_eq!(text("👩\u{200d}🚀"), "👩\u{200d}🚀");
        assert_eq!(text("a\rb\u{1b}[8m\u{202e}"), "a\\rb\\u{1b}[8m\\u{202e}");
    }
}
