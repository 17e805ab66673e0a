//! Java with java.net.http.

use crate::call::{Call, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::java::{Java, octets};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// Java's HttpClient.
pub(super) struct JavaHttp;

static INFO: Info = Info {
    id: "java-http",
    aliases: &["java"],
    title: "Java java.net.http",
    family: "Java",
    file: "Main.java",
    minimum: Some(Minimum::new("Java", "17")),
    install: None,
    recipe: Recipe::Run("java"),
};

pub(super) static DIGEST: Helper = Helper {
    code: include_str!("../inline/java/digest.java"),
    imports: &[
        "java.io.IOException",
        "java.nio.charset.StandardCharsets",
        "java.security.MessageDigest",
        "java.security.SecureRandom",
        "java.util.HashMap",
        "java.util.List",
        "java.util.Map",
        "java.util.regex.Matcher",
        "java.util.regex.Pattern",
    ],
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/java/oauth1.java"),
    imports: &[
        "java.net.URLDecoder",
        "java.net.URLEncoder",
        "java.nio.charset.StandardCharsets",
        "java.util.ArrayList",
        "java.util.Arrays",
        "java.util.Base64",
        "java.util.Comparator",
        "java.util.List",
        "java.util.UUID",
        "javax.crypto.Mac",
        "javax.crypto.spec.SecretKeySpec",
    ],
};

static MULTIPART: Helper = Helper {
    code: include_str!("../inline/java/multipart.java"),
    imports: &[
        "java.io.ByteArrayOutputStream",
        "java.io.IOException",
        "java.nio.charset.StandardCharsets",
        "java.util.UUID",
    ],
};

static TRUST: Helper = Helper {
    code: include_str!("../inline/java/trust.java"),
    imports: &[
        "java.io.InputStream",
        "java.nio.file.Files",
        "java.nio.file.Path",
        "java.security.KeyStore",
        "java.security.cert.Certificate",
        "java.security.cert.CertificateFactory",
        "javax.net.ssl.TrustManagerFactory",
        "javax.net.ssl.X509TrustManager",
    ],
};

static IDENTITY: Helper = Helper {
    code: include_str!("../inline/java/identity.java"),
    imports: &[
        "java.io.InputStream",
        "java.nio.file.Files",
        "java.nio.file.Path",
        "java.security.KeyFactory",
        "java.security.KeyStore",
        "java.security.PrivateKey",
        "java.security.cert.Certificate",
        "java.security.cert.CertificateFactory",
        "java.security.spec.PKCS8EncodedKeySpec",
        "java.util.Base64",
        "java.util.Collection",
        "javax.net.ssl.KeyManager",
        "javax.net.ssl.KeyManagerFactory",
    ],
};

static ANYBODY: Helper = Helper {
    code: include_str!("../inline/java/anybody.java"),
    imports: &[
        "java.net.Socket",
        "java.security.cert.X509Certificate",
        "javax.net.ssl.SSLEngine",
        "javax.net.ssl.X509ExtendedTrustManager",
    ],
};

impl Target for JavaHttp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Java
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            // Its own authenticator does not answer Digest.
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 | Need::Multipart => {
                Support::Helper
            }
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        let restricted = ["connection", "content-length", "expect", "host", "upgrade"];
        let mut named = call
            .headers
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase());
        if let Some(name) = named.find(|name| restricted.contains(&name.as_str())) {
            return Some(format!(
                "java.net.http does not let a program set the header {name}"
            ));
        }
        if call
            .all_headers()
            .iter()
            .any(|(_, value)| value.has_non_ascii())
        {
            return Some("java.net.http sends headers in ASCII".to_owned());
        }
        let quoted = matches!(&call.login, Login::Digest { user, .. } if user.has_non_ascii());
        if quoted {
            return Some(
                "java.net.http sends headers in ASCII, a user name of Digest among them".to_owned(),
            );
        }
        brackets(call)
    }

    fn carries_login(&self, call: &Call) -> bool {
        call.follow == Some(true) && call.login.is_in_the_head()
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        for import in [
            "java.net.URI",
            "java.net.http.HttpClient",
            "java.net.http.HttpRequest",
            "java.net.http.HttpResponse",
        ] {
            w.import(import);
        }
        w.code("String url = ").text(&call.full_url()).line(";");
        tls(call, w);
        client(call, w);
        multipart(call, w);
        w.line("HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url))");
        w.indented(|w| {
            let mut fields = call.all_headers();
            fields.extend(super::content_type_field(call));
            for (name, value) in fields {
                w.code(".header(")
                    .str(&name)
                    .code(", ")
                    .text(&value)
                    .line(")");
            }
            if matches!(call.body, Payload::Multipart(_)) {
                w.line(".header(\"Content-Type\", \"multipart/form-data; boundary=\" + boundary)");
            }
            authorization(call, w, |w| {
                w.code(".header(\"Authorization\", ");
            });
            proxy_authorization(call, w, |w| {
                w.code(".header(\"Proxy-Authorization\", ");
            });
            if let Some(millis) = call.timeout_millis() {
                w.import("java.time.Duration");
                w.code(".timeout(Duration.ofMillis(")
                    .number(millis)
                    .line("))");
            }
            w.code(".method(").str(&call.method).code(", ");
            publisher(call, w);
            w.line(");");
        });
        w.line("HttpResponse<String> response = client.send(builder.build(), HttpResponse.BodyHandlers.ofString());");
        if let Login::Digest { user, password, .. } = &call.login {
            w.helper(&DIGEST);
            w.line("if (response.statusCode() == 401) {");
            w.indented(|w| {
                w.line("URI uri = URI.create(url);");
                w.line("String target = uri.getRawPath() + (uri.getRawQuery() == null ? \"\" : \"?\" + uri.getRawQuery());");
                w.line("builder.header(\"Authorization\", digest(");
                w.indented(|w| {
                    w.code("response.headers().allValues(\"WWW-Authenticate\"), ").str(&call.method).line(", target,");
                    w.text(user).code(", ").text(password).line("));");
                });
                w.line("response = client.send(builder.build(), HttpResponse.BodyHandlers.ofString());");
            });
            w.line("}");
        }
        w.line("System.out.println(response.statusCode());");
        w.line("System.out.println(response.body());");
        w.line("System.exit(response.statusCode() >= 400 ? 1 : 0);");
    }
}

