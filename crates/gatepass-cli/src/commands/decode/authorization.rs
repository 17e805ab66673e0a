//! Credentials: the value of `Authorization` and `Proxy-Authorization`, scheme by scheme.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::schemes::{basic, digest::Algorithm};
use gatepass_auth::{Credentials, Params, mask};

use crate::commands::decode::report::{Part, Report};
use crate::commands::decode::{View, jwt};
use crate::time;

/// Decodes the value of a credentials header.
pub(super) fn decode(text: &str, view: &View) -> Report {
    let Some(credentials) = Credentials::parse(text.as_bytes()) else {
        let mut part = Part::new("");
        part.field("value", view.secret(text.as_bytes()));
        part.problem("it does not begin with the name of a scheme (RFC 9110 section 11.4)");
        return report("Credentials that cannot be read.", vec![part]);
    };
    let word = credentials.scheme().to_owned();
    match word.to_ascii_lowercase().as_str() {
        "basic" => report(
            "Basic credentials (RFC 7617).",
            vec![basic_part(&credentials, view)],
        ),
        "digest" => report(
            "A Digest response (RFC 7616).",
            vec![digest_part(&credentials, view)],
        ),
        "oauth" => report(
            "An OAuth 1.0a signature (RFC 5849).",
            vec![oauth_part(&credentials, view)],
        ),
        _ => other(&credentials, view),
    }
}

fn report(title: impl Into<String>, parts: Vec<Part>) -> Report {
    Report {
        kind: "credentials",
        title: title.into(),
        parts,
    }
}

/// Decodes a token, a key, or parameters behind a word that has no decoder of its own.
fn other(credentials: &Credentials, view: &View) -> Report {
    let word = credentials.scheme();
    let bearer = credentials.is("bearer");
    let title = if bearer {
        "A Bearer token (RFC 6750).".to_owned()
    } else {
        format!("{word} credentials.")
    };
    let token = String::from_utf8_lossy(credentials.rest()).into_owned();
    if jwt::looks_like_one(&token) {
        let mut inner = jwt::decode(&token, view);
        inner.title = format!("{} It is a JSON Web Token.", title);
        return inner;
    }
    let (params, problems) = credentials.params();
    let mut part = Part::new(word);
    if problems.is_empty() && !params.is_empty() {
        for param in &params {
            part.field(param.name(), view.secret(param.value()));
        }
        part.note(format!(
            "gatepass does not know what the fields of {word} mean, so it hides them all"
        ));
        return report(title, vec![part]);
    }
    opaque(&token, &mut part, view);
    report(title, vec![part])
}

