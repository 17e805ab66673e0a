//! Python with httpx.

use super::python_requests::{form_part, opened_files};
use super::python_urllib::{oauth1_header, tls_context};
use crate::call::{Call, Login, Payload};
use crate::languages::Language;
use crate::languages::python::{JSON, Python, octets};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// Python httpx.
pub(super) struct Httpx;

static INFO: Info = Info {
    id: "python-httpx",
    aliases: &["httpx"],
    title: "Python httpx",
    family: "Python",
    file: "request.py",
    minimum: Some(Minimum::new("Python", "3.11")),
    install: Some("pip install httpx"),
    recipe: Recipe::Run("python"),
};

impl Target for Httpx {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Python
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::OAuth1 => Support::Helper,
            Need::Basic | Need::BasicUtf8 | Need::DigestMd5 | Need::DigestSha256 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call.method.contains(|c: char| c.is_ascii_lowercase()) {
            return Some("httpx writes every method in capital letters".to_owned());
        }
        super::quoted_user(call, "httpx")
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("import httpx");
        tls_context(call, w);
        opened_files(call, w, |w| {
            w.code("response = ");
            function(call, w);
            w.code("\n").indented(|w| {
                w.text(&call.full_url()).line(",");
                arguments(call, w);
            });
            w.line(")");
        });
        w.line("print(response.status_code, response.reason_phrase)");
        w.line("print(response.text)");
        w.line("if response.is_error:");
        w.indented(|w| {
            w.line("raise SystemExit(1)");
        });
    }
}

fn function(call: &Call, w: &mut Writer) {
    // Those of the short functions that have no body take no argument for one.
    match call.method.as_str() {
        "GET" if !call.has_body() => w.code("httpx.get("),
        "POST" => w.code("httpx.post("),
        "PUT" => w.code("httpx.put("),
        "PATCH" => w.code("httpx.patch("),
        "DELETE" if !call.has_body() => w.code("httpx.delete("),
        method => w.code("httpx.request(\n").indented(|w| {
            w.text(&method.into()).code(",");
        }),
    };
}

fn arguments(call: &Call, w: &mut Writer) {
    headers(call, w);
    match &call.login {
        Login::Basic { user, password } => {
            w.code("auth=(")
                .text(user)
                .code(", ")
                .text(password)
                .line("),");
        }
        Login::Digest { user, password, .. } => {
            w.code("auth=httpx.DigestAuth(")
                .text(user)
                .code(", ")
                .text(password)
                .line("),");
        }
        _ => {}
    }
    body(call, w);
    if let Some(proxy) = &call.proxy {
        w.code("proxy=")
            .text(&proxy.url_with_credentials())
            .line(",");
    }
    if !call.tls.is_default() {
        w.line("verify=context,");
    }
    if call.follow == Some(true) {
        w.line("follow_redirects=True,");
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("timeout=").seconds(millis).line(",");
    }
}

fn headers(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    if matches!(call.body, Payload::JsonText(_)) {
        fields.extend(super::content_type_field(call));
    }
    if fields.is_empty() && !matches!(call.login, Login::OAuth1(_)) {
        return;
    }
    w.line("headers={");
    w.indented(|w| {
        for (name, value) in super::joined(&fields) {
            w.str(&name).code(": ");
            if value.has_non_ascii() {
                octets(w, &value);
            } else {
                w.text(&value);
            }
            w.line(",");
        }
        oauth1_header(call, w);
    });
    w.line("},");
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Json(value) => {
            w.code("json=").json(value, &JSON).line(",");
        }
        Payload::Form(fields) => form(fields, w),
        Payload::Multipart(parts) => {
            w.line("files=[");
            w.indented(|w| parts.iter().for_each(|part| form_part(part, w)));
            w.line("],");
        }
        Payload::File(_) => {
            w.line("content=body.read(),");
        }
        Payload::Raw(bytes) | Payload::JsonText(bytes) => {
            w.code("content=");
            octets(w, bytes);
            w.line(",");
        }
    }
}

/// Several values of one name are a list.
fn form(fields: &[(Text, Text)], w: &mut Writer) {
    let mut grouped: Vec<(&Text, Vec<&Text>)> = Vec::new();
    for (name, value) in fields {
        let same = |(known, _): &&mut (&Text, Vec<&Text>)| {
            known.known().is_some() && known.known() == name.known()
        };
        match grouped.iter_mut().find(same) {
            Some((_, values)) => values.push(value),
            None => grouped.push((name, vec![value])),
        }
    }
    w.line("data={");
    w.indented(|w| {
        for (name, values) in grouped {
            w.text(name).code(": ");
            if let [value] = values.as_slice() {
                w.text(value).line(",");
                continue;
            }
            w.code("[");
            for (number, value) in values.into_iter().enumerate() {
                w.code(if number > 0 { ", " } else { "" }).text(value);
            }
            w.line("],");
        }
    });
    w.line("},");
}
