//! curl, 7.87 or later.

use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::shell::Shell;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// The command `curl`.
pub(super) struct Curl;

static INFO: Info = Info {
    id: "curl",
    aliases: &[],
    title: "curl",
    family: "shell",
    file: "request.sh",
    minimum: Some(Minimum::new("curl", "7.88")),
    install: None,
    recipe: Recipe::Run("shell"),
};

impl Target for Curl {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Shell
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Token | Need::KeyInHeader | Need::OwnHeader => Support::Header,
            Need::OAuth1 => Support::No("curl does not sign requests by OAuth 1.0a"),
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
        let (Login::Basic { user, .. } | Login::Digest { user, .. }) = &call.login else {
            return None;
        };
        let colon = user.known().is_some_and(|user| user.contains(&b':'));
        colon.then(|| "a user name that has a colon cannot be told from its password".to_owned())
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        if !call.tls.verify {
            w.comment(super::UNVERIFIED);
        }
        w.code("curl --fail-with-body --silent --show-error --write-out '%{stderr}HTTP status %{http_code}\\n'");
        w.indented(|w| {
            method(call, w);
            login(call, w);
            for (name, value) in &call.all_headers() {
                if name.eq_ignore_ascii_case("cookie") {
                    option(w, "--cookie ").text(value);
                    continue;
                }
                if matches!(&call.login, Login::Bearer { word, .. } if word == "Bearer")
                    && name == "Authorization"
                {
                    continue;
                }
                // An empty value would take the header away; a semicolon keeps it, without one.
                let sign = if value.is_empty() { ";" } else { ": " };
                let line = Text::from(format!("{name}{sign}")).and(value);
                option(w, "--header ").text(&line);
            }
            body(call, w);
            carried_out(call, w);
            option(w, "").text(&call.url);
        });
        w.code("\n");
    }
}

fn option<'w>(w: &'w mut Writer, code: &'static str) -> &'w mut Writer {
    w.code(" \\\n").code(code)
}

fn method(call: &Call, w: &mut Writer) {
    let implied = match call.body {
        Payload::Empty => "GET",
        _ => "POST",
    };
    match call.method.as_str() {
        "HEAD" if !call.has_body() => {
            option(w, "--head");
        }
        method if method == implied => {}
        method => {
            option(w, "--request ").text(&method.into());
        }
    }
}

fn login(call: &Call, w: &mut Writer) {
    let pair = |user: &Text, password: &Text| user.clone().and(&":".into()).and(password);
    match &call.login {
        Login::Basic { user, password } => {
            option(w, "--basic --user ").text(&pair(user, password));
        }
        Login::Digest { user, password, .. } => {
            option(w, "--digest --user ").text(&pair(user, password));
        }
        Login::Bearer { word, token } if word == "Bearer" => {
            option(w, "--oauth2-bearer ").text(token);
        }
        Login::QueryKey { name, key } => {
            let line = Text::from(name.as_str())
                .percent_encoded()
                .and(&"=".into())
                .and(key);
            option(w, "--url-query ").text(&line);
        }
        _ => {}
    }
}

fn body(call: &Call, w: &mut Writer) {
    if let Some(content_type) = call
        .content_type()
        .filter(|_| !matches!(call.body, Payload::Form(_)))
    {
        option(w, "--header ").text(&format!("Content-Type: {content_type}").into());
    }
    match &call.body {
        Payload::Empty => {}
        Payload::Json(value) => {
            option(w, "--data-raw ").text(&value.to_string().into());
        }
        Payload::Form(fields) if fields.is_empty() => {
            option(w, "--data-raw ").text(&"".into());
        }
        Payload::Form(fields) => {
            for (name, value) in fields {
                let pair = name.percent_encoded().and(&"=".into()).and(value);
                option(w, "--data-urlencode ").text(&pair);
            }
        }
        Payload::Multipart(parts) => {
            for part in parts {
                form_part(part, w);
            }
        }
        Payload::File(path) => {
            option(w, "--data-binary ").text(&Text::from("@").and(path));
        }
        Payload::Raw(bytes) | Payload::JsonText(bytes) => {
            option(w, "--data-raw ").text(bytes);
        }
    }
}

/// Writes a part of a multipart body. A text is `--form-string`, which reads nothing into it.
fn form_part(part: &FormPart, w: &mut Writer) {
    let name = part.name.clone().and(&"=".into());
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            option(w, "--form-string ").text(&name.and(text));
        }
        (PartContent::Text(text), Some(content_type)) => {
            let value = name
                .and(&in_quotes(text))
                .and(&format!(";type={content_type}").into());
            option(w, "--form ").text(&value);
        }
        (PartContent::File { path, filename }, content_type) => {
            let mut value = name.and(&"@".into()).and(&in_quotes(path));
            if path.known() != filename.known() {
                value = value.and(&";filename=".into()).and(&in_quotes(filename));
            }
            if let Some(content_type) = content_type {
                value = value.and(&format!(";type={content_type}").into());
            }
            option(w, "--form ").text(&value);
        }
    }
}

/// Puts the quotation marks of `--form` around a text, in which backslashes and quotation marks are escaped.
fn in_quotes(text: &Text) -> Text {
    let escaped = text.mapped(|known| {
        let mut out = Vec::new();
        for &byte in known {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out
    });
    Text::from("\"").and(&escaped).and(&"\"".into())
}

fn carried_out(call: &Call, w: &mut Writer) {
    if let Some(proxy) = &call.proxy {
        option(w, "--proxy ").text(&proxy.url());
        if let Some((user, password)) = &proxy.credentials {
            let pair = user.clone().and(&":".into()).and(password);
            option(w, "--proxy-user ").text(&pair);
        }
    }
    if let Some(certificate) = &call.tls.certificate {
        option(w, "--cert ").text(&path_of_certificate(certificate));
    }
    if let Some(key) = &call.tls.key {
        option(w, "--key ").text(key);
    }
    if let Some(ca) = &call.tls.ca {
        option(w, "--cacert ").text(ca);
    }
    if !call.tls.verify {
        option(w, "--insecure");
    }
    if call.follow == Some(true) {
        option(w, "--location");
    }
    if let Some(millis) = call.timeout_millis() {
        option(w, "--max-time ").seconds(millis);
    }
}

/// A colon in the name of a certificate would begin its password.
fn path_of_certificate(path: &Text) -> Text {
    path.mapped(|known| {
        let mut out = Vec::new();
        for &byte in known {
            if matches!(byte, b':' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out
    })
}
