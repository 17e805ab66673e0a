//! Java with OkHttp.

use super::java_http::{DIGEST, authorization, tls};
use super::okhttp;
use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::java::{Java, octets};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// OkHttp.
pub(super) struct OkHttp;

static INFO: Info = Info {
    id: "java-okhttp",
    aliases: &["okhttp"],
    title: "Java OkHttp",
    family: "Java",
    file: "Main.java",
    minimum: Some(Minimum::new("Java", "17")),
    install: Some("Add com.squareup.okhttp3:okhttp to the class path."),
    recipe: Recipe::Run("java"),
};

impl Target for OkHttp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Java
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => Support::Helper,
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
        for import in [
            "okhttp3.OkHttpClient",
            "okhttp3.Request",
            "okhttp3.Response",
        ] {
            w.import(import);
        }
        w.code("String url = ").text(&call.full_url()).line(";");
        tls(call, w);
        client(call, w);
        body(call, w);
        w.line("Request request = new Request.Builder()");
        w.indented(|w| {
            w.line(".url(url)");
            headers(call, w);
            w.code(".method(").str(&call.method).code(", ");
            w.line(if okhttp::has_body(call) {
                "body)"
            } else {
                "null)"
            });
            w.line(".build();");
        });
        w.line("try (Response response = client.newCall(request).execute()) {");
        w.indented(|w| {
            w.line("System.out.println(response.code() + \" \" + response.message());");
            w.line("System.out.println(response.body().string());");
            w.line("System.exit(response.code() >= 400 ? 1 : 0);");
        });
        w.line("}");
    }
}

fn client(call: &Call, w: &mut Writer) {
    w.code("OkHttpClient client = new OkHttpClient.Builder()");
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
            w.code("\n.proxy(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(")
                .str(&proxy.host);
            w.code(", ").number(u64::from(proxy.port)).code(")))");
            if let Some((user, password)) = &proxy.credentials {
                w.code("\n.proxyAuthenticator((route, response) ->")
                    .indented(|w| {
                        w.code(
                            "\nresponse.request().header(\"Proxy-Authorization\") != null ? null",
                        );
                        w.code(
                            "\n: response.request().newBuilder().header(\"Proxy-Authorization\", ",
                        );
                        credentials(user, password, w);
                        w.code(").build())");
                    });
            }
        }
        if !call.tls.is_default() {
            let own = !call.tls.verify || call.tls.ca.is_some();
            w.code(if own {
                "\n.sslSocketFactory(context.getSocketFactory(), trust)"
            } else {
                "\n.sslSocketFactory(context.getSocketFactory())"
            });
            if !call.tls.verify {
                w.code("\n.hostnameVerifier((host, session) -> true)");
            }
        }
        if let Login::Digest { user, password, .. } = &call.login {
            authenticator(call, user, password, w);
        }
        w.line("\n.build();");
    });
}

fn authenticator(call: &Call, user: &Text, password: &Text, w: &mut Writer) {
    w.helper(&DIGEST);
    w.import("okhttp3.HttpUrl")
        .import("okhttp3.Headers")
        .import("java.io.IOException");
    w.line("\n.authenticator((route, response) -> {");
    w.indented(|w| {
        w.line("HttpUrl to = response.request().url();");
        w.line("HttpUrl asked = HttpUrl.get(url);");
        w.line("boolean own = to.host().equals(asked.host()) && to.port() == asked.port();");
        w.line("if (!own || response.request().header(\"Authorization\") != null) {");
        w.indented(|w| {
            w.line("return null;");
        });
        w.line("}");
        w.line("String target = to.encodedPath() + (to.encodedQuery() == null ? \"\" : \"?\" + to.encodedQuery());");
        w.line("try {");
        w.indented(|w| {
            w.code("String authorization = digest(response.headers(\"WWW-Authenticate\"), ").str(&call.method).line(", target,");
            w.indented(|w| {
                w.text(user).code(", ").text(password).line(");");
            });
            w.line("Headers headers = response.request().headers().newBuilder()");
            w.indented(|w| {
                w.line(".addUnsafeNonAscii(\"Authorization\", authorization)");
                w.line(".build();");
            });
            w.line("return response.request().newBuilder().headers(headers).build();");
        });
        w.line("} catch (Exception error) {");
        w.indented(|w| {
            w.line("throw new IOException(error);");
        });
        w.line("}");
    });
    w.code("})");
}

