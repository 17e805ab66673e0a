//! What somebody typed or a peer said, quoted in a sentence of ours: what was typed may be a secret in the wrong place, and what
//! a peer said may be meant to read like us.

use std::borrow::Cow;

use super::length::{SAID, cut, grouped};
use super::terminal::line;
use super::word::is_scheme_word;

/// From this many characters on, a word with digits in it may be a token.
const TOKEN: usize = 16;

/// The longest text with spaces in it that is quoted whole.
const SHORT: usize = 8;

/// The longest word without digits that is quoted whole.
const WORD: usize = 24;

/// Returns a word of the command line as an error may quote it: whole where it is short and plain, else what stands before its
/// first separator, which is a name, and how long it is.
///
/// ```
/// use gatepass_auth::show::typed;
///
/// assert_eq!(typed("baisc"), "\"baisc\"");
/// assert_eq!(typed("passwrd=s3cret"), "\"passwrd=…\" (14 characters)");
/// assert_eq!(typed("ghp_16C7e42F292c6912E7710c838347Ae178B4a"), "\"…\" (40 characters)");
/// ```
pub fn typed(text: &str) -> String {
    if is_plain(text) {
        return format!("\"{text}\"");
    }
    let count = grouped(text.chars().count());
    let separator = |c: char| c.is_whitespace() || "=:?&@#,;".contains(c);
    let (start, mark) = match text.find(separator) {
        Some(at) => (&text[..at], text[at..].chars().next()),
        None => ("", None),
    };
    match mark {
        Some(mark) if !start.is_empty() && is_plain(start) => {
            let mark = if mark.is_whitespace() { ' ' } else { mark };
            format!("\"{start}{mark}…\" ({count} characters)")
        }
        _ => format!("\"…\" ({count} characters)"),
    }
}

/// Returns the path of a file as an error may quote it. What is no path, and may be a secret or a command in its place, is
/// shown as [`typed`] does.
pub fn typed_path(text: &str) -> Cow<'_, str> {
    let body = match text.as_bytes() {
        [drive, b':', ..] if drive.is_ascii_alphabetic() => &text[2..],
        _ => text,
    };
    let is_path = text.contains(['/', '\\', '.'])
        && !body.contains(|c: char| "=:@?&".contains(c) || c.is_control())
        && !text.contains("-----")
        && !text.starts_with("curl ")
        && body
            .split(['/', '\\', '.', '_', '-', ' '])
            .all(|part| !is_token(part));
    if is_path {
        Cow::Owned(format!("\"{}\"", line(text)))
    } else {
        Cow::Owned(typed(text))
    }
}

/// Returns a user name as a question or an error may quote it, without quotes: whole where it can be a name or an address of
/// mail, else as [`typed`] does, because a token may stand in its place.
///
/// ```
/// use gatepass_auth::show::typed_user;
///
/// assert_eq!(typed_user("alice@mail.example"), "alice@mail.example");
/// assert_eq!(typed_user("passwrd=s3cret"), "\"passwrd=…\" (14 characters)");
/// ```
pub fn typed_user(text: &str) -> Cow<'_, str> {
    let parts = ['@', '\\'].iter().find_map(|&mark| text.split_once(mark));
    let is_name = |part: &str| {
        let short = part.chars().count() < TOKEN
            || (is_plain(part) || !part.contains(|c: char| c.is_ascii_digit()));
        short
            && part.len() <= 64
            && !part.contains(|c: char| {
                c.is_whitespace() || "=:?&@#,;".contains(c) || super::is_unseen(c)
            })
    };
    let fits = match parts {
        Some((user, domain)) => !user.is_empty() && is_name(user) && domain.split('.').all(is_name),
        None => text.chars().count() <= WORD && is_name(text),
    };
    if fits {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(typed(text))
    }
}

/// Returns what a peer said, in quotes, cut, and on one line.
///
/// ```
/// use gatepass_auth::show::said;
///
/// assert_eq!(said("hint: type \"x\"\n"), "\"hint: type \\\"x\\\"\\n\"");
/// ```
pub fn said(text: &str) -> String {
    let short = cut(text, SAID);
    format!("\"{}\"", line(&short).replace('"', "\\\""))
}

fn is_plain(text: &str) -> bool {
    let length = text.len();
    let has_digit = text.contains(|c: char| c.is_ascii_digit());
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || "-_./*+".contains(c) || (c == ' ' && length <= SHORT)
    };
    is_scheme_word(text)
        || (text.chars().all(plain) && (length < TOKEN || (length <= WORD && !has_digit)))
}

/// Says whether a part of a path is as long and as mixed as no name is.
fn is_token(part: &str) -> bool {
    let has = |fits: fn(&char) -> bool| part.chars().any(|c| fits(&c));
    part.len() >= 20 && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_quoted() {
        for secret in [
            "hunter2-hunter2-hunter2",
            "correct-horse-battery-staple",
            "a:hunter2",
            "curl -u a:hunter2 https://h",
            "x=hunter2",
            "eyJhbGciOiJIUzI1NiJ9.hunter2.hunter2",
            "hunter2\u{1b}",
            "ghp_16C7e42F292c6912hunter2",
            "-----BEGIN hunter2",
        ] {
            assert!(!typed(secret).contains("hunter2"), "{}", typed(secret));
            assert!(
                !typed_path(secret).contains("hunter2"),
                "{}",
                typed_path(secret)
            );
        }
    }

    #[test]
    fn what_is_a_name_is_quoted() {
        for name in ["", "basic", "AWS4-HMAC-SHA256", "no-such-thing", "a.b"] {
            assert_eq!(typed(name), format!("\"{name}\""));
        }
        for path in [
            "/tmp/x.json",
            "C:\\x\\y.txt",
            "report-2026-11-30.http",
            "../a b/c.har",
        ] {
            assert_eq!(typed_path(path), format!("\"{path}\""));
        }
    }

    #[test]
    fn a_peer_speaks_in_quotes_and_not_for_long() {
        let long = said(&"x".repeat(60_000));
        assert!(
            long.len() < 400 && long.contains("(60,000 characters)"),
            "{long}"
        );
        assert_eq!(said("a\u{202e}b\u{1b}[8m"), "\"a\\u{202e}b\\u{1b}[8m\"");
    }
}
