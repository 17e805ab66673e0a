//! HAR 1.2, as browsers and many tools write and read it.

use gatepass_auth::percent;

use crate::call::{Call, Payload};
use crate::languages::Language;
use crate::languages::json::Json;
use crate::support::{Need, Support};
use crate::target::{Info, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// HAR.
pub(super) struct Har;

static INFO: Info = Info {
    id: "har",
    aliases: &[],
    title: "HAR 1.2",
    family: "data",
    file: "request.har",
    minimum: None,
    install: None,
    recipe: Recipe::Run("har"),
};

impl Target for Har {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Json
    }

    fn supports(&self, need: Need) -> Support {
        super::data_supports(need)
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        match call.full_url().known() {
            Some(_) => None,
            None => Some("a variable in the URL has no value".to_owned()),
        }
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.line("{");
        w.indented(|w| {
            w.line("\"log\": {");
            w.indented(|w| {
                w.line("\"version\": \"1.2\",");
                w.line("\"creator\": {\"name\": \"gatepass\", \"version\": \"1\"},");
                w.line("\"entries\": [");
                w.indented(|w| entry(call, w));
                w.line("]");
            });
            w.line("}");
        });
        w.line("}");
    }

    fn runs(&self) -> bool {
        false
    }
}

fn entry(call: &Call, w: &mut Writer) {
    w.line("{");
    w.indented(|w| {
        w.line("\"startedDateTime\": \"1970-01-01T00:00:00Z\",");
        w.line("\"time\": 0,");
        w.line("\"request\": {");
        w.indented(|w| request(call, w));
        w.line("},");
        // The format wants an answer; there is none.
        w.line("\"response\": {");
        w.indented(|w| {
            w.line("\"status\": 0, \"statusText\": \"\", \"httpVersion\": \"HTTP/1.1\", \"cookies\": [], \"headers\": [],");
            w.line("\"content\": {\"size\": 0, \"mimeType\": \"x-unknown\"}, \"redirectURL\": \"\", \"headersSize\": -1, \"bodySize\": -1");
        });
        w.line("},");
        w.line("\"cache\": {},");
        w.line("\"timings\": {\"send\": 0, \"wait\": 0, \"receive\": 0}");
    });
    w.line("}");
}

fn request(call: &Call, w: &mut Writer) {
    let url = call.full_url();
    w.code("\"method\": ").str(&call.method).line(",");
    w.code("\"url\": ").text(&url).line(",");
    w.line("\"httpVersion\": \"HTTP/1.1\",");
    w.line("\"cookies\": [],");
    pairs(
        "\"headers\": ",
        &super::data_headers(call)
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect::<Vec<_>>(),
        w,
    );
    w.line(",");
    pairs("\"queryString\": ", &query(&url), w);
    w.line(",");
    w.line("\"headersSize\": -1,");
    let Some(body) = call.body_text() else {
        w.line("\"bodySize\": 0");
        return;
    };
    let size = body.known().map_or(0, |known| known.len());
    w.code("\"bodySize\": ")
        .number(size.try_into().unwrap_or(u64::MAX))
        .line(",");
    let named = call.header("content-type").cloned();
    let usual = Text::from(call.content_type().unwrap_or("application/octet-stream"));
    w.line("\"postData\": {");
    w.indented(|w| {
        w.code("\"mimeType\": ")
            .text(&named.unwrap_or(usual))
            .line(",");
        if let Payload::Form(fields) = &call.body {
            pairs("\"params\": ", fields, w);
            w.line(",");
        }
        w.code("\"text\": ").text(&body).code("\n");
    });
    w.line("}");
}

fn query(url: &Text) -> Vec<(Text, Text)> {
    let known = url.known().unwrap_or_default();
    let at = known
        .iter()
        .position(|&byte| byte == b'?')
        .unwrap_or(known.len());
    let decoded = |text: &[u8]| Text::new(percent::decode_form(text).into_owned());
    known
        .get(at + 1..)
        .unwrap_or_default()
        .split(|&byte| byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let at = pair
                .iter()
                .position(|&byte| byte == b'=')
                .unwrap_or(pair.len());
            (
                decoded(&pair[..at]),
                decoded(pair.get(at + 1..).unwrap_or_default()),
            )
        })
        .collect()
}

fn pairs(name: &'static str, pairs: &[(Text, Text)], w: &mut Writer) {
    w.code(name);
    if pairs.is_empty() {
        w.code("[]");
        return;
    }
    w.line("[");
    w.indented(|w| {
        for (number, (name, value)) in pairs.iter().enumerate() {
            w.code("{\"name\": ")
                .text(name)
                .code(", \"value\": ")
                .text(value);
            w.line(if number + 1 < pairs.len() { "}," } else { "}" });
        }
    });
    w.code("]");
}
