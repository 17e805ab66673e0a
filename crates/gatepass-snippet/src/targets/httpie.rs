//! HTTPie 3.

use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::shell::Shell;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::{Piece, Text};
use crate::writer::Writer;

/// The command `http`.
pub(super) struct Httpie;

static INFO: Info = Info {
    id: "httpie",
    aliases: &[],
    title: "HTTPie",
    family: "shell",
    file: "request.sh",
    minimum: Some(Minimum::new("HTTPie", "3.2")),
    install: Some("pip install httpie"),
    recipe: Recipe::Run("shell"),
};

impl Target for Httpie {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Shell
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Token | Need::KeyInHeader | Need::KeyInCookie | Need::OwnHeader => {
                Support::Header
            }
            Need::OAuth1 => Support::No("HTTPie needs a plug-in to sign requests by OAuth 1.0a"),
            Need::Basic | Need::BasicUtf8 | Need::Bearer | Need::DigestMd5 | Need::DigestSha256 => {
                Support::Native
            }
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call.method.contains(|c: char| !c.is_ascii_uppercase()) {
            return Some("HTTPie takes only methods of capital letters".to_owned());
        }
        if !items_of(call)
            .iter()
            .all(|(name, value)| is_item(name, value))
        {
            return Some(
                "an item cannot have a backslash before one of : ; = @, or begin with -".to_owned(),
            );
        }
        if let Payload::Multipart(parts) = &call.body
            && !parts.iter().all(is_part)
        {
            return Some(
                "HTTPie names a file as it is called, and gives no type to a text".to_owned(),
            );
        }
        if let Login::Basic { user, .. } | Login::Digest { user, .. } = &call.login
            && user.known().is_some_and(|user| user.contains(&b':'))
        {
            return Some(
                "a user name that has a colon cannot be told from its password".to_owned(),
            );
        }
        super::quoted_user(call, "HTTPie")
    }

    fn carries_login(&self, call: &Call) -> bool {
        call.follow == Some(true) && matches!(call.login, Login::Digest { .. })
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        if !call.tls.verify {
            w.comment(super::UNVERIFIED);
        }
        w.code("http --check-status --print=hb");
        if !matches!(call.body, Payload::File(_)) {
            w.code(" --ignore-stdin");
        }
        w.indented(|w| {
            body_kind(call, w);
            login(call, w);
            carried_out(call, w);
            option(w, "")
                .text(&call.method.as_str().into())
                .code(" ")
                .text(&call.url);
            items(call, w);
        });
        w.code("\n");
    }
}

fn option<'w>(w: &'w mut Writer, code: &'static str) -> &'w mut Writer {
    w.code(" \\\n").code(code)
}

fn body_kind(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Form(fields) if !fields.is_empty() => {
            option(w, "--form");
        }
        Payload::Multipart(_) => {
            option(w, "--multipart");
        }
        Payload::File(_) | Payload::Empty => {}
        _ => {
            let text = call.body_text().unwrap_or_default();
            option(w, "--raw=").text(&text);
        }
    }
}

fn login(call: &Call, w: &mut Writer) {
    match &call.login {
        Login::Basic { user, password } => {
            let pair = user.clone().and(&":".into()).and(password);
            option(w, "--auth=").text(&pair);
        }
        Login::Digest { user, password, .. } => {
            let pair = user.clone().and(&":".into()).and(password);
            option(w, "--auth-type=digest --auth=").text(&pair);
        }
        Login::Bearer { word, token } if word == "Bearer" => {
            option(w, "--auth-type=bearer --auth=").text(token);
        }
        _ => {}
    }
}

fn carried_out(call: &Call, w: &mut Writer) {
    if let Some(proxy) = &call.proxy {
        for scheme in ["http:", "https:"] {
            let value = Text::from(scheme).and(&proxy.url_with_credentials());
            option(w, "--proxy=").text(&value);
        }
    }
    if let Some(certificate) = &call.tls.certificate {
        option(w, "--cert=").text(certificate);
    }
    if let Some(key) = &call.tls.key {
        option(w, "--cert-key=").text(key);
    }
    match &call.tls.ca {
        _ if !call.tls.verify => {
            option(w, "--verify=no");
        }
        Some(ca) => {
            option(w, "--verify=").text(ca);
        }
        None => {}
    }
    if call.follow == Some(true) {
        option(w, "--follow");
    }
    if let Some(millis) = call.timeout_millis() {
        option(w, "--timeout=").seconds(millis);
    }
}

