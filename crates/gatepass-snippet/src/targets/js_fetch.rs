//! fetch in a page.

use super::node_fetch::{body_refused, forbidden_method, header_value};
use crate::call::{Call, Login, Payload};
use crate::languages::Language;
use crate::languages::javascript::{Browser, JSON};
use crate::support::{Need, Support};
use crate::target::{Info, Recipe, Target};
use crate::writer::{Helper, Writer};

/// The browser's fetch.
pub(super) struct Fetch;

static INFO: Info = Info {
    id: "js-fetch",
    aliases: &["fetch", "javascript"],
    title: "JavaScript fetch",
    family: "JavaScript",
    file: "request.js",
    minimum: None,
    install: Some("For a page: <script type=module>"),
    recipe: Recipe::Run("browser"),
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/javascript/oauth1_browser.js"),
    imports: &[],
};

static BASE64: Helper = Helper {
    code: include_str!("../inline/javascript/base64_browser.js"),
    imports: &[],
};

/// Says what every target for pages can do.
pub(super) fn page_supports(need: Need) -> Support {
    match need {
        Need::OAuth1 => Support::Helper,
        Need::Basic
        | Need::BasicUtf8
        | Need::Bearer
        | Need::Token
        | Need::KeyInHeader
        | Need::OwnHeader => Support::Header,
        Need::KeyInCookie => Support::No("a page may not set the Cookie header"),
        Need::DigestMd5 | Need::DigestSha256 => Support::No(
            "the browser has no MD5 to answer with, and by itself gives the password in clear to a server that asks for Basic",
        ),
        Need::Proxy | Need::ClientCertificate | Need::CaFile | Need::Unverified => {
            Support::No("the browser decides this, not the page")
        }
        Need::Stay => Support::No("a page is not told of a redirect that is not followed"),
        Need::File | Need::Multipart => {
            Support::No("a page opens no file by its name; whoever looks at it chooses one")
        }
        _ => super::usual(need),
    }
}

/// Refuses header fields that a page may not set (Fetch standard, forbidden request-header).
pub(super) fn forbidden_header(call: &Call) -> Option<String> {
    const NAMES: &[&str] = &[
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    let found = call.headers.iter().find(|(name, _)| {
        let name = name.to_ascii_lowercase();
        NAMES.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-")
    });
    found.map(|(name, _)| format!("a page may not set the header {name}"))
}

impl Target for Fetch {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Browser
    }

    fn supports(&self, need: Need) -> Support {
        page_supports(need)
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        forbidden_header(call)
            .or_else(|| body_refused(call))
            .or_else(|| forbidden_method(call))
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.code("const url = ").text(&call.full_url()).line(";");
        form(call, w);
        w.line("const response = await fetch(url, {");
        w.indented(|w| {
            w.code("method: ").str(&call.method).line(",");
            let is_form = matches!(call.body, Payload::Form(_));
            if has_headers(call, !is_form) {
                w.line("headers: {");
                w.indented(|w| header_fields(call, !is_form, ": ", ",", w));
                w.line("},");
            }
            if call.has_body() {
                w.code("body: ");
                body(call, w);
                w.line(",");
            }
            if let Some(millis) = call.timeout_millis() {
                w.code("signal: AbortSignal.timeout(")
                    .number(millis)
                    .line("),");
            }
        });
        w.line("});");
        w.line("console.log(response.status, response.statusText);");
        w.line("console.log(await response.text());");
        w.line("if (!response.ok) throw new Error(`HTTP ${response.status}`);");
    }
}

/// Writes the fields of a form as `form`.
pub(super) fn form(call: &Call, w: &mut Writer) {
    if let Payload::Form(fields) = &call.body {
        w.line("const form = new URLSearchParams();");
        for (name, value) in fields {
            w.code("form.append(")
                .text(name)
                .code(", ")
                .text(value)
                .line(");");
        }
    }
}

/// Writes the body as an expression.
pub(super) fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Json(value) if JSON.holds(value) => {
            w.code("JSON.stringify(").json(value, &JSON).code(")")
        }
        Payload::Form(_) => w.code("form"),
        _ => w.bytes(&call.body_text().unwrap_or_default()),
    };
}

pub(super) fn has_headers(call: &Call, content_type: bool) -> bool {
    let computed = matches!(call.login, Login::Basic { .. } | Login::OAuth1(_));
    computed || !call.all_headers().is_empty() || content_type && call.content_type().is_some()
}

/// Writes every header field as its name and its value, with something between and behind.
pub(super) fn header_fields(
    call: &Call,
    content_type: bool,
    between: &'static str,
    behind: &'static str,
    w: &mut Writer,
) {
    let mut fields = call.all_headers();
    if content_type {
        fields.extend(super::content_type_field(call));
    }
    for (name, value) in super::joined(&fields) {
        w.str(&name).code(between);
        header_value(&value, w);
        w.line(behind);
    }
    match &call.login {
        Login::Basic { user, password } => {
            w.helper(&BASE64);
            let pair = user.clone().and(&":".into()).and(password);
            w.code("\"Authorization\"")
                .code(between)
                .code("\"Basic \" + base64(")
                .text(&pair)
                .code(")");
            w.line(behind);
        }
        Login::OAuth1(keys) => {
            w.helper(&OAUTH1);
            w.code("\"Authorization\"")
                .code(between)
                .line("await oauth1(");
            w.indented(|w| {
                w.str(&call.method).line(",");
                w.line("url,");
                w.line(if matches!(call.body, Payload::Form(_)) {
                    "form,"
                } else {
                    "[],"
                });
                for text in [
                    &keys.consumer_key,
                    &keys.consumer_secret,
                    &keys.token,
                    &keys.token_secret,
                ] {
                    w.text(text).line(",");
                }
            });
            w.code(")").line(behind);
        }
        _ => {}
    }
}
