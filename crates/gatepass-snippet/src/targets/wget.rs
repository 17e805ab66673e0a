//! GNU Wget 1.

use crate::call::{Call, Login, Payload};
use crate::languages::Language;
use crate::languages::shell::Shell;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// The command `wget`.
pub(super) struct Wget;

static INFO: Info = Info {
    id: "wget",
    aliases: &[],
    title: "Wget",
    family: "shell",
    file: "request.sh",
    minimum: Some(Minimum::new("Wget", "1.21")),
    install: None,
    recipe: Recipe::Run("shell"),
};

impl Target for Wget {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Shell
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::DigestMd5 | Need::DigestSha256 => Support::No(
                "Wget gives the password in clear to a server that asks for Basic instead",
            ),
            Need::OAuth1 => Support::No("Wget does not sign requests by OAuth 1.0a"),
            Need::Multipart => Support::No("Wget sends no forms with files"),
            Need::Basic | Need::BasicUtf8 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn carries_login(&self, call: &Call) -> bool {
        call.login.is_in_the_head()
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        if !call.tls.verify {
            w.comment(super::UNVERIFIED);
        }
        w.code("wget --quiet --server-response --content-on-error --output-document=-");
        w.indented(|w| {
            match (call.method.as_str(), &call.body) {
                ("GET", Payload::Empty) => {}
                (method, _) => {
                    option(w, "--method=").text(&method.into());
                }
            }
            login(call, w);
            headers(call, w);
            body(call, w);
            carried_out(call, w);
            option(w, "").text(&call.full_url());
        });
        w.code("\n");
    }
}

fn option<'w>(w: &'w mut Writer, code: &'static str) -> &'w mut Writer {
    w.code(" \\\n").code(code)
}

fn login(call: &Call, w: &mut Writer) {
    if let Login::Basic { user, password } = &call.login {
        option(w, "--user=").text(user);
        option(w, "--password=").text(password);
        option(w, "--auth-no-challenge");
    }
}

fn headers(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    fields.extend(super::content_type_field(call));
    for (name, value) in fields {
        let line = Text::from(format!("{name}: ")).and(&value);
        option(w, "--header=").text(&line);
    }
}

fn body(call: &Call, w: &mut Writer) {
    match (&call.body, call.body_text()) {
        (Payload::File(path), _) => {
            option(w, "--body-file=").text(path);
        }
        (_, Some(text)) => {
            option(w, "--body-data=").text(&text);
        }
        _ => {}
    }
}

fn carried_out(call: &Call, w: &mut Writer) {
    if let Some(proxy) = &call.proxy {
        for setting in ["http_proxy=", "https_proxy="] {
            let value = Text::from(setting).and(&proxy.url());
            option(w, "--execute ").text(&value);
        }
        if let Some((user, password)) = &proxy.credentials {
            option(w, "--proxy-user=").text(user);
            option(w, "--proxy-password=").text(password);
        }
    }
    if let Some(certificate) = &call.tls.certificate {
        option(w, "--certificate=").text(certificate);
        option(w, "--private-key=").text(call.tls.key.as_ref().unwrap_or(certificate));
    }
    if let Some(ca) = &call.tls.ca {
        option(w, "--ca-certificate=").text(ca);
    }
    if !call.tls.verify {
        option(w, "--no-check-certificate");
    }
    if call.follow == Some(false) {
        option(w, "--max-redirect=0");
    }
    if let Some(millis) = call.timeout_millis() {
        option(w, "--tries=1 --timeout=").seconds(millis);
    }
}
