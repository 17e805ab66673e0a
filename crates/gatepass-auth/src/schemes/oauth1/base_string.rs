//! What is signed: parameters in their normal form, the URI without them, and both joined (RFC 5849 section 3.4.1).

use std::borrow::Cow;

use crate::percent;
use crate::space::{Role, Space};

/// A parameter, decoded.
pub(super) type Pair<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// Reads the parameters of a query or of a form, in which a plus sign is a space (RFC 5849 section 3.4.1.3.1).
///
/// A parameter without an equals sign has an empty value, and an empty one is none.
pub(super) fn form_pairs(encoded: &[u8]) -> impl Iterator<Item = Pair<'_>> {
    encoded
        .split(|&byte| byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let equals = pair.iter().position(|&byte| byte == b'=');
            let (name, value) = equals.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            (percent::decode_form(name), percent::decode_form(value))
        })
}

/// Encodes, sorts and joins the parameters (RFC 5849 section 3.4.1.3.2): by encoded name, then by encoded value.
pub(super) fn normalized(pairs: &[Pair<'_>]) -> String {
    let mut encoded: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (percent::encoded(name), percent::encoded(value)))
        .collect();
    encoded.sort_unstable();
    let length = encoded.iter().map(|(n, v)| n.len() + v.len() + 2).sum();
    let mut out = String::with_capacity(length);
    for (name, value) in &encoded {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
    out
}

/// Returns the base string URI (RFC 5849 section 3.4.1.2): scheme and host in lower case, no default port, the path as
/// sent.
///
/// For an origin the host is that of `space`, whatever an absolute target says: a verifier must not take a signature
/// that was made for another host. A proxy learns the host from the target.
///
/// # Errors
/// A phrase that says why the target has no such URI.
pub(super) fn base_string_uri(space: &Space, target: &str) -> Result<String, &'static str> {
    let bare = target.split(['?', '#']).next().unwrap_or_default();
    if bare.starts_with('/') || (bare.is_empty() && !target.is_empty()) {
        return Ok(join(space, bare));
    }
    let (scheme, rest) = bare
        .split_once("://")
        .ok_or("its target has no path, and OAuth 1.0a signs the path")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match space.role() {
        Role::Origin => Ok(join(space, path)),
        Role::Proxy => Ok(join(&authority_space(scheme, authority)?, path)),
    }
}

fn join(space: &Space, path: &str) -> String {
    let path = if path.is_empty() { "/" } else { path };
    format!("{}://{}{path}", space.scheme(), space.authority())
}

fn authority_space(scheme: &str, authority: &str) -> Result<Space, &'static str> {
    let host_port = authority
        .rsplit_once('@')
        .map_or(authority, |(_, rest)| rest);
    let default = if scheme.eq_ignore_ascii_case("https") {
        443
    } else {
        80
    };
    let (host, port) = match host_port.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => {
            let port = if port.is_empty() {
                default
            } else {
                port.parse()
                    .map_err(|_| "its target has a port that is no number")?
            };
            (host, port)
        }
        _ => (host_port, default),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    Ok(Space::origin(scheme, host, port))
}

/// Joins the method, the base string URI and the parameters (RFC 5849 section 3.4.1.1).
pub(super) fn signature_base_string(method: &str, uri: &str, normalized: &str) -> String {
    let length = method.len() + 2 * (uri.len() + normalized.len());
    let mut out = String::with_capacity(length);
    percent::encode_into(&mut out, method.to_ascii_uppercase().as_bytes());
    out.push('&');
    percent::encode_into(&mut out, uri.as_bytes());
    out.push('&');
    percent::encode_into(&mut out, normalized.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uri_has_no_default_port_and_no_query() {
        // RFC 5849 section 3.4.1.2, both examples.
        let http = Space::origin("http", "EXAMPLE.COM", 80);
        let uri = base_string_uri(&http, "/r%20v/X?id=123");
        assert_eq!(uri.as_deref(), Ok("http://example.com/r%20v/X"));
        let https = Space::origin("https", "www.example.net", 8080);
        let uri = base_string_uri(&https, "/?q=1");
        assert_eq!(uri.as_deref(), Ok("https://www.example.net:8080/"));
        let v6 = Space::origin("http", "::1", 8080);
        assert_eq!(
            base_string_uri(&v6, "?q=1").as_deref(),
            Ok("http://[::1]:8080/")
        );
    }

    #[test]
    fn an_absolute_target_names_the_host_for_a_proxy_only() {
        let origin = Space::origin("http", "mine.example", 80);
        let uri = base_string_uri(&origin, "http://other.example/a?b");
        assert_eq!(uri.as_deref(), Ok("http://mine.example/a"));
        let proxy = Space::proxy("http", "proxy.example", 3128);
        for (target, expected) in [
            ("http://Other.example:80", "http://other.example/"),
            ("http://u@[::1]:8080/a", "http://[::1]:8080/a"),
            ("http://other.example:/a", "http://other.example/a"),
        ] {
            assert_eq!(base_string_uri(&proxy, target).as_deref(), Ok(expected));
        }
        for target in ["other.example:443", "*", "http://a:b/", ""] {
            assert!(base_string_uri(&proxy, target).is_err(), "{target}");
        }
    }

    #[test]
    fn odd_parameters_are_kept() {
        let pairs: Vec<_> = form_pairs(b"b=%20&a+a&=x&&a=&c=1=2&\xff=%zz").collect();
        assert_eq!(normalized(&pairs), "=x&%FF=%25zz&a=&a%20a=&b=%20&c=1%3D2");
    }
}
