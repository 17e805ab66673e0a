//! Node with its own fetch, and undici where that lacks something.

use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::javascript::{JSON, Node};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// Node fetch.
pub(super) struct NodeFetch;

static INFO: Info = Info {
    id: "node-fetch",
    aliases: &["node"],
    title: "Node fetch",
    family: "JavaScript",
    file: "request.mjs",
    minimum: Some(Minimum::new("Node", "24.5")),
    install: None,
    recipe: Recipe::Run("node"),
};

pub(super) static DIGEST: Helper = Helper {
    code: include_str!("../inline/javascript/digest.mjs"),
    imports: &["import { createHash, randomBytes } from \"node:crypto\";"],
};

pub(super) static OAUTH1: Helper = Helper {
    code: include_str!("../inline/javascript/oauth1.mjs"),
    imports: &["import { createHmac, randomBytes } from \"node:crypto\";"],
};

impl Target for NodeFetch {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Node
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => Support::Helper,
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        body_refused(call)
            .or_else(|| forbidden_method(call))
            .or_else(|| typed_text(call))
    }

    fn install(&self, call: &Call) -> Option<&'static str> {
        needs_undici(call).then_some("npm install undici")
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        let url = call.full_url();
        w.code("const url = ").text(&url).line(";");
        form_data(call, w);
        w.line("const options = {");
        w.indented(|w| options(call, w));
        w.line("};");
        let digest = matches!(call.login, Login::Digest { .. });
        w.code(if digest { "let" } else { "const" })
            .line(" response = await fetch(url, options);");
        if let Login::Digest { user, password, .. } = &call.login {
            w.helper(&DIGEST);
            w.line("if (response.status === 401) {");
            w.indented(|w| {
                w.line("const { pathname, search } = new URL(url);");
                w.line("options.headers.Authorization = digest(");
                w.indented(|w| {
                    w.line("response.headers.get(\"WWW-Authenticate\"),");
                    w.line("options.method, pathname + search,");
                    w.text(user).code(", ").text(password).line(",");
                });
                w.line(");");
                w.line("response = await fetch(url, options);");
            });
            w.line("}");
        }
        w.line("console.log(response.status, response.statusText);");
        w.line("console.log(await response.text());");
        w.line("if (!response.ok) process.exitCode = 1;");
    }
}

/// The methods that `fetch` knows in capital letters, and those that it does not send.
pub(super) fn forbidden_method(call: &Call) -> Option<String> {
    let upper = call.method.to_ascii_uppercase();
    let changed = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].contains(&upper.as_str())
        && upper != call.method;
    let forbidden = ["CONNECT", "TRACE", "TRACK"].contains(&upper.as_str());
    (changed || forbidden).then(|| "fetch does not send this method as it is".to_owned())
}

/// A body with GET or HEAD is refused by `fetch` itself.
pub(super) fn body_refused(call: &Call) -> Option<String> {
    let without = matches!(call.method.as_str(), "GET" | "HEAD");
    (without && call.has_body()).then(|| "fetch sends no body with GET or HEAD".to_owned())
}

fn needs_undici(call: &Call) -> bool {
    call.proxy.is_some() || !call.tls.is_default()
}

/// Writes the body of a form as `form`.
pub(super) fn form_data(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Multipart(parts) => {
            w.line("const form = new FormData();");
            parts.iter().for_each(|part| form_part(part, w));
        }
        Payload::Form(fields) => {
            w.line("const form = new URLSearchParams();");
            for (name, value) in fields {
                w.code("form.append(")
                    .text(name)
                    .code(", ")
                    .text(value)
                    .line(");");
            }
        }
        _ => {}
    }
}

fn form_part(part: &FormPart, w: &mut Writer) {
    w.code("form.append(").text(&part.name).code(", ");
    match &part.content {
        PartContent::Text(text) => {
            w.text(text).line(");");
        }
        PartContent::File { path, filename } => {
            w.import("import { readFile } from \"node:fs/promises\";");
            w.code("new Blob([await readFile(").text(path).code(")]");
            if let Some(content_type) = &part.content_type {
                w.code(", { type: ").str(content_type).code(" }");
            }
            w.code("), ").text(filename).line(");");
        }
    }
}

