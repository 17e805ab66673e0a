//! Kotlin with OkHttp 4.

use super::okhttp;
use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::kotlin::Kotlin;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// OkHttp from Kotlin.
pub(super) struct KotlinOkHttp;

static INFO: Info = Info {
    id: "kotlin-okhttp",
    aliases: &["kotlin"],
    title: "Kotlin OkHttp",
    family: "Java",
    file: "Main.kt",
    minimum: Some(Minimum::new("Kotlin", "1.9")),
    install: Some("Add com.squareup.okhttp3:okhttp to the class path."),
    recipe: Recipe::NotExecuted("Debian's Kotlin is of 2019 and reads no library of today"),
};

impl Target for KotlinOkHttp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Kotlin
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => Support::No(
                "OkHttp has no facility for it, and no compiler here proves a function for Kotlin",
            ),
            Need::ClientCertificate | Need::CaFile | Need::Unverified => Support::No(
                "the JVM reads no PEM by itself, and no compiler here proves a function for Kotlin",
            ),
            Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::Basic | Need::BasicUtf8 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        okhttp::refused_body(call)
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("okhttp3.OkHttpClient").import("okhttp3.Request");
        client(call, w);
        body(call, w);
        w.code("val request = Request.Builder()");
        w.indented(|w| {
            w.code("\n.url(").text(&call.full_url()).code(")");
            headers(call, w);
            w.code("\n.method(").str(&call.method);
            w.line(if okhttp::has_body(call) {
                ", body)"
            } else {
                ", null)"
            });
            w.line(".build()");
        });
        w.line("client.newCall(request).execute().use { response ->");
        w.indented(|w| {
            w.line("println(\"${response.code} ${response.message}\")");
            w.line("println(response.body?.string())");
            w.line("exitProcess(if (response.code >= 400) 1 else 0)");
        });
        w.line("}");
    }
}

fn client(call: &Call, w: &mut Writer) {
    w.code("val client = OkHttpClient.Builder()");
    w.indented(|w| {
        if call.follow == Some(false) {
            w.code("\n.followRedirects(false)");
        }
        if let Some(millis) = call.timeout_millis() {
            w.import("java.util.concurrent.TimeUnit");
            w.code("\n.callTimeout(")
                .number(millis)
                .code(", TimeUnit.MILLISECONDS)");
        }
        if let Some(proxy) = &call.proxy {
            w.import("java.net.InetSocketAddress")
                .import("java.net.Proxy");
            w.code("\n.proxy(Proxy(Proxy.Type.HTTP, InetSocketAddress(")
                .str(&proxy.host);
            w.code(", ").number(u64::from(proxy.port)).code(")))");
            if let Some((user, password)) = &proxy.credentials {
                w.line("\n.proxyAuthenticator { _, response ->");
                w.indented(|w| {
                    w.line("if (response.request.header(\"Proxy-Authorization\") != null) null");
                    w.code("else response.request.newBuilder().header(\"Proxy-Authorization\", ");
                    credentials(user, password, w);
                    w.line(").build()");
                });
                w.code("}");
            }
        }
        w.line("\n.build()");
    });
}

fn credentials(user: &Text, password: &Text, w: &mut Writer) {
    w.import("okhttp3.Credentials");
    w.code("Credentials.basic(")
        .text(user)
        .code(", ")
        .text(password)
        .code(", Charsets.UTF_8)");
}

fn headers(call: &Call, w: &mut Writer) {
    let fields = call.all_headers();
    if fields.iter().any(|(_, value)| value.has_non_ascii()) {
        w.import("okhttp3.Headers");
        w.code("\n.headers(Headers.Builder()");
        for (name, value) in &fields {
            w.code(".addUnsafeNonAscii(")
                .str(name)
                .code(", ")
                .text(value)
                .code(")");
        }
        w.code(".build())");
    } else {
        for (name, value) in &fields {
            w.code("\n.addHeader(")
                .str(name)
                .code(", ")
                .text(value)
                .code(")");
        }
    }
    if let Login::Basic { user, password } = &call.login {
        w.code("\n.header(\"Authorization\", ");
        credentials(user, password, w);
        w.code(")");
    }
}

fn body(call: &Call, w: &mut Writer) {
    if !okhttp::has_body(call) {
        return;
    }
    match &call.body {
        Payload::Form(fields) => {
            w.import("okhttp3.FormBody");
            w.code("val body = FormBody.Builder()");
            w.indented(|w| {
                for (name, value) in fields {
                    w.code("\n.add(")
                        .text(name)
                        .code(", ")
                        .text(value)
                        .code(")");
                }
                w.line("\n.build()");
            });
        }
        Payload::Multipart(parts) => {
            w.import("okhttp3.MultipartBody");
            w.code("val body = MultipartBody.Builder()");
            w.indented(|w| {
                w.code("\n.setType(MultipartBody.FORM)");
                parts.iter().for_each(|part| form_part(part, w));
                w.line("\n.build()");
            });
        }
        Payload::File(path) => {
            w.import("java.io.File")
                .import("okhttp3.RequestBody.Companion.asRequestBody");
            w.code("val body = File(")
                .text(path)
                .code(").asRequestBody(");
            media_type(call, w);
            w.line(")");
        }
        Payload::Empty => {
            w.import("okhttp3.RequestBody.Companion.toRequestBody");
            w.line("val body = ByteArray(0).toRequestBody()");
        }
        _ => {
            w.import("okhttp3.RequestBody.Companion.toRequestBody");
            let text = call.body_text().unwrap_or_default();
            w.code("val body = ");
            if text.has_variables() {
                w.code("(").text(&text).code(").toByteArray()");
            } else {
                w.bytes(&text);
            }
            w.code(".toRequestBody(");
            media_type(call, w);
            w.line(")");
        }
    }
}

fn media_type(call: &Call, w: &mut Writer) {
    w.import("okhttp3.MediaType.Companion.toMediaType");
    let named = call.header("content-type").cloned();
    let usual = call
        .content_type()
        .unwrap_or("application/octet-stream")
        .into();
    w.text(&named.unwrap_or(usual)).code(".toMediaType()");
}

fn form_part(part: &FormPart, w: &mut Writer) {
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            w.code("\n.addFormDataPart(")
                .text(&part.name)
                .code(", ")
                .text(text)
                .code(")");
        }
        (PartContent::Text(text), Some(content_type)) => {
            w.import("okhttp3.MediaType.Companion.toMediaType")
                .import("okhttp3.RequestBody.Companion.toRequestBody");
            w.code("\n.addFormDataPart(")
                .text(&part.name)
                .code(", null, (")
                .text(text)
                .code(").toByteArray().toRequestBody(");
            w.str(content_type).code(".toMediaType()))");
        }
        (PartContent::File { path, filename }, content_type) => {
            w.import("java.io.File")
                .import("okhttp3.MediaType.Companion.toMediaType");
            w.import("okhttp3.RequestBody.Companion.asRequestBody");
            w.code("\n.addFormDataPart(")
                .text(&part.name)
                .code(", ")
                .text(filename)
                .code(", File(")
                .text(path);
            w.code(").asRequestBody(").str(
                content_type
                    .as_deref()
                    .unwrap_or("application/octet-stream"),
            );
            w.code(".toMediaType()))");
        }
    }
}
