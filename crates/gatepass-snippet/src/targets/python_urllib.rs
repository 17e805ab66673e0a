//! Python with urllib, which comes with it.

use crate::call::{Call, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::python::{JSON, Python, octets};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// Python urllib.
pub(super) struct Urllib;

static INFO: Info = Info {
    id: "python-urllib",
    aliases: &["urllib"],
    title: "Python urllib",
    family: "Python",
    file: "request.py",
    minimum: Some(Minimum::new("Python", "3.11")),
    install: None,
    recipe: Recipe::Run("python"),
};

static DIGEST: Helper = Helper {
    code: include_str!("../inline/python/digest.py"),
    imports: &["import hashlib", "import re", "import secrets"],
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/python/oauth1.py"),
    imports: &[
        "import base64",
        "import hashlib",
        "import hmac",
        "import secrets",
        "import time",
        "import urllib.parse",
    ],
};

static MULTIPART: Helper = Helper {
    code: include_str!("../inline/python/multipart.py"),
    imports: &["import secrets"],
};

impl Target for Urllib {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Python
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            // Its own handler knows MD5 alone and ends with a ValueError where a server offers anything else.
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 | Need::Multipart => {
                Support::Helper
            }
            _ => super::usual(need),
        }
    }

    fn carries_login(&self, call: &Call) -> bool {
        call.login.is_in_the_head()
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("import sys")
            .import("import urllib.request")
            .import("import urllib.error");
        tls_context(call, w);
        body(call, w);
        let attempts = matches!(call.login, Login::Digest { .. });
        if attempts {
            w.code("url = ").text(&call.full_url()).code("\n");
        }
        headers(call, w);
        opener(call, w);
        if attempts {
            w.line("\n\ndef send(headers):");
            w.indented(|w| send(call, true, w));
            w.line("\n\nstatus, answer, fields = send(headers)");
            answer_digest(call, w);
        } else {
            send(call, false, w);
        }
        w.line("print(status)");
        w.line("print(answer.decode(errors=\"replace\"))");
        w.line("if status >= 400:");
        w.indented(|w| {
            w.line("sys.exit(1)");
        });
    }
}

/// Writes what says whom to believe over TLS, and who one is, as `context`.
pub(super) fn tls_context(call: &Call, w: &mut Writer) {
    let tls = &call.tls;
    if tls.is_default() {
        return;
    }
    w.import("import ssl");
    match &tls.ca {
        Some(ca) => w
            .code("context = ssl.create_default_context(cafile=")
            .text(ca)
            .line(")"),
        None => w.line("context = ssl.create_default_context()"),
    };
    if !tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("context.check_hostname = False");
        w.line("context.verify_mode = ssl.CERT_NONE");
    }
    if let Some(certificate) = &tls.certificate {
        w.code("context.load_cert_chain(").text(certificate);
        if let Some(key) = &tls.key {
            w.code(", ").text(key);
        }
        w.line(")");
    }
}

/// Writes the header field of OAuth 1.0a into a dictionary.
pub(super) fn oauth1_header(call: &Call, w: &mut Writer) {
    let Login::OAuth1(keys) = &call.login else {
        return;
    };
    w.helper(&OAUTH1);
    w.line("\"Authorization\": oauth1(");
    w.indented(|w| {
        w.str(&call.method).line(",");
        w.text(&call.url).line(",");
        match &call.body {
            Payload::Form(fields) if !fields.is_empty() => {
                pairs(fields, w);
                w.line(",");
            }
            _ => {
                w.line("[],");
            }
        }
        w.text(&keys.consumer_key).line(",");
        w.text(&keys.consumer_secret).line(",");
        if !keys.token.is_empty() {
            w.text(&keys.token).line(",");
            w.text(&keys.token_secret).line(",");
        }
    });
    w.line("),");
}

fn pairs(fields: &[(Text, Text)], w: &mut Writer) {
    w.line("[");
    w.indented(|w| {
        for (name, value) in fields {
            w.code("(").text(name).code(", ").text(value).line("),");
        }
    });
    w.code("]");
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Json(value) => {
            w.import("import json");
            w.code("body = json.dumps(")
                .json(value, &JSON)
                .line(").encode()");
        }
        Payload::Form(fields) => {
            w.import("import urllib.parse");
            w.code("body = urllib.parse.urlencode(");
            pairs(fields, w);
            w.line(").encode()");
        }
        Payload::Multipart(parts) => {
            w.helper(&MULTIPART);
            w.line("content_type, body = multipart([");
            w.indented(|w| {
                for part in parts {
                    w.code("(").text(&part.name).code(", ");
                    match &part.content {
                        PartContent::Text(text) => {
                            w.code("None, ");
                            octet_literal(w, text);
                        }
                        PartContent::File { path, filename } => {
                            w.text(filename)
                                .code(", open(")
                                .text(path)
                                .code(", \"rb\").read()");
                        }
                    }
                    match &part.content_type {
                        Some(content_type) => w.code(", ").str(content_type).line("),"),
                        None => w.line(", None),"),
                    };
                }
            });
            w.line("])");
        }
        Payload::File(path) => {
            w.import("import pathlib");
            w.code("body = pathlib.Path(")
                .text(path)
                .line(").read_bytes()");
        }
        Payload::Raw(bytes) | Payload::JsonText(bytes) => {
            w.code("body = ");
            octet_literal(w, bytes);
            w.code("\n");
        }
    }
}

