//! Python with requests.

use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::python::{JSON, Python, octets};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// Python requests.
pub(super) struct Requests;

static INFO: Info = Info {
    id: "python-requests",
    aliases: &["python", "requests"],
    title: "Python requests",
    family: "Python",
    file: "request.py",
    minimum: Some(Minimum::new("Python", "3.11")),
    install: Some("pip install requests"),
    recipe: Recipe::Run("python"),
};

impl Target for Requests {
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
            Need::Basic | Need::BasicUtf8 | Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => {
                Support::Native
            }
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call.method.contains(|c: char| c.is_ascii_lowercase()) {
            return Some("requests writes every method in capital letters".to_owned());
        }
        super::quoted_user(call, "requests")
    }

    fn install(&self, call: &Call) -> Option<&'static str> {
        match call.login {
            Login::OAuth1(_) => Some("pip install requests requests-oauthlib"),
            _ => INFO.install,
        }
    }

    fn carries_login(&self, call: &Call) -> bool {
        matches!(call.login, Login::Digest { .. })
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("import requests");
        opened_files(call, w, |w| {
            w.code("response = ");
            function(call, w);
            w.code("\n").indented(|w| {
                w.text(&call.url).line(",");
                arguments(call, w);
            });
            w.line(")");
        });
        w.line("print(response.status_code, response.reason)");
        w.line("print(response.text)");
        w.line("response.raise_for_status()");
    }
}

/// Opens the files that the body is made of, and writes what `inner` writes inside of it.
pub(super) fn opened_files(call: &Call, w: &mut Writer, inner: impl FnOnce(&mut Writer)) {
    match &call.body {
        Payload::File(path) => {
            w.code("with open(").text(path).line(", \"rb\") as body:");
            w.indented(inner);
        }
        _ => inner(w),
    }
}

fn function(call: &Call, w: &mut Writer) {
    match call.method.as_str() {
        "GET" => w.code("requests.get("),
        "POST" => w.code("requests.post("),
        "PUT" => w.code("requests.put("),
        "PATCH" => w.code("requests.patch("),
        "DELETE" => w.code("requests.delete("),
        "OPTIONS" => w.code("requests.options("),
        method => w.code("requests.request(\n").indented(|w| {
            w.text(&method.into()).code(",");
        }),
    };
}

fn arguments(call: &Call, w: &mut Writer) {
    if let Login::QueryKey { name, key } = &call.login {
        w.code("params={").str(name).code(": ").text(key).line("},");
    }
    let mut fields = call.all_headers();
    if matches!(call.body, Payload::JsonText(_)) {
        fields.extend(super::content_type_field(call));
    }
    headers(&fields, w);
    login(call, w);
    body(call, w);
    if let Some(proxy) = &call.proxy {
        let url = proxy.url_with_credentials();
        w.line("proxies={");
        w.indented(|w| {
            w.code("\"http\": ").text(&url).line(",");
            w.code("\"https\": ").text(&url).line(",");
        });
        w.line("},");
    }
    if let Some(certificate) = &call.tls.certificate {
        match &call.tls.key {
            Some(key) => w
                .code("cert=(")
                .text(certificate)
                .code(", ")
                .text(key)
                .line("),"),
            None => w.code("cert=").text(certificate).line(","),
        };
    }
    if !call.tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("verify=False,");
    } else if let Some(ca) = &call.tls.ca {
        w.code("verify=").text(ca).line(",");
    }
    match call.follow {
        Some(false) => {
            w.line("allow_redirects=False,");
        }
        // HEAD is the one method that does not follow by itself.
        Some(true) if call.method == "HEAD" => {
            w.line("allow_redirects=True,");
        }
        _ => {}
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("timeout=").seconds(millis).line(",");
    }
}

/// Writes the argument with the header fields, if there are any. A field that occurs twice is one, as RFC 9110 section 5.3
/// allows it.
pub(super) fn headers(headers: &[(String, Text)], w: &mut Writer) {
    if headers.is_empty() {
        return;
    }
    w.line("headers={");
    w.indented(|w| {
        for (name, value) in super::joined(headers) {
            w.str(&name).code(": ");
            // A str goes out as Latin-1. A token that is read when the code runs is ASCII.
            if value.has_non_ascii() {
                octets(w, &value);
            } else {
                w.text(&value);
            }
            w.line(",");
        }
    });
    w.line("},");
}

fn login(call: &Call, w: &mut Writer) {
    let pair = |w: &mut Writer, user: &Text, password: &Text| {
        octets(w, user);
        w.code(", ");
        octets(w, password);
    };
    match &call.login {
        Login::Basic { user, password } => {
            w.code("auth=(");
            pair(w, user, password);
            w.line("),");
        }
        Login::Digest { user, password, .. } => {
            w.import("from requests.auth import HTTPDigestAuth");
            w.code("auth=HTTPDigestAuth(")
                .text(user)
                .code(", ")
                .text(password)
                .line("),");
        }
        Login::OAuth1(keys) => {
            w.import("from requests_oauthlib import OAuth1");
            w.line("auth=OAuth1(");
            w.indented(|w| {
                w.text(&keys.consumer_key).line(",");
                w.text(&keys.consumer_secret).line(",");
                if !keys.token.is_empty() {
                    w.text(&keys.token).line(",");
                    w.text(&keys.token_secret).line(",");
                }
            });
            w.line("),");
        }
        _ => {}
    }
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
            w.line("data=body,");
        }
        Payload::Raw(bytes) | Payload::JsonText(bytes) => {
            w.code("data=");
            octets(w, bytes);
            w.line(",");
        }
    }
}

fn form(fields: &[(Text, Text)], w: &mut Writer) {
    let mut names: Vec<_> = fields.iter().map(|(name, _)| name.known()).collect();
    names.sort();
    names.dedup();
    let unique = names.len() == fields.len();
    let (open, between, close) = if unique {
        ("", ": ", ",")
    } else {
        ("(", ", ", "),")
    };
    w.line(if unique { "data={" } else { "data=[" });
    w.indented(|w| {
        for (name, value) in fields {
            w.code(open)
                .text(name)
                .code(between)
                .text(value)
                .line(close);
        }
    });
    w.line(if unique { "}," } else { "]," });
}

/// Writes `(name, (filename, contents, type))`; without a filename a part is a plain field.
pub(super) fn form_part(part: &FormPart, w: &mut Writer) {
    w.code("(").text(&part.name).code(", (");
    match &part.content {
        PartContent::Text(text) => {
            w.code("None, ").text(text);
        }
        PartContent::File { path, filename } => {
            w.text(filename)
                .code(", open(")
                .text(path)
                .code(", \"rb\")");
        }
    }
    if let Some(content_type) = &part.content_type {
        w.code(", ").str(content_type);
    }
    w.line(")),");
}
