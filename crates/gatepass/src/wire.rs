//! The head of a request as it goes over the wire: which fields, in which order; and the head of a response as it came.
//!
//! What a scheme signs, what a transcript shows and what is sent are one thing.

use bytes::Bytes;
use gatepass_auth::show::{carries_credential, stands_beside};
use gatepass_auth::{Body, Header, Headers, Space};
use gatepass_wire::{Asked, Encoder, Unsendable};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Uri};

use crate::decode;
use crate::error::{Error, Misuse};
pub(crate) use crate::fields::push;
use crate::given::Given;
use crate::redirect::{self, Reach};
use crate::transcript::{Head, Leg, SentBody, Withheld};

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
    // A scheme adds one, and the framing another.
    let mut headers = Headers::with_capacity(mine.len() + 6);
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
    !stands_beside(header.name()) && (header.is_secret() || carries_credential(header.name()))
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

/// Returns the fields as they are sent: the length of the body told (RFC 9112 section 6). Over HTTP/1.1 the caller's spelling and
/// order stay.
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
    headers
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

/// Says how the body of a leg is framed.
pub(crate) fn encoder(leg: &Leg, length: Option<u64>) -> Encoder {
    match length {
        Some(length) if !leg.headers.contains("Transfer-Encoding") => Encoder::Length(length),
        _ => Encoder::Chunked,
    }
}

/// Says how the answer to a leg is read.
pub(crate) fn asked(leg: &Leg) -> Asked {
    match &*leg.method {
        "HEAD" => Asked::Head,
        "CONNECT" => Asked::Connect,
        _ => Asked::Other,
    }
}

/// Writes the head of a leg as it goes over HTTP/1.1.
///
/// # Errors
/// [`Misuse::BadMethod`], [`Misuse::BadHeader`] or [`Misuse::BadTarget`] for what HTTP cannot carry.
pub(crate) fn write_head(leg: &Leg, out: &mut Vec<u8>) -> Result<(), Error> {
    let version = match leg.http10 {
        true => gatepass_wire::Version::Http10,
        false => gatepass_wire::Version::Http11,
    };
    let fields = leg.headers.iter().map(|it| (it.name(), it.value()));
    gatepass_wire::write_head(out, &leg.method, &leg.sent_target(), version, fields)
        .map_err(|problem| unsendable(leg, problem))
}

fn unsendable(leg: &Leg, problem: Unsendable) -> Error {
    let (at, problem) = match problem {
        Unsendable::Method => {
            let method = leg.method.to_string();
            return Misuse::BadMethod { method }.into();
        }
        Unsendable::Name(at) => (at, "has a character in its name that a name cannot have"),
        Unsendable::Value(at) => (at, "has a line break or a control character in its value"),
        _ => {
            let url = leg.shown_url();
            return Misuse::BadTarget { url }.into();
        }
    };
    let name = leg.headers.iter().nth(at).map(Header::name);
    Misuse::BadHeader {
        name: name.unwrap_or_default().to_owned(),
        problem,
    }
    .into()
}

