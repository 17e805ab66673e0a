//! PHP with its cURL extension.

use crate::call::{Call, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::php::Php;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// PHP cURL.
pub(super) struct PhpCurl;

static INFO: Info = Info {
    id: "php-curl",
    aliases: &["php"],
    title: "PHP cURL",
    family: "PHP",
    file: "request.php",
    minimum: Some(Minimum::new("PHP", "8.2")),
    install: None,
    recipe: Recipe::Run("php"),
};

pub(super) static OAUTH1: Helper = Helper {
    code: include_str!("../inline/php/oauth1.php"),
    imports: &[],
};

impl Target for PhpCurl {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Php
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Token | Need::KeyInHeader | Need::OwnHeader => Support::Header,
            Need::OAuth1 => Support::Helper,
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::KeyInCookie
            | Need::DigestMd5
            | Need::DigestSha256 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        let Payload::Multipart(parts) = &call.body else {
            return None;
        };
        let typed = parts.iter().any(|part| {
            matches!(part.content, PartContent::Text(_)) && part.content_type.is_some()
        });
        typed.then(|| "PHP's cURL gives no type to a text in a form".to_owned())
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        if let Login::OAuth1(_) = &call.login {
            w.code("$url = ").text(&call.url).line(";");
            w.line("$curl = curl_init($url);");
        } else {
            w.code("$curl = curl_init(")
                .text(&call.full_url())
                .line(");");
        }
        w.line("curl_setopt_array($curl, [");
        w.indented(|w| {
            w.line("CURLOPT_RETURNTRANSFER => true,");
            method(call, w);
            login(call, w);
            headers(call, w);
            body(call, w);
            carried_out(call, w);
        });
        w.line("]);");
        w.line("$answer = curl_exec($curl);");
        w.line("if ($answer === false) {");
        w.indented(|w| {
            w.line("fwrite(STDERR, curl_error($curl) . \"\\n\");");
            w.line("exit(1);");
        });
        w.line("}");
        w.line("$status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);");
        w.line("echo $status, \"\\n\", $answer, \"\\n\";");
        w.line("exit($status >= 400 ? 1 : 0);");
    }
}

fn method(call: &Call, w: &mut Writer) {
    match call.method.as_str() {
        "GET" if !call.has_body() => {}
        "HEAD" => {
            w.line("CURLOPT_NOBODY => true,");
        }
        "POST" if call.has_body() => {
            w.line("CURLOPT_POST => true,");
        }
        method => {
            w.code("CURLOPT_CUSTOMREQUEST => ").str(method).line(",");
        }
    }
}

fn login(call: &Call, w: &mut Writer) {
    let mut pair = |way: &'static str, user: &Text, password: &Text| {
        w.code("CURLOPT_HTTPAUTH => ").code(way).line(",");
        w.code("CURLOPT_USERNAME => ").text(user).line(",");
        w.code("CURLOPT_PASSWORD => ").text(password).line(",");
    };
    match &call.login {
        Login::Basic { user, password } => pair("CURLAUTH_BASIC", user, password),
        Login::Digest { user, password, .. } => pair("CURLAUTH_DIGEST", user, password),
        Login::Bearer { word, token } if word == "Bearer" => {
            w.line("CURLOPT_HTTPAUTH => CURLAUTH_BEARER,");
            w.code("CURLOPT_XOAUTH2_BEARER => ").text(token).line(",");
        }
        _ => {}
    }
    if let Some(cookies) = call.cookies() {
        w.code("CURLOPT_COOKIE => ").text(&cookies).line(",");
    }
}

