//! Rust with reqwest 0.12.

use super::rust_body::{body, pairs};
use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::rust::Rust;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// reqwest.
pub(super) struct Reqwest;

static INFO: Info = Info {
    id: "rust-reqwest",
    aliases: &["rust", "reqwest"],
    title: "Rust reqwest",
    family: "Rust",
    file: "main.rs",
    minimum: Some(Minimum::new("Rust", "1.85")),
    install: Some("cargo add reqwest@0.12 -F blocking,json,multipart,rustls-tls"),
    recipe: Recipe::Run("rust"),
};

static DIGEST: Helper = Helper {
    code: include_str!("../inline/rust/digest.rs"),
    imports: &[
        "md5::{Digest, Md5}",
        "sha2::Sha256",
        "std::collections::HashMap",
    ],
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/rust/oauth1.rs"),
    imports: &[
        "base64::{Engine, engine::general_purpose::STANDARD}",
        "hmac::{Hmac, KeyInit, Mac}",
        "percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode}",
        "sha1::Sha1",
        "std::time::{SystemTime, UNIX_EPOCH}",
    ],
};

impl Target for Reqwest {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Rust
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => Support::Helper,
            Need::Token | Need::KeyInHeader | Need::KeyInCookie | Need::OwnHeader => {
                Support::Header
            }
            Need::Basic | Need::BasicUtf8 | Need::Bearer => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        let Payload::Multipart(parts) = &call.body else {
            return None;
        };
        let ambiguous = |text: &Text| {
            text.known()
                .is_some_and(|known| known.iter().any(|byte| b"\"';".contains(byte)))
        };
        let any = parts.iter().any(|part| match &part.content {
            PartContent::Text(_) => ambiguous(&part.name),
            PartContent::File { filename, .. } => ambiguous(&part.name) || ambiguous(filename),
        });
        any.then(|| {
            "reqwest leaves a quotation mark or semicolon in the name of a field or file as it is, so that no server reads it"
                .to_owned()
        })
    }

    fn install(&self, call: &Call) -> Option<&'static str> {
        match call.login {
            Login::Digest { .. } => Some(
                "cargo add reqwest@0.12 -F blocking,json,multipart,rustls-tls && cargo add getrandom md-5 regex serde_json sha2",
            ),
            Login::OAuth1(_) => Some(
                "cargo add reqwest@0.12 -F blocking,json,multipart,rustls-tls && cargo add base64 getrandom hmac percent-encoding serde_json sha1",
            ),
            _ => Some(
                "cargo add reqwest@0.12 -F blocking,json,multipart,rustls-tls && cargo add serde_json",
            ),
        }
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        client(call, w);
        if let Login::Digest { user, password, .. } = &call.login {
            w.helper(&DIGEST);
            w.line("let mut response = client.execute(request(&client)?)?;");
            w.line("if response.status() == reqwest::StatusCode::UNAUTHORIZED {");
            w.indented(|w| {
                w.line("let mut request = request(&client)?;");
                w.line("let challenges = response.headers().get_all(\"WWW-Authenticate\").iter();");
                w.line("let challenges: Vec<_> = challenges.filter_map(|value| value.to_str().ok()).collect();");
                w.line("let url = request.url();");
                w.line("let uri = url.query().map_or(url.path().to_owned(), |query| format!(\"{}?{query}\", url.path()));");
                w.line("let authorization = digest(");
                w.indented(|w| {
                    w.line("&challenges.join(\", \"),");
                    w.line("request.method().as_str(),");
                    w.line("&uri,");
                    w.text(user).line(",");
                    w.text(password).line(",");
                });
                w.line(")?;");
                w.line("request.headers_mut().insert(\"Authorization\", reqwest::header::HeaderValue::from_bytes(authorization.as_bytes())?);");
                w.line("response = client.execute(request)?;");
            });
            w.line("}");
        } else {
            w.code("let response = client");
            w.indented(|w| {
                request(call, w);
                w.line("\n.send()?;");
            });
        }
        w.line("let status = response.status();");
        w.line("println!(\"{status}\");");
        w.line("println!(\"{}\", response.text()?);");
        w.line("if status.is_client_error() || status.is_server_error() {");
        w.indented(|w| {
            w.line("std::process::exit(1);");
        });
        w.line("}");
    }
}