/// Makes the request of a leg that goes over HTTP/2.
///
/// # Errors
/// As [`write_head`].
pub(crate) fn request<B>(leg: &Leg, body: B) -> Result<Request<B>, Error> {
    let bad_target = || Misuse::BadTarget {
        url: leg.shown_url(),
    };
    // `Host` goes out as `:authority` (RFC 9113 section 8.3.1).
    let host = leg.headers.get_str("Host").unwrap_or_default();
    let whole = format!("{}://{host}{}", leg.space.scheme(), leg.target);
    let uri = Uri::try_from(whole).map_err(|_| bad_target())?;
    let is_same = |sent: &http::uri::PathAndQuery| sent.as_str() == leg.target;
    if !uri.path_and_query().is_some_and(is_same) {
        return Err(bad_target().into());
    }
    let mut headers = HeaderMap::with_capacity(leg.headers.len());
    for (at, header) in leg.headers.iter().enumerate() {
        if header.name() == "host" {
            continue;
        }
        let name = HeaderName::from_bytes(header.name().as_bytes())
            .map_err(|_| unsendable(leg, Unsendable::Name(at)))?;
        let value = HeaderValue::from_bytes(header.value())
            .map_err(|_| unsendable(leg, Unsendable::Value(at)))?;
        headers.append(name, value);
    }
    let mut request = Request::new(body);
    *request.method_mut() = Method::from_bytes(leg.method.as_bytes())
        .map_err(|_| unsendable(leg, Unsendable::Method))?;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Returns the head of a leg byte for byte.
///
/// # Errors
/// As [`write_head`].
pub(crate) fn head_bytes(leg: &Leg) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    write_head(leg, &mut bytes)?;
    Ok(bytes)
}

/// Returns the bytes that a body in memory becomes: itself, or one chunk (RFC 9112 section 7.1).
pub(crate) fn body_bytes(leg: &Leg, body: &Bytes) -> Bytes {
    let mut encoder = encoder(leg, Some(body.len() as u64));
    if encoder != Encoder::Chunked {
        return body.clone();
    }
    let mut chunked = Vec::new();
    encoder.before(&mut chunked, body.len());
    chunked.extend_from_slice(body);
    // Chunks are never too long, and have no trailers here.
    let _ = encoder.after(&mut chunked, body.len());
    let _ = encoder.end(&mut chunked, []);
    chunked.into()
}

/// Keeps the head of a response as it came, with the informational heads before it.
pub(crate) fn head(head: &gatepass_wire::Head, early: Vec<gatepass_wire::Head>) -> Head {
    Head {
        status: head.status(),
        reason: String::from_utf8_lossy(head.reason()).into_owned(),
        version: head.version().as_str(),
        headers: fields(head.fields()),
        trailers: Headers::new(),
        early: early.iter().map(|it| self::head(it, Vec::new())).collect(),
    }
}

/// Keeps fields as they came.
pub(crate) fn fields(fields: &gatepass_wire::Fields) -> Headers {
    let pairs = fields.iter().map(|it| (it.name(), it.value()));
    pairs.collect()
}

/// Keeps the head of a response over HTTP/2, which has no reason phrase.
pub(crate) fn head_of_http2(response: &http::Response<()>) -> Head {
    let status = response.status();
    Head {
        status: status.as_u16(),
        reason: status.canonical_reason().unwrap_or_default().to_owned(),
        version: "HTTP/2",
        headers: fields_of_http2(response.headers()),
        ..Head::none()
    }
}

/// Keeps fields that came over HTTP/2.
pub(crate) fn fields_of_http2(fields: &HeaderMap) -> Headers {
    let pairs = fields.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .collect()
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
    fn spelling_and_order_stay() {
        let given = [
            ("x-api-KEY", "1"),
            ("B", "2"),
            ("X-Api-Key", "3"),
            ("Content-Length", "9"),
        ];
        let framed = |http2| {
            let headers: Headers = given.into_iter().collect();
            let headers = framed(headers, "GET", &Body::Bytes("abc".into()), http2);
            let pairs = headers
                .iter()
                .map(|it| (it.name().to_owned(), it.value().to_vec()));
            pairs.collect::<Vec<_>>()
        };
        let pairs = |names: [&str; 4]| {
            let values = ["1", "2", "3", "3"].map(|value| value.as_bytes().to_vec());
            let names = names.map(str::to_owned).into_iter();
            names.zip(values).collect::<Vec<_>>()
        };
        assert_eq!(
            framed(false),
            pairs(["x-api-KEY", "B", "X-Api-Key", "Content-Length"])
        );
        assert_eq!(
            framed(true),
            pairs(["x-api-key", "b", "x-api-key", "content-length"])
        );
    }
}
