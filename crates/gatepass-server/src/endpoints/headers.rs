//! Header fields of the client's choice: `/response-headers?name=value`.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

use super::Call;
use crate::json::{Json, Pairs};
use crate::reply::{JSON, Reply, TEXT};

/// Fields that say where the answer ends or what becomes of the connection. Two opinions about that are an attack.
const FRAMING: &[&str] = &[
    "connection",
    "content-length",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields that keep a browser from running what a stranger wrote.
const GUARDS: &[&str] = &["content-security-policy", "x-content-type-options"];

/// Media types that no browser runs.
const INERT: &[&str] = &[
    "application/json",
    "application/octet-stream",
    "application/problem+json",
    "text/plain",
];

pub(super) fn response_headers(call: &Call<'_>) -> Reply {
    let args = call.request.args();
    let mut reply = Reply::empty(200);
    let mut kind = JSON;
    for (name, value) in &args {
        let name = HeaderName::from_bytes(name.as_bytes());
        // What has a control character in it would begin another field.
        let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) else {
            return Reply::problem(400, "a name or a value cannot be written in a header");
        };
        if FRAMING.contains(&name.as_str()) {
            let detail =
                format!("{name} is not for a client to choose: it says where the answer ends");
            return Reply::problem(400, &detail);
        }
        if GUARDS.contains(&name.as_str()) {
            return Reply::problem(
                400,
                &format!("{name} is not for a client to choose: it is a guard"),
            );
        }
        if name == CONTENT_TYPE {
            kind = if is_inert(&value) { value } else { TEXT };
        } else {
            reply.headers.append(name, value);
        }
    }
    reply.headers.insert(CONTENT_TYPE, kind.clone());
    reply.body = body(&args, kind.to_str().unwrap_or_default()).into();
    reply.sandboxed()
}

fn is_inert(value: &HeaderValue) -> bool {
    let kind = value.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    INERT.iter().any(|known| known.eq_ignore_ascii_case(kind))
}

/// Writes the fields, among them the length of what is written.
fn body(args: &Pairs<'_>, kind: &str) -> Bytes {
    let mut length = String::new();
    loop {
        let mut fields = args.clone();
        fields.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        fields.push(("Content-Length".into(), length.as_str().into()));
        fields.push(("Content-Type".into(), kind.into()));
        let document = Json::members(fields);
        let now = document.len().to_string();
        // One digit more in the length is one byte more in the document, so that two or three rounds settle it.
        if now == length {
            return document.into();
        }
        length = now;
    }
}
