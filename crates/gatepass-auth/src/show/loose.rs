//! Texts without a grammar that we know: markup, settings, logs. A secret's name with a value behind it is found all the same.

use crate::secret::mask;

use super::name::is_secret_name;

/// Masks the values of secret names as they stand in markup (`<password>…</password>`, `password="…"`, a field of a form) and
/// in settings (`password: …`, `PASSWORD = …`).
pub(super) fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_name_part) {
        let behind = &rest[start..];
        let end = behind.find(|c| !is_name_part(c)).unwrap_or(behind.len());
        let (name, behind) = behind.split_at(end);
        out.push_str(&rest[..start]);
        out.push_str(name);
        rest = behind;
        // A prefix of XML's namespaces is part of no name of ours.
        if is_secret_name(name)
            && let Some((before, value)) = value(rest)
        {
            out.push_str(&rest[..before]);
            out.push_str(&mask(&rest.as_bytes()[before..before + value]));
            rest = &rest[before + value..];
        }
    }
    out.push_str(rest);
    out
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

/// Finds the value behind a name: how many bytes stand before it, and how long it is.
fn value(text: &str) -> Option<(usize, usize)> {
    let unquoted = text.strip_prefix(['"', '\'']).unwrap_or(text);
    let after = unquoted.trim_start_matches([' ', '\t']);
    let at = |part: &str| text.len() - part.len();
    // A field of a form in HTML has its value in an attribute beside its name.
    if unquoted.len() < text.len()
        && let Some(attribute) = after.strip_prefix("value=")
    {
        return quoted(attribute).map(|(before, length)| (at(attribute) + before, length));
    }
    // Attributes stand between the name of an element and its content.
    if let Some(content) = element_content(after) {
        let length = content.find('<')?;
        return (length > 0).then_some((at(content), length));
    }
    let assigned = after.strip_prefix(['=', ':'])?;
    let assigned = assigned.strip_prefix('>').unwrap_or(assigned);
    let assigned = assigned.trim_start_matches([' ', '\t']);
    if let Some((before, length)) = quoted(assigned) {
        return Some((at(assigned) + before, length));
    }
    let length = if after.starts_with(':') {
        assigned.find(['\r', '\n'])
    } else {
        assigned.find(|c: char| c.is_whitespace() || "&;,<>\"')".contains(c))
    };
    let length = length.unwrap_or(assigned.len());
    (length > 0).then_some((at(assigned), length))
}

/// Returns what follows the opening tag whose name has just been read.
fn element_content(after_name: &str) -> Option<&str> {
    if let Some(content) = after_name.strip_prefix('>') {
        return Some(content);
    }
    let end = after_name.find(['>', '<', '\n'])?;
    let attributes = &after_name[..end];
    let is_tag = after_name[end..].starts_with('>')
        && !attributes.ends_with('/')
        && attributes.starts_with(|c: char| c.is_ascii_alphabetic())
        && attributes.contains("=\"");
    is_tag.then(|| &after_name[end + 1..])
}

/// Finds a value in quotes at the start of a text.
fn quoted(text: &str) -> Option<(usize, usize)> {
    let quote = text.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let inside = &text[1..];
    let length = inside.find(quote).unwrap_or(inside.len());
    (length > 0).then_some((1, length))
}
