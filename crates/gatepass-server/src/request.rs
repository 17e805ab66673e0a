//! A request as the endpoints see it.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use gatepass_auth::{Headers, Space};
use url::form_urlencoded;

use crate::head::Head;
use crate::json::Pairs;
use crate::link::Link;

/// A request with its body.
pub(crate) struct Request {
    pub(crate) head: Arc<Head>,
    pub(crate) body: Bytes,
    pub(crate) link: Arc<Link>,
}

impl Request {
    /// Returns the path as received, without the query.
    pub(crate) fn path(&self) -> &str {
        path_of(self.head.target())
    }

    /// Returns the query as received, without its question mark.
    pub(crate) fn query(&self) -> &str {
        query_of(self.head.target())
    }

    /// Returns the parameters of the query, decoded, in order.
    pub(crate) fn args(&self) -> Pairs<'_> {
        form_urlencoded::parse(self.query().as_bytes()).collect()
    }

    /// Returns the first parameter of this name, decoded.
    pub(crate) fn arg(&self, name: &str) -> Option<Cow<'_, str>> {
        form_urlencoded::parse(self.query().as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// Returns the address that the request came from.
    pub(crate) fn origin(&self) -> String {
        self.link.peer.ip().to_canonical().to_string()
    }

    /// Returns `http` or `https`.
    pub(crate) fn scheme(&self) -> &'static str {
        if self.link.tls.is_some() {
            "https"
        } else {
            "http"
        }
    }

    /// Returns the authority that the client has asked: that of the target, else `Host`.
    pub(crate) fn authority(&self) -> &str {
        authority_of(self.head.target())
            .or_else(|| std::str::from_utf8(self.head.field("host")?).ok())
            .unwrap_or_default()
    }

    /// Returns the URL that the client has asked for, as written.
    pub(crate) fn url(&self) -> String {
        let target = origin_form(self.head.target());
        format!("{}://{}{target}", self.scheme(), self.authority())
    }

    /// Returns this server as the client names it.
    pub(crate) fn space(&self) -> Space {
        let authority = self.authority();
        let default = if self.link.tls.is_some() { 443 } else { 80 };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(default)),
            _ => (authority, default),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Space::origin(self.scheme(), host, port)
    }

    /// Returns the header fields as received, for a verifier.
    pub(crate) fn headers(&self) -> Headers {
        self.head.fields().collect()
    }

    /// Returns the media type of the body in lower case, without its parameters.
    pub(crate) fn media_type(&self) -> String {
        let value = self.head.field("content-type").unwrap_or_default();
        let value = String::from_utf8_lossy(value);
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }
}

/// Returns the path of a request target as received.
pub(crate) fn path_of(target: &str) -> &str {
    let target = origin_form(target);
    target.split_once('?').map_or(target, |(path, _)| path)
}

/// Returns the query of a request target as received.
pub(crate) fn query_of(target: &str) -> &str {
    target.split_once('?').map_or("", |(_, query)| query)
}

/// Returns what follows the authority of an absolute-form target (RFC 9112 section 3.2.2); any other is returned as it is.
fn origin_form(target: &str) -> &str {
    match after_scheme(target) {
        Some(rest) => rest.find(['/', '?']).map_or("/", |at| &rest[at..]),
        None => target,
    }
}

fn authority_of(target: &str) -> Option<&str> {
    let rest = after_scheme(target)?;
    let authority = rest.find(['/', '?']).map_or(rest, |at| &rest[..at]);
    Some(
        authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host),
    )
}

fn after_scheme(target: &str) -> Option<&str> {
    ["http://", "https://"].iter().find_map(|scheme| {
        let start = target.get(..scheme.len())?;
        start
            .eq_ignore_ascii_case(scheme)
            .then(|| &target[scheme.len()..])
    })
}
