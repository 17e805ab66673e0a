//! C# with HttpClient.

use crate::call::{Call, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::csharp::{CSharp, octets};
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// .NET's HttpClient.
pub(super) struct CSharpHttpClient;

static INFO: Info = Info {
    id: "csharp",
    aliases: &["c#", "dotnet", "csharp-httpclient"],
    title: "C# HttpClient",
    family: "C#",
    file: "Program.cs",
    minimum: Some(Minimum::new(".NET Core 3.1 or Mono", "6.8")),
    install: None,
    recipe: Recipe::Run("csharp"),
};

static DIGEST: Helper = Helper {
    code: include_str!("../inline/csharp/digest.cs"),
    imports: &[
        "System.Collections.Generic",
        "System.Linq",
        "System.Security.Cryptography",
        "System.Text.RegularExpressions",
    ],
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/csharp/oauth1.cs"),
    imports: &[
        "System.Collections.Generic",
        "System.Linq",
        "System.Security.Cryptography",
    ],
};

impl Target for CSharpHttpClient {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &CSharp
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => Support::Helper,
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::ClientCertificate | Need::CaFile => {
                Support::No("only .NET 5 and later reads PEM, and nothing here has proven how")
            }
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call.has_body() && matches!(call.method.as_str(), "GET" | "HEAD") {
            return Some("not every HttpClient sends a body with GET or HEAD".to_owned());
        }
        if call
            .all_headers()
            .iter()
            .any(|(_, value)| value.has_non_ascii())
        {
            return Some("HttpClient sends headers in ASCII".to_owned());
        }
        if matches!(&call.login, Login::Digest { user, .. } if user.has_non_ascii()) {
            return Some(
                "HttpClient sends headers in ASCII, a user name of Digest among them".to_owned(),
            );
        }
        if call
            .full_url()
            .with_fallbacks()
            .known()
            .is_some_and(|url| has_direction(&url))
        {
            return Some(
                "System.Uri takes marks of the direction of writing out of a URL".to_owned(),
            );
        }
        let Payload::Multipart(parts) = &call.body else {
            return None;
        };
        let special = |text: &Text| {
            text.known().is_some_and(|known| {
                known
                    .iter()
                    .any(|byte| !byte.is_ascii() || b"\"\\".contains(byte))
            })
        };
        let any = parts.iter().any(|part| match &part.content {
            PartContent::Text(_) => special(&part.name),
            PartContent::File { filename, .. } => special(&part.name) || special(filename),
        });
        any.then(|| {
            "HttpClient names fields and files in ASCII, and escapes no quotation mark".to_owned()
        })
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.code("var url = ").text(&call.full_url()).line(";");
        handler(call, w);
        w.line("using (var client = new HttpClient(handler))");
        w.line("{");
        w.indented(|w| {
            if let Some(millis) = call.timeout_millis() {
                w.code("client.Timeout = TimeSpan.FromMilliseconds(").number(millis).line(");");
            }
            if let Login::Digest { user, password, .. } = &call.login {
                w.helper(&DIGEST);
                w.line("// The request is made anew for each attempt.");
                w.line("Func<HttpRequestMessage> newRequest = () =>");
                w.line("{");
                w.indented(|w| {
                    request(call, w);
                    w.line("return request;");
                });
                w.line("};");
                w.line("var response = await client.SendAsync(newRequest());");
                w.line("if ((int)response.StatusCode == 401)");
                w.line("{");
                w.indented(|w| {
                    w.line("var again = newRequest();");
                    w.line("var challenges = response.Headers.WwwAuthenticate.Select(challenge => challenge.ToString());");
                    w.code("var authorization = Digest(challenges, ").str(&call.method).line(", new Uri(url).PathAndQuery,");
                    w.indented(|w| {
                        w.text(user).code(", ").text(password).line(");");
                    });
                    w.line("again.Headers.TryAddWithoutValidation(\"Authorization\", authorization);");
                    w.line("response = await client.SendAsync(again);");
                });
                w.line("}");
            } else {
                request(call, w);
                w.line("var response = await client.SendAsync(request);");
            }
            w.line("Console.WriteLine((int)response.StatusCode + \" \" + response.ReasonPhrase);");
            w.line("Console.WriteLine(await response.Content.ReadAsStringAsync());");
            w.line("return (int)response.StatusCode >= 400 ? 1 : 0;");
        });
        w.line("}");
    }
}

/// Says whether a URL has U+200E, U+200F or one of U+202A to U+202E in it.
fn has_direction(url: &[u8]) -> bool {
    let marks = ["8E", "8F", "AA", "AB", "AC", "AD", "AE"];
    let url = String::from_utf8_lossy(url).to_ascii_uppercase();
    url.match_indices("%E2%80%").any(|(at, found)| {
        marks
            .iter()
            .any(|mark| url[at + found.len()..].starts_with(mark))
    })
}