fn credentials(user: &Text, password: &Text, w: &mut Writer) {
    w.import("java.nio.charset.StandardCharsets")
        .import("okhttp3.Credentials");
    w.code("Credentials.basic(")
        .text(user)
        .code(", ")
        .text(password)
        .code(", StandardCharsets.UTF_8)");
}

fn headers(call: &Call, w: &mut Writer) {
    let fields = call.all_headers();
    if fields.iter().any(|(_, value)| value.has_non_ascii()) {
        w.import("okhttp3.Headers");
        w.line(".headers(new Headers.Builder()");
        w.indented(|w| {
            for (name, value) in &fields {
                w.code(".addUnsafeNonAscii(")
                    .str(name)
                    .code(", ")
                    .text(value)
                    .line(")");
            }
            w.line(".build())");
        });
    } else {
        for (name, value) in &fields {
            w.code(".addHeader(")
                .str(name)
                .code(", ")
                .text(value)
                .line(")");
        }
    }
    if let Login::Basic { user, password } = &call.login {
        w.code(".header(\"Authorization\", ");
        credentials(user, password, w);
        w.line(")");
    } else {
        authorization(call, w, |w| {
            w.code(".header(\"Authorization\", ");
        });
    }
}

/// Writes the body as `body`.
fn body(call: &Call, w: &mut Writer) {
    if !okhttp::has_body(call) {
        return;
    }
    w.import("okhttp3.RequestBody");
    match &call.body {
        Payload::Empty => {
            w.line("RequestBody body = RequestBody.create(null, new byte[0]);");
        }
        Payload::Form(fields) => {
            w.import("okhttp3.FormBody");
            w.line("RequestBody body = new FormBody.Builder()");
            w.indented(|w| {
                for (name, value) in fields {
                    w.code(".add(").text(name).code(", ").text(value).line(")");
                }
                w.line(".build();");
            });
        }
        Payload::Multipart(parts) => {
            w.import("okhttp3.MultipartBody");
            w.line("RequestBody body = new MultipartBody.Builder()");
            w.indented(|w| {
                w.line(".setType(MultipartBody.FORM)");
                parts.iter().for_each(|part| form_part(part, w));
                w.line(".build();");
            });
        }
        Payload::File(path) => {
            w.import("java.io.File").import("okhttp3.MediaType");
            w.code("RequestBody body = RequestBody.create(");
            media_type(call, w);
            w.code(", new File(").text(path).line("));");
        }
        _ => {
            w.import("okhttp3.MediaType");
            w.code("RequestBody body = RequestBody.create(");
            media_type(call, w);
            w.code(", ");
            // Bytes: of a text it would make what the type's charset is, and name that.
            octets(w, &call.body_text().unwrap_or_default());
            w.line(");");
        }
    }
}

fn media_type(call: &Call, w: &mut Writer) {
    let named = call.header("content-type").cloned();
    let usual = call
        .content_type()
        .unwrap_or("application/octet-stream")
        .into();
    w.code("MediaType.parse(")
        .text(&named.unwrap_or(usual))
        .code(")");
}

fn form_part(part: &FormPart, w: &mut Writer) {
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            w.code(".addFormDataPart(")
                .text(&part.name)
                .code(", ")
                .text(text)
                .line(")");
        }
        (PartContent::Text(text), Some(content_type)) => {
            w.import("okhttp3.MediaType");
            w.code(".addFormDataPart(")
                .text(&part.name)
                .code(", null, RequestBody.create(MediaType.parse(");
            w.str(content_type).code("), ");
            octets(w, text);
            w.line("))");
        }
        (PartContent::File { path, filename }, content_type) => {
            w.import("java.io.File").import("okhttp3.MediaType");
            w.code(".addFormDataPart(")
                .text(&part.name)
                .code(", ")
                .text(filename);
            w.code(", RequestBody.create(MediaType.parse(");
            w.str(
                content_type
                    .as_deref()
                    .unwrap_or("application/octet-stream"),
            );
            w.code("), new File(").text(path).line(")))");
        }
    }
}
