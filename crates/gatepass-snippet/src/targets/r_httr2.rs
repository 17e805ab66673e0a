//! R with httr2.

use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::r::R;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// httr2.
pub(super) struct Httr2;

static INFO: Info = Info {
    id: "r-httr2",
    aliases: &["r", "httr2"],
    title: "R httr2",
    family: "R",
    file: "request.R",
    minimum: Some(Minimum::new("R", "4.2")),
    install: Some("install.packages(\"httr2\")"),
    recipe: Recipe::Run("r"),
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/r/oauth1.R"),
    imports: &[],
};

impl Target for Httr2 {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &R
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Token | Need::KeyInHeader | Need::KeyInCookie | Need::OwnHeader => {
                Support::Header
            }
            Need::OAuth1 => Support::Helper,
            Need::Basic | Need::BasicUtf8 | Need::Bearer | Need::DigestMd5 | Need::DigestSha256 => {
                Support::Native
            }
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call.method.contains(|c: char| c.is_ascii_lowercase()) {
            return Some("httr2 writes every method in capital letters".to_owned());
        }
        if let Payload::Multipart(parts) = &call.body
            && !parts.iter().all(FormPart::keeps_its_name)
        {
            return Some("form_file names a file as it is called".to_owned());
        }
        let Login::Digest { user, .. } = &call.login else {
            return None;
        };
        let colon = user.known().is_some_and(|user| user.contains(&b':'));
        colon.then(|| "a user name that has a colon cannot be told from its password".to_owned())
    }

    fn carries_login(&self, call: &Call) -> bool {
        call.login.is_in_the_head()
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("library(httr2)");
        w.code("url <- ").text(&call.full_url()).code("\n");
        w.code("response <- request(url)");
        w.indented(|w| {
            step(w, "req_method(").str(&call.method).code(")");
            headers(call, w);
            login(call, w);
            body(call, w);
            carried_out(call, w);
            step(w, "req_error(is_error = function(response) FALSE)");
            step(w, "req_perform()");
        });
        w.line("\ncat(resp_status(response), resp_status_desc(response), \"\\n\")");
        w.line("if (length(response$body) > 0) cat(resp_body_string(response), \"\\n\")");
        w.line("if (resp_is_error(response)) quit(status = 1)");
    }
}

fn step<'w>(w: &'w mut Writer, code: &'static str) -> &'w mut Writer {
    w.code(" |>\n").code(code)
}

