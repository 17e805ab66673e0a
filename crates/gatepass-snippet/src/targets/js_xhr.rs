//! XMLHttpRequest in a page, also called AJAX.

use super::js_fetch::{body, forbidden_header, form, header_fields, page_supports};
use super::node_fetch::{body_refused, forbidden_method};
use crate::call::{Call, Payload};
use crate::languages::Language;
use crate::languages::javascript::Browser;
use crate::support::{Need, Support};
use crate::target::{Info, Recipe, Target};
use crate::writer::Writer;

/// XMLHttpRequest.
pub(super) struct Xhr;

static INFO: Info = Info {
    id: "js-xhr",
    aliases: &["xhr", "ajax"],
    title: "JavaScript XMLHttpRequest",
    family: "JavaScript",
    file: "request.js",
    minimum: None,
    install: Some("For a page: <script type=module>"),
    recipe: Recipe::Run("browser"),
};

impl Target for Xhr {
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
        forbidden_header(call)
            .or_else(|| body_refused(call))
            .or_else(|| forbidden_method(call))
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.code("const url = ").text(&call.full_url()).line(";");
        form(call, w);
        w.line("const request = new XMLHttpRequest();");
        w.code("request.open(").str(&call.method).line(", url);");
        let is_form = matches!(call.body, Payload::Form(_));
        set_headers(call, !is_form, w);
        if let Some(millis) = call.timeout_millis() {
            w.code("request.timeout = ").number(millis).line(";");
        }
        w.line("request.onload = () => {");
        w.indented(|w| {
            w.line("console.log(request.status, request.statusText);");
            w.line("console.log(request.responseText);");
            w.line("if (request.status >= 400) throw new Error(`HTTP ${request.status}`);");
        });
        w.line("};");
        for event in ["onerror", "ontimeout"] {
            w.code("request.").code(event).line(" = (event) => {");
            w.indented(|w| {
                w.line("throw new Error(`no answer: ${event.type}`);");
            });
            w.line("};");
        }
        w.code("request.send(");
        if call.has_body() {
            body(call, w);
        }
        w.line(");");
    }
}

/// Writes one call for each header field.
fn set_headers(call: &Call, content_type: bool, w: &mut Writer) {
    if !super::js_fetch::has_headers(call, content_type) {
        return;
    }
    w.line("const headers = {");
    w.indented(|w| header_fields(call, content_type, ": ", ",", w));
    w.line("};");
    w.line("Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));");
}
