//! What the literal encoders of several languages share: escapes, character by character.

use crate::error::Unrepresentable;

/// Says whether a character may stand in code as it is: it shows itself, joins nothing, and turns no text around.
///
/// What is not printed, what reverses its neighbours (CVE-2021-42574) and what some language takes for a line break is
/// written as an escape.
pub fn is_plain(c: char) -> bool {
    match c {
        ' '..='~' => true,
        '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' => true,
        // Combining marks, format characters, separators, private use and surrogates stay out.
        '\u{370}'..='\u{482}' | '\u{48a}'..='\u{587}' => true,
        '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' => true,
        '€' | '–' | '—' | '…' => true,
        '\u{1f300}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1f64f}' | '\u{1f680}'..='\u{1f6d7}' => true,
        _ => false,
    }
}

/// Writes text between `quote`s: `own` escapes what the language wants escaped, `other` writes what is not plain.
///
/// # Errors
/// `not_text` where the bytes are not UTF-8.
pub fn quoted(
    bytes: &[u8],
    quote: char,
    out: &mut String,
    own: impl Fn(char, Option<char>) -> Option<&'static str>,
    mut other: impl FnMut(char, &mut String),
) -> Result<(), Unrepresentable> {
    let text = std::str::from_utf8(bytes).map_err(|_| NOT_UTF8)?;
    out.push(quote);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match own(c, rest.peek().copied()) {
            Some(escape) => out.push_str(escape),
            None if is_plain(c) => out.push(c),
            None => other(c, out),
        }
    }
    out.push(quote);
    Ok(())
}

/// What is said of bytes that no text literal can hold.
pub const NOT_UTF8: Unrepresentable =
    Unrepresentable("a text in it is not UTF-8, and this language holds texts as characters");

/// The escapes that C, and so almost every language, has for a quotation mark, a backslash and three control characters.
pub fn c_escape(c: char) -> Option<&'static str> {
    Some(match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => return None,
    })
}

/// Writes `\u1234`, and a character beyond that in two halves (UTF-16).
pub fn utf16_escape(c: char, out: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

/// Writes `\u{1f600}`.
pub fn braced_escape(c: char, out: &mut String) {
    out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
}