fn client(call: &Call, w: &mut Writer) {
    w.code("let client = reqwest::blocking::Client::builder()");
    w.indented(|w| {
        if let Some(proxy) = &call.proxy {
            w.code("\n.proxy(reqwest::Proxy::all(")
                .text(&proxy.url())
                .code(")?");
            if let Some((user, password)) = &proxy.credentials {
                w.code(".basic_auth(")
                    .text(user)
                    .code(", ")
                    .text(password)
                    .code(")");
            }
            w.code(")");
        }
        if let Some(ca) = &call.tls.ca {
            w.code("\n.add_root_certificate(reqwest::Certificate::from_pem(&std::fs::read(")
                .text(ca)
                .code(")?)?)");
        }
        if let Some(certificate) = &call.tls.certificate {
            w.code("\n.identity(reqwest::Identity::from_pem(&[std::fs::read(")
                .text(certificate)
                .code(")?");
            if let Some(key) = &call.tls.key {
                w.code(", std::fs::read(").text(key).code(")?");
            }
            w.code("].concat())?)");
        }
        if !call.tls.verify {
            w.code("\n");
            w.comment(super::UNVERIFIED);
            w.code(".danger_accept_invalid_certs(true)");
        }
        if call.follow == Some(false) {
            w.code("\n.redirect(reqwest::redirect::Policy::none())");
        }
        if let Some(millis) = call.timeout_millis() {
            w.code("\n.timeout(std::time::Duration::from_millis(")
                .number(millis)
                .code("))");
        }
        w.line("\n.build()?;");
    });
    if let Login::Digest { .. } = &call.login {
        w.line("// The request is made anew for each attempt.");
        w.line("let request = |client: &reqwest::blocking::Client| -> Result<reqwest::blocking::Request, Box<dyn std::error::Error>> {");
        w.indented(|w| {
            w.code("Ok(client");
            w.indented(|w| {
                request(call, w);
                w.line("\n.build()?)");
            });
        });
        w.line("};");
    }
}

fn request(call: &Call, w: &mut Writer) {
    match call.method.as_str() {
        "GET" => w.code("\n.get("),
        "HEAD" => w.code("\n.head("),
        "POST" => w.code("\n.post("),
        "PUT" => w.code("\n.put("),
        "PATCH" => w.code("\n.patch("),
        "DELETE" => w.code("\n.delete("),
        method => w.code("\n.request(").str(method).code(".parse()?, "),
    };
    w.text(&call.url).code(")");
    if let Login::QueryKey { name, key } = &call.login {
        w.code("\n.query(&[(")
            .str(name)
            .code(", ")
            .text(key)
            .code(")])");
    }
    for (name, value) in &call.all_headers() {
        if matches!(&call.login, Login::Bearer { word, .. } if word == "Bearer")
            && name == "Authorization"
        {
            continue;
        }
        w.code("\n.header(")
            .str(name)
            .code(", ")
            .text(value)
            .code(")");
    }
    match &call.login {
        Login::Basic { user, password } => {
            w.code("\n.basic_auth(")
                .text(user)
                .code(", Some(")
                .text(password)
                .code("))");
        }
        Login::Bearer { word, token } if word == "Bearer" => {
            w.code("\n.bearer_auth(").text(token).code(")");
        }
        Login::OAuth1(keys) => {
            w.helper(&OAUTH1);
            w.line("\n.header(\"Authorization\", oauth1(");
            w.indented(|w| {
                w.str(&call.method).line(",");
                w.text(&call.url).line(",");
                w.code("&[");
                if let Payload::Form(fields) = &call.body {
                    pairs(fields, w);
                }
                w.line("],");
                for text in [
                    &keys.consumer_key,
                    &keys.consumer_secret,
                    &keys.token,
                    &keys.token_secret,
                ] {
                    w.text(text).line(",");
                }
            });
            w.code(")?)");
        }
        _ => {}
    }
    body(call, files, w);
}

/// Writes a body that stands in files.
fn files(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Multipart(parts) => {
            w.code("\n.multipart(");
            w.indented(|w| {
                w.code("reqwest::blocking::multipart::Form::new()");
                parts.iter().for_each(|part| form_part(part, w));
            });
            w.code(")");
        }
        Payload::File(path) => {
            w.code("\n.body(std::fs::File::open(")
                .text(path)
                .code(")?)");
        }
        _ => {}
    }
}

fn form_part(part: &FormPart, w: &mut Writer) {
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            w.code("\n.text(")
                .text(&part.name)
                .code(".to_owned(), ")
                .text(text)
                .code(".to_owned())");
        }
        (PartContent::Text(text), Some(content_type)) => {
            w.code("\n.part(")
                .text(&part.name)
                .code(".to_owned(), reqwest::blocking::multipart::Part::text(");
            w.text(text)
                .code(".to_owned()).mime_str(")
                .str(content_type)
                .code(")?)");
        }
        (PartContent::File { path, filename }, content_type) => {
            w.code("\n.part(")
                .text(&part.name)
                .code(".to_owned(), reqwest::blocking::multipart::Part::file(");
            w.text(path)
                .code(")?.file_name(")
                .text(filename)
                .code(".to_owned()).mime_str(");
            w.str(
                content_type
                    .as_deref()
                    .unwrap_or("application/octet-stream"),
            )
            .code(")?)");
        }
    }
}
