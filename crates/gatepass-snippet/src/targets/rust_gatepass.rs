//! Rust with gatepass itself.

use super::rust_body::body;
use crate::call::{Call, DigestAlgorithm, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::rust::Rust;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::writer::Writer;

/// gatepass.
pub(super) struct Gatepass;

static INFO: Info = Info {
    id: "rust-gatepass",
    aliases: &["gatepass"],
    title: "Rust gatepass",
    family: "Rust",
    file: "main.rs",
    minimum: Some(Minimum::new("Rust", "1.85")),
    install: Some("cargo add gatepass serde_json"),
    recipe: Recipe::Run("rust"),
};

impl Target for Gatepass {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Rust
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::OwnHeader => Support::Header,
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::DigestMd5
            | Need::DigestSha256
            | Need::OAuth1 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("gatepass::blocking::Client");
        client(call, w);
        w.code("let response = client");
        w.indented(|w| {
            w.code("\n.request(")
                .str(&call.method)
                .code(", ")
                .text(&call.url)
                .code(")");
            login(call, w);
            for (name, value) in &call.headers {
                w.code("\n.header(")
                    .str(name)
                    .code(", ")
                    .text(value)
                    .code(")");
            }
            body(call, files, w);
            w.line("\n.send()?;");
        });
        w.line("let status = response.status();");
        w.line("println!(\"{status} {}\", response.reason());");
        w.line("println!(\"{}\", response.text()?);");
        w.line("if status >= 400 {");
        w.indented(|w| {
            w.line("std::process::exit(1);");
        });
        w.line("}");
    }
}

fn client(call: &Call, w: &mut Writer) {
    w.code("let client = Client::builder()");
    w.indented(|w| {
        if let Some(proxy) = &call.proxy {
            w.import("gatepass::config::{Proxies, Proxy}");
            w.code("\n.proxies(Proxies::none().all(Proxy::parse(")
                .text(&proxy.url())
                .code(")?");
            if let Some((user, password)) = &proxy.credentials {
                w.code(".user(")
                    .text(user)
                    .code(", ")
                    .text(password)
                    .code(")");
            }
            w.code("))");
        }
        tls(call, w);
        match call.follow {
            Some(true) => {
                w.import("gatepass::config::Redirects");
                w.code("\n.redirects(Redirects::limit(10))");
            }
            Some(false) => {
                w.import("gatepass::config::Redirects");
                w.code("\n.redirects(Redirects::none())");
            }
            None => {}
        }
        if let Some(millis) = call.timeout_millis() {
            w.import("gatepass::config::Timeouts")
                .import("std::time::Duration");
            w.code("\n.timeouts(Timeouts::new().total(Duration::from_millis(")
                .number(millis)
                .code(")))");
        }
        w.line("\n.build()?;");
    });
}

fn tls(call: &Call, w: &mut Writer) {
    let tls = &call.tls;
    if tls.is_default() {
        return;
    }
    w.import("gatepass::config::Tls");
    if !tls.verify {
        w.code("\n");
        w.comment(super::UNVERIFIED);
        w.code(".tls(Tls::unverified()");
    } else {
        w.code("\n.tls(Tls::system()");
    }
    if let Some(ca) = &tls.ca {
        w.code(".trusting_file(").text(ca).code(")?");
    }
    if let Some(certificate) = &tls.certificate {
        w.import("gatepass::config::Identity");
        w.code(".identity(Identity::read(")
            .text(certificate)
            .code(", ");
        match &tls.key {
            Some(key) => w.code("Some(").text(key).code(".as_ref())"),
            None => w.code("None"),
        };
        w.code(", None)?)");
    }
    w.code(")");
}

fn login(call: &Call, w: &mut Writer) {
    let mut key = |place: &'static str, name: &str, key: &crate::text::Text| {
        w.import("gatepass::auth::schemes::api_key::{ApiKey, Place}");
        w.code("\n.auth(ApiKey::new(Place::")
            .code(place)
            .code(", ")
            .str(name)
            .code(", ")
            .text(key)
            .code(")?)");
    };
    match &call.login {
        Login::None => {}
        Login::HeaderKey { name, key: value } => key("Header", name, value),
        Login::QueryKey { name, key: value } => key("Query", name, value),
        Login::CookieKey { name, key: value } => key("Cookie", name, value),
        Login::Basic { user, password } => {
            w.import("gatepass::Basic");
            w.code("\n.auth(Basic::new(")
                .text(user)
                .code(", ")
                .text(password)
                .code(")?)");
        }
        Login::Bearer { word, token } => {
            w.import("gatepass::Bearer");
            if word == "Bearer" {
                w.code("\n.auth(Bearer::new(");
            } else {
                w.code("\n.auth(Bearer::with_word(").str(word).code(", ");
            }
            w.text(token).code(")?)");
        }
        Login::Digest {
            user,
            password,
            algorithm,
        } => {
            w.import("gatepass::auth::Digest");
            w.code("\n.auth(Digest::new(")
                .text(user)
                .code(", ")
                .text(password)
                .code(")");
            if let Some(algorithm) = algorithm {
                w.import("gatepass::auth::schemes::digest::Algorithm");
                w.code(match algorithm {
                    DigestAlgorithm::Md5 => ".with_algorithm(Algorithm::MD5)",
                    DigestAlgorithm::Sha256 => ".with_algorithm(Algorithm::SHA_256)",
                });
            }
            w.code(")");
        }
        Login::OAuth1(keys) => {
            w.import("gatepass::auth::OAuth1");
            w.code("\n.auth(OAuth1::new(")
                .text(&keys.consumer_key)
                .code(", ")
                .text(&keys.consumer_secret)
                .code(")");
            if !keys.token.is_empty() {
                w.code(".token(")
                    .text(&keys.token)
                    .code(", ")
                    .text(&keys.token_secret)
                    .code(")");
            }
            w.code(")");
        }
    }
}

/// Writes a body that stands in files.
fn files(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Multipart(parts) => {
            w.import("gatepass::Multipart");
            w.code("\n.multipart(");
            w.indented(|w| {
                w.code("Multipart::new()");
                parts.iter().for_each(|part| form_part(part, w));
            });
            w.code(")");
        }
        Payload::File(path) => {
            w.code("\n.file(").text(path).code(")");
        }
        _ => {}
    }
}

fn form_part(part: &FormPart, w: &mut Writer) {
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            w.code("\n.text(")
                .text(&part.name)
                .code(", ")
                .text(text)
                .code(")");
        }
        (PartContent::Text(text), Some(content_type)) => {
            w.import("gatepass::Part");
            w.code("\n.part(Part::new(")
                .text(&part.name)
                .code(", ")
                .text(text)
                .code(".to_owned()).content_type(");
            w.str(content_type).code("))");
        }
        (PartContent::File { path, filename }, content_type) => {
            w.import("gatepass::Part");
            w.code("\n.part(Part::file(")
                .text(&part.name)
                .code(", ")
                .text(path)
                .code(")?.file_name(")
                .text(filename);
            w.code(")");
            if let Some(content_type) = content_type {
                w.code(".content_type(").str(content_type).code(")");
            }
            w.code(")");
        }
    }
}
