//! Perl with LWP.

use crate::call::{Call, FormPart, Login, PartContent, Payload};
use crate::languages::Language;
use crate::languages::perl::Perl;
use crate::support::{Need, Support};
use crate::target::{Info, Minimum, Recipe, Target};
use crate::writer::{Helper, Writer};

/// LWP::UserAgent.
pub(super) struct Lwp;

static INFO: Info = Info {
    id: "perl-lwp",
    aliases: &["perl", "lwp"],
    title: "Perl LWP",
    family: "Perl",
    file: "request.pl",
    minimum: Some(Minimum::new("Perl", "5.36")),
    install: Some("cpan LWP::UserAgent LWP::Protocol::https"),
    recipe: Recipe::Run("perl"),
};

static DIGEST: Helper = Helper {
    code: include_str!("../inline/perl/digest.pl"),
    imports: &[
        "use Digest::MD5 qw(md5_hex);",
        "use Digest::SHA qw(sha256_hex);",
    ],
};

static OAUTH1: Helper = Helper {
    code: include_str!("../inline/perl/oauth1.pl"),
    imports: &[
        "use Digest::SHA qw(hmac_sha1);",
        "use MIME::Base64 qw(encode_base64);",
    ],
};

impl Target for Lwp {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn language(&self) -> &'static dyn Language {
        &Perl
    }

    fn supports(&self, need: Need) -> Support {
        match need {
            // Its own Digest knows MD5 alone.
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

    fn carries_login(&self, call: &Call) -> bool {
        call.login.is_in_the_head()
    }

    fn emit(&self, call: &Call, w: &mut Writer) {
        w.import("use LWP::UserAgent;").import("use HTTP::Request;");
        w.code("my $url = ").text(&call.full_url()).line(";");
        agent(call, w);
        request(call, w);
        w.line("my $response = $agent->request($request);");
        if let Login::Digest { user, password, .. } = &call.login {
            w.helper(&DIGEST);
            w.line("if ($response->code == 401) {");
            w.indented(|w| {
                w.line("my @challenges = $response->header('WWW-Authenticate');");
                w.line("my $authorization = digest(");
                w.indented(|w| {
                    w.line("\\@challenges, $request->method, $request->uri->path_query,");
                    w.text(user).code(", ").text(password).line(",");
                });
                w.line(");");
                w.line("$request->header(Authorization => $authorization);");
                w.line("$response = $agent->request($request);");
            });
            w.line("}");
        }
        w.line("print $response->status_line, \"\\n\", $response->content, \"\\n\";");
        w.line("exit 1 if $response->code >= 400;");
    }
}

fn agent(call: &Call, w: &mut Writer) {
    w.code("my $agent = LWP::UserAgent->new(");
    let tls = &call.tls;
    let settled = call.follow == Some(false) || call.timeout.is_some() || !tls.is_default();
    if settled {
        w.code("\n").indented(|w| {
            if call.follow == Some(false) {
                w.line("max_redirect => 0,");
            }
            if let Some(millis) = call.timeout_millis() {
                w.code("timeout => ").seconds(millis).line(",");
            }
            if !tls.is_default() {
                w.line("ssl_opts => {");
                w.indented(|w| tls_options(call, w));
                w.line("},");
            }
        });
    }
    w.line(");");
    if call.follow == Some(true) {
        // By itself it follows for GET and HEAD alone.
        w.code("push @{ $agent->requests_redirectable }, ")
            .str(&call.method)
            .line(";");
    }
    if let Some(proxy) = &call.proxy {
        w.code("$agent->proxy([qw(http https)], ")
            .text(&proxy.url_with_credentials())
            .line(");");
    }
}

fn tls_options(call: &Call, w: &mut Writer) {
    let tls = &call.tls;
    let key = tls.key.as_ref().or(tls.certificate.as_ref());
    for (name, path) in [
        ("SSL_ca_file => ", tls.ca.as_ref()),
        ("SSL_cert_file => ", tls.certificate.as_ref()),
        ("SSL_key_file => ", key),
    ] {
        if let Some(path) = path {
            w.code(name).text(path).line(",");
        }
    }
    if !tls.verify {
        w.comment(super::UNVERIFIED);
        w.line("verify_hostname => 0,");
        w.line("SSL_verify_mode => 0,");
    }
}

fn request(call: &Call, w: &mut Writer) {
    w.code("my $request = HTTP::Request->new(")
        .str(&call.method)
        .line(" => $url);");
    let mut fields = call.all_headers();
    fields.extend(super::content_type_field(call));
    for (name, value) in fields {
        w.code("$request->push_header(")
            .str(&name)
            .code(" => ")
            .text(&value)
            .line(");");
    }
    match &call.login {
        Login::Basic { user, password } => {
            w.code("$request->authorization_basic(")
                .text(user)
                .code(", ")
                .text(password)
                .line(");");
        }
        Login::OAuth1(keys) => {
            w.helper(&OAUTH1);
            w.line("$request->header(Authorization => oauth1(");
            w.indented(|w| {
                w.str(&call.method).line(",");
                w.line("$url,");
                w.line("[");
                if let Payload::Form(fields) = &call.body {
                    w.indented(|w| {
                        for (name, value) in fields {
                            w.code("[").text(name).code(", ").text(value).line("],");
                        }
                    });
                }
                w.line("],");
                for text in [
                    &keys.consumer_key,
                    &keys.consumer_secret,
                    &keys.token,
                    &keys.token_secret,
                ] {
                    w.text(text).line(",");
                }
            });
            w.line("));");
        }
        _ => {}
    }
    body(call, w);
}

fn body(call: &Call, w: &mut Writer) {
    match &call.body {
        Payload::Empty => {}
        Payload::Multipart(parts) => {
            w.import("use HTTP::Request::Common ();");
            w.line("my $form = HTTP::Request::Common::POST(");
            w.indented(|w| {
                w.line("$url,");
                w.line("Content_Type => 'form-data',");
                w.line("Content => [");
                w.indented(|w| parts.iter().for_each(|part| form_part(part, w)));
                w.line("],");
            });
            w.line(");");
            w.line("$request->content_type($form->header('Content-Type'));");
            w.line("$request->content($form->content);");
        }
        Payload::File(path) => {
            w.code("open my $file, '<:raw', ")
                .text(path)
                .line(" or die \"the file cannot be read: $!\\n\";");
            w.line("$request->content(do { local $/; <$file> });");
        }
        Payload::Form(fields) if !fields.is_empty() => {
            w.import("use URI;");
            w.line("my $form = URI->new('http:');");
            w.line("$form->query_form(");
            w.indented(|w| {
                for (name, value) in fields {
                    w.text(name).code(" => ").text(value).line(",");
                }
            });
            w.line(");");
            w.line("$request->content($form->query);");
        }
        _ => {
            let text = call.body_text().unwrap_or_default();
            w.code("$request->content(").text(&text).line(");");
        }
    }
}

fn form_part(part: &FormPart, w: &mut Writer) {
    w.text(&part.name).code(" => ");
    match (&part.content, &part.content_type) {
        (PartContent::Text(text), None) => {
            w.text(text).line(",");
        }
        (PartContent::Text(text), Some(content_type)) => {
            w.code("[undef, undef, Content => ")
                .text(text)
                .code(", Content_Type => ")
                .str(content_type);
            w.line("],");
        }
        (PartContent::File { path, filename }, content_type) => {
            let usual = "application/octet-stream";
            let content_type = content_type.as_deref().unwrap_or(usual);
            w.code("[")
                .text(path)
                .code(", ")
                .text(filename)
                .code(", Content_Type => ")
                .str(content_type);
            w.line("],");
        }
    }
}