fn headers(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    let own = matches!(&call.login, Login::Bearer { word, .. } if word == "Bearer");
    if own {
        fields.retain(|(name, _)| name != "Authorization");
    }
    // The functions for bodies take the type for themselves.
    if call.has_body() {
        fields.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    if fields.is_empty() && !matches!(call.login, Login::OAuth1(_)) {
        return;
    }
    step(w, "req_headers(");
    let mut first = true;
    for (name, value) in super::joined(&fields) {
        w.code(if std::mem::take(&mut first) { "" } else { ", " });
        w.str(&name).code(" = ").text(&value);
    }
    if let Login::OAuth1(keys) = &call.login {
        w.helper(&OAUTH1);
        w.code(if first { "" } else { ", " });
        w.code("Authorization = oauth1(")
            .str(&call.method)
            .code(", url, ");
        match &call.body {
            Payload::Form(fields) => {
                w.code("c(");
                arguments(fields, w);
                w.code(")");
            }
            _ => {
                w.code("character()");
            }
        }
        for text in [
            &keys.consumer_key,
            &keys.consumer_secret,
            &keys.token,
            &keys.token_secret,
        ] {
            w.code(", ").text(text);
        }
        w.code(")");
    }
    w.code(")");
}

fn arguments(fields: &[(Text, Text)], w: &mut Writer) {
    for (number, (name, value)) in fields.iter().enumerate() {
        w.code(if number > 0 { ", " } else { "" });
        w.text(name).code(" = ").text(value);
    }
}

fn login(call: &Call, w: &mut Writer) {
    match &call.login {
        Login::Basic { user, password } => {
            step(w, "req_auth_basic(")
                .text(user)
                .code(", ")
                .text(password)
                .code(")");
        }
        Login::Bearer { word, token } if word == "Bearer" => {
            step(w, "req_auth_bearer_token(").text(token).code(")");
        }
        Login::Digest { user, password, .. } => {
            // CURLAUTH_DIGEST is 2.
            let pair = user.clone().and(&":".into()).and(password);
            step(w, "req_options(httpauth = 2L, userpwd = ")
                .text(&pair)
                .code(")");
        }
        _ => {}
    }
}

fn body(call: &Call, w: &mut Writer) {
    let named = call.header("content-type").cloned();
    let usual = Text::from(call.content_type().unwrap_or("application/octet-stream"));
    let content_type = named.unwrap_or(usual);
    match &call.body {
        Payload::Empty => {}
        Payload::Form(fields) if is_simple(fields) => {
            step(w, "req_body_form(");
            arguments(fields, w);
            w.code(")");
        }
        Payload::Multipart(parts) => {
            step(w, "req_body_multipart(");
            for (number, part) in parts.iter().enumerate() {
                w.code(if number > 0 { ", " } else { "" });
                form_part(part, w);
            }
            w.code(")");
        }
        Payload::File(path) => {
            step(w, "req_body_file(")
                .text(path)
                .code(", ")
                .text(&content_type)
                .code(")");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            step(w, "req_body_raw(")
                .bytes(&text)
                .code(", ")
                .text(&content_type)
                .code(")");
        }
    }
}

/// Each name once, and none that R takes for one of the function's own.
fn is_simple(fields: &[(Text, Text)]) -> bool {
    let mut names: Vec<_> = fields.iter().filter_map(|(name, _)| name.known()).collect();
    let simple = names
        .iter()
        .all(|name| !name.is_empty() && !name.starts_with(b".") && !name.contains(&0));
    let all = names.len() == fields.len();
    names.sort();
    names.dedup();
    all && simple && !fields.is_empty() && names.len() == fields.len()
}

fn form_part(part: &FormPart, w: &mut Writer) {
    w.text(&part.name).code(" = ");
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            w.text(text);
        }
        (PartContent::Text(text), Some(content_type)) => {
            w.code("curl::form_data(")
                .text(text)
                .code(", type = ")
                .str(content_type)
                .code(")");
        }
        (PartContent::File { path, .. }, content_type) => {
            w.code("curl::form_file(").text(path).code(", type = ");
            w.str(
                content_type
                    .as_deref()
                    .unwrap_or("application/octet-stream"),
            );
            w.code(")");
        }
    }
}

fn carried_out(call: &Call, w: &mut Writer) {
    if let Some(proxy) = &call.proxy {
        step(w, "req_proxy(")
            .str(&proxy.host)
            .code(", ")
            .number(u64::from(proxy.port));
        if let Some((user, password)) = &proxy.credentials {
            w.code(", username = ")
                .text(user)
                .code(", password = ")
                .text(password);
        }
        w.code(")");
    }
    let tls = &call.tls;
    for (option, path) in [
        ("req_options(cainfo = ", tls.ca.as_ref()),
        ("req_options(sslcert = ", tls.certificate.as_ref()),
        ("req_options(sslkey = ", tls.key.as_ref()),
    ] {
        if let Some(path) = path {
            step(w, option).text(path).code(")");
        }
    }
    if !tls.verify {
        w.code(" |>\n");
        w.comment(super::UNVERIFIED);
        w.code("req_options(ssl_verifypeer = 0L, ssl_verifyhost = 0L)");
    }
    if call.follow == Some(false) {
        step(w, "req_options(followlocation = FALSE)");
    }
    if let Some(millis) = call.timeout_millis() {
        step(w, "req_timeout(").seconds(millis).code(")");
    }
}
