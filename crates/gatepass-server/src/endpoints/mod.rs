//! The paths, each with its methods and the function that answers. One file for each family.

mod auth;
mod body;
mod cookies;
mod delay;
mod echo;
mod faults;
mod guard;
mod headers;
mod oauth1;
mod postman;
mod redirect;
mod reqbin;
mod status;

use std::borrow::Cow;

use http::header::{ALLOW, HeaderValue};

use crate::reply::{Reply, TEXT};
use crate::request::Request;
use crate::site::Site;

/// A request at its endpoint.
pub(crate) struct Call<'a> {
    pub(crate) site: &'a Site,
    pub(crate) request: &'a Request,
    segments: &'a [&'a str],
}

impl<'a> Call<'a> {
    /// Returns a segment of the path, decoded; the first is 0. Empty where there is none.
    fn segment(&self, at: usize) -> Cow<'a, str> {
        let segment = self.segments.get(at).copied().unwrap_or_default();
        percent_encoding::percent_decode_str(segment).decode_utf8_lossy()
    }

    /// Returns the method as received.
    fn method(&self) -> &'a str {
        self.request.head.method()
    }
}

type Endpoint = fn(&Call<'_>) -> Reply;

/// An endpoint and the methods that it takes; `GET` includes `HEAD`, and all include `OPTIONS`.
struct Route {
    methods: &'static [&'static str],
    endpoint: Endpoint,
}

const ANY: &[&str] = &["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const GET_POST: &[&str] = &["GET", "HEAD", "POST", "OPTIONS"];
const POST: &[&str] = &["POST", "OPTIONS"];
const PUT: &[&str] = &["PUT", "OPTIONS"];
const PATCH: &[&str] = &["PATCH", "OPTIONS"];
const DELETE: &[&str] = &["DELETE", "OPTIONS"];

const fn any(endpoint: Endpoint) -> Route {
    Route {
        methods: ANY,
        endpoint,
    }
}

const fn get(endpoint: Endpoint) -> Route {
    Route {
        methods: &["GET", "HEAD", "OPTIONS"],
        endpoint,
    }
}

const fn only(methods: &'static [&'static str], endpoint: Endpoint) -> Route {
    Route { methods, endpoint }
}

/// Finds the endpoint of a path, given as its segments.
fn route(segments: &[&str]) -> Option<Route> {
    Some(match segments {
        [""] => get(index),

        ["auth", ..] => any(auth::any_scheme),
        ["basic-auth"] => any(postman::basic),
        ["basic-auth", _, _] => any(auth::basic),
        ["hidden-basic-auth", _, _] => any(auth::hidden_basic),
        ["bearer"] => any(auth::bearer),
        ["digest-auth"] => any(postman::digest),
        ["digest-auth", _, _, _] => any(auth::digest),
        ["digest-auth", _, _, _, _] => any(auth::digest),
        ["digest-auth", _, _, _, _, _] => any(auth::digest),
        ["oauth1"] => any(postman::oauth1),
        ["oauth1", "request_token"] => only(GET_POST, oauth1::request_token),
        ["oauth1", "authorize"] => only(GET_POST, oauth1::authorize),
        ["oauth1", "access_token"] => only(GET_POST, oauth1::access_token),
        ["oauth1", "resource"] => any(oauth1::resource),

        ["get"] => get(echo::get),
        ["post"] => only(POST, echo::with_body),
        ["put"] => only(PUT, echo::with_body),
        ["patch"] => only(PATCH, echo::with_body),
        ["delete"] => only(DELETE, echo::with_body),
        ["anything", ..] => any(echo::anything),
        ["headers"] => get(echo::headers),
        ["ip"] => get(echo::ip),
        ["user-agent"] => get(echo::user_agent),
        ["uuid"] => get(echo::uuid),
        ["cookies"] => get(cookies::show),

        ["status", _] => any(status::status),
        ["delay", _] => any(delay::delay),
        ["response-headers"] => only(GET_POST, headers::response_headers),
        ["redirect", _] | ["relative-redirect", _] => get(redirect::relative),
        ["absolute-redirect", _] => get(redirect::absolute),
        ["redirect-to"] => any(redirect::anywhere),
        ["cookies", "set"] => get(cookies::set),
        ["cookies", "set", _, _] => get(cookies::set_one),
        ["cookies", "delete"] => get(cookies::delete),
        ["bytes", _] => get(body::bytes),
        ["stream-bytes", _] => get(body::stream_bytes),
        ["stream", _] => get(body::stream),
        ["range", _] => get(body::range),
        ["gzip"] => get(body::gzip),
        ["deflate"] => get(body::deflate),
        ["brotli"] => get(body::brotli),
        ["zstd"] => get(body::zstd),
        ["drip"] => get(body::drip),
        ["etag", _] => get(body::etag),
        ["base64", _] => get(body::base64),
        ["faults", ..] => any(faults::index),
        ["echo", "get", "json"] => get(reqbin::success),
        ["echo", "post", "json"] => only(POST, reqbin::success),
        ["echo", "put", "json"] => only(PUT, reqbin::success),
        ["echo", "patch", "json"] => only(PATCH, reqbin::success),
        ["echo", "delete", "json"] => only(DELETE, reqbin::success),

        _ => return None,
    })
}

/// Answers a request.
pub(crate) fn answer(site: &Site, request: &Request) -> Reply {
    let path = request.path();
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let Some(route) = route(&segments) else {
        return Reply::problem(404, "there is nothing here; GET / lists the endpoints");
    };
    let method = request.head.method();
    if !route.methods.contains(&method) {
        let detail = format!(
            "{method} is not for this path; it takes {}",
            route.methods.join(", ")
        );
        return allowing(Reply::problem(405, &detail), &route);
    }
    if method == "OPTIONS" {
        return allowing(Reply::empty(200), &route);
    }
    (route.endpoint)(&Call {
        site,
        request,
        segments: &segments,
    })
}

fn allowing(reply: Reply, route: &Route) -> Reply {
    match HeaderValue::from_str(&route.methods.join(", ")) {
        Ok(methods) => reply.with(ALLOW, methods),
        Err(_) => reply,
    }
}

fn index(call: &Call<'_>) -> Reply {
    let mut text = include_str!("index.txt").to_owned();
    if call.site.faults.is_some() {
        text.push_str(include_str!("index_of_faults.txt"));
    }
    Reply::bytes(TEXT, text)
}