/// Java's URIs have no brackets in a path.
pub(super) fn brackets(call: &Call) -> Option<String> {
    let url = call.full_url().known()?;
    let host_end = url
        .iter()
        .skip(8)
        .position(|&byte| byte == b'/')
        .map_or(url.len(), |at| at + 8);
    let has = url[host_end..]
        .iter()
        .any(|byte| matches!(byte, b'[' | b']'));
    has.then(|| "java.net.URI takes no brackets behind the host; write %5B and %5D".to_owned())
}

/// Writes what says whom to believe over TLS, and who one is, as `context` and `trust`.
pub(super) fn tls(call: &Call, w: &mut Writer) {
    let tls = &call.tls;
    if tls.is_default() {
        return;
    }
    for import in [
        "javax.net.ssl.SSLContext",
        "javax.net.ssl.TrustManager",
        "javax.net.ssl.X509TrustManager",
    ] {
        w.import(import);
    }
    if !tls.verify {
        w.helper(&ANYBODY);
        w.comment(super::UNVERIFIED);
        w.line("X509TrustManager trust = anybody();");
    } else if let Some(ca) = &tls.ca {
        w.helper(&TRUST);
        w.code("X509TrustManager trust = trusting(")
            .text(ca)
            .line(");");
    }
    w.line("SSLContext context = SSLContext.getInstance(\"TLS\");");
    w.code("context.init(");
    match &tls.certificate {
        Some(certificate) => {
            w.helper(&IDENTITY);
            let key = tls.key.as_ref().unwrap_or(certificate);
            w.code("identity(")
                .text(certificate)
                .code(", ")
                .text(key)
                .code("), ")
        }
        None => w.code("null, "),
    };
    let own = !tls.verify || tls.ca.is_some();
    w.line(if own {
        "new TrustManager[] {trust}, null);"
    } else {
        "null, null);"
    });
}

