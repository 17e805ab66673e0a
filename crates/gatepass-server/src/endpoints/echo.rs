//! What was received, as JSON: `/get`, `/post` and its like, `/anything`, `/headers`, `/ip`, `/user-agent`, `/uuid`.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use url::form_urlencoded;

use super::Call;
use crate::json::{Json, Pairs};
use crate::multipart;
use crate::reply::Reply;
use crate::request::Request;

pub(super) fn get(call: &Call<'_>) -> Reply {
    let request = call.request;
    let mut json = Json::object();
    json.pairs("args", request.args());
    fields(&mut json, request);
    json.string("origin", &request.origin());
    json.string("url", &request.url());
    Reply::json(200, json)
}

pub(super) fn with_body(call: &Call<'_>) -> Reply {
    let mut json = Json::object();
    body_and_all(&mut json, call.request, None);
    Reply::json(200, json)
}

pub(super) fn anything(call: &Call<'_>) -> Reply {
    let mut json = Json::object();
    body_and_all(&mut json, call.request, Some(call.method()));
    Reply::json(200, json)
}

pub(super) fn headers(call: &Call<'_>) -> Reply {
    let mut json = Json::object();
    fields(&mut json, call.request);
    Reply::json(200, json)
}

pub(super) fn ip(call: &Call<'_>) -> Reply {
    let mut json = Json::object();
    json.string("origin", &call.request.origin());
    Reply::json(200, json)
}

pub(super) fn user_agent(call: &Call<'_>) -> Reply {
    let mut json = Json::object();
    match call.request.head.field("user-agent") {
        Some(agent) => json.string("user-agent", &latin1(agent)),
        None => json.value("user-agent", &Value::Null),
    };
    Reply::json(200, json)
}

pub(super) fn uuid(call: &Call<'_>) -> Reply {
    let mut bytes = [0; 16];
    if call.site.env.random(&mut bytes).is_err() {
        return Reply::empty(503);
    }
    // Version 4, variant 10 (RFC 9562 section 5.4).
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = gatepass_auth::hash::hex(&bytes);
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    let mut json = Json::object();
    json.string("uuid", &parts.join("-"));
    Reply::json(200, json)
}

/// Writes the members of `/post`, and `method` where `/anything` wants it.
fn body_and_all(json: &mut Json, request: &Request, method: Option<&str>) {
    let body = Parsed::of(request);
    json.pairs("args", request.args());
    json.string("data", &body.data);
    json.pairs("files", body.files);
    json.pairs("form", body.form);
    fields(json, request);
    json.value("json", &body.json);
    if let Some(method) = method {
        json.string("method", method);
    }
    json.string("origin", &request.origin());
    json.string("url", &request.url());
}

/// Writes the members of `/delay`: those of `/post` without `json`.
pub(super) fn body_without_json(json: &mut Json, request: &Request) {
    let body = Parsed::of(request);
    json.pairs("args", request.args());
    json.string("data", &body.data);
    json.pairs("files", body.files);
    json.pairs("form", body.form);
    fields(json, request);
    json.string("origin", &request.origin());
    json.string("url", &request.url());
}

/// Writes the header fields as httpbin shows them: sorted, in title case, those of one name joined by commas.
pub(super) fn fields(json: &mut Json, request: &Request) {
    let mut fields: Pairs<'_> = request
        .head
        .fields()
        .map(|(name, value)| (title_case(name), latin1(value)))
        .collect();
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    json.begin("headers");
    for group in fields.chunk_by(|one, other| one.0 == other.0) {
        match group {
            [(name, value)] => {
                json.string(name, value);
            }
            [(name, _), ..] => {
                let values: Vec<&str> = group.iter().map(|(_, value)| value.as_ref()).collect();
                json.string(name, &values.join(","));
            }
            [] => {}
        }
    }
    json.end();
}

/// Writes `content-type` as `Content-Type`.
fn title_case(name: &str) -> Cow<'_, str> {
    let bytes = name.as_bytes();
    let fits = |(at, byte): (usize, &u8)| {
        if at == 0 || bytes[at - 1] == b'-' {
            !byte.is_ascii_lowercase()
        } else {
            !byte.is_ascii_uppercase()
        }
    };
    if bytes.iter().enumerate().all(fits) {
        return name.into();
    }
    let mut start = true;
    let title = name.chars().map(|letter| {
        let cased = if start {
            letter.to_ascii_uppercase()
        } else {
            letter.to_ascii_lowercase()
        };
        start = letter == '-';
        cased
    });
    title.collect()
}

/// Reads bytes of a header as UTF-8, and as ISO-8859-1 where they are not.
pub(super) fn latin1(value: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(value).map_or_else(
        |_| value.iter().map(|&byte| char::from(byte)).collect(),
        Cow::Borrowed,
    )
}

/// A body as httpbin takes it apart.
#[derive(Default)]
struct Parsed<'a> {
    data: Cow<'a, str>,
    files: Pairs<'a>,
    form: Pairs<'a>,
    json: Value,
}

impl<'a> Parsed<'a> {
    fn of(request: &'a Request) -> Self {
        let body: &[u8] = &request.body;
        match request.media_type().as_str() {
            "application/x-www-form-urlencoded" => Self {
                form: form_urlencoded::parse(body).collect(),
                ..Self::default()
            },
            "multipart/form-data" => {
                let kind = latin1(request.head.field("content-type").unwrap_or_default());
                let mut parsed = Self::default();
                for part in multipart::parts(body, &kind) {
                    let text = data(&part.media_type, part.content);
                    let list = if part.is_file {
                        &mut parsed.files
                    } else {
                        &mut parsed.form
                    };
                    list.push((part.name.into(), text));
                }
                parsed
            }
            kind => Self {
                data: data(kind, body),
                json: serde_json::from_slice(body).unwrap_or_default(),
                ..Self::default()
            },
        }
    }
}

/// Shows bytes: as text where they are UTF-8, else as a data URL.
fn data<'a>(kind: &str, bytes: &'a [u8]) -> Cow<'a, str> {
    std::str::from_utf8(bytes).map_or_else(
        |_| {
            let kind = if kind.is_empty() {
                "application/octet-stream"
            } else {
                kind
            };
            format!("data:{kind};base64,{}", STANDARD.encode(bytes)).into()
        },
        Cow::Borrowed,
    )
}
