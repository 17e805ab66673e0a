//! jQuery in a page.

use super::js_fetch::{body, forbidden_header, form, has_headers, header_fields, page_supports};
use super::node_fetch::{body_refused, forbidden_method};
use crate::call::{Call, Payload};
use crate::languages::Language;
use crate::languages::javascript::Browser;
use crate::support::{Need, Support};
use crate::target::{Info, Recipe, Target};
use crate::writer::Writer;

/// jQuery.
pub(super) struct Jquery;

static INFO: Info = Info {
    id: "js-jquery",
    aliases: &["jquery"],
    title: "jQuery",
    family: "JavaScript",
    file: "request.js",
    minimum: None,
    install: Some("For a page that has jQuery: <script type=module>"),
    recipe: Recipe::Run("browser"),
};

impl Target for Jquery {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Browser
    }

    fn supports(&self, need: Need) -> Support {
        page_supports(need)
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call.method.contains(|c: char| c.is_ascii_lowercase()) {
            return Some("jQuery writes every method in capital letters".to_owned());
        }
        forbidden_header(call)
            .or_else(|| body_refused(call))
            .or_else(|| forbidden_method(call))
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.code("const url = ").text(&call.full_url()).line(";");
        form(call, w);
        w.line("$.ajax({");
        w.indented(|w| settings(call, w));
        w.line("})");
        w.indented(|w| {
            w.line(".done((answer, textStatus, xhr) => {");
            w.indented(|w| {
                w.line("console.log(xhr.status, xhr.statusText);");
                w.line("console.log(answer);");
            });
            w.line("})");
            w.line(".fail((xhr) => {");
            w.indented(|w| {
                w.line("console.error(xhr.status, xhr.statusText, xhr.responseText);");
            });
            w.line("});");
        });
    }
}

fn settings(call: &Call, w: &mut Writer) {
    w.line("url,");
    w.code("method: ").str(&call.method).line(",");
    w.line("dataType: \"text\",");
    // A type that is not said here would be the type of a form.
    let mut rest = call.clone();
    if call.has_body() {
        let named = call.header("content-type").cloned();
        let usual = call
            .content_type()
            .unwrap_or("application/octet-stream")
            .into();
        w.code("contentType: ")
            .text(&named.unwrap_or(usual))
            .line(",");
        w.code("data: ");
        body(call, w);
        w.line(if matches!(call.body, Payload::Form(_)) {
            ".toString(),"
        } else {
            ","
        });
        w.line("processData: false,");
        rest.headers
            .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    if has_headers(&rest, false) {
        w.line("headers: {");
        w.indented(|w| header_fields(&rest, false, ": ", ",", w));
        w.line("},");
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("timeout: ").number(millis).line(",");
    }
}