/// Says whether a part is a text with a type, which `FormData` would send as a file.
pub(super) fn typed_text(call: &Call) -> Option<String> {
    let Payload::Multipart(parts) = &call.body else {
        return None;
    };
    let typed = |part: &FormPart| {
        matches!(part.content, PartContent::Text(_)) && part.content_type.is_some()
    };
    parts
        .iter()
        .any(typed)
        .then(|| "FormData sends a text that has a type as a file".to_owned())
}

/// Writes a text as a value of a header: byte for byte.
pub(super) fn header_value(value: &Text, w: &mut Writer) {
    if value.has_non_ascii() {
        w.text(&value.latin1());
    } else {
        w.text(value);
    }
}

/// Writes the property with the header fields. Digest adds its own later.
pub(super) fn headers(call: &Call, content_type: bool, w: &mut Writer) {
    let mut fields = call.all_headers();
    if content_type {
        fields.extend(super::content_type_field(call));
    }
    let computed = matches!(
        call.login,
        Login::Basic { .. } | Login::OAuth1(_) | Login::Digest { .. }
    );
    if fields.is_empty() && !computed {
        return;
    }
    w.line("headers: {");
    w.indented(|w| {
        for (name, value) in super::joined(&fields) {
            w.str(&name).code(": ");
            header_value(&value, w);
            w.line(",");
        }
        if let Login::Basic { user, password } = &call.login {
            let pair = user.clone().and(&":".into()).and(password);
            w.code("Authorization: \"Basic \" + Buffer.from(")
                .text(&pair)
                .line(").toString(\"base64\"),");
        }
        oauth1(call, w);
    });
    w.line("},");
}

pub(super) fn oauth1(call: &Call, w: &mut Writer) {
    let Login::OAuth1(keys) = &call.login else {
        return;
    };
    w.helper(&OAUTH1);
    w.line("Authorization: oauth1(");
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
    w.line("),");
}

fn options(call: &Call, w: &mut Writer) {
    w.code("method: ").str(&call.method).line(",");
    let is_form = matches!(call.body, Payload::Form(_));
    headers(call, !is_form, w);
    match &call.body {
        Payload::Empty => {}
        Payload::Json(value) if JSON.holds(value) => {
            w.code("body: JSON.stringify(")
                .json(value, &JSON)
                .line("),");
        }
        Payload::Form(_) | Payload::Multipart(_) => {
            w.line("body: form,");
        }
        Payload::File(path) => {
            w.import("import { readFile } from \"node:fs/promises\";");
            w.code("body: await readFile(").text(path).line("),");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            w.code("body: ").bytes(&text).line(",");
        }
    }
    if call.follow == Some(false) {
        w.line("redirect: \"manual\",");
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("signal: AbortSignal.timeout(")
            .number(millis)
            .line("),");
    }
    dispatcher(call, w);
}

fn dispatcher(call: &Call, w: &mut Writer) {
    if !needs_undici(call) {
        return;
    }
    let Some(proxy) = &call.proxy else {
        w.import("import { Agent, fetch } from \"undici\";");
        w.line("dispatcher: new Agent({");
        w.indented(|w| {
            w.line("connect: {");
            w.indented(|w| tls(call, w));
            w.line("},");
        });
        w.line("}),");
        return;
    };
    w.import("import { ProxyAgent, fetch } from \"undici\";");
    w.line("dispatcher: new ProxyAgent({");
    w.indented(|w| {
        w.code("uri: ").text(&proxy.url()).line(",");
        if let Some((user, password)) = &proxy.credentials {
            let pair = user.clone().and(&":".into()).and(password);
            w.code("token: \"Basic \" + Buffer.from(")
                .text(&pair)
                .line(").toString(\"base64\"),");
        }
        if !call.tls.is_default() {
            w.line("requestTls: {");
            w.indented(|w| tls(call, w));
            w.line("},");
        }
    });
    w.line("}),");
}

/// Writes the properties that Node's own TLS takes.
pub(super) fn tls(call: &Call, w: &mut Writer) {
    let certificate = call.tls.certificate.as_ref();
    let key = call.tls.key.as_ref().or(certificate);
    for (name, path) in [
        ("ca: ", call.tls.ca.as_ref()),
        ("cert: ", certificate),
        ("key: ", key),
    ] {
        if let Some(path) = path {
            w.import("import { readFileSync } from \"node:fs\";");
            w.code(name).code("readFileSync(").text(path).line("),");
        }
    }
    if !call.tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("rejectUnauthorized: false,");
    }
}
