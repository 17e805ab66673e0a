//! The head of a request as it goes over the wire: which fields, in which order, under which names.
//!
//! The HTTP/1.1 codec writes names in title case and repeated names one after another. The same is done here first, so
//! that what a scheme signs, what a transcript shows and what is sent are one thing.

use bytes::Bytes;
use gatepass_auth::mask::carries_credential;
use gatepass_auth::{Body, Header, Headers, Space};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Uri};

use crate::decode;
use crate::error::{Error, Misuse};
pub(crate) use crate::fields::push;
use crate::given::Given;
use crate::redirect::{self, Reach};
use crate::transcript::{Form, Head, Leg, SentBody, Withheld};

const USER_AGENT: &str = concat!("gatepass/", env!("CARGO_PKG_VERSION"));

/// Returns the fields with which a leg begins: `Host` first, then what is added where the caller says nothing, then the
/// caller's, of which credentials for another origin are left out.
pub(crate) fn opening(
    given: &Given,
    home: &Space,
    space: &Space,
    reach: Reach,
    withheld: &mut Vec<Withheld>,
) -> Headers {
    let mine = redirect::allowed(&given.headers, home, reach, withheld);
    let mut headers = Headers::new();
    match mine.get("Host") {
        Some(host) => headers.append("Host", host),
        None => headers.append("Host", space.authority()),
    }
    // A part of a compressed body could not be decoded.
    let codings = given.decodes && !mine.contains("Range");
    let added = [
        ("User-Agent", USER_AGENT),
        ("Accept", "*/*"),
        ("Accept-Encoding", decode::ACCEPT),
    ];
    for (name, value) in added.into_iter().take(2 + usize::from(codings)) {
        if !given.leaves_out(name) && !mine.contains(name) {
            headers.append(name, value);
        }
    }
    for header in mine.iter() {
        if header.name().eq_ignore_ascii_case("Host") {
            continue;
        }
        push(
            &mut headers,
            header.name(),
            header.value(),
            header.is_secret(),
        );
    }
    headers
}

/// Says whether the caller gives a credential for the origin by this field. Cookies are none: they go along with any.
pub(crate) fn is_own_credential(header: &Header) -> bool {
    let beside = ["Cookie", "Proxy-Authorization", "X-CSRF-Token"];
    let is_beside = beside
        .iter()
        .any(|name| name.eq_ignore_ascii_case(header.name()));
    !is_beside && (header.is_secret() || carries_credential(header.name()))
}

/// Returns the fields with which a request for a tunnel begins.
pub(crate) fn opening_of_tunnel(given: &Given, authority: &str) -> Headers {
    let mut headers = Headers::new();
    headers.append("Host", authority);
    let unwanted = |name: &str| given.without.iter().any(|it| it.eq_ignore_ascii_case(name));
    if let Some(agent) = given.headers.get("User-Agent") {
        headers.append("User-Agent", agent);
    } else if !unwanted("User-Agent") {
        headers.append("User-Agent", USER_AGENT);
    }
    headers
}

/// Returns the fields as they are sent: the length of the body told (RFC 9112 section 6), names in title case, equal
/// names together.
pub(crate) fn framed(mut headers: Headers, method: &str, body: &Body, http2: bool) -> Headers {
    headers.remove("Content-Length");
    let length = match body {
        Body::Bytes(bytes) if !bytes.is_empty() => Some(bytes.len() as u64),
        Body::Opaque { length, .. } => *length,
        _ => Some(0),
    };
    let expects_body = matches!(method, "POST" | "PUT" | "PATCH");
    match length {
        Some(0) => {
            headers.remove("Transfer-Encoding");
            if expects_body {
                headers.append("Content-Length", "0");
            }
        }
        Some(length) if !headers.contains("Transfer-Encoding") => {
            headers.append("Content-Length", length.to_string());
        }
        Some(_) => {}
        None => headers.set("Transfer-Encoding", "chunked"),
    }
    if http2 {
        return without_hops(&headers);
    }
    if is_wire_form(&headers) {
        return headers;
    }
    let mut sent = Headers::new();
    for (at, header) in headers.iter().enumerate() {
        let same = |other: &Header| other.name().eq_ignore_ascii_case(header.name());
        if headers.iter().take(at).any(same) {
            continue;
        }
        let name = title_case(header.name());
        for header in headers.iter().skip(at).filter(|other| same(other)) {
            push(&mut sent, &name, header.value(), header.is_secret());
        }
    }
    sent
}

/// Returns the fields as HTTP/2 has them: names in lower case, none that is about the connection (RFC 9113 section 8.2).
fn without_hops(headers: &Headers) -> Headers {
    let mut sent = Headers::new();
    for header in headers {
        let name = header.name().to_ascii_lowercase();
        let is_trailers = name == "te" && header.value() == b"trailers";
        if !HOP_BY_HOP.contains(&name.as_str()) || is_trailers {
            push(&mut sent, &name, header.value(), header.is_secret());
        }
    }
    sent
}

/// Fields that HTTP/2 does not have (RFC 9113 section 8.2.2).
const HOP_BY_HOP: [&str; 6] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Writes a name as the codec writes it: `x-api-key` as `X-Api-Key`.
pub(crate) fn title_case(name: &str) -> String {
    let mut start = true;
    let cased = name.chars().map(|letter| {
        let capital = std::mem::replace(&mut start, letter == '-');
        if capital {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        }
    });
    cased.collect()
}

