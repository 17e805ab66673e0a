//! Go with net/http.

use crate::call::{Call, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::go::Go;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// Go's own HTTP client.
pub(super) struct GoNetHttp;

static INFO: Info = Info {
    id: "go",
    aliases: &["golang", "go-net-http"],
    title: "Go net/http",
    family: "Go",
    file: "main.go",
    minimum: Some(Minimum::new("Go", "1.19")),
    install: None,
    recipe: Recipe::Run("go"),
};

static DIGEST: Helper = Helper {
    code: include_str!("../inline/go/digest.go"),
    imports: &[
        "crypto/md5",
        "crypto/rand",
        "crypto/sha256",
        "encoding/hex",
        "errors",
        "hash",
        "io",
        "regexp",
        "strings",
    ],
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/go/oauth1.go"),
    imports: &[
        "crypto/hmac",
        "crypto/rand",
        "crypto/sha1",
        "encoding/base64",
        "encoding/hex",
        "log",
        "net/http",
        "net/url",
        "sort",
        "strconv",
        "strings",
        "time",
    ],
};

impl Target for GoNetHttp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Go
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

    fn emit(&self, call: &Call, w: &mut Writer) {
        for import in ["fmt", "io", "log", "net/http", "os"] {
            w.import(import);
        }
        let by_function = matches!(call.login, Login::Digest { .. });
        body(call, w);
        if by_function {
            w.line("// The request is made anew for each attempt.");
            w.line("newRequest := func() *http.Request {");
            w.indented(|w| {
                request(call, w);
                w.line("return request");
            });
            w.line("}");
            w.line("request := newRequest()");
        } else {
            request(call, w);
        }
        if let Login::OAuth1(keys) = &call.login {
            w.helper(&OAUTH1);
            w.code("request.Header.Set(\"Authorization\", oauth1(request, ");
            match &call.body {
                Payload::Form(fields) if !fields.is_empty() => pairs(fields, w),
                _ => {
                    w.code("nil");
                }
            }
            for text in [
                &keys.consumer_key,
                &keys.consumer_secret,
                &keys.token,
                &keys.token_secret,
            ] {
                w.code(", ").text(text);
            }
            w.line("))");
        }
        w.code("\n");
        client(call, w);
        w.line("response, err := client.Do(request)");
        check(w);
        if let Login::Digest { user, password, .. } = &call.login {
            answer_digest(user, password, w);
        }
        w.line("defer response.Body.Close()");
        w.line("answer, err := io.ReadAll(response.Body)");
        check(w);
        w.line("fmt.Println(response.Status)");
        w.line("fmt.Println(string(answer))");
        w.line("if response.StatusCode >= 400 {");
        w.indented(|w| {
            w.line("os.Exit(1)");
        });
        w.line("}");
    }
}

fn check(w: &mut Writer) {
    w.line("if err != nil {");
    w.indented(|w| {
        w.line("log.Fatal(err)");
    });
    w.line("}");
}

fn pairs(fields: &[(Text, Text)], w: &mut Writer) {
    w.line("[][2]string{");
    w.indented(|w| {
        for (name, value) in fields {
            w.code("{").text(name).code(", ").text(value).line("},");
        }
    });
    w.code("}");
}

/// Writes what has to be there before the request: the encoded body.
fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Form(fields) => {
            w.import("net/url").import("strings");
            w.line("form := url.Values{}");
            for (name, value) in fields {
                w.code("form.Add(")
                    .text(name)
                    .code(", ")
                    .text(value)
                    .line(")");
            }
        }
        Payload::File(path) => {
            w.import("bytes");
            w.code("content, err := os.ReadFile(").text(path).line(")");
            check(w);
        }
        Payload::Multipart(parts) => {
            w.import("bytes").import("mime/multipart");
            w.line("var body bytes.Buffer");
            w.line("form := multipart.NewWriter(&body)");
            for part in parts {
                form_part(part, w);
            }
            w.line("form.Close()");
        }
        _ => {}
    }
}

