//! C with libcurl.

use crate::call::{Call, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::c::C;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// libcurl.
pub(super) struct Libcurl;

static INFO: Info = Info {
    id: "c-libcurl",
    aliases: &["c", "libcurl"],
    title: "C libcurl",
    family: "C",
    file: "request.c",
    minimum: Some(Minimum::new("libcurl", "7.88")),
    install: Some("cc request.c -lcurl"),
    recipe: Recipe::Run("c"),
};

impl Target for Libcurl {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &C
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Token | Need::KeyInHeader | Need::OwnHeader => Support::Header,
            Need::OAuth1 => Support::No(
                "libcurl does not sign requests by OAuth 1.0a, and C has no HMAC of its own",
            ),
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::KeyInCookie
            | Need::DigestMd5
            | Need::DigestSha256 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.line("curl_global_init(CURL_GLOBAL_DEFAULT);");
        w.line("CURL *curl = curl_easy_init();");
        w.line("if (!curl)");
        w.indented(|w| {
            w.line("return 1;");
        });
        option(w, "URL").text(&call.full_url()).line(");");
        method(call, w);
        login(call, w);
        headers(call, w);
        body(call, w);
        carried_out(call, w);
        w.line("\nCURLcode result = curl_easy_perform(curl);");
        w.line("if (result != CURLE_OK) {");
        w.indented(|w| {
            w.line("fprintf(stderr, \"%s\\n\", curl_easy_strerror(result));");
            w.line("return 1;");
        });
        w.line("}");
        w.line("long status;");
        w.line("curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);");
        w.line("printf(\"\\nHTTP status %ld\\n\", status);");
        w.line("curl_easy_cleanup(curl);");
        w.line("return status >= 400;");
    }
}

fn option<'w>(w: &'w mut Writer, name: &'static str) -> &'w mut Writer {
    w.code("curl_easy_setopt(curl, CURLOPT_")
        .code(name)
        .code(", ")
}

fn method(call: &Call, w: &mut Writer) {
    match (call.method.as_str(), &call.body) {
        ("GET", Payload::Empty) => {}
        ("HEAD", _) => {
            option(w, "NOBODY").line("1L);");
        }
        (
            "POST",
            Payload::Form(_)
            | Payload::Json(_)
            | Payload::JsonText(_)
            | Payload::Raw(_)
            | Payload::Multipart(_),
        ) => {}
        (method, _) => {
            option(w, "CUSTOMREQUEST").str(method).line(");");
        }
    }
}

fn login(call: &Call, w: &mut Writer) {
    let mut pair = |way: &'static str, user: &Text, password: &Text| {
        option(w, "HTTPAUTH").code(way).line(");");
        option(w, "USERNAME").text(user).line(");");
        option(w, "PASSWORD").text(password).line(");");
    };
    match &call.login {
        Login::Basic { user, password } => pair("CURLAUTH_BASIC", user, password),
        Login::Digest { user, password, .. } => pair("CURLAUTH_DIGEST", user, password),
        Login::Bearer { word, token } if word == "Bearer" => {
            option(w, "HTTPAUTH").line("CURLAUTH_BEARER);");
            option(w, "XOAUTH2_BEARER").text(token).line(");");
        }
        _ => {}
    }
    if let Some(cookies) = call.cookies() {
        option(w, "COOKIE").text(&cookies).line(");");
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
    if fields.is_empty() {
        return;
    }
    w.line("struct curl_slist *headers = NULL;");
    for (name, value) in fields {
        // An empty value would take the header away; a semicolon keeps it, without one.
        let sign = if value.is_empty() { ";" } else { ": " };
        let line = Text::from(format!("{name}{sign}")).and(&value);
        w.code("headers = curl_slist_append(headers, ")
            .text(&line)
            .line(");");
    }
    option(w, "HTTPHEADER").line("headers);");
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Multipart(parts) => {
            w.line("curl_mime *form = curl_mime_init(curl);");
            w.line("curl_mimepart *part;");
            for part in parts {
                w.line("part = curl_mime_addpart(form);");
                w.code("curl_mime_name(part, ").text(&part.name).line(");");
                match &part.content {
                    PartContent::Text(text) => {
                        w.code("curl_mime_data(part, ")
                            .text(text)
                            .line(", CURL_ZERO_TERMINATED);");
                    }
                    PartContent::File { path, filename } => {
                        w.code("curl_mime_filedata(part, ").text(path).line(");");
                        w.code("curl_mime_filename(part, ")
                            .text(filename)
                            .line(");");
                    }
                }
                if let Some(content_type) = &part.content_type {
                    w.code("curl_mime_type(part, ").str(content_type).line(");");
                }
            }
            option(w, "MIMEPOST").line("form);");
        }
        Payload::File(path) => {
            w.code("FILE *file = fopen(").text(path).line(", \"rb\");");
            w.line("if (!file || fseek(file, 0, SEEK_END)) {");
            w.indented(|w| {
                w.line("perror(\"the file cannot be read\");");
                w.line("return 1;");
            });
            w.line("}");
            option(w, "UPLOAD").line("1L);");
            option(w, "READDATA").line("file);");
            option(w, "INFILESIZE_LARGE").line("(curl_off_t)ftell(file));");
            w.line("rewind(file);");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            if text.has_variables() {
                option(w, "POSTFIELDS").text(&text).line(");");
                return;
            }
            w.code("static const char body[] = ").bytes(&text).line(";");
            option(w, "POSTFIELDSIZE").line("(long)sizeof body - 1);");
            option(w, "POSTFIELDS").line("body);");
        }
    }
}

fn carried_out(call: &Call, w: &mut Writer) {
    if let Some(proxy) = &call.proxy {
        option(w, "PROXY").text(&proxy.url()).line(");");
        if let Some((user, password)) = &proxy.credentials {
            option(w, "PROXYUSERNAME").text(user).line(");");
            option(w, "PROXYPASSWORD").text(password).line(");");
        }
    }
    let tls = &call.tls;
    for (name, path) in [
        ("SSLCERT", tls.certificate.as_ref()),
        ("SSLKEY", tls.key.as_ref()),
        ("CAINFO", tls.ca.as_ref()),
    ] {
        if let Some(path) = path {
            option(w, name).text(path).line(");");
        }
    }
    if !tls.verify {
        w.comment(super::UNVERIFIED);
        option(w, "SSL_VERIFYPEER").line("0L);");
        option(w, "SSL_VERIFYHOST").line("0L);");
    }
    if call.follow == Some(true) {
        option(w, "FOLLOWLOCATION").line("1L);");
    }
    if let Some(millis) = call.timeout_millis() {
        option(w, "TIMEOUT_MS").number(millis).line("L);");
    }
}
