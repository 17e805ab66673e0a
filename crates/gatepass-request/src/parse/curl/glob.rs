//! URL globbing: `{one,two}` and `[1-10:2]` stand for several URLs.

use super::error::CurlError;

/// One URL of a glob, with the texts that each set contributed, for the `#1` of an output's name.
#[derive(Clone, Debug, Default)]
pub(super) struct Globbed {
    pub(super) text: String,
    pub(super) matched: Vec<String>,
}

/// A part of a glob.
enum Part {
    Text(String),
    Set(Vec<String>),
}

/// Returns the URLs that a text stands for, the last set changing first.
///
/// # Errors
/// [`CurlError::Glob`], and [`CurlError::TooMany`] beyond `limit`.
pub(super) fn expand(text: &str, limit: usize) -> Result<Vec<Globbed>, CurlError> {
    let mut all = vec![Globbed::default()];
    for part in parts(text, limit)? {
        match part {
            Part::Text(text) => all.iter_mut().for_each(|one| one.text.push_str(&text)),
            // A set of one makes no more URLs, so that any number of them is cheap.
            Part::Set(choices) if choices.len() == 1 => all.iter_mut().for_each(|one| {
                one.text.extend(choices.iter().map(String::as_str));
                one.matched.extend(choices.iter().cloned());
            }),
            Part::Set(choices) => {
                if all.len() * choices.len() > limit {
                    return Err(CurlError::TooMany { limit });
                }
                let with = |one: &Globbed, choice: &String| {
                    let mut one = one.clone();
                    one.text.push_str(choice);
                    one.matched.push(choice.clone());
                    one
                };
                let combined = |one: Globbed| {
                    let choices = choices.iter();
                    choices.map(|choice| with(&one, choice)).collect::<Vec<_>>()
                };
                all = all.into_iter().flat_map(combined).collect();
            }
        }
    }
    Ok(all)
}

/// Replaces `#1`, `#2` … by what the sets contributed.
pub(super) fn named(template: &str, matched: &[String]) -> String {
    let mut name = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('#') {
        name.push_str(&rest[..at]);
        let digits = rest[at + 1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let number: Option<usize> = rest[at + 1..=at + digits].parse().ok();
        let choice = number.and_then(|number| matched.get(number.checked_sub(1)?));
        match choice {
            Some(choice) => name.push_str(choice),
            None => name.push_str(&rest[at..=at + digits]),
        }
        rest = &rest[at + digits + 1..];
    }
    name.push_str(rest);
    name
}

fn parts(text: &str, limit: usize) -> Result<Vec<Part>, CurlError> {
    let error = |at: usize, problem| CurlError::Glob {
        column: text[..at].chars().count() + 1,
        problem,
    };
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        match c {
            '[' if is_ipv6(rest) => {
                let end = rest.find(']').map_or(rest.len(), |end| end + 1);
                plain.push_str(&rest[..end]);
                at += end;
            }
            '[' if rest.starts_with("[]") => {
                plain.push_str("[]");
                at += 2;
            }
            '{' | '[' => {
                parts.push(Part::Text(std::mem::take(&mut plain)));
                let (choices, length) = if c == '{' {
                    set(rest).map_err(|(ahead, problem)| error(at + ahead, problem))?
                } else {
                    range(rest, limit)?.ok_or_else(|| {
                        error(at, "a range is written [1-9], [01-09], [a-z] or [0-9:3]")
                    })?
                };
                parts.push(Part::Set(choices));
                at += length;
            }
            '}' | ']' => return Err(error(at, "a bracket is closed that was never opened")),
            '\\' if rest[1..].starts_with(['{', '}', '[', ']']) => {
                plain.push_str(&rest[1..2]);
                at += 2;
            }
            _ => {
                plain.push(c);
                at += c.len_utf8();
            }
        }
    }
    parts.push(Part::Text(plain));
    Ok(parts)
}

/// Says whether an IPv6 address in brackets stands here.
fn is_ipv6(text: &str) -> bool {
    let Some(end) = text.find(']').filter(|end| *end < 60) else {
        return false;
    };
    let inside = &text[1..end];
    let address = inside
        .split_once('%')
        .map_or(inside, |(address, _)| address);
    address.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Reads `{a,b}`: the choices and the length.
fn set(text: &str) -> Result<(Vec<String>, usize), (usize, &'static str)> {
    let mut choices = vec![String::new()];
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        let last = choices.last_mut();
        match (c, last) {
            ('}', _) => {
                if choices.iter().any(|choice| choice.is_empty()) && choices.len() == 1 {
                    return Err((at, "a set is empty"));
                }
                return Ok((choices, at + 1));
            }
            (',', _) => choices.push(String::new()),
            ('{' | '[', _) => return Err((at, "a set holds another one")),
            (']', _) => return Err((at, "a bracket is closed that was never opened")),
            ('\\', Some(last)) => {
                let escaped = chars.next().map_or('\\', |(_, c)| c);
                last.push(escaped);
            }
            (c, Some(last)) => last.push(c),
            (_, None) => {}
        }
    }
    Err((0, "a brace is opened and never closed"))
}

/// Reads `[1-9]`, `[01-09]`, `[a-z]`, each with a step: the choices and the length; `None` where it is no range.
fn range(text: &str, limit: usize) -> Result<Option<(Vec<String>, usize)>, CurlError> {
    let Some(end) = text.find(']').filter(|end| *end < 60) else {
        return Ok(None);
    };
    let (span, step) = match text[1..end].split_once(':') {
        Some((span, step)) => (span, step.parse().ok()),
        None => (&text[1..end], Some(1_u64)),
    };
    let (Some((from, to)), Some(step)) = (span.split_once('-'), step.filter(|step| *step > 0))
    else {
        return Ok(None);
    };
    let letter = |text: &str| match text.as_bytes() {
        [byte] if byte.is_ascii_alphabetic() => Some(u64::from(*byte)),
        _ => None,
    };
    let (first, last, letters) = match (letter(from), letter(to), from.parse(), to.parse()) {
        (Some(first), Some(last), ..) => (first, last, true),
        (_, _, Ok(first), Ok(last)) => (first, last, false),
        _ => return Ok(None),
    };
    if first > last {
        return Ok(None);
    }
    if (last - first) / step >= limit as u64 {
        return Err(CurlError::TooMany { limit });
    }
    let width = if from.starts_with('0') { from.len() } else { 0 };
    let name = |at: u64| {
        if letters {
            u8::try_from(at).map_or_else(|_| String::new(), |byte| char::from(byte).to_string())
        } else {
            format!("{at:0width$}")
        }
    };
    let count = (last - first) / step;
    let choices = (0..=count)
        .map(|index| name(first + index * step))
        .collect();
    Ok(Some((choices, end + 1)))
}