/// Writes bytes, always: as a text that is encoded where it is one.
fn octet_literal(w: &mut Writer, text: &Text) {
    if text.has_non_ascii() {
        octets(w, text);
    } else {
        w.bytes(text);
    }
}

fn has_headers(call: &Call) -> bool {
    let computed = matches!(
        call.login,
        Login::Basic { .. } | Login::Digest { .. } | Login::OAuth1(_)
    );
    computed
        || matches!(call.body, Payload::Multipart(_))
        || call.content_type().is_some()
        || !call.all_headers().is_empty()
}

fn headers(call: &Call, w: &mut Writer) {
    if !has_headers(call) {
        return;
    }
    w.line("headers = {");
    w.indented(|w| {
        let mut fields = call.all_headers();
        fields.extend(super::content_type_field(call));
        for (name, value) in super::joined(&fields) {
            w.str(&name).code(": ");
            if value.has_non_ascii() {
                octets(w, &value);
            } else {
                w.text(&value);
            }
            w.line(",");
        }
        if matches!(call.body, Payload::Multipart(_)) {
            w.line("\"Content-Type\": content_type,");
        }
        if let Login::Basic { user, password } = &call.login {
            w.import("import base64");
            let pair = user.clone().and(&":".into()).and(password);
            w.code("\"Authorization\": \"Basic \" + base64.b64encode((")
                .text(&pair)
                .line(").encode()).decode(),");
        }
        oauth1_header(call, w);
    });
    w.line("}");
}

fn opener(call: &Call, w: &mut Writer) {
    let stays = call.follow == Some(false);
    if stays {
        w.line("\n\nclass NoRedirect(urllib.request.HTTPRedirectHandler):");
        w.indented(|w| {
            w.line("def redirect_request(self, *args):");
            w.indented(|w| {
                w.line("return None");
            });
        });
        w.line("\n");
    }
    if !needs_opener(call) {
        return;
    }
    w.line("opener = urllib.request.build_opener(");
    w.indented(|w| {
        if stays {
            w.line("NoRedirect,");
        }
        if let Some(proxy) = &call.proxy {
            let url = proxy.url_with_credentials();
            w.line("urllib.request.ProxyHandler({");
            w.indented(|w| {
                w.code("\"http\": ").text(&url).line(",");
                w.code("\"https\": ").text(&url).line(",");
            });
            w.line("}),");
        }
        if !call.tls.is_default() {
            w.line("urllib.request.HTTPSHandler(context=context),");
        }
    });
    w.line(")");
}

fn needs_opener(call: &Call) -> bool {
    call.proxy.is_some() || call.follow == Some(false)
}

fn send(call: &Call, is_function: bool, w: &mut Writer) {
    w.code("request = urllib.request.Request(");
    if is_function {
        w.code("url");
    } else {
        w.text(&call.full_url());
    }
    if call.has_body() {
        w.code(", body");
    }
    if has_headers(call) {
        w.code(", headers=headers");
    }
    w.code(", method=").str(&call.method).line(")");
    w.line("try:");
    w.indented(|w| {
        if needs_opener(call) {
            w.code("with opener.open(request");
        } else if call.tls.is_default() {
            w.code("with urllib.request.urlopen(request");
        } else {
            w.code("with urllib.request.urlopen(request, context=context");
        }
        if let Some(millis) = call.timeout_millis() {
            w.code(", timeout=").seconds(millis);
        }
        w.line(") as response:");
        w.indented(|w| {
            w.line(if is_function {
                "return response.status, response.read(), response.headers"
            } else {
                "status, answer = response.status, response.read()"
            });
        });
    });
    w.line("except urllib.error.HTTPError as error:");
    w.indented(|w| {
        w.line(if is_function {
            "return error.code, error.read(), error.headers"
        } else {
            "status, answer = error.code, error.read()"
        });
    });
}

fn answer_digest(call: &Call, w: &mut Writer) {
    let Login::Digest { user, password, .. } = &call.login else {
        return;
    };
    w.helper(&DIGEST);
    w.line("if status == 401:");
    w.indented(|w| {
        w.line("challenges = fields.get_all(\"WWW-Authenticate\", [])");
        w.line("uri = urllib.request.Request(url).selector");
        w.code("headers[\"Authorization\"] = digest(challenges, ")
            .str(&call.method)
            .code(", uri, ");
        w.text(user).code(", ").text(password).line(").encode()");
        w.line("status, answer, fields = send(headers)");
    });
}