/// Describes a token or key that only its issuer can read.
pub(super) fn opaque(token: &str, part: &mut Part, view: &View) {
    part.explained(
        "token",
        view.secret(token.as_bytes()),
        format!("{} characters", token.chars().count()),
    );
    let first = token.split([' ', ':']).next().unwrap_or_default();
    if token.is_empty() {
        part.problem("there is nothing behind the scheme; was a variable empty?");
    } else if ["bearer", "token", "basic"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
        && first != token
    {
        part.problem(format!(
            "it begins with {first:?} once more; leave that out"
        ));
    } else if token.starts_with('$') || token.contains("{{") || token.contains("${") {
        part.problem("a variable in it was not filled in");
    } else if ["undefined", "null", "None", "nil"].contains(&token) {
        part.problem("a program wrote its word for nothing here: its variable was empty");
    } else if token.starts_with(['"', '\'']) {
        part.problem(
            "it has quotes around it, which belong to the shell or to JSON, not to the token",
        );
    } else if token.contains(char::is_whitespace) {
        part.problem("it has white space in it");
    }
}

fn basic_part(credentials: &Credentials, view: &View) -> Part {
    let mut part = Part::new("");
    match basic::decode(credentials) {
        Ok((user, password)) => {
            part.field("user", &user);
            part.field("password", view.secret(password.expose()));
            if password.is_empty() {
                part.note("the password is empty");
            }
            if user.contains('\u{fffd}') {
                part.note("the text is neither UTF-8 nor ISO-8859-1");
            }
        }
        Err(problem) => {
            part.field("value", view.secret(credentials.rest()));
            let decoded = STANDARD.decode(credentials.rest()).unwrap_or_default();
            if decoded.ends_with(b"\n") {
                part.problem("it ends in a line break, which echo adds; make it with printf, or let gatepass make it");
            } else {
                part.problem(problem);
            }
        }
    }
    part.note("base64 hides nothing: whoever sees this value has the password");
    part
}

fn digest_part(credentials: &Credentials, view: &View) -> Part {
    let mut part = Part::new("");
    let (params, problems) = credentials.params();
    for param in &params {
        let name = param.name().to_ascii_lowercase();
        let value = match name.as_str() {
            "response" => view.secret(param.value()),
            _ => param.text().into_owned(),
        };
        part.explained(param.name(), value, digest_meaning(&name));
    }
    problems
        .iter()
        .for_each(|problem| part.problem(format!("there is {problem}")));
    check_digest(&params, &mut part);
    part
}

fn digest_meaning(name: &str) -> &'static str {
    match name {
        "username" | "username*" => "who it is",
        "realm" => "from the challenge",
        "nonce" => "from the challenge",
        "uri" => "the target that was signed",
        "response" => "the proof",
        "algorithm" => "the hash function",
        "qop" => "what is protected",
        "nc" => "how often this nonce was used, in hexadecimal",
        "cnonce" => "the client's own random text",
        "opaque" => "from the challenge",
        "userhash" => "whether the user name is hashed",
        _ => "",
    }
}

/// Checks what RFC 7616 section 3.4 says of the fields.
fn check_digest(params: &Params, part: &mut Part) {
    for name in ["realm", "nonce", "uri", "response"] {
        if params.get(name).is_none() {
            part.problem(format!("{name} is missing"));
        }
    }
    match (params.get("username"), params.get("username*")) {
        (None, None) => part.problem("username is missing"),
        (Some(_), Some(_)) => {
            part.problem("username and username* stand side by side; only one may")
        }
        _ => {}
    }
    if let Some(name) = params.repeated() {
        part.problem(format!("{name} stands more than once"));
    }
    match params.get("qop") {
        None => part.note("it has no qop, so it follows RFC 2069, which protects less"),
        Some(_) => {
            for name in ["nc", "cnonce"] {
                if params.get(name).is_none() {
                    part.problem(format!("{name} is missing, though there is a qop"));
                }
            }
        }
    }
    for name in ["algorithm", "qop", "nc"] {
        if params.find(name).is_some_and(|param| param.is_quoted()) {
            part.problem(format!("{name} stands in quotes, which RFC 7616 section 3.4 forbids and strict servers refuse"));
        }
    }
    let hexadecimal = |value: &[u8]| value.iter().all(u8::is_ascii_hexdigit);
    if params
        .get("nc")
        .is_some_and(|count| count.len() != 8 || !hexadecimal(count))
    {
        part.problem("nc is not 8 hexadecimal digits");
    }
    let name = params.text("algorithm").unwrap_or("MD5".into());
    let Some(algorithm) = Algorithm::find(&name) else {
        part.problem(format!("gatepass does not know the algorithm {name:?}"));
        return;
    };
    let expected = algorithm.hash().digest(&[]).len() * 2;
    if let Some(response) = params.get("response")
        && (response.len() != expected || !hexadecimal(response))
    {
        part.problem(format!(
            "response is not {expected} hexadecimal digits, as {algorithm} makes them"
        ));
    }
}

fn oauth_part(credentials: &Credentials, view: &View) -> Part {
    let mut part = Part::new("");
    let (params, problems) = credentials.params();
    for param in &params {
        let name = param.name();
        let text = param.text();
        let secret = ["oauth_signature", "oauth_token", "oauth_verifier"].contains(&name);
        let value = if secret {
            view.secret(param.value())
        } else {
            decoded(&text)
        };
        let note = match (name, text.parse()) {
            ("oauth_timestamp", Ok(at)) => {
                let date = time::date(at).map_or_else(String::new, |date| format!("{date}, "));
                format!("{date}{}", time::distance(at, view.now))
            }
            _ => oauth_meaning(name).to_owned(),
        };
        part.explained(name, value, note);
    }
    problems
        .iter()
        .for_each(|problem| part.problem(format!("there is {problem}")));
    check_oauth(&params, &mut part);
    part
}

