//! Ruby with net/http.

use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::ruby::Ruby;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::text::Text;
use crate::writer::{Helper, Writer};

/// Ruby's own HTTP client.
pub(super) struct RubyNetHttp;

static INFO: Info = Info {
    id: "ruby",
    aliases: &["ruby-net-http"],
    title: "Ruby net/http",
    family: "Ruby",
    file: "request.rb",
    minimum: Some(Minimum::new("Ruby", "3.1")),
    install: None,
    recipe: Recipe::Run("ruby"),
};

static DIGEST: Helper = Helper {
    code: include_str!("../inline/ruby/digest.rb"),
    imports: &["require \"digest\"", "require \"securerandom\""],
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/ruby/oauth1.rb"),
    imports: &["require \"openssl\"", "require \"securerandom\""],
};

impl Target for RubyNetHttp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Ruby
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            Need::DigestMd5 | Need::DigestSha256 | Need::OAuth1 => Support::Helper,
            Need::Bearer
            | Need::Token
            | Need::KeyInHeader
            | Need::KeyInCookie
            | Need::OwnHeader => Support::Header,
            Need::Follow => Support::No("net/http follows no redirects"),
            Need::Basic | Need::BasicUtf8 => Support::Native,
            _ => super::usual(need),
        }
    }

    fn refuses(&self, call: &Call) -> Option<String> {
        let Payload::Multipart(parts) = &call.body else {
            return None;
        };
        let typed = |part: &FormPart| {
            matches!(part.content, PartContent::Text(_)) && part.content_type.is_some()
        };
        parts
            .iter()
            .any(typed)
            .then(|| "net/http sends a text that has a type as a file".to_owned())
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("require \"net/http\"");
        w.code("uri = URI(").text(&call.full_url()).line(")");
        request(call, w);
        client(call, w);
        w.line("response = http.start do");
        w.indented(|w| {
            if let Login::Digest { user, password, .. } = &call.login {
                w.helper(&DIGEST);
                w.line("response = http.request(request)");
                w.line("if response.code == \"401\"");
                w.indented(|w| {
                    w.line("challenges = response.get_fields(\"WWW-Authenticate\") || []");
                    w.code("request[\"Authorization\"] = digest(challenges, request.method, request.path, ");
                    w.text(user).code(", ").text(password).line(")");
                    w.line("response = http.request(request)");
                });
                w.line("end");
                w.line("response");
            } else {
                w.line("http.request(request)");
            }
        });
        w.line("end");
        w.line("puts \"#{response.code} #{response.message}\"");
        w.line("puts response.body");
        w.line("exit 1 if response.code.to_i >= 400");
    }
}

fn request(call: &Call, w: &mut Writer) {
    match call.method.as_str() {
        "GET" if !call.has_body() => w.line("request = Net::HTTP::Get.new(uri)"),
        "HEAD" => w.line("request = Net::HTTP::Head.new(uri)"),
        "POST" => w.line("request = Net::HTTP::Post.new(uri)"),
        "PUT" => w.line("request = Net::HTTP::Put.new(uri)"),
        "PATCH" => w.line("request = Net::HTTP::Patch.new(uri)"),
        "DELETE" => w.line("request = Net::HTTP::Delete.new(uri)"),
        method => {
            w.line(
                "# A method of another name: its request may have a body, and so may its response.",
            );
            w.code("request = Net::HTTPGenericRequest.new(")
                .str(method)
                .line(", true, true, uri)")
        }
    };
    let mut fields = call.all_headers();
    if !matches!(call.body, Payload::Form(_)) {
        fields.extend(super::content_type_field(call));
    }
    for (name, value) in super::joined(&fields) {
        w.code("request[")
            .str(&name)
            .code("] = ")
            .text(&value)
            .code("\n");
    }
    match &call.login {
        Login::Basic { user, password } => {
            w.code("request.basic_auth(")
                .text(user)
                .code(", ")
                .text(password)
                .line(")");
        }
        Login::OAuth1(keys) => {
            w.helper(&OAUTH1);
            w.line("request[\"Authorization\"] = oauth1(");
            w.indented(|w| {
                w.line("request.method,");
                w.line("uri,");
                match &call.body {
                    Payload::Form(fields) => pairs(fields, w).line(","),
                    _ => w.line("[],"),
                };
                for text in [
                    &keys.consumer_key,
                    &keys.consumer_secret,
                    &keys.token,
                    &keys.token_secret,
                ] {
                    w.text(text).line(",");
                }
            });
            w.line(")");
        }
        _ => {}
    }
    body(call, w);
}

fn pairs<'w>(fields: &[(Text, Text)], w: &'w mut Writer) -> &'w mut Writer {
    w.line("[");
    w.indented(|w| {
        for (name, value) in fields {
            w.code("[").text(name).code(", ").text(value).line("],");
        }
    });
    w.code("]")
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Form(fields) => {
            w.code("request.set_form_data(");
            pairs(fields, w).line(")");
        }
        Payload::Multipart(parts) => {
            w.line("request.set_form(");
            w.indented(|w| {
                w.line("[");
                w.indented(|w| parts.iter().for_each(|part| form_part(part, w)));
                w.line("],");
                w.line("\"multipart/form-data\",");
            });
            w.line(")");
        }
        Payload::File(path) => {
            w.code("request.body = File.binread(").text(path).line(")");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            w.code("request.body = ").text(&text).code("\n");
        }
    }
}

fn form_part(part: &FormPart, w: &mut Writer) {
    w.code("[").text(&part.name).code(", ");
    match &part.content {
        PartContent::Text(text) => {
            w.text(text).line("],");
        }
        PartContent::File { path, filename } => {
            w.code("File.open(")
                .text(path)
                .code(", \"rb\"), { filename: ")
                .text(filename);
            if let Some(content_type) = &part.content_type {
                w.code(", content_type: ").str(content_type);
            }
            w.line(" }],");
        }
    }
}

fn client(call: &Call, w: &mut Writer) {
    match &call.proxy {
        Some(proxy) => {
            w.code("http = Net::HTTP.new(uri.hostname, uri.port, ")
                .str(&proxy.host);
            w.code(", ").number(u64::from(proxy.port));
            if let Some((user, password)) = &proxy.credentials {
                w.code(", ").text(user).code(", ").text(password);
            }
            w.line(")");
        }
        None => {
            w.line("http = Net::HTTP.new(uri.hostname, uri.port)");
        }
    }
    if call.https {
        w.line("http.use_ssl = true");
    }
    let tls = &call.tls;
    if let Some(ca) = &tls.ca {
        w.code("http.ca_file = ").text(ca).code("\n");
    }
    if let Some(certificate) = &tls.certificate {
        w.import("require \"openssl\"");
        let key = tls.key.as_ref().unwrap_or(certificate);
        w.code("http.cert = OpenSSL::X509::Certificate.new(File.read(")
            .text(certificate)
            .line("))");
        w.code("http.key = OpenSSL::PKey.read(File.read(")
            .text(key)
            .line("))");
    }
    if !tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("http.verify_mode = OpenSSL::SSL::VERIFY_NONE");
    }
    if let Some(millis) = call.timeout_millis() {
        for name in ["open", "read", "write"] {
            w.code("http.")
                .code(name)
                .code("_timeout = ")
                .seconds(millis)
                .code("\n");
        }
        w.line("# One that is late is not asked again.");
        w.line("http.max_retries = 0");
    }
}
