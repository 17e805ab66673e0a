//! URLs and references to them: in lines of requests, in `Location`, in sentences.

use crate::secret::mask;

use super::name::is_secret_name;
use super::pairs;

/// Masks a URL, or a reference to one, and in the values of its query what `inside` finds.
pub(super) fn masked(text: &str, inside: &dyn Fn(&str) -> Option<String>) -> String {
    let (text, fragment) = match text.split_once('#') {
        Some((text, fragment)) => (text, Some(fragment)),
        None => (text, None),
    };
    let (place, query) = match text.split_once('?') {
        Some((place, query)) => (place, Some(query)),
        None => (text, None),
    };
    let mut out = path_parameters(&without_user_info(place));
    if let Some(query) = query {
        out.push('?');
        out.push_str(&pairs::masked(query, inside));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        // A fragment may be a place with a query of its own.
        out.push_str(&match fragment.split_once('?') {
            Some((before, behind)) => format!("{before}?{}", pairs::masked(behind, inside)),
            None => pairs::masked(fragment, inside),
        });
    }
    out
}

/// Leaves out what stands before an `@` in the authority, and in what may be one.
fn without_user_info(place: &str) -> String {
    let start = match place.find("//") {
        Some(at) => at + 2,
        None => 0,
    };
    let (before, rest) = place.split_at(start);
    let end = rest.find(['/', '\\']).unwrap_or(rest.len());
    if let Some(at) = rest[..end].rfind('@').filter(|_| start > 0) {
        return format!("{before}{}", &rest[at + 1..]);
    }
    // A password with a slash in it makes what stands before the slash look like a host and a port.
    let port = rest[..end].rsplit_once(':').map(|(_, port)| port);
    let is_port = port.is_none_or(|port| {
        port.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b']')
    });
    match rest.rfind('@') {
        Some(at) if !is_port && start > 0 => format!("{before}{}", &rest[at + 1..]),
        // Typed without its scheme.
        Some(at) if start == 0 && rest[..end].rfind(':').is_some_and(|colon| colon < at) => {
            rest[at + 1..].to_owned()
        }
        _ => place.to_owned(),
    }
}

/// Masks secret parameters of a path, as in `/x;jsessionid=…`.
fn path_parameters(place: &str) -> String {
    if !place.contains(';') {
        return place.to_owned();
    }
    let segments = place.split('/').map(|segment| {
        let parameters = segment
            .split(';')
            .map(|parameter| match parameter.split_once('=') {
                Some((name, value)) if is_secret_name(name) && !value.is_empty() => {
                    format!("{name}={}", mask(value.as_bytes()))
                }
                _ => parameter.to_owned(),
            });
        parameters.collect::<Vec<_>>().join(";")
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Masks every absolute URL in a text.
pub(super) fn in_text(text: &str, inside: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let scheme = rest[..at].trim_end_matches(in_scheme).len();
        let ends = |c: char| c.is_whitespace() || "\"'<>`".contains(c);
        let end = rest[at..].find(ends).map_or(rest.len(), |end| at + end);
        out.push_str(&rest[..scheme]);
        out.push_str(&masked(&rest[scheme..end], inside));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}
