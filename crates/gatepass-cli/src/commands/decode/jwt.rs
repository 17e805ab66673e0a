//! JSON Web Tokens: header, claims, times, and what is wrong with them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::commands::decode::View;
use crate::commands::decode::report::{Part, Report};
use crate::time;

/// Says whether `text` is shaped like a JWT: three parts (RFC 7519) or five (encrypted, RFC 7516), the first of which
/// begins like `{"` in base64.
pub(super) fn looks_like_one(text: &str) -> bool {
    let parts = text.split('.').count();
    (parts == 3 || parts == 5) && text.starts_with("ey")
}

/// Decodes a JWT. The signature is not verified: that takes the issuer's key.
pub(super) fn decode(text: &str, view: &View) -> Report {
    let pieces: Vec<&str> = text.split('.').collect();
    let mut header_part = Part::new("Header");
    let header = object(pieces[0], "header", &mut header_part);
    if let Some(header) = &header {
        show_header(header, &mut header_part);
    }
    if let [_, _, _, _, _] = pieces[..] {
        header_part.note("it is encrypted, so that only who has the key can read its claims");
        return Report {
            kind: "jwe",
            title: "An encrypted JSON Web Token (RFC 7516).".to_owned(),
            parts: vec![header_part],
        };
    }
    let mut claims_part = Part::new("Claims");
    if let Some(claims) = object(pieces[1], "claims", &mut claims_part) {
        show_claims(&claims, view, &mut claims_part);
    }
    let algorithm = header
        .as_ref()
        .and_then(|header| header.get("alg"))
        .and_then(Value::as_str);
    let signature = signature(pieces[2], algorithm, view);
    Report {
        kind: "jwt",
        title: "A JSON Web Token (RFC 7519).".to_owned(),
        parts: vec![header_part, claims_part, signature],
    }
}

/// Decodes one part as a JSON object, or says why it is none.
fn object(text: &str, what: &str, part: &mut Part) -> Option<Map<String, Value>> {
    let bytes = match URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')) {
        Ok(bytes) => bytes,
        Err(_) if text.contains(['+', '/']) => {
            part.problem(format!(
                "the {what} is in plain base64; a JWT uses base64url, with - and _ for + and /"
            ));
            return None;
        }
        Err(_) => {
            part.problem(format!(
                "the {what} is not base64url; was the token cut off, or copied with something else?"
            ));
            return None;
        }
    };
    if text.ends_with('=') {
        part.problem(format!(
            "the {what} ends in =, which base64url in a JWT does not have (RFC 7515 section 2)"
        ));
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(map)) => Some(map),
        Ok(_) => {
            part.problem(format!("the {what} is JSON, but no object"));
            None
        }
        Err(_) => {
            part.problem(format!("the {what} is not JSON; was the token cut off?"));
            None
        }
    }
}

fn show_header(header: &Map<String, Value>, part: &mut Part) {
    for (name, value) in header {
        let note = match (name.as_str(), value.as_str()) {
            ("alg", Some(algorithm)) => algorithm_note(algorithm),
            ("kid", _) => "which of the issuer's keys signed it",
            _ => "",
        };
        part.explained(name, shown(value), note);
    }
    match header.get("alg").map(Value::as_str) {
        None => part.problem("alg is missing (RFC 7515 section 4.1.1)"),
        Some(None) => part.problem("alg is not a text (RFC 7515 section 4.1.1)"),
        Some(Some(algorithm)) if algorithm.eq_ignore_ascii_case("none") => {
            part.problem("alg is none: nobody signed this token, so anybody can have made it");
        }
        Some(Some(_)) => {}
    }
    if let Some(critical) = header.get("crit") {
        let critical = shown(critical);
        part.note(format!(
            "whoever does not understand {critical} must refuse this token (crit)"
        ));
    }
}

fn algorithm_note(algorithm: &str) -> &'static str {
    match algorithm {
        "HS256" | "HS384" | "HS512" => "HMAC: issuer and server share one secret",
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => {
            "RSA: checked with the issuer's public key"
        }
        "ES256" | "ES384" | "ES512" | "ES256K" => {
            "elliptic curve: checked with the issuer's public key"
        }
        "EdDSA" | "Ed25519" => "Edwards curve: checked with the issuer's public key",
        _ => "",
    }
}

/// What the registered claims mean (RFC 7519 section 4.1, RFC 8693, OpenID Connect Core).
const MEANINGS: &[(&str, &str)] = &[
    ("iss", "who issued it"),
    ("sub", "who it is about"),
    ("aud", "whom it is for"),
    ("jti", "its own number"),
    ("azp", "the client that it was issued to"),
    ("client_id", "the client that it was issued to"),
    ("scope", "what it may be used for"),
    ("scp", "what it may be used for"),
];

