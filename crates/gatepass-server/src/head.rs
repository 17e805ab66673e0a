//! The head of a request as it was received, and why one is refused before anything else is looked at.
//!
//! hyper hides what a test server has to know: it merges equal `Content-Length` fields, drops `Content-Length` beside
//! `Transfer-Encoding`, folds the case of names, and lets a request without `Host` through. So the bytes are looked at
//! before hyper gets them. The parser is the one that hyper uses, so the two cannot disagree about where a head ends.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use gatepass_auth::params::is_token_byte;
use httparse::Status;

use crate::access_log::shown_target;
use crate::limits::{Limits, MAX_HEADERS};

/// A request's head, byte for byte. `Debug` masks what carries a credential.
pub(crate) struct Head {
    bytes: Bytes,
    method: Range<usize>,
    target: Range<usize>,
    fields: Vec<(Range<usize>, Range<usize>)>,
    /// How its body is delimited.
    pub(crate) length: Length,
}

/// How a body is delimited (RFC 9112 section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// This many bytes.
    Fixed(u64),
    /// Chunks.
    Chunked,
}

/// A request that is answered without being looked at further; its connection is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) detail: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
        }
    }
}

/// What stands at the start of a buffer.
pub(crate) enum Found {
    /// The end of the head has not come yet.
    Partial,
    /// A head of this many bytes.
    Complete(usize),
}

/// Looks for a head at the start of `buffer`, which begins with no line break.
///
/// # Errors
/// The refusal of a head that is too long, or that no parser should guess about.
pub(crate) fn find(buffer: &[u8], scanned: usize, limits: &Limits) -> Result<Found, Refusal> {
    // A client that speaks TLS here, or anything else, need not wait for a time limit to hear of it.
    let start = buffer.iter().find(|byte| !matches!(byte, b'\r' | b'\n'));
    if start.is_some_and(|&byte| !is_token_byte(byte)) {
        let what = match start {
            Some(&TLS_HANDSHAKE) => {
                "this port speaks plain HTTP, and the request came by TLS; write http://"
            }
            _ => "the request's head does not begin with a method",
        };
        return Err(Refusal::new(400, what));
    }
    if !has_end(buffer, scanned) {
        let line = buffer.iter().position(|&byte| byte == b'\n');
        if line.is_none() && buffer.len() > limits.target + LINE_AROUND_TARGET {
            return Err(target_too_long(limits));
        }
        if buffer.len() > limits.head {
            return Err(head_too_long(limits));
        }
        return Ok(Found::Partial);
    }
    let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS + 1];
    let mut request = httparse::Request::new(&mut fields);
    match request.parse(buffer) {
        Ok(Status::Partial) => Ok(Found::Partial),
        Ok(Status::Complete(length)) => {
            if request.path.unwrap_or_default().len() > limits.target {
                return Err(target_too_long(limits));
            }
            if length > limits.head {
                return Err(head_too_long(limits));
            }
            if request.headers.len() > MAX_HEADERS {
                return Err(too_many_fields());
            }
            Ok(Found::Complete(length))
        }
        Err(httparse::Error::TooManyHeaders) => Err(too_many_fields()),
        Err(httparse::Error::Version) if names_version(buffer) => Err(Refusal::new(
            505,
            "this server speaks HTTP/1.1 and HTTP/1.0",
        )),
        Err(error) => Err(Refusal::new(
            400,
            format!("the request's head is malformed: {error}"),
        )),
    }
}

/// Says whether the request line has three parts and the last one is a version: then only that one is wrong with it.
fn names_version(buffer: &[u8]) -> bool {
    let line = buffer
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let mut parts = line.trim_ascii_end().split(|&byte| byte == b' ').skip(2);
    let is_version = |part: &[u8]| part.starts_with(b"HTTP/");
    parts.next().is_some_and(is_version) && parts.next().is_none()
}

/// The first byte of a TLS connection: the content type "handshake" (RFC 8446 section 5.1).
const TLS_HANDSHAKE: u8 = 0x16;

/// Method, two spaces, version and line break: what stands beside the target in a request line, and then some.
const LINE_AROUND_TARGET: usize = 64;

fn target_too_long(limits: &Limits) -> Refusal {
    Refusal::new(
        414,
        format!("the request target is longer than {} bytes", limits.target),
    )
}

fn head_too_long(limits: &Limits) -> Refusal {
    Refusal::new(
        431,
        format!("the request's head is longer than {} bytes", limits.head),
    )
}

fn too_many_fields() -> Refusal {
    Refusal::new(
        431,
        format!("the request has more than {MAX_HEADERS} header fields"),
    )
}

/// Says whether an empty line ends somewhere behind the first `scanned` bytes.
fn has_end(buffer: &[u8], scanned: usize) -> bool {
    let from = scanned.saturating_sub(3);
    let tail = &buffer[from..];
    tail.iter().enumerate().any(|(at, &byte)| {
        byte == b'\n' && matches!(&tail[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..])
    })
}

