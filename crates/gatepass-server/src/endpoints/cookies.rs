//! Cookies: `/cookies`, `/cookies/set?name=value`, `/cookies/set/{name}/{value}`, `/cookies/delete?name`.

use std::borrow::Cow;

use gatepass_auth::params::is_token;
use http::HeaderValue;
use http::header::{LOCATION, SET_COOKIE};

use super::Call;
use super::echo::latin1;
use crate::json::{Json, Pairs};
use crate::reply::Reply;

pub(super) fn show(call: &Call<'_>) -> Reply {
    let mut cookies: Pairs<'_> = Vec::new();
    for (name, value) in call.request.head.fields() {
        if !name.eq_ignore_ascii_case("cookie") {
            continue;
        }
        for pair in value.split(|&byte| byte == b';') {
            let pair = pair.trim_ascii();
            let at = pair.iter().position(|&byte| byte == b'=');
            let (name, value) = at.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            if !pair.is_empty() {
                cookies.push((latin1(name), unquoted(latin1(value))));
            }
        }
    }
    let mut json = Json::object();
    json.pairs("cookies", cookies);
    Reply::json(200, json)
}

fn unquoted(value: Cow<'_, str>) -> Cow<'_, str> {
    let inner = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    inner.map(|inner| inner.to_owned().into()).unwrap_or(value)
}

pub(super) fn set(call: &Call<'_>) -> Reply {
    change(call.request.args(), "; Path=/")
}

pub(super) fn set_one(call: &Call<'_>) -> Reply {
    change(vec![(call.segment(2), call.segment(3))], "; Path=/")
}

pub(super) fn delete(call: &Call<'_>) -> Reply {
    let names = call.request.args().into_iter();
    change(
        names.map(|(name, _)| (name, "".into())).collect(),
        "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
    )
}

/// Sends to `/cookies` with these cookies, each with these attributes.
fn change(cookies: Pairs<'_>, attributes: &str) -> Reply {
    let mut reply = Reply::empty(302).with(LOCATION, HeaderValue::from_static("/cookies"));
    for (name, value) in cookies {
        // cookie-name and cookie-octet of RFC 6265 section 4.1.1. A semicolon would add attributes.
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
        if !is_token(name.as_bytes()) || !value.bytes().all(fits) {
            return Reply::problem(
                400,
                "a cookie's name or value has a character in it that it cannot have",
            );
        }
        match HeaderValue::try_from(format!("{name}={value}{attributes}")) {
            Ok(cookie) => reply.headers.append(SET_COOKIE, cookie),
            Err(_) => return Reply::problem(400, "the cookie cannot be written in a header"),
        };
    }
    reply
}
