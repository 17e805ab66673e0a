//! The bytes of the request, as HTTP/1.1 has them.

use gatepass_request::Url;

use crate::call::Call;
use crate::languages::Language;
use crate::languages::http::Http;
use crate::support::{Need, Support};
use crate::target::{Info, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// A message of HTTP/1.1.
pub(super) struct RawHttp;

static INFO: Info = Info {
    id: "http",
    aliases: &["raw", "raw-http"],
    title: "HTTP/1.1",
    family: "data",
    file: "request.http",
    minimum: None,
    install: None,
    recipe: Recipe::Run("http"),
};

impl Target for RawHttp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Http
    }

    fn supports(&self, need: Need) -> Support {
        super::data_supports(need)
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        match url_of(call) {
            Some(_) => None,
            None => Some("a variable in the URL has no value".to_owned()),
        }
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        let Some(url) = url_of(call) else {
            return;
        };
        w.text(&call.method.as_str().into())
            .code(" ")
            .text(&url.target().into())
            .line(" HTTP/1.1\r");
        if call.header("host").is_none() {
            w.code("Host: ").text(&url.authority().into()).line("\r");
        }
        for (name, value) in super::data_headers(call) {
            w.text(&name.into()).code(": ").text(&value).line("\r");
        }
        let body = call.body_text();
        if let Some(known) = body.as_ref().and_then(Text::known) {
            w.code("Content-Length: ")
                .number(known.len().try_into().unwrap_or(u64::MAX))
                .line("\r");
        }
        w.line("\r");
        if let Some(body) = body {
            w.text(&body);
        }
    }

    fn runs(&self) -> bool {
        false
    }
}

fn url_of(call: &Call) -> Option<Url> {
    let known = call.full_url().known()?;
    Url::parse(std::str::from_utf8(&known).ok()?).ok()
}