impl Head {
    /// Reads a head that [`find`] has found complete.
    ///
    /// # Errors
    /// The refusal of a request whose end or whose host is in doubt.
    pub(crate) fn read(bytes: Bytes, limits: &Limits) -> Result<Self, Refusal> {
        let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut fields);
        let (Ok(Status::Complete(_)), Some(method), Some(target)) =
            (request.parse(&bytes), request.method, request.path)
        else {
            return Err(Refusal::new(400, "the request's head is malformed"));
        };
        let span = |part: &[u8]| {
            // The parser returns slices of `bytes`, so the difference of their addresses is an offset.
            let start = part.as_ptr().addr() - bytes.as_ptr().addr();
            start..start + part.len()
        };
        let is_http_11 = request.version == Some(1);
        let length = length_of(request.headers, is_http_11, limits)?;
        check_host(request.headers, is_http_11)?;
        let fields = request
            .headers
            .iter()
            .map(|field| (span(field.name.as_bytes()), span(field.value)))
            .collect();
        let (method, target) = (span(method.as_bytes()), span(target.as_bytes()));
        Ok(Self {
            method,
            target,
            fields,
            length,
            bytes,
        })
    }

    /// Returns the method as received.
    pub(crate) fn method(&self) -> &str {
        self.text(&self.method)
    }

    /// Returns the request target as received.
    pub(crate) fn target(&self) -> &str {
        self.text(&self.target)
    }

    fn text(&self, span: &Range<usize>) -> &str {
        // The parser has seen to it that both are UTF-8.
        std::str::from_utf8(&self.bytes[span.clone()]).unwrap_or_default()
    }

    /// Returns the header fields as received, in order.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields
            .iter()
            .map(|(name, value)| (self.text(name), &self.bytes[value.clone()]))
    }

    /// Returns the first value of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({} {})", self.method(), shown_target(self.target()))
    }
}

/// Finds how the body is delimited. What two parsers may read in two ways is refused (RFC 9112 sections 6.1 and 6.3):
/// a proxy in front may have read it in the other.
fn length_of(
    fields: &[httparse::Header<'_>],
    is_http_11: bool,
    limits: &Limits,
) -> Result<Length, Refusal> {
    let mut lengths = values(fields, "content-length");
    let mut codings = values(fields, "transfer-encoding");
    let (length, coding) = (lengths.next(), codings.next());
    if lengths.next().is_some() {
        return Err(Refusal::new(
            400,
            "the request has more than one Content-Length",
        ));
    }
    if length.is_some() && coding.is_some() {
        let detail = "the request has both Content-Length and Transfer-Encoding";
        return Err(Refusal::new(400, detail));
    }
    if let Some(coding) = coding {
        if !is_http_11 {
            return Err(Refusal::new(400, "HTTP/1.0 has no Transfer-Encoding"));
        }
        let chunked = coding.trim_ascii().eq_ignore_ascii_case(b"chunked");
        if !chunked || codings.next().is_some() {
            return Err(Refusal::new(
                501,
                "the only transfer coding known here is chunked",
            ));
        }
        return Ok(Length::Chunked);
    }
    let Some(length) = length else {
        return Ok(Length::Fixed(0));
    };
    let digits = length.trim_ascii();
    let number = digits
        .iter()
        .all(u8::is_ascii_digit)
        .then(|| std::str::from_utf8(digits).ok()?.parse::<u64>().ok())
        .flatten()
        .ok_or_else(|| Refusal::new(400, "the Content-Length is not a number"))?;
    if usize::try_from(number).map_or(true, |number| number > limits.body) {
        return Err(body_too_long(limits));
    }
    Ok(Length::Fixed(number))
}

/// Returns the refusal of a body that is too long.
pub(crate) fn body_too_long(limits: &Limits) -> Refusal {
    Refusal::new(
        413,
        format!("the body is longer than {} bytes", limits.body),
    )
}

/// Wants exactly one `Host` in HTTP/1.1 (RFC 9112 section 3.2).
fn check_host(fields: &[httparse::Header<'_>], is_http_11: bool) -> Result<(), Refusal> {
    let mut hosts = values(fields, "host");
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(Refusal::new(400, "the request has more than one Host"));
    }
    match host {
        None if is_http_11 => Err(Refusal::new(400, "the request has no Host")),
        Some(host) if !host.iter().all(is_host_byte) => {
            Err(Refusal::new(400, "the Host is not a host name"))
        }
        _ => Ok(()),
    }
}

/// A byte of `uri-host [ ":" port ]` (RFC 3986 section 3.2.2).
fn is_host_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(byte)
}

fn values<'a>(
    fields: &'a [httparse::Header<'_>],
    name: &'static str,
) -> impl Iterator<Item = &'a [u8]> {
    fields
        .iter()
        .filter(move |field| field.name.eq_ignore_ascii_case(name))
        .map(|field| field.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let bytes =
            b"GET /get?token=s3cret HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer s3cret\r\n\r\n";
        let head = Head::read(Bytes::from_static(bytes), &Limits::default()).unwrap();
        assert_eq!(format!("{head:?}"), "Head(GET /get?token=***)");
    }
}