fn handler(call: &Call, w: &mut Writer) {
    w.line("var handler = new HttpClientHandler();");
    if call.cookies().is_some() {
        w.line("handler.UseCookies = false;");
    }
    if call.follow == Some(false) {
        w.line("handler.AllowAutoRedirect = false;");
    }
    if let Some(proxy) = &call.proxy {
        w.import("System.Net");
        w.code("handler.Proxy = new WebProxy(")
            .text(&proxy.url())
            .code(")");
        if let Some((user, password)) = &proxy.credentials {
            w.code(" { Credentials = new NetworkCredential(")
                .text(user)
                .code(", ")
                .text(password)
                .code(") }");
        }
        w.line(";");
    }
    if !call.tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("handler.ServerCertificateCustomValidationCallback = (message, certificate, chain, errors) => true;");
    }
}

fn request(call: &Call, w: &mut Writer) {
    w.code("var request = new HttpRequestMessage(");
    match call.method.as_str() {
        "GET" => w.code("HttpMethod.Get"),
        "HEAD" => w.code("HttpMethod.Head"),
        "POST" => w.code("HttpMethod.Post"),
        "PUT" => w.code("HttpMethod.Put"),
        "DELETE" => w.code("HttpMethod.Delete"),
        "OPTIONS" => w.code("HttpMethod.Options"),
        method => w.code("new HttpMethod(").str(method).code(")"),
    };
    w.line(", url);");
    for (name, value) in &call.all_headers() {
        if name.eq_ignore_ascii_case("content-type") {
            continue;
        }
        w.code("request.Headers.TryAddWithoutValidation(")
            .str(name)
            .code(", ")
            .text(value)
            .line(");");
    }
    match &call.login {
        Login::Basic { user, password } => {
            let pair = user.clone().and(&":".into()).and(password);
            w.import("System.Net.Http.Headers");
            w.code("request.Headers.Authorization = new AuthenticationHeaderValue(\"Basic\", Convert.ToBase64String(");
            octets(w, &pair);
            w.line("));");
        }
        Login::OAuth1(keys) => {
            w.helper(&OAUTH1);
            w.line("request.Headers.TryAddWithoutValidation(\"Authorization\", OAuth1(");
            w.indented(|w| {
                w.str(&call.method).line(", url,");
                w.line("new string[][]");
                w.line("{");
                if let Payload::Form(fields) = &call.body {
                    w.indented(|w| {
                        for (name, value) in fields {
                            w.code("new[] { ")
                                .text(name)
                                .code(", ")
                                .text(value)
                                .line(" },");
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
            w.line("));");
        }
        _ => {}
    }
    content(call, w);
}

fn content(call: &Call, w: &mut Writer) {
    let named = call.header("content-type").cloned();
    let usual = call
        .content_type()
        .unwrap_or("application/octet-stream")
        .into();
    let content_type = named.unwrap_or(usual);
    match &call.body {
        Payload::Empty => return,
        Payload::Multipart(parts) => {
            w.line("var form = new MultipartFormDataContent();");
            for part in parts {
                w.code("form.Add(");
                match &part.content {
                    PartContent::Text(text) => {
                        w.code("new ByteArrayContent(");
                        octets(w, text);
                    }
                    PartContent::File { path, .. } => {
                        w.import("System.IO");
                        w.code("new ByteArrayContent(File.ReadAllBytes(")
                            .text(path)
                            .code(")");
                    }
                }
                w.code(")");
                if let Some(content_type) = &part.content_type {
                    w.import("System.Net.Http.Headers");
                    w.code(" { Headers = { ContentType = MediaTypeHeaderValue.Parse(")
                        .str(content_type)
                        .code(") } }");
                }
                // Around the name the quotation marks are the caller's to write, around the file's they are not.
                w.code(", ").text(&in_quotes(&part.name));
                if let PartContent::File { filename, .. } = &part.content {
                    w.code(", ").text(filename);
                }
                w.line(");");
            }
            w.line("request.Content = form;");
            return;
        }
        Payload::File(path) => {
            w.import("System.IO");
            w.code("request.Content = new ByteArrayContent(File.ReadAllBytes(")
                .text(path)
                .line("));");
        }
        _ => {
            w.code("request.Content = new ByteArrayContent(");
            octets(w, &call.body_text().unwrap_or_default());
            w.line(");");
        }
    }
    w.import("System.Net.Http.Headers");
    w.code("request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(")
        .text(&content_type)
        .line(");");
}

fn in_quotes(text: &Text) -> Text {
    Text::from("\"").and(text).and(&"\"".into())
}