fn oauth_meaning(name: &str) -> &'static str {
    match name {
        "oauth_consumer_key" => "which client it is",
        "oauth_token" => "for whom the client acts",
        "oauth_signature" => "the proof",
        "oauth_signature_method" => "how it was made",
        "oauth_nonce" => "used once with this timestamp",
        "oauth_callback" => "where the user comes back to",
        "oauth_verifier" => "from the user's consent",
        "oauth_body_hash" => "the hash of the body",
        _ => "",
    }
}

/// Checks what RFC 5849 section 3.1 says of the fields.
fn check_oauth(params: &Params, part: &mut Part) {
    let method = params.text("oauth_signature_method").unwrap_or_default();
    let plain = method.eq_ignore_ascii_case("PLAINTEXT");
    for name in [
        "oauth_consumer_key",
        "oauth_signature_method",
        "oauth_signature",
    ] {
        if params.get(name).is_none() {
            part.problem(format!("{name} is missing"));
        }
    }
    for name in ["oauth_timestamp", "oauth_nonce"] {
        if params.get(name).is_none() && !plain {
            part.problem(format!("{name} is missing"));
        }
    }
    if let Some(name) = params.repeated() {
        part.problem(format!("{name} stands more than once"));
    }
    if params
        .text("oauth_version")
        .is_some_and(|version| version != "1.0")
    {
        part.problem("oauth_version must be 1.0");
    }
    if plain {
        part.note(
            "PLAINTEXT signs nothing: oauth_signature is the secrets themselves, so it wants https",
        );
    }
    let signature = decoded(&params.text("oauth_signature").unwrap_or_default());
    let expected = match method.to_ascii_uppercase().as_str() {
        "HMAC-SHA1" => 20,
        "HMAC-SHA256" => 32,
        "HMAC-SHA512" => 64,
        _ => return,
    };
    if STANDARD.decode(&signature).map_or(0, |bytes| bytes.len()) != expected {
        part.problem(format!(
            "oauth_signature is not {expected} bytes in base64, as {method} makes them"
        ));
    }
}

/// Decodes `%XX` (RFC 5849 section 3.6).
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let digit = |at: usize| {
            behind
                .get(at)
                .and_then(|&digit| char::from(digit).to_digit(16))
        };
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Decodes the value of `Authentication-Info`: what a server says after a success (RFC 7615).
pub(super) fn decode_info(text: &str, view: &View) -> Report {
    let (params, problems) = gatepass_auth::params::parse_params(text.as_bytes());
    let mut part = Part::new("");
    for param in &params {
        let (value, note) = match param.name().to_ascii_lowercase().as_str() {
            "rspauth" => (
                view.secret(param.value()),
                "the server's proof that it knows the secret",
            ),
            "nextnonce" => (view.secret(param.value()), "the nonce for the next request"),
            _ => (param.text().into_owned(), ""),
        };
        part.explained(param.name(), value, note);
    }
    problems
        .iter()
        .for_each(|problem| part.problem(format!("there is {problem}")));
    Report {
        kind: "authentication-info",
        title: "What a server says after a success (RFC 7615).".to_owned(),
        parts: vec![part],
    }
}

/// Decodes the value of a header that holds one key, such as `X-API-Key`.
pub(super) fn decode_key(name: &str, value: &str, view: &View) -> Report {
    if jwt::looks_like_one(value) {
        return jwt::decode(value, view);
    }
    let mut part = Part::new(name);
    if mask::carries_credential(name) && name.to_ascii_lowercase().contains("cookie") {
        part.field(name, mask::masked_value(name, value.as_bytes(), true));
    } else {
        opaque(value, &mut part, view);
    }
    report("A key in a header of its own.", vec![part])
}