fn form_part(part: &crate::call::FormPart, w: &mut Writer) {
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            w.code("form.WriteField(")
                .text(&part.name)
                .code(", ")
                .text(text)
                .line(")");
        }
        (PartContent::File { path, filename }, None) => {
            w.code("if part, err := form.CreateFormFile(")
                .text(&part.name)
                .code(", ");
            w.text(filename).line("); err != nil {");
            w.indented(|w| {
                w.line("log.Fatal(err)");
            });
            w.code("} else if content, err := os.ReadFile(")
                .text(path)
                .line("); err != nil {");
            w.indented(|w| {
                w.line("log.Fatal(err)");
            });
            w.line("} else {");
            w.indented(|w| {
                w.line("part.Write(content)");
            });
            w.line("}");
        }
        (content, Some(content_type)) => {
            w.import("net/textproto");
            let disposition = disposition(&part.name, content);
            w.line("if part, err := form.CreatePart(textproto.MIMEHeader{");
            w.indented(|w| {
                w.code("\"Content-Disposition\": {")
                    .text(&disposition)
                    .line("},");
                w.code("\"Content-Type\": {").str(content_type).line("},");
            });
            w.line("}); err != nil {");
            w.indented(|w| {
                w.line("log.Fatal(err)");
            });
            match content {
                PartContent::Text(text) => {
                    w.line("} else {");
                    w.indented(|w| {
                        w.code("io.WriteString(part, ").text(text).line(")");
                    });
                }
                PartContent::File { path, .. } => {
                    w.code("} else if content, err := os.ReadFile(").text(path);
                    w.line("); err != nil {");
                    w.indented(|w| {
                        w.line("log.Fatal(err)");
                    });
                    w.line("} else {");
                    w.indented(|w| {
                        w.line("part.Write(content)");
                    });
                }
            }
            w.line("}");
        }
    }
}

/// Returns the `Content-Disposition` of a part, as browsers write it (HTML standard, multipart/form-data).
fn disposition(name: &Text, content: &PartContent) -> Text {
    let quoted = |text: &Text| {
        let known = text.known().unwrap_or_default();
        let mut out = Vec::new();
        for byte in known {
            match byte {
                b'"' => out.extend_from_slice(b"%22"),
                b'\r' => out.extend_from_slice(b"%0D"),
                b'\n' => out.extend_from_slice(b"%0A"),
                byte => out.push(byte),
            }
        }
        Text::new(out)
    };
    let mut text = Text::from("form-data; name=\"")
        .and(&quoted(name))
        .and(&"\"".into());
    if let PartContent::File { filename, .. } = content {
        text = text
            .and(&"; filename=\"".into())
            .and(&quoted(filename))
            .and(&"\"".into());
    }
    text
}

fn request(call: &Call, w: &mut Writer) {
    w.code("request, err := http.NewRequest(");
    match call.method.as_str() {
        "GET" => w.code("http.MethodGet"),
        "HEAD" => w.code("http.MethodHead"),
        "POST" => w.code("http.MethodPost"),
        "PUT" => w.code("http.MethodPut"),
        "PATCH" => w.code("http.MethodPatch"),
        "DELETE" => w.code("http.MethodDelete"),
        "OPTIONS" => w.code("http.MethodOptions"),
        method => w.text(&method.into()),
    };
    w.code(", ").text(&call.full_url()).code(", ");
    match &call.body {
        Payload::Empty => w.code("nil"),
        Payload::Form(_) => w.code("strings.NewReader(form.Encode())"),
        Payload::File(_) => w.code("bytes.NewReader(content)"),
        Payload::Multipart(_) => w.code("bytes.NewReader(body.Bytes())"),
        Payload::Json(_) | Payload::JsonText(_) | Payload::Raw(_) => {
            let text = call.body_text().unwrap_or_default();
            w.import("strings");
            w.code("strings.NewReader(").text(&text).code(")")
        }
    };
    w.line(")");
    check(w);
    header_fields(call, w);
}