fn client(call: &Call, w: &mut Writer) {
    if call.proxy.is_some() {
        w.comment("Java sends no password for Basic through a tunnel unless it is told to.");
        w.line("System.setProperty(\"jdk.http.auth.tunneling.disabledSchemes\", \"\");");
    }
    if !call.tls.verify {
        w.line("System.setProperty(\"jdk.internal.httpclient.disableHostnameVerification\", \"true\");");
    }
    w.code("HttpClient client = HttpClient.newBuilder()");
    w.indented(|w| {
        if call.follow == Some(true) {
            w.code("\n.followRedirects(HttpClient.Redirect.NORMAL)");
        }
        if let Some(proxy) = &call.proxy {
            w.import("java.net.InetSocketAddress")
                .import("java.net.ProxySelector");
            w.code("\n.proxy(ProxySelector.of(new InetSocketAddress(")
                .str(&proxy.host)
                .code(", ");
            w.number(u64::from(proxy.port)).code(")))");
        }
        if !call.tls.is_default() {
            w.code("\n.sslContext(context)");
        }
        w.line("\n.build();");
    });
}

/// Writes the header of a scheme that is computed, behind what `begin` writes.
pub(super) fn authorization(call: &Call, w: &mut Writer, begin: impl Fn(&mut Writer)) {
    match &call.login {
        Login::Basic { user, password } => {
            begin(w);
            basic(user, password, w);
            w.line(")");
        }
        Login::OAuth1(keys) => {
            w.helper(&OAUTH1);
            begin(w);
            w.code("oauth1(").str(&call.method).line(", url,");
            w.indented(|w| {
                w.line("new String[][] {");
                if let Payload::Form(fields) = &call.body {
                    w.indented(|w| {
                        for (name, value) in fields {
                            w.code("{").text(name).code(", ").text(value).line("},");
                        }
                    });
                }
                w.line("},");
                let texts = [
                    &keys.consumer_key,
                    &keys.consumer_secret,
                    &keys.token,
                    &keys.token_secret,
                ];
                for (number, text) in texts.into_iter().enumerate() {
                    w.code(if number > 0 { ", " } else { "" }).text(text);
                }
            });
            w.line("))");
        }
        _ => {}
    }
}

fn basic(user: &Text, password: &Text, w: &mut Writer) {
    w.import("java.util.Base64");
    let pair = user.clone().and(&":".into()).and(password);
    w.code("\"Basic \" + Base64.getEncoder().encodeToString(");
    octets(w, &pair);
    w.code(")");
}

/// Writes the header for the proxy, behind what `begin` writes.
pub(super) fn proxy_authorization(call: &Call, w: &mut Writer, begin: impl Fn(&mut Writer)) {
    if let Some((user, password)) = call
        .proxy
        .as_ref()
        .and_then(|proxy| proxy.credentials.as_ref())
    {
        begin(w);
        basic(user, password, w);
        w.line(")");
    }
}

/// Writes a multipart body as `body`, with its `boundary`.
pub(super) fn multipart(call: &Call, w: &mut Writer) {
    let Payload::Multipart(parts) = &call.body else {
        return;
    };
    w.helper(&MULTIPART);
    w.line("String boundary = UUID.randomUUID().toString();");
    w.line("byte[] body = multipart(boundary,");
    w.indented(|w| {
        for (number, part) in parts.iter().enumerate() {
            w.code("new Object[] {").text(&part.name).code(", ");
            match &part.content {
                PartContent::Text(text) => {
                    w.code("null, ");
                    octets(w, text);
                }
                PartContent::File { path, filename } => {
                    w.import("java.nio.file.Files").import("java.nio.file.Path");
                    w.text(filename)
                        .code(", Files.readAllBytes(Path.of(")
                        .text(path)
                        .code("))");
                }
            }
            match &part.content_type {
                Some(content_type) => w.code(", ").str(content_type),
                None => w.code(", null"),
            };
            w.line(if number + 1 < parts.len() {
                "},"
            } else {
                "});"
            });
        }
    });
}

fn publisher(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => w.code("HttpRequest.BodyPublishers.noBody()"),
        Payload::Multipart(_) => w.code("HttpRequest.BodyPublishers.ofByteArray(body)"),
        Payload::File(path) => {
            w.import("java.nio.file.Path");
            w.code("HttpRequest.BodyPublishers.ofFile(Path.of(")
                .text(path)
                .code("))")
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            if is_text(&text) {
                w.code("HttpRequest.BodyPublishers.ofString(")
                    .text(&text)
                    .code(")")
            } else {
                w.code("HttpRequest.BodyPublishers.ofByteArray(")
                    .bytes(&text)
                    .code(")")
            }
        }
    };
}

pub(super) fn is_text(text: &Text) -> bool {
    text.known()
        .is_none_or(|known| String::from_utf8(known).is_ok())
}