fn headers(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    fields.retain(|(name, _)| !name.eq_ignore_ascii_case("cookie"));
    if matches!(&call.login, Login::Bearer { word, .. } if word == "Bearer") {
        fields.retain(|(name, _)| name != "Authorization");
    }
    if !matches!(call.body, Payload::Form(_)) {
        fields.extend(super::content_type_field(call));
    }
    if fields.is_empty() && !matches!(call.login, Login::OAuth1(_)) {
        return;
    }
    w.line("CURLOPT_HTTPHEADER => [");
    w.indented(|w| {
        for (name, value) in fields {
            // An empty value would take the header away; a semicolon keeps it, without one.
            let sign = if value.is_empty() { ";" } else { ": " };
            let line = Text::from(format!("{name}{sign}")).and(&value);
            w.text(&line).line(",");
        }
        if let Login::OAuth1(keys) = &call.login {
            w.helper(&OAUTH1);
            w.line("'Authorization: ' . oauth1(");
            w.indented(|w| {
                w.str(&call.method).line(",");
                w.line("$url,");
                match &call.body {
                    Payload::Form(fields) => pairs(fields, w),
                    _ => {
                        w.line("[],");
                    }
                }
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

fn pairs(fields: &[(Text, Text)], w: &mut Writer) {
    w.line("[");
    w.indented(|w| {
        for (name, value) in fields {
            w.code("[").text(name).code(", ").text(value).line("],");
        }
    });
    w.line("],");
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Form(fields) if is_map(fields) => {
            w.line("CURLOPT_POSTFIELDS => http_build_query([");
            w.indented(|w| {
                for (name, value) in fields {
                    w.text(name).code(" => ").text(value).line(",");
                }
            });
            w.line("]),");
        }
        Payload::Multipart(parts) => {
            w.line("CURLOPT_POSTFIELDS => [");
            w.indented(|w| {
                for part in parts {
                    w.text(&part.name).code(" => ");
                    match &part.content {
                        PartContent::Text(text) => w.text(text),
                        PartContent::File { path, filename } => {
                            let usual = "application/octet-stream";
                            let content_type = part.content_type.as_deref().unwrap_or(usual);
                            w.code("new CURLFile(")
                                .text(path)
                                .code(", ")
                                .str(content_type)
                                .code(", ");
                            w.text(filename).code(")")
                        }
                    };
                    w.line(",");
                }
            });
            w.line("],");
        }
        Payload::File(path) => {
            w.code("CURLOPT_POSTFIELDS => file_get_contents(")
                .text(path)
                .line("),");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            w.code("CURLOPT_POSTFIELDS => ").text(&text).line(",");
        }
    }
}

/// An array of PHP has each key once, and takes a number in quotation marks for a number and brackets for another array.
pub(super) fn is_map(fields: &[(Text, Text)]) -> bool {
    let mut names: Vec<_> = fields.iter().filter_map(|(name, _)| name.known()).collect();
    let all = names.len() == fields.len();
    let simple = names.iter().all(|name| {
        name.first()
            .is_some_and(|byte| !byte.is_ascii_digit() && *byte != b'-')
            && !name.contains(&b'[')
            && !name.contains(&0)
    });
    names.sort();
    names.dedup();
    all && simple && !fields.is_empty() && names.len() == fields.len()
}

fn carried_out(call: &Call, w: &mut Writer) {
    if let Some(proxy) = &call.proxy {
        w.code("CURLOPT_PROXY => ").text(&proxy.url()).line(",");
        if let Some((user, password)) = &proxy.credentials {
            w.code("CURLOPT_PROXYUSERNAME => ").text(user).line(",");
            w.code("CURLOPT_PROXYPASSWORD => ").text(password).line(",");
        }
    }
    let tls = &call.tls;
    let key = tls.key.as_ref();
    for (name, path) in [
        ("CURLOPT_SSLCERT => ", tls.certificate.as_ref()),
        ("CURLOPT_SSLKEY => ", key),
        ("CURLOPT_CAINFO => ", tls.ca.as_ref()),
    ] {
        if let Some(path) = path {
            w.code(name).text(path).line(",");
        }
    }
    if !tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("CURLOPT_SSL_VERIFYPEER => false,");
        w.line("CURLOPT_SSL_VERIFYHOST => 0,");
    }
    if call.follow == Some(true) {
        w.line("CURLOPT_FOLLOWLOCATION => true,");
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("CURLOPT_TIMEOUT_MS => ").number(millis).line(",");
    }
}
