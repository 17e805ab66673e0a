//! Node with node:http and node:https.

use super::node_fetch::{DIGEST, form_data, headers, tls, typed_text};
use crate::call::{Call, Login, Payload};
use crate::languages::Language;
use crate::languages::javascript::{JSON, Node};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::writer::Writer;

/// Node's own modules.
pub(super) struct NodeHttp;

static INFO: Info = Info {
    id: "node-http",
    aliases: &["node-https"],
    title: "Node http",
    family: "JavaScript",
    file: "request.mjs",
    minimum: Some(Minimum::new("Node", "24.5")),
    install: None,
    recipe: Recipe::Run("node"),
};

impl Target for NodeHttp {
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
            Need::Follow => Support::No("node:http follows no redirects"),
            Need::Basic | Need::BasicUtf8 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        typed_text(call)
    }

    fn install(&self, call: &Call) -> Option<&'static str> {
        call.proxy
            .is_some()
            .then_some("This needs Node 24.5 or later, for proxyEnv.")
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import(if call.https {
            "import { request } from \"node:https\";"
        } else {
            "import { request } from \"node:http\";"
        });
        w.code("const url = ").text(&call.full_url()).line(";");
        body(call, w);
        w.line("const options = {");
        w.indented(|w| options(call, w));
        w.line("};");
        w.code("const send = () =>\n").indented(|w| {
            w.line("new Promise((resolve, reject) => {");
            w.indented(|w| {
                w.line("request(url, options, resolve).on(\"error\", reject).end(body);");
            });
            w.line("});");
        });
        let digest = matches!(call.login, Login::Digest { .. });
        w.code(if digest { "let" } else { "const" })
            .line(" response = await send();");
        if let Login::Digest { user, password, .. } = &call.login {
            w.helper(&DIGEST);
            w.line("if (response.statusCode === 401) {");
            w.indented(|w| {
                w.line("response.resume();");
                w.line("const { pathname, search } = new URL(url);");
                w.line("options.headers.Authorization = digest(");
                w.indented(|w| {
                    w.line("response.headers[\"www-authenticate\"],");
                    w.line("options.method, pathname + search,");
                    w.text(user).code(", ").text(password).line(",");
                });
                w.line(");");
                w.line("response = await send();");
            });
            w.line("}");
        }
        w.line("console.log(response.statusCode, response.statusMessage);");
        w.line("console.log(Buffer.concat(await response.toArray()).toString());");
        w.line("if (response.statusCode >= 400) process.exitCode = 1;");
    }
}

fn body(call: &Call, w: &mut Writer) {
    form_data(call, w);
    match &call.body {
        Payload::Empty => w.line("const body = undefined;"),
        Payload::Json(value) if JSON.holds(value) => w
            .code("const body = JSON.stringify(")
            .json(value, &JSON)
            .line(");"),
        Payload::Form(_) => w.line("const body = form.toString();"),
        Payload::Multipart(_) => {
            w.line("const encoded = new Response(form);");
            w.line("const body = Buffer.from(await encoded.arrayBuffer());")
        }
        Payload::File(path) => {
            w.import("import { readFile } from \"node:fs/promises\";");
            w.code("const body = await readFile(").text(path).line(");")
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            w.code("const body = ").bytes(&text).line(";")
        }
    };
}

fn options(call: &Call, w: &mut Writer) {
    w.code("method: ").str(&call.method).line(",");
    let mut plain = call.clone();
    if let Login::Basic { user, password } = &call.login {
        let pair = user.clone().and(&":".into()).and(password);
        w.code("auth: ").text(&pair).line(",");
        plain.login = Login::None;
    }
    if matches!(call.body, Payload::Multipart(_)) {
        w.line("headers: {");
        w.indented(|w| {
            w.line("\"Content-Type\": encoded.headers.get(\"Content-Type\"),");
        });
        fields_of_multipart(&plain, w);
    } else {
        headers(&plain, true, w);
    }
    if let Some(proxy) = &call.proxy {
        w.import(if call.https {
            "import { Agent } from \"node:https\";"
        } else {
            "import { Agent } from \"node:http\";"
        });
        w.line("agent: new Agent({");
        w.indented(|w| {
            let url = proxy.url_with_credentials();
            w.code("proxyEnv: { HTTP_PROXY: ")
                .text(&url)
                .code(", HTTPS_PROXY: ")
                .text(&url)
                .line(" },");
            tls(call, w);
        });
        w.line("}),");
    } else {
        tls(call, w);
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("signal: AbortSignal.timeout(")
            .number(millis)
            .line("),");
    }
}

/// The header fields beside the type of a multipart body, in the same object.
fn fields_of_multipart(call: &Call, w: &mut Writer) {
    w.indented(|w| {
        for (name, value) in super::joined(&call.all_headers()) {
            w.str(&name).code(": ");
            super::node_fetch::header_value(&value, w);
            w.line(",");
        }
        super::node_fetch::oauth1(call, w);
    });
    w.line("},");
}
