//! Text as words, so that `ExpiredTokenException`, `expired_token` and "Expired token" are the same.

/// Returns text in lower case, words apart by one space, with a space at either end.
pub(crate) fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push(' ');
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char.is_alphanumeric() {
            let next_is_lower = chars.peek().is_some_and(char::is_ascii_lowercase);
            let begins = char.is_uppercase()
                && (before.is_lowercase() || (before.is_uppercase() && next_is_lower));
            if begins && !out.ends_with(' ') {
                out.push(' ');
            }
            out.extend(char.to_lowercase());
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
        before = char;
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_the_same() {
        for text in [
            "ExpiredTokenException",
            "expired_token-exception",
            "  Expired  token: exception!",
        ] {
            assert_eq!(words(text), " expired token exception ");
        }
        assert_eq!(words("AWSAccessKeyId"), " aws access key id ");
        assert_eq!(words(""), " ");
    }
}
