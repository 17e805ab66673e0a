//! Swift with URLSession.

use crate::call::{Call, Login, Payload};
use crate::languages::Language;
use crate::languages::swift::Swift;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::writer::Writer;

/// URLSession.
pub(super) struct UrlSession;

static INFO: Info = Info {
    id: "swift",
    aliases: &["swift-urlsession", "urlsession"],
    title: "Swift URLSession",
    family: "Swift",
    file: "main.swift",
    minimum: Some(Minimum::new("Swift", "5.9")),
    install: None,
    recipe: Recipe::NotExecuted("no registry has Swift for the machines that test"),
};

impl Target for UrlSession {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Swift
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::Basic
            | Need::BasicUtf8
            | Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::DigestSha256 | Need::OAuth1 => Support::No(
                "URLSession has no facility for it, and no compiler here proves a function for Swift",
            ),
            Need::Multipart => Support::No(
                "URLSession writes no forms with files, and no compiler here proves a function for it",
            ),
            Need::Proxy => {
                Support::No("URLSession's settings for a proxy are another on each system")
            }
            Need::ClientCertificate | Need::CaFile | Need::Unverified => Support::No(
                "URLSession leaves it to the keychain or to Security, which only Apple's systems have",
            ),
            Need::DigestMd5 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        let non_ascii = call
            .all_headers()
            .iter()
            .any(|(_, value)| value.has_non_ascii());
        non_ascii
            .then(|| "what URLSession makes of a header that is not ASCII is not proven".to_owned())
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.code("var request = URLRequest(url: URL(string: ")
            .text(&call.full_url())
            .line(")!)");
        w.code("request.httpMethod = ").str(&call.method).code("\n");
        let mut fields = call.all_headers();
        fields.extend(super::content_type_field(call));
        for (name, value) in fields {
            w.code("request.addValue(")
                .text(&value)
                .code(", forHTTPHeaderField: ")
                .str(&name)
                .line(")");
        }
        if let Login::Basic { user, password } = &call.login {
            let pair = user.clone().and(&":".into()).and(password);
            w.code("let basic = Data((")
                .text(&pair)
                .line(").utf8).base64EncodedString()");
            w.line("request.setValue(\"Basic \" + basic, forHTTPHeaderField: \"Authorization\")");
        }
        match &call.body {
            Payload::Empty => {}
            Payload::File(path) => {
                w.code("request.httpBody = try Data(contentsOf: URL(fileURLWithPath: ")
                    .text(path)
                    .line("))");
            }
            _ => {
                let text = call.body_text().unwrap_or_default();
                w.code("request.httpBody = ");
                if text.has_variables() {
                    w.code("Data((").text(&text).line(").utf8)");
                } else {
                    w.bytes(&text).code("\n");
                }
            }
        }
        if let Some(millis) = call.timeout_millis() {
            w.code("request.timeoutInterval = ")
                .seconds(millis)
                .code("\n");
        }
        let delegate = call.follow == Some(false) || matches!(call.login, Login::Digest { .. });
        if delegate {
            self::delegate(call, w);
            w.line("let session = URLSession(configuration: .ephemeral, delegate: Delegate(), delegateQueue: nil)");
        } else {
            w.line("let session = URLSession.shared");
        }
        w.line("let (data, response) = try await session.data(for: request)");
        w.line("let status = (response as! HTTPURLResponse).statusCode");
        w.line("print(status)");
        w.line("print(String(decoding: data, as: UTF8.self))");
        w.line("exit(status >= 400 ? 1 : 0)");
    }
}

fn delegate(call: &Call, w: &mut Writer) {
    w.line("\nfinal class Delegate: NSObject, URLSessionTaskDelegate {");
    w.indented(|w| {
        if call.follow == Some(false) {
            w.line("func urlSession(_ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,");
            w.line("                newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void) {");
            w.indented(|w| {
                w.line("completionHandler(nil)");
            });
            w.line("}");
        }
        if let Login::Digest { user, password, .. } = &call.login {
            w.line("func urlSession(_ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,");
            w.line("                completionHandler: @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void) {");
            w.indented(|w| {
                w.line("// What was refused once would be refused again.");
                w.line("// Basic would show the password, and another host has no business with it.");
                w.line("let space = challenge.protectionSpace");
                w.line("let asked = task.originalRequest?.url");
                w.line("guard challenge.previousFailureCount == 0,");
                w.line("      space.authenticationMethod == NSURLAuthenticationMethodHTTPDigest,");
                w.line("      space.host == asked?.host, space.port == asked?.port ?? (asked?.scheme == \"https\" ? 443 : 80)");
                w.line("else { return completionHandler(.rejectProtectionSpace, nil) }");
                w.code("let credential = URLCredential(user: ").text(user).code(", password: ").text(password);
                w.line(", persistence: .none)");
                w.line("completionHandler(.useCredential, credential)");
            });
            w.line("}");
        }
    });
    w.line("}\n");
}