/// Says whether every name is in title case and stands once, so that the codec changes nothing.
fn is_wire_form(headers: &Headers) -> bool {
    headers.iter().enumerate().all(|(at, header)| {
        let mut start = true;
        let is_cased = header.name().bytes().all(|byte| {
            let fits = if start {
                !byte.is_ascii_lowercase()
            } else {
                !byte.is_ascii_uppercase()
            };
            start = byte == b'-';
            fits
        });
        let same = |other: &Header| other.name().eq_ignore_ascii_case(header.name());
        is_cased && !headers.iter().take(at).any(same)
    })
}

/// Makes the codec's request of a leg.
///
/// # Errors
/// [`Misuse::BadMethod`], [`Misuse::BadHeader`] or [`Misuse::BadTarget`] for what HTTP cannot carry.
pub(crate) fn request<B>(leg: &Leg, body: B) -> Result<Request<B>, Error> {
    let method = Method::from_bytes(leg.method.as_bytes()).map_err(|_| Misuse::BadMethod {
        method: leg.method.clone(),
    })?;
    let uri = Uri::try_from(&*leg.sent_target())
        .ok()
        .filter(|uri| match uri.path_and_query() {
            Some(sent) => sent.as_str() == leg.target,
            None => leg.form == Form::Authority,
        })
        .ok_or_else(|| Misuse::BadTarget {
            url: leg.shown_url(),
        })?;
    let mut headers = HeaderMap::with_capacity(leg.headers.len());
    let mut uri = uri;
    if leg.http2 {
        // `Host` goes out as `:authority` (RFC 9113 section 8.3.1).
        let host = leg.headers.get_str("Host").unwrap_or_default();
        let whole = format!("{}://{host}{}", leg.space.scheme(), leg.target);
        uri = Uri::try_from(whole).map_err(|_| Misuse::BadTarget {
            url: leg.shown_url(),
        })?;
    }
    for header in &leg.headers {
        if leg.http2 && header.name() == "host" {
            continue;
        }
        let bad = |problem| Misuse::BadHeader {
            name: header.name().to_owned(),
            problem,
        };
        let name = HeaderName::from_bytes(header.name().as_bytes())
            .map_err(|_| bad("has a character in its name that a name cannot have"))?;
        let value = HeaderValue::from_bytes(header.value())
            .map_err(|_| bad("has a line break or a control character in its value"))?;
        headers.append(name, value);
    }
    let mut request = Request::new(body);
    if leg.http10 {
        *request.version_mut() = http::Version::HTTP_10;
    }
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Returns the head of a leg byte for byte.
///
/// # Errors
/// As [`request`].
pub(crate) fn head_bytes(leg: &Leg) -> Result<Vec<u8>, Error> {
    request(leg, ())?;
    let mut bytes =
        format!("{} {} {}\r\n", leg.method, leg.sent_target(), leg.version()).into_bytes();
    for header in &leg.headers {
        bytes.extend_from_slice(header.name().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(header.value());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    Ok(bytes)
}

/// Returns the bytes that a body in memory becomes: itself, or one chunk (RFC 9112 section 7.1).
pub(crate) fn body_bytes(leg: &Leg, body: &Bytes) -> Bytes {
    if !leg.headers.contains("Transfer-Encoding") {
        return body.clone();
    }
    let mut chunked = format!("{:X}\r\n", body.len()).into_bytes();
    chunked.extend_from_slice(body);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    chunked.into()
}

/// Takes the head of a response from the codec.
pub(crate) fn head<B>(response: &http::Response<B>) -> Head {
    let status = response.status();
    let reason = response
        .extensions()
        .get::<hyper::ext::ReasonPhrase>()
        .map_or_else(
            || status.canonical_reason().unwrap_or_default().to_owned(),
            |reason| String::from_utf8_lossy(reason.as_bytes()).into_owned(),
        );
    let mut headers = Headers::new();
    for (name, value) in response.headers() {
        headers.append(title_case(name.as_str()), value.as_bytes());
    }
    Head {
        status: status.as_u16(),
        reason,
        version: if response.version() == http::Version::HTTP_10 {
            "HTTP/1.0"
        } else if response.version() == http::Version::HTTP_2 {
            "HTTP/2"
        } else {
            "HTTP/1.1"
        },
        headers,
    }
}

impl SentBody {
    /// Returns what a transcript keeps of a body.
    pub(crate) fn of(body: &Body) -> Self {
        match body {
            Body::Bytes(bytes) if !bytes.is_empty() => Self::Bytes(Bytes::clone(bytes)),
            Body::Opaque { length, .. } => Self::Elsewhere(*length),
            _ => Self::Empty,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_into_the_form_that_is_sent() {
        let given = [
            ("x-api-KEY", "1"),
            ("B", "2"),
            ("X-Api-Key", "3"),
            ("Content-Length", "9"),
        ];
        let headers = framed(
            given.into_iter().collect(),
            "GET",
            &Body::Bytes("abc".into()),
            false,
        );
        let sent: Vec<_> = headers.iter().map(|it| (it.name(), it.value())).collect();
        assert_eq!(
            sent,
            [
                ("X-Api-Key", &b"1"[..]),
                ("X-Api-Key", b"3"),
                ("B", b"2"),
                ("Content-Length", b"3")
            ]
        );
        assert!(is_wire_form(
            &[("Host", "h"), ("X-1a", "b")].into_iter().collect()
        ));
        for odd in [
            [("host", "h"), ("A", "b")],
            [("HOST", "h"), ("A", "b")],
            [("A", "h"), ("A", "b")],
        ] {
            assert!(!is_wire_form(&odd.into_iter().collect()), "{odd:?}");
        }
    }
}
