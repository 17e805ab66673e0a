//! The lines of a head: of a request, of an answer, and header fields.

use gatepass_auth::{Headers, Space};
use gatepass_request::Url;

use crate::record::{Answer, Leg};

/// Reads `GET /path HTTP/1.1`; the target may be a URL.
pub(super) fn request_line(line: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    let is_method = !method.is_empty()
        && method.len() <= 20
        && method
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    let version = words.next();
    let fits = version.is_none_or(|version| version.starts_with("HTTP/")) && words.next().is_none();
    (is_method
        && fits
        && (target.starts_with('/')
            || target.contains("://")
            || target.contains(':')
            || target == "*"))
        .then(|| (method.to_owned(), target.to_owned()))
}

/// Reads `HTTP/1.1 401 Unauthorized`.
pub(super) fn status_line(line: &str) -> Option<Answer> {
    let rest = line.trim().strip_prefix("HTTP/")?;
    let mut words = rest.splitn(3, ' ');
    words.next()?;
    let status: u16 = words.next()?.trim().parse().ok()?;
    (100..1000)
        .contains(&status)
        .then(|| Answer::new(status, words.next().unwrap_or_default().trim()))
}

/// Adds a line `Name: value`, and says whether it was one.
pub(super) fn field(headers: &mut Headers, line: &str) -> bool {
    let pseudo = line.strip_prefix(':').map(|rest| {
        rest.split_once(':')
            .map(|(name, value)| (format!(":{name}"), value))
    });
    let (name, value) = match pseudo {
        Some(Some((name, value))) => (name, value),
        Some(None) => return false,
        None => match line.split_once(':') {
            Some((name, value)) => (name.to_owned(), value),
            None => return false,
        },
    };
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| gatepass_auth::params::is_token_byte(byte) || byte == b':');
    if is_name {
        headers.append(name, value.trim());
    }
    is_name
}

/// Makes a leg of what stands in a head. `scheme` is what is known of how it was sent.
pub(super) fn leg(method: String, target: &str, headers: Headers, scheme: &str) -> Leg {
    if method == "CONNECT" {
        let (host, port) = host_and_port(target, 443);
        let mut leg = Leg::new(method, Space::proxy(scheme, &host, port), target);
        leg.headers = headers;
        return leg;
    }
    if let Some(url) = target
        .contains("://")
        .then(|| Url::parse(target).ok())
        .flatten()
    {
        let mut leg = of_url(method, &url);
        leg.headers = headers;
        return leg;
    }
    let default = if scheme == "https" { 443 } else { 80 };
    let named = headers
        .get_str("Host")
        .or_else(|| headers.get_str(":authority"));
    let (host, port) = named.map_or_else(
        || ("unknown.invalid".to_owned(), default),
        |host| host_and_port(host, default),
    );
    let mut leg = Leg::new(method, Space::origin(scheme, &host, port), target);
    leg.headers = headers;
    leg
}

/// Begins a leg to a URL.
pub(super) fn of_url(method: impl Into<String>, url: &Url) -> Leg {
    let space = Space::origin(url.scheme(), url.host(), url.port());
    let mut leg = Leg::new(method, space, url.target());
    if let Some(info) = url.user_info() {
        // A client makes Basic of it; whether the recorded one did, its fields say.
        leg.concealed.extend(info.password.clone());
    }
    leg
}

fn host_and_port(authority: &str, default: u16) -> (String, u16) {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(default)),
        _ => (authority, default),
    };
    (host.trim_matches(['[', ']']).to_owned(), port)
}
