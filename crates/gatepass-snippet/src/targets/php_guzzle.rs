//! PHP with Guzzle.

use super::php_curl::{OAUTH1, is_map};
use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::php::Php;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// Guzzle.
pub(super) struct Guzzle;

static INFO: Info = Info {
    id: "php-guzzle",
    aliases: &["guzzle"],
    title: "PHP Guzzle",
    family: "PHP",
    file: "request.php",
    minimum: Some(Minimum::new("PHP", "8.2")),
    install: Some("composer require guzzlehttp/guzzle"),
    recipe: Recipe::Run("guzzle"),
};

impl Target for Guzzle {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Php
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
            return Some("Guzzle writes every method in capital letters".to_owned());
        }
        if let Payload::Multipart(parts) = &call.body
            && parts.iter().any(has_quotes)
        {
            return Some(
                "Guzzle escapes no quotation mark in the name of a field or a file".to_owned(),
            );
        }
        let controls = |value: &[u8]| {
            value
                .iter()
                .any(|byte| !matches!(byte, b'\t' | b' '..=b'~' | 0x80..))
        };
        call.headers
            .iter()
            .any(|(_, value)| value.known().is_some_and(|value| controls(&value)))
            .then(|| "Guzzle sends no control character in a header".to_owned())
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.line("require 'vendor/autoload.php';\n");
        w.code("$url = ").text(&call.full_url()).line(";");
        w.line("$client = new GuzzleHttp\\Client();");
        w.line("try {");
        w.indented(|w| {
            w.code("$response = $client->request(")
                .str(&call.method)
                .line(", $url, [");
            w.indented(|w| options(call, w));
            w.line("]);");
        });
        w.line("} catch (GuzzleHttp\\Exception\\GuzzleException $error) {");
        w.indented(|w| {
            w.line("fwrite(STDERR, $error->getMessage() . \"\\n\");");
            w.line("exit(1);");
        });
        w.line("}");
        w.line("echo $response->getStatusCode(), ' ', $response->getReasonPhrase(), \"\\n\";");
        w.line("echo $response->getBody(), \"\\n\";");
    }
}

fn has_quotes(part: &FormPart) -> bool {
    let quoted = |text: &Text| text.known().is_some_and(|known| known.contains(&b'"'));
    match &part.content {
        PartContent::Text(_) => quoted(&part.name),
        PartContent::File { filename, .. } => quoted(&part.name) || quoted(filename),
    }
}

fn options(call: &Call, w: &mut Writer) {
    match &call.login {
        Login::Basic { user, password } => {
            w.code("'auth' => [")
                .text(user)
                .code(", ")
                .text(password)
                .line("],");
        }
        Login::Digest { user, password, .. } => {
            w.code("'auth' => [")
                .text(user)
                .code(", ")
                .text(password)
                .line(", 'digest'],");
        }
        _ => {}
    }
    headers(call, w);
    body(call, w);
    if let Some(proxy) = &call.proxy {
        w.code("'proxy' => ")
            .text(&proxy.url_with_credentials())
            .line(",");
    }
    if let Some(certificate) = &call.tls.certificate {
        w.code("'cert' => ").text(certificate).line(",");
    }
    if let Some(key) = &call.tls.key {
        w.code("'ssl_key' => ").text(key).line(",");
    }
    if !call.tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("'verify' => false,");
    } else if let Some(ca) = &call.tls.ca {
        w.code("'verify' => ").text(ca).line(",");
    }
    if call.follow == Some(false) {
        w.line("'allow_redirects' => false,");
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("'timeout' => ").seconds(millis).line(",");
    }
}

fn headers(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    fields.extend(super::content_type_field(call));
    if fields.is_empty() && !matches!(call.login, Login::OAuth1(_)) {
        return;
    }
    w.line("'headers' => [");
    w.indented(|w| {
        for (name, value) in super::joined(&fields) {
            w.str(&name).code(" => ").text(&value).line(",");
        }
        if let Login::OAuth1(keys) = &call.login {
            w.helper(&OAUTH1);
            w.line("'Authorization' => oauth1(");
            w.indented(|w| {
                w.str(&call.method).line(",");
                w.line("$url,");
                w.line("[");
                if let Payload::Form(fields) = &call.body {
                    w.indented(|w| {
                        for (name, value) in fields {
                            w.code("[").text(name).code(", ").text(value).line("],");
                        }
                    });
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
            w.line("),");
        }
    });
    w.line("],");
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Form(fields) if is_map(fields) => {
            w.line("'form_params' => [");
            w.indented(|w| {
                for (name, value) in fields {
                    w.text(name).code(" => ").text(value).line(",");
                }
            });
            w.line("],");
        }
        Payload::Multipart(parts) => {
            w.line("'multipart' => [");
            w.indented(|w| {
                for part in parts {
                    w.code("['name' => ")
                        .text(&part.name)
                        .code(", 'contents' => ");
                    match &part.content {
                        PartContent::Text(text) => w.text(text),
                        PartContent::File { path, filename } => w
                            .code("fopen(")
                            .text(path)
                            .code(", 'r'), 'filename' => ")
                            .text(filename),
                    };
                    if let Some(content_type) = &part.content_type {
                        w.code(", 'headers' => ['Content-Type' => ")
                            .str(content_type)
                            .code("]");
                    }
                    w.line("],");
                }
            });
            w.line("],");
        }
        Payload::File(path) => {
            w.code("'body' => fopen(").text(path).line(", 'r'),");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            w.code("'body' => ").text(&text).line(",");
        }
    }
}
