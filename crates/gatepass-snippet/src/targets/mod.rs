//! The targets, one file each. [`ALL`] is the only list of them.

mod c_libcurl;
mod csharp;
mod curl;
mod go;
mod har;
mod httpie;
mod java_http;
mod java_okhttp;
mod java_urlconnection;
mod js_fetch;
mod js_jquery;
mod js_xhr;
mod kotlin_okhttp;
mod node_axios;
mod node_fetch;
mod node_http;
mod okhttp;
mod perl_lwp;
mod php_curl;
mod php_guzzle;
mod powershell;
mod python_httpx;
mod python_requests;
mod python_urllib;
mod r_httr2;
mod raw_http;
mod ruby;
mod rust_body;
mod rust_gatepass;
mod rust_reqwest;
mod swift;
mod wget;

use crate::call::{Call, Login};
use crate::error::SnippetError;
use crate::support::{Need, Support};
use crate::target::Target;
use crate::text::Text;

/// Every target, in the order in which lists show them.
pub static ALL: &[&dyn Target] = &[
    &curl::Curl,
    &wget::Wget,
    &httpie::Httpie,
    &raw_http::RawHttp,
    &har::Har,
    &python_requests::Requests,
    &python_httpx::Httpx,
    &python_urllib::Urllib,
    &js_fetch::Fetch,
    &js_xhr::Xhr,
    &js_jquery::Jquery,
    &node_fetch::NodeFetch,
    &node_axios::Axios,
    &node_http::NodeHttp,
    &php_curl::PhpCurl,
    &php_guzzle::Guzzle,
    &java_http::JavaHttp,
    &java_urlconnection::UrlConnection,
    &java_okhttp::OkHttp,
    &kotlin_okhttp::KotlinOkHttp,
    &csharp::CSharpHttpClient,
    &go::GoNetHttp,
    &ruby::RubyNetHttp,
    &rust_reqwest::Reqwest,
    &rust_gatepass::Gatepass,
    &perl_lwp::Lwp,
    &c_libcurl::Libcurl,
    &r_httr2::Httr2,
    &powershell::InvokeWebRequest,
    &swift::UrlSession,
];

/// Returns the target of this name or alias, in any case.
///
/// # Errors
/// [`SnippetError::UnknownTarget`] with the name that is most like it.
pub fn find(name: &str) -> Result<&'static dyn Target, SnippetError> {
    let known = |target: &&&'static dyn Target| {
        let info = target.info();
        std::iter::once(&info.id)
            .chain(info.aliases)
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    ALL.iter()
        .find(known)
        .copied()
        .ok_or_else(|| SnippetError::UnknownTarget {
            name: name.to_owned(),
            nearest: nearest(name),
        })
}

fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    ALL.iter()
        .flat_map(|target| {
            let info = target.info();
            std::iter::once(info.id).chain(info.aliases.iter().copied())
        })
        .map(|known| (strsim::damerau_levenshtein(known, &name), known))
        .filter(|(distance, known)| *distance * 2 <= known.len().max(name.len()))
        .min()
        .map(|(_, known)| known)
}

/// What a comment says where nothing is verified.
const UNVERIFIED: &str = "Not for production: certificates are not verified, so whoever is in between reads and changes everything.";

/// Joins header fields of the same name into one (RFC 9110 section 5.3), for libraries that take a map of them.
fn joined(headers: &[(String, Text)]) -> Vec<(String, Text)> {
    let mut joined: Vec<(String, Text)> = Vec::new();
    for (name, value) in headers {
        match joined
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            Some((_, known)) => *known = known.clone().and(&", ".into()).and(value),
            None => joined.push((name.clone(), value.clone())),
        }
    }
    joined
}

/// Refuses a user name for Digest that `library` would put between quotation marks without escaping what ends them.
fn quoted_user(call: &Call, library: &str) -> Option<String> {
    let Login::Digest { user, .. } = &call.login else {
        return None;
    };
    let has_quotes = user
        .known()
        .is_some_and(|user| user.iter().any(|byte| matches!(byte, b'"' | b'\\')));
    has_quotes.then(|| {
        format!(
            "{library} does not escape a quotation mark or backslash in the user name of Digest"
        )
    })
}

/// Returns the header field that names the type of the body, where the library does not do so itself.
fn content_type_field(call: &Call) -> Option<(String, Text)> {
    let content_type = call.content_type()?;
    Some(("Content-Type".to_owned(), content_type.into()))
}

/// Returns `user:password` in base64, where both are known.
fn base64_of(user: &Text, password: &Text) -> Option<Text> {
    use base64::Engine as _;

    let pair = user.clone().and(&":".into()).and(password).known()?;
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
    Some(Text::secret(&encoded.as_str().into()))
}

/// Returns all header fields of a request that is data: those that libraries compute, too.
fn data_headers(call: &Call) -> Vec<(String, Text)> {
    let mut fields = call.all_headers();
    if let Login::Basic { user, password } = &call.login
        && let Some(encoded) = base64_of(user, password)
    {
        fields.push((
            "Authorization".to_owned(),
            Text::from("Basic ").and(&encoded),
        ));
    }
    fields.extend(content_type_field(call));
    fields
}

/// Says what a library has that says nothing else of it: how a request is carried out and what it carries, but no way to
/// authenticate. A need that is new has to be entered here, and a scheme that a target does not name is refused.
fn usual(need: Need) -> Support {
    match need {
        Need::NoAuth
        | Need::KeyInQuery
        | Need::Proxy
        | Need::ClientCertificate
        | Need::CaFile
        | Need::Unverified
        | Need::Follow
        | Need::Stay
        | Need::Timeout
        | Need::Json
        | Need::Form
        | Need::Multipart
        | Need::File
        | Need::Raw
        | Need::AnyMethod => Support::Native,
        Need::Basic
        | Need::BasicUtf8
        | Need::Bearer
        | Need::Token
        | Need::KeyInHeader
        | Need::KeyInCookie
        | Need::OwnHeader
        | Need::DigestMd5
        | Need::DigestSha256
        | Need::OAuth1 => Support::No("it is not written as code for this library"),
    }
}

/// Says what a request that is data has.
fn data_supports(need: Need) -> Support {
    match need {
        Need::Basic
        | Need::BasicUtf8
        | Need::Bearer
        | Need::Token
        | Need::KeyInHeader
        | Need::KeyInCookie
        | Need::OwnHeader => Support::Header,
        Need::NoAuth | Need::KeyInQuery | Need::Json | Need::Form | Need::Raw | Need::AnyMethod => {
            Support::Native
        }
        Need::DigestMd5 | Need::DigestSha256 => {
            Support::No("the answer to a challenge is not known before the server has made it")
        }
        Need::OAuth1 => Support::No("a signature is good for a few minutes and for one request"),
        Need::Multipart | Need::File => Support::No("what stands in files is not known here"),
        Need::Proxy
        | Need::ClientCertificate
        | Need::CaFile
        | Need::Unverified
        | Need::Follow
        | Need::Stay
        | Need::Timeout => Support::No("it says what is sent, and not how"),
    }
}

/// Says whether a JSON value is more than the macro `json!` reads: it recurses, and the compiler lets it do so 128 times.
fn is_deep(value: &serde_json::Value) -> bool {
    use serde_json::Value;

    match value {
        Value::Array(items) => items.len() > 20 || items.iter().any(is_deep),
        Value::Object(members) => members.len() > 10 || members.values().any(is_deep),
        _ => false,
    }
}
