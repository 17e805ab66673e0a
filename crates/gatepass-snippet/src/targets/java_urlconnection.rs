//! Java with HttpURLConnection.

use super::java_http::{authorization, brackets, multipart, tls};
use crate::call::{Call, Login, Payload};
use crate::languages::Language;
use crate::languages::java::{Java, octets};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// HttpURLConnection.
pub(super) struct UrlConnection;

static INFO: Info = Info {
    id: "java-urlconnection",
    aliases: &["httpurlconnection"],
    title: "Java HttpURLConnection",
    family: "Java",
    file: "Main.java",
    minimum: Some(Minimum::new("Java", "17")),
    install: None,
    recipe: Recipe::Run("java"),
};

/// The methods that it knows.
const METHODS: &[&str] = &["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE"];

impl Target for UrlConnection {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Java
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::OAuth1 | Need::Multipart => Support::Helper,
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::AnyMethod => {
                Support::No("HttpURLConnection has a list of methods, and takes no other")
            }
            Need::DigestMd5 | Need::DigestSha256 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if !METHODS.contains(&call.method.as_str()) {
            return Some("HttpURLConnection does not know this method".to_owned());
        }
        if call.has_body() && matches!(call.method.as_str(), "GET" | "HEAD") {
            return Some("HttpURLConnection makes POST of a GET with a body".to_owned());
        }
        brackets(call).or_else(|| super::quoted_user(call, "HttpURLConnection"))
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        for import in [
            "java.io.InputStream",
            "java.net.HttpURLConnection",
            "java.net.URI",
            "java.nio.charset.StandardCharsets",
        ] {
            w.import(import);
        }
        w.code("String url = ").text(&call.full_url()).line(";");
        tls(call, w);
        multipart(call, w);
        open(call, w);
        w.code("connection.setRequestMethod(")
            .str(&call.method)
            .line(");");
        headers(call, w);
        authenticator(call, w);
        if let Some(follow) = call.follow {
            w.line(if follow {
                "connection.setInstanceFollowRedirects(true);"
            } else {
                "connection.setInstanceFollowRedirects(false);"
            });
        }
        if let Some(millis) = call.timeout_millis() {
            w.code("connection.setConnectTimeout(")
                .number(millis)
                .line(");");
            w.code("connection.setReadTimeout(")
                .number(millis)
                .line(");");
        }
        body(call, w);
        w.line("int status = connection.getResponseCode();");
        w.line("InputStream answer = status >= 400 ? connection.getErrorStream() : connection.getInputStream();");
        w.line("System.out.println(status);");
        w.line("if (answer != null) {");
        w.indented(|w| {
            w.line(
                "System.out.println(new String(answer.readAllBytes(), StandardCharsets.UTF_8));",
            );
        });
        w.line("}");
        w.line("System.exit(status >= 400 ? 1 : 0);");
    }
}

fn open(call: &Call, w: &mut Writer) {
    let mut argument = false;
    if let Some(proxy) = &call.proxy {
        w.import("java.net.InetSocketAddress")
            .import("java.net.Proxy");
        w.comment("Java sends no password for Basic through a tunnel unless it is told to.");
        w.line("System.setProperty(\"jdk.http.auth.tunneling.disabledSchemes\", \"\");");
        w.code("Proxy proxy = new Proxy(Proxy.Type.HTTP, new InetSocketAddress(")
            .str(&proxy.host);
        w.code(", ").number(u64::from(proxy.port)).line("));");
        argument = true;
    }
    let opened = if argument {
        "openConnection(proxy)"
    } else {
        "openConnection()"
    };
    if call.tls.is_default() {
        w.code("HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().")
            .code(opened)
            .line(";");
        return;
    }
    w.import("javax.net.ssl.HttpsURLConnection");
    w.code("HttpsURLConnection connection = (HttpsURLConnection) URI.create(url).toURL().")
        .code(opened)
        .line(";");
    w.line("connection.setSSLSocketFactory(context.getSocketFactory());");
    if !call.tls.verify {
        w.line("connection.setHostnameVerifier((host, session) -> true);");
    }
}

fn headers(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    fields.extend(super::content_type_field(call));
    for (name, value) in fields {
        w.code("connection.addRequestProperty(")
            .str(&name)
            .code(", ")
            .text(&value)
            .line(");");
    }
    if matches!(call.body, Payload::Multipart(_)) {
        w.line("connection.setRequestProperty(\"Content-Type\", \"multipart/form-data; boundary=\" + boundary);");
    }
    let begin = |w: &mut Writer| {
        w.code("connection.setRequestProperty(\"Authorization\", ");
    };
    authorization(call, w, begin);
    if matches!(call.login, Login::Basic { .. } | Login::OAuth1(_)) {
        w.line(";");
    }
}

/// Writes what answers a challenge of the server by Digest, and one of the proxy.
fn authenticator(call: &Call, w: &mut Writer) {
    let proxy = call
        .proxy
        .as_ref()
        .and_then(|proxy| proxy.credentials.as_ref());
    let server = match &call.login {
        Login::Digest { user, password, .. } => Some((user, password)),
        _ => None,
    };
    if proxy.is_none() && server.is_none() {
        return;
    }
    w.import("java.net.Authenticator")
        .import("java.net.PasswordAuthentication")
        .import("java.util.EnumSet");
    w.line("connection.setAuthenticator(new Authenticator() {");
    w.indented(|w| {
        w.line("// What was refused once would be refused again.");
        w.line("private final EnumSet<RequestorType> asked = EnumSet.noneOf(RequestorType.class);");
        w.code("\n");
        w.line("protected PasswordAuthentication getPasswordAuthentication() {");
        w.indented(|w| {
            w.line("if (!asked.add(getRequestorType())) {");
            w.indented(|w| {
                w.line("return null;");
            });
            w.line("}");
            if let Some((user, password)) = proxy {
                w.line("if (getRequestorType() == RequestorType.PROXY) {");
                w.indented(|w| pair(user, password, w));
                w.line("}");
            }
            match server {
                Some((user, password)) => {
                    w.comment("Basic would show the password, and another host has no business with it.");
                    w.line("boolean own = getRequestingURL().getAuthority().equals(URI.create(url).getAuthority());");
                    w.line("if (!own || !getRequestingScheme().equalsIgnoreCase(\"digest\")) {");
                    w.indented(|w| {
                        w.line("return null;");
                    });
                    w.line("}");
                    pair(user, password, w);
                }
                None => {
                    w.line("return null;");
                }
            }
        });
        w.line("}");
    });
    w.line("});");
}

fn pair(user: &Text, password: &Text, w: &mut Writer) {
    w.code("return new PasswordAuthentication(")
        .text(user)
        .code(", (")
        .text(password)
        .line(").toCharArray());");
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => return,
        Payload::Multipart(_) => {}
        Payload::File(path) => {
            w.import("java.nio.file.Files").import("java.nio.file.Path");
            w.code("byte[] body = Files.readAllBytes(Path.of(")
                .text(path)
                .line("));");
        }
        _ => {
            w.code("byte[] body = ");
            octets(w, &call.body_text().unwrap_or_default());
            w.line(";");
        }
    }
    w.line("connection.setDoOutput(true);");
    w.line("connection.getOutputStream().write(body);");
}