fn show_claims(claims: &Map<String, Value>, view: &View, part: &mut Part) {
    for (name, value) in claims {
        let meaning = MEANINGS.iter().find(|(known, _)| known == name);
        let note = match (name.as_str(), value.as_f64()) {
            ("exp" | "nbf" | "iat" | "auth_time" | "updated_at", Some(seconds)) => {
                moment(seconds, view)
            }
            _ => meaning.map_or_else(String::new, |(_, text)| (*text).to_owned()),
        };
        part.explained(name, shown(value), note);
    }
    check_times(claims, view, part);
}

fn moment(seconds: f64, view: &View) -> String {
    let Some(at) = whole(seconds) else {
        return String::new();
    };
    time::date(at).map_or_else(String::new, |date| {
        format!("{date}, {}", time::distance(at, view.now))
    })
}

/// Returns whole seconds since 1970.
fn whole(seconds: f64) -> Option<u64> {
    (seconds.is_finite() && (0.0..1e15).contains(&seconds)).then_some(seconds as u64)
}

/// How far two good clocks may be apart, in seconds.
const CLOCK_SKEW: u64 = 60;

/// The times of a JWT are in seconds (RFC 7519 section 2); what is past this would be after the year 5000.
const MILLISECONDS_FROM: u64 = 100_000_000_000;

fn check_times(claims: &Map<String, Value>, view: &View, part: &mut Part) {
    let mut at = |name: &str| {
        let value = claims.get(name)?;
        let Some(moment) = value.as_f64().and_then(whole) else {
            part.problem(format!(
                "{name} is not a number of seconds since 1970 (RFC 7519 section 2)"
            ));
            return None;
        };
        if moment >= MILLISECONDS_FROM {
            part.problem(format!(
                "{name} seems to be in milliseconds; RFC 7519 section 2 wants seconds"
            ));
            return None;
        }
        Some(moment)
    };
    let (expires, begins, issued) = (at("exp"), at("nbf"), at("iat"));
    let now = view.now;
    if let Some(expires) = expires.filter(|&expires| expires <= now) {
        part.problem(format!(
            "the token expired {}; get a new one",
            time::distance(expires, now)
        ));
    }
    if let Some(begins) = begins.filter(|&begins| begins > now) {
        let when = time::distance(begins, now);
        part.problem(format!(
            "the token begins to be valid only {when}; is this machine's clock right?"
        ));
    }
    if let Some(issued) = issued.filter(|&issued| issued > now + CLOCK_SKEW) {
        let when = time::span(issued - now);
        part.problem(format!(
            "the token was issued {when} in the future; is this machine's clock right?"
        ));
    }
    if let (Some(expires), Some(issued)) = (expires, issued)
        && expires < issued
    {
        part.problem("the token expires before it was issued");
    }
    if !claims.contains_key("exp") {
        part.note("it has no exp: it does not expire by itself");
    }
}

fn signature(text: &str, algorithm: Option<&str>, view: &View) -> Part {
    let mut part = Part::new("Signature");
    let unsigned = algorithm.is_some_and(|algorithm| algorithm.eq_ignore_ascii_case("none"));
    if text.is_empty() {
        if !unsigned {
            part.problem("there is none, though alg names one; was the token cut off?");
        }
        return part;
    }
    part.field("signature", view.secret(text.as_bytes()));
    if unsigned {
        part.problem("there is one, though alg is none");
        return part;
    }
    match (
        URL_SAFE_NO_PAD.decode(text),
        algorithm.and_then(signature_length),
    ) {
        (Err(_), _) => part
            .problem("it is not base64url; was the token cut off, or copied with something else?"),
        (Ok(bytes), Some(expected)) if bytes.len() != expected => part.problem(format!(
            "it has {} bytes, and this alg makes {expected}; was the token cut off?",
            bytes.len()
        )),
        _ => {}
    }
    part.note("it was not verified: that takes the issuer's key");
    part
}

/// Returns how many bytes a signature has (RFC 7518 section 3.1), where that does not depend on the key.
fn signature_length(algorithm: &str) -> Option<usize> {
    Some(match algorithm {
        "HS256" => 32,
        "HS384" => 48,
        "HS512" | "ES256" | "ES256K" | "Ed25519" => 64,
        "ES384" => 96,
        "ES512" => 132,
        _ => return None,
    })
}

/// Returns a value as it reads best: a text without quotes, anything else as JSON.
fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
