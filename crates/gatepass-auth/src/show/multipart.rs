//! Forms in parts (RFC 7578): the content of a part goes by the name of the part.

use crate::secret::mask;

use super::name::is_secret_name;

/// Masks the content of parts whose names are those of secrets, and in the content of the others what `body` finds.
pub(super) fn masked(text: &str, body: &dyn Fn(&str) -> String) -> String {
    let Some(mark) = text.lines().find(|line| line.starts_with("--")) else {
        return body(text);
    };
    let mark = mark.trim_end_matches('\r');
    let parts: Vec<String> = text.split(mark).map(|one| part(one, body)).collect();
    parts.join(mark)
}

fn part(text: &str, body: &dyn Fn(&str) -> String) -> String {
    let blank = if text.contains("\r\n\r\n") {
        "\r\n\r\n"
    } else {
        "\n\n"
    };
    let Some((head, content)) = text.split_once(blank) else {
        return text.to_owned();
    };
    let end = content.trim_end_matches(['\r', '\n']).len();
    let (content, behind) = content.split_at(end);
    let shown = if name(head).is_some_and(is_secret_name) {
        mask(content.as_bytes())
    } else {
        body(content)
    };
    format!("{head}{blank}{shown}{behind}")
}

/// Returns the name of a part.
fn name(head: &str) -> Option<&str> {
    let at = head.match_indices("name=").find(|(at, _)| {
        let before = head[..*at].chars().next_back();
        before.is_none_or(|c| c == ';' || c.is_whitespace())
    })?;
    let value = &head[at.0 + "name=".len()..];
    Some(match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => value.split([';', '\r', '\n']).next().unwrap_or_default(),
    })
}
