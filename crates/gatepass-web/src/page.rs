//! The files of the page, and the header fields that every answer has.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;
use serde_json::{Value, json};

use crate::guard::Refusal;

/// One file of the page: its path, its media type, its text.
type File = (&'static str, &'static str, &'static str);

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Every file of the page.
const FILES: &[File] = &[
    (
        "/",
        "text/html; charset=utf-8",
        include_str!("../page/index.html"),
    ),
    (
        "/style.css",
        "text/css; charset=utf-8",
        include_str!("../page/style.css"),
    ),
    (
        "/icon.svg",
        "image/svg+xml",
        include_str!("../page/icon.svg"),
    ),
    ("/main.js", SCRIPT, include_str!("../page/main.js")),
    ("/api.js", SCRIPT, include_str!("../page/api.js")),
    ("/answer.js", SCRIPT, include_str!("../page/answer.js")),
    ("/code.js", SCRIPT, include_str!("../page/code.js")),
    (
        "/connection.js",
        SCRIPT,
        include_str!("../page/connection.js"),
    ),
    (
        "/conversation.js",
        SCRIPT,
        include_str!("../page/conversation.js"),
    ),
    ("/elements.js", SCRIPT, include_str!("../page/elements.js")),
    ("/form.js", SCRIPT, include_str!("../page/form.js")),
    ("/kept.js", SCRIPT, include_str!("../page/kept.js")),
    ("/pretty.js", SCRIPT, include_str!("../page/pretty.js")),
];

/// What the page may do: run its own scripts, talk to this server, show pictures that it has in memory. Scripts in what a
/// server answered have no way to run: not from a text, not from a picture, not in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// What every answer has beside its own fields.
const ALWAYS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("x-frame-options", "DENY"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Returns the file at a path.
pub(crate) fn file(path: &str) -> Response<Full<Bytes>> {
    match FILES.iter().find(|(known, ..)| *known == path) {
        Some((_, media_type, text)) => response(
            StatusCode::OK,
            media_type,
            Bytes::from_static(text.as_bytes()),
        ),
        None => refusal(&Refusal::Missing),
    }
}

/// Answers with JSON.
pub(crate) fn json(status: StatusCode, value: &Value) -> Response<Full<Bytes>> {
    response(status, "application/json", value.to_string().into())
}

/// Says why a request is not answered.
pub(crate) fn refusal(refusal: &Refusal) -> Response<Full<Bytes>> {
    json(refusal.status(), &json!({ "problem": refusal.sentence() }))
}

fn response(status: StatusCode, media_type: &'static str, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    for (name, value) in ALWAYS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_load_stays_small() {
        let all: usize = FILES.iter().map(|(_, _, text)| text.len()).sum();
        assert!(all < 150_000, "{all} bytes");
    }

    #[test]
    fn the_page_holds_no_script_and_no_style_that_its_policy_forbids() {
        let html = FILES[0].2;
        for forbidden in [
            "<style",
            " style=",
            " onclick",
            " onload",
            "javascript:",
            "http://",
            "https://",
        ] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        // What would read a text as markup.
        let sinks = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ];
        for (path, _, text) in FILES.iter().filter(|(_, kind, _)| *kind == SCRIPT) {
            for sink in sinks {
                assert!(!text.contains(sink), "{path}: {sink}");
            }
        }
    }
}
