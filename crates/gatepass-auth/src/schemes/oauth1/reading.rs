//! What can be told of the credentials of OAuth 1.0a.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::authorization::Credentials;
use crate::params::Params;
use crate::percent;
use crate::reading::{Reading, Value};

use super::PARAMETERS;

/// Tells the fields, and what RFC 5849 section 3.1 says of them.
pub(super) fn credentials(credentials: &Credentials) -> Reading {
    let (mut reading, params) = Reading::of_params(credentials, PARAMETERS);
    for told in &mut reading.fields {
        if let Value::Open(text) = &told.value {
            // RFC 5849 section 3.6.
            let text = String::from_utf8_lossy(&percent::decode(text)).into_owned();
            told.value = match text.parse() {
                Ok(time) if told.name == "oauth_timestamp" => Value::Time(time),
                _ => Value::Open(text),
            };
        }
    }
    let method = params.text("oauth_signature_method").unwrap_or_default();
    let plain = method.eq_ignore_ascii_case("PLAINTEXT");
    reading.demand(
        &params,
        &[
            "oauth_consumer_key",
            "oauth_signature_method",
            "oauth_signature",
        ],
    );
    if !plain {
        reading.demand(&params, &["oauth_timestamp", "oauth_nonce"]);
    }
    reading.forbid_repeats(&params);
    if params
        .text("oauth_version")
        .is_some_and(|version| version != "1.0")
    {
        reading.problem("oauth_version must be 1.0");
    }
    if plain {
        reading.note(
            "PLAINTEXT signs nothing: oauth_signature is the secrets themselves, so it wants https",
        );
    }
    signature(&params, &method, &mut reading);
    reading
}

fn signature(params: &Params, method: &str, reading: &mut Reading) {
    let expected = match method.to_ascii_uppercase().as_str() {
        "HMAC-SHA1" => 20,
        "HMAC-SHA256" => 32,
        "HMAC-SHA512" => 64,
        _ => return,
    };
    let text = params.text("oauth_signature").unwrap_or_default();
    let signature = STANDARD.decode(&*percent::decode(&text));
    if signature.map_or(0, |bytes| bytes.len()) != expected {
        reading.problem(format!(
            "oauth_signature is not {expected} bytes in base64, as {method} makes them"
        ));
    }
}