/// What separates the name of an item from its value stands escaped in the name.
fn escaped(text: &Text) -> Text {
    text.mapped(|known| {
        let mut out = Vec::new();
        for &byte in known {
            if SEPARATORS.contains(&byte) {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out
    })
}

const SEPARATORS: &[u8] = b":;=@";

/// Returns names and values of all items, for a look at what HTTPie cannot read.
fn items_of(call: &Call) -> Vec<(Text, Text)> {
    let mut items: Vec<(Text, Text)> = call
        .all_headers()
        .into_iter()
        .map(|(name, value)| (name.into(), value))
        .collect();
    match &call.body {
        Payload::Form(fields) => items.extend(fields.iter().cloned()),
        Payload::Multipart(parts) => {
            items.extend(parts.iter().map(|part| match &part.content {
                PartContent::Text(text) => (part.name.clone(), text.clone()),
                PartContent::File { path, .. } => (part.name.clone(), path.clone()),
            }));
        }
        _ => {}
    }
    if let Login::QueryKey { name, key } = &call.login {
        items.push((name.as_str().into(), key.clone()));
    }
    items
}

/// HTTPie takes a backslash before a separator away, and knows no way to keep it.
fn is_item(name: &Text, text: &Text) -> bool {
    let kept = |text: &[u8]| {
        !text
            .windows(2)
            .any(|pair| pair[0] == b'\\' && SEPARATORS.contains(&pair[1]))
    };
    let name = name.with_fallbacks().known().unwrap_or_default();
    let value = text.with_fallbacks().known().unwrap_or_default();
    // A backslash before a variable would stay where it is set to something else.
    let opens = matches!(text.pieces().first(), Some(Piece::Variable { fallback: Some(fallback), .. })
        if fallback.starts_with(['@', '=']));
    !opens && kept(&name) && kept(&value) && !name.ends_with(b"\\") && !name.starts_with(b"-")
}

fn is_part(part: &FormPart) -> bool {
    match &part.content {
        PartContent::Text(_) => part.content_type.is_none(),
        PartContent::File { path, .. } => {
            let path = path.known().unwrap_or_default();
            let has_type = path.windows(6).any(|window| window == b";type=");
            part.keeps_its_name() && !has_type
        }
    }
}

fn items(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    if matches!(&call.login, Login::Bearer { word, .. } if word == "Bearer") {
        fields.retain(|(name, _)| name != "Authorization");
    }
    match &call.body {
        Payload::Form(form) if !form.is_empty() => {}
        _ => fields.extend(super::content_type_field(call)),
    }
    for (name, value) in fields {
        let sign = if value.is_empty() { ";" } else { ":" };
        let item = escaped(&name.as_str().into())
            .and(&sign.into())
            .and(&unread(&value));
        option(w, "").text(&item);
    }
    if let Login::QueryKey { name, key } = &call.login {
        let item = escaped(&name.as_str().into())
            .and(&"==".into())
            .and(&unread(key));
        option(w, "").text(&item);
    }
    match &call.body {
        Payload::Form(fields) => {
            for (name, value) in fields {
                let item = escaped(name).and(&"=".into()).and(&unread(value));
                option(w, "").text(&item);
            }
        }
        Payload::Multipart(parts) => parts.iter().for_each(|part| form_part(part, w)),
        Payload::File(path) => {
            option(w, "< ").text(path);
        }
        _ => {}
    }
}

/// A value that begins with a separator would make another one.
fn unread(value: &Text) -> Text {
    let first = value.known().and_then(|known| known.first().copied());
    match first {
        Some(b'@' | b'=') => Text::from("\\").and(value),
        _ => value.clone(),
    }
}

fn form_part(part: &FormPart, w: &mut Writer) {
    let (sign, value) = match &part.content {
        PartContent::Text(text) => ("=", unread(text)),
        PartContent::File { path, .. } => ("@", path.clone()),
    };
    let mut item = escaped(&part.name).and(&sign.into()).and(&value);
    if let Some(content_type) = &part.content_type {
        item = item.and(&format!(";type={content_type}").into());
    }
    option(w, "").text(&item);
}
