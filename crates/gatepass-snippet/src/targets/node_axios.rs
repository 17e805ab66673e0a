//! Node with axios.

use super::node_fetch::{DIGEST, form_data, headers, tls, typed_text};
use serde_json::Value;

use crate::call::{Call, Login, Payload};
use crate::languages::Language;
use crate::languages::javascript::{JSON, Node};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::writer::Writer;

/// axios.
pub(super) struct Axios;

static INFO: Info = Info {
    id: "node-axios",
    aliases: &["axios"],
    title: "Node axios",
    family: "JavaScript",
    file: "request.mjs",
    minimum: Some(Minimum::new("Node", "24.5")),
    install: Some("npm install axios"),
    recipe: Recipe::Run("node"),
};

impl Target for Axios {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Node
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => Support::Helper,
            Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::Basic | Need::BasicUtf8 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call.method.contains(|c: char| c.is_ascii_lowercase()) {
            return Some("axios writes every method in capital letters".to_owned());
        }
        typed_text(call)
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("import axios from \"axios\";");
        w.code("const url = ").text(&call.full_url()).line(";");
        form_data(call, w);
        w.line("const options = {");
        w.indented(|w| {
            w.line("url,");
            options(call, w);
        });
        w.line("};");
        let digest = matches!(call.login, Login::Digest { .. });
        w.code(if digest { "let" } else { "const" })
            .line(" response = await axios.request(options);");
        if let Login::Digest { user, password, .. } = &call.login {
            w.helper(&DIGEST);
            w.line("if (response.status === 401) {");
            w.indented(|w| {
                w.line("const { pathname, search } = new URL(url);");
                w.line("options.headers.Authorization = digest(");
                w.indented(|w| {
                    w.line("response.headers[\"www-authenticate\"],");
                    w.line("options.method, pathname + search,");
                    w.text(user).code(", ").text(password).line(",");
                });
                w.line(");");
                w.line("response = await axios.request(options);");
            });
            w.line("}");
        }
        w.line("console.log(response.status, response.statusText);");
        w.line("console.log(response.data);");
        w.line("if (response.status >= 400) process.exitCode = 1;");
    }
}

fn options(call: &Call, w: &mut Writer) {
    w.code("method: ").str(&call.method).line(",");
    headers(&without_basic(call), true, w);
    if let Login::Basic { user, password } = &call.login {
        w.code("auth: { username: ")
            .text(user)
            .code(", password: ")
            .text(password)
            .line(" },");
    }
    match &call.body {
        Payload::Empty => {}
        Payload::Json(value) if JSON.holds(value) && !is_merged_away(value) => {
            w.code("data: ").json(value, &JSON).line(",");
        }
        Payload::Form(_) | Payload::Multipart(_) => {
            w.line("data: form,");
        }
        Payload::File(path) => {
            w.import("import { readFile } from \"node:fs/promises\";");
            w.code("data: await readFile(").text(path).line("),");
        }
        _ => {
            // A string would be taken for JSON in quotation marks, or for a form.
            let text = call.body_text().unwrap_or_default();
            w.code("data: Buffer.from(").bytes(&text).line("),");
        }
    }
    if let Some(proxy) = &call.proxy {
        w.line("proxy: {");
        w.indented(|w| {
            w.line("protocol: \"http\",");
            w.code("host: ").str(&proxy.host).line(",");
            w.code("port: ").number(u64::from(proxy.port)).line(",");
            if let Some((user, password)) = &proxy.credentials {
                w.code("auth: { username: ")
                    .text(user)
                    .code(", password: ")
                    .text(password)
                    .line(" },");
            }
        });
        w.line("},");
    }
    if !call.tls.is_default() {
        w.import("import https from \"node:https\";");
        w.line("httpsAgent: new https.Agent({");
        w.indented(|w| tls(call, w));
        w.line("}),");
    }
    if call.follow == Some(false) {
        w.line("maxRedirects: 0,");
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("timeout: ").number(millis).line(",");
    }
    w.line("// Every status is an answer here; the last line looks at it.");
    w.line("validateStatus: () => true,");
}

/// axios copies what it is given, and leaves these names out.
fn is_merged_away(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_merged_away),
        Value::Object(members) => members.iter().any(|(name, member)| {
            ["__proto__", "constructor", "prototype"].contains(&name.as_str())
                || is_merged_away(member)
        }),
        _ => false,
    }
}

/// axios makes the header of Basic itself.
fn without_basic(call: &Call) -> Call {
    let mut call = call.clone();
    if matches!(call.login, Login::Basic { .. }) {
        call.login = Login::None;
    }
    call
}
