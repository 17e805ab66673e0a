//! PowerShell with Invoke-WebRequest.

use crate::call::{Call, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::powershell::PowerShell;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::Writer;

/// Invoke-WebRequest.
pub(super) struct InvokeWebRequest;

static INFO: Info = Info {
    id: "powershell",
    aliases: &["pwsh", "invoke-webrequest"],
    title: "PowerShell",
    family: "PowerShell",
    file: "request.ps1",
    minimum: Some(Minimum::new("PowerShell", "7.4")),
    install: None,
    recipe: Recipe::NotExecuted("no registry has PowerShell for the machines that test"),
};

impl Target for InvokeWebRequest {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &PowerShell
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
            Need::OAuth1 => Support::No("Invoke-WebRequest does not sign requests by OAuth 1.0a"),
            Need::DigestMd5 | Need::DigestSha256 => Support::No(
                "Invoke-WebRequest gives the password in clear to a server that asks for Basic instead",
            ),
            Need::CaFile => Support::No("Invoke-WebRequest trusts the system's authorities alone"),
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        if call
            .all_headers()
            .iter()
            .any(|(_, value)| value.has_non_ascii())
        {
            return Some("Invoke-WebRequest sends headers in ASCII".to_owned());
        }
        let Payload::Multipart(parts) = &call.body else {
            return None;
        };
        let plain = parts
            .iter()
            .all(|part| part.content_type.is_none() && part.keeps_its_name());
        (!plain).then(|| "-Form names a file as it is called, and gives no types".to_owned())
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        if !call.tls.verify {
            w.comment(super::UNVERIFIED);
        }
        w.line("$request = @{");
        w.indented(|w| {
            w.code("Uri = ").text(&call.full_url()).code("\n");
            match call.method.as_str() {
                "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => {
                    w.code("Method = ")
                }
                _ => w.code("CustomMethod = "),
            };
            w.str(&call.method).code("\n");
            headers(call, w);
            body(call, w);
            carried_out(call, w);
            w.line("SkipHttpErrorCheck = $true");
        });
        w.line("}");
        w.line("$response = Invoke-WebRequest @request");
        w.line("\"$($response.StatusCode) $($response.StatusDescription)\"");
        w.line("$response.Content");
        w.line("if ($response.StatusCode -ge 400) { exit 1 }");
    }
}

fn credential(user: &Text, password: &Text, w: &mut Writer) {
    w.code("[pscredential]::new(")
        .text(user)
        .code(", (ConvertTo-SecureString ")
        .text(password);
    w.line(" -AsPlainText -Force))");
}

fn headers(call: &Call, w: &mut Writer) {
    let mut fields = call.all_headers();
    fields.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    let basic = matches!(call.login, Login::Basic { .. });
    if fields.is_empty() && !basic {
        return;
    }
    w.line("Headers = @{");
    w.indented(|w| {
        for (name, value) in super::joined(&fields) {
            w.str(&name).code(" = ").text(&value).code("\n");
        }
        if let Login::Basic { user, password } = &call.login {
            let pair = user.clone().and(&":".into()).and(password);
            w.code("Authorization = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(");
            w.text(&pair).line("))");
        }
    });
    w.line("}");
}

fn body(call: &Call, w: &mut Writer) {
    let named = call.header("content-type").cloned();
    let usual = call
        .content_type()
        .unwrap_or("application/octet-stream")
        .into();
    match &call.body {
        Payload::Empty => return,
        Payload::Multipart(parts) => {
            w.line("Form = @{");
            w.indented(|w| {
                for part in parts {
                    w.text(&part.name).code(" = ");
                    match &part.content {
                        PartContent::Text(text) => w.text(text),
                        PartContent::File { path, .. } => {
                            w.code("Get-Item -LiteralPath ").text(path)
                        }
                    };
                    w.code("\n");
                }
            });
            w.line("}");
            return;
        }
        Payload::File(path) => {
            w.code("InFile = ").text(path).code("\n");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            w.code("Body = ");
            if text.has_variables() {
                w.code("[Text.Encoding]::UTF8.GetBytes(")
                    .text(&text)
                    .code(")");
            } else {
                w.bytes(&text);
            }
            w.code("\n");
        }
    }
    w.code("ContentType = ")
        .text(&named.unwrap_or(usual))
        .code("\n");
}

fn carried_out(call: &Call, w: &mut Writer) {
    if let Some(proxy) = &call.proxy {
        w.code("Proxy = ").text(&proxy.url()).code("\n");
        if let Some((user, password)) = &proxy.credentials {
            w.code("ProxyCredential = ");
            credential(user, password, w);
        }
    }
    if let Some(certificate) = &call.tls.certificate {
        let key = call.tls.key.as_ref().unwrap_or(certificate);
        w.code("Certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile(");
        w.text(certificate).code(", ").text(key).line(")");
    }
    if !call.tls.verify {
        w.line("SkipCertificateCheck = $true");
    }
    if call.follow == Some(false) {
        w.line("MaximumRedirection = 0");
    }
    if let Some(millis) = call.timeout_millis() {
        w.code("OperationTimeoutSeconds = ")
            .number(millis.div_ceil(1000))
            .code("\n");
    }
}