fn header_fields(call: &Call, w: &mut Writer) {
    let mut seen: Vec<String> = Vec::new();
    for (name, value) in call.all_headers() {
        let lower = name.to_ascii_lowercase();
        if lower == "host" {
            w.code("request.Host = ").text(&value).code("\n");
            continue;
        }
        // Set replaces what is there.
        let again = seen.contains(&lower);
        seen.push(lower);
        w.code(if again {
            "request.Header.Add("
        } else {
            "request.Header.Set("
        });
        w.str(&name).code(", ").text(&value).line(")");
    }
    match (&call.body, call.content_type()) {
        (Payload::Multipart(_), _) => {
            w.line("request.Header.Set(\"Content-Type\", form.FormDataContentType())");
        }
        (_, Some(content_type)) => {
            w.code("request.Header.Set(\"Content-Type\", ")
                .str(content_type)
                .line(")");
        }
        _ => {}
    }
    if let Login::Basic { user, password } = &call.login {
        w.code("request.SetBasicAuth(")
            .text(user)
            .code(", ")
            .text(password)
            .line(")");
    }
}

fn client(call: &Call, w: &mut Writer) {
    let transport = call.proxy.is_some() || !call.tls.is_default();
    if transport {
        w.line("transport := http.DefaultTransport.(*http.Transport).Clone()");
    }
    if let Some(proxy) = &call.proxy {
        w.import("net/url");
        let address: Text = format!("{}:{}", proxy.host, proxy.port).into();
        w.code("transport.Proxy = http.ProxyURL(&url.URL{Scheme: \"http\", Host: ")
            .text(&address);
        if let Some((user, password)) = &proxy.credentials {
            w.code(", User: url.UserPassword(")
                .text(user)
                .code(", ")
                .text(password)
                .code(")");
        }
        w.line("})");
    }
    tls(call, w);
    let mut fields = w.code("client := &http.Client{");
    if transport || call.follow == Some(false) || call.timeout.is_some() {
        fields = fields.code("\n").indented(|w| {
            if transport {
                w.line("Transport: transport,");
            }
            if call.follow == Some(false) {
                w.line("CheckRedirect: func(*http.Request, []*http.Request) error {");
                w.indented(|w| {
                    w.line("return http.ErrUseLastResponse");
                });
                w.line("},");
            }
            if let Some(millis) = call.timeout_millis() {
                w.import("time");
                w.code("Timeout: ")
                    .number(millis)
                    .line(" * time.Millisecond,");
            }
        });
    }
    fields.line("}");
}

fn tls(call: &Call, w: &mut Writer) {
    if call.tls.is_default() {
        return;
    }
    w.import("crypto/tls");
    if let Some(ca) = &call.tls.ca {
        w.import("crypto/x509");
        w.code("authorities, err := os.ReadFile(")
            .text(ca)
            .line(")");
        check(w);
        w.line("pool := x509.NewCertPool()");
        w.line("pool.AppendCertsFromPEM(authorities)");
    }
    if let Some(certificate) = &call.tls.certificate {
        let key = call.tls.key.as_ref().unwrap_or(certificate);
        w.code("certificate, err := tls.LoadX509KeyPair(")
            .text(certificate)
            .code(", ")
            .text(key);
        w.line(")");
        check(w);
    }
    w.line("transport.TLSClientConfig = &tls.Config{");
    w.indented(|w| {
        if call.tls.ca.is_some() {
            w.line("RootCAs: pool,");
        }
        if call.tls.certificate.is_some() {
            w.line("Certificates: []tls.Certificate{certificate},");
        }
        if !call.tls.verify {
            w.comment(super::UNVERIFIED);
            w.line("InsecureSkipVerify: true,");
        }
    });
    w.line("}");
}

fn answer_digest(user: &Text, password: &Text, w: &mut Writer) {
    w.helper(&DIGEST);
    w.line("if response.StatusCode == http.StatusUnauthorized {");
    w.indented(|w| {
        w.line("response.Body.Close()");
        w.line("request = newRequest()");
        w.line("authorization, err := digest(response.Header.Values(\"WWW-Authenticate\"),");
        w.code("\trequest.Method, request.URL.RequestURI(), ")
            .text(user)
            .code(", ");
        w.text(password).line(")");
        check(w);
        w.line("request.Header.Set(\"Authorization\", authorization)");
        w.line("response, err = client.Do(request)");
        check(w);
    });
    w.line("}");
}
