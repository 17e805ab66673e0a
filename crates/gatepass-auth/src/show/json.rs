//! JSON, read as it stands, so that its layout stays and what is cut off or malformed is masked all the same.

use crate::secret::mask;

use super::name::is_secret_name;

/// Masks the values of secret names, whatever they hold, and in other texts what `inside` finds.
pub(super) fn masked(text: &str, inside: &dyn Fn(&str) -> Option<String>) -> String {
    let mut scan = Scan {
        out: String::with_capacity(text.len()),
        level: 0,
        secret_below: None,
        pending: false,
        inside,
    };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => scan.string(rest),
            '-' | '0'..='9' => scan.number(rest),
            _ => scan.mark(first),
        };
        rest = &rest[length..];
    }
    scan.out
}

struct Scan<'a> {
    out: String,
    level: usize,
    /// The level of the array or object that is the value of a secret name.
    secret_below: Option<usize>,
    /// Whether the next value is one of a secret name.
    pending: bool,
    inside: &'a dyn Fn(&str) -> Option<String>,
}

impl Scan<'_> {
    fn is_secret(&self) -> bool {
        self.pending || self.secret_below.is_some()
    }

    /// Takes the string that `rest` begins with, and returns its length.
    fn string(&mut self, rest: &str) -> usize {
        let (inside, end) = string_at(rest);
        let plain = unescaped(inside);
        let behind = rest[end..].trim_ascii_start();
        if behind.starts_with(':') {
            self.out.push_str(&rest[..end]);
            self.pending = is_secret_name(&plain);
            return end;
        }
        let shown = if self.is_secret() {
            Some(mask(plain.as_bytes()))
        } else {
            (self.inside)(&plain)
        };
        match shown {
            Some(shown) => {
                self.out.push('"');
                escape_into(&mut self.out, &shown);
                self.out.push('"');
            }
            None => self.out.push_str(&rest[..end]),
        }
        self.pending = false;
        end
    }

    /// Takes a number. One of three digits is a count or a status, and tells nothing.
    fn number(&mut self, rest: &str) -> usize {
        let part = |c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c));
        let end = rest.find(part).unwrap_or(rest.len());
        let number = &rest[..end];
        if self.is_secret() && number.len() > 3 {
            self.out.push('"');
            self.out.push_str(&mask(number.as_bytes()));
            self.out.push('"');
        } else {
            self.out.push_str(number);
        }
        self.pending = false;
        end
    }

    fn mark(&mut self, mark: char) -> usize {
        match mark {
            '{' | '[' => {
                if std::mem::take(&mut self.pending) && self.secret_below.is_none() {
                    self.secret_below = Some(self.level);
                }
                self.level += 1;
            }
            '}' | ']' => {
                self.level = self.level.saturating_sub(1);
                if self.secret_below.is_some_and(|level| level >= self.level) {
                    self.secret_below = None;
                }
                self.pending = false;
            }
            ',' => self.pending = false,
            _ => {}
        }
        self.out.push(mark);
        mark.len_utf8()
    }
}

/// Returns what stands between the quotes at the start of `text`, and where the string ends; one that does not end takes all.
fn string_at(text: &str) -> (&str, usize) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (&text[1..at], at + 1),
            _ => {}
        }
    }
    (&text[1..], text.len())
}

fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    // Pairs of surrogates are read as the two halves of one character (RFC 8259 section 7).
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let mut push = |c: char| units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        if letter != '\\' {
            push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => push('\n'),
            Some('t') => push('\t'),
            Some('r') => push('\r'),
            Some('b') => push('\u{8}'),
            Some('f') => push('\u{c}'),
            Some('u') => {
                let digits: String = letters.by_ref().take(4).collect();
                units.push(u16::from_str_radix(&digits, 16).unwrap_or(0xfffd));
            }
            Some(other) => push(other),
            None => {}
        }
    }
    String::from_utf16_lossy(&units)
}

fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
}
