//! How much is shown: a peer decides how much it sends, and nobody reads sixty thousand characters.

use std::borrow::Cow;

/// How many characters are shown of what a peer says inside a sentence of ours: a realm, a description, a place.
pub const SAID: usize = 300;

/// How many characters are shown of the value of one header field.
pub const FIELD: usize = 8_000;

/// How many things of one kind are listed: challenges, words of schemes.
pub const LISTED: usize = 10;

/// Returns no more than `most` characters of `text`, and says how many there are where it has more.
///
/// ```
/// use gatepass_auth::show::cut;
///
/// assert_eq!(cut("realm", 10), "realm");
/// assert_eq!(cut(&"x".repeat(60_000), 3), "xxx… (60,000 characters)");
/// ```
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!(
            "{}… ({} characters)",
            &text[..end],
            grouped(text.chars().count())
        )),
    }
}

/// Writes a number with a comma before every three digits.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_and_not_bytes() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äöü… (4 characters)");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
    }
}
