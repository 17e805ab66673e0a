//! What can be told of a Digest response and of its challenge.

use crate::authorization::Credentials;
use crate::challenge;
use crate::params::Params;
use crate::reading::Reading;

use super::wire::Challenge;
use super::{Algorithm, PARAMETERS};

/// Tells the fields of a response, and what RFC 7616 section 3.4 says of them.
pub(super) fn credentials(credentials: &Credentials) -> Reading {
    let (mut reading, params) = Reading::of_params(credentials, PARAMETERS);
    reading.demand(&params, &["realm", "nonce", "uri", "response"]);
    match (params.get("username"), params.get("username*")) {
        (None, None) => reading.problem("username is missing"),
        (Some(_), Some(_)) => {
            reading.problem("username and username* stand side by side; only one may");
        }
        _ => {}
    }
    reading.forbid_repeats(&params);
    match params.get("qop") {
        None => reading.note("it has no qop, so it follows RFC 2069, which protects less"),
        Some(_) => {
            for name in ["nc", "cnonce"] {
                if params.get(name).is_none() {
                    reading.problem(format!("{name} is missing, though there is a qop"));
                }
            }
        }
    }
    for name in ["algorithm", "qop", "nc"] {
        if params.find(name).is_some_and(|param| param.is_quoted()) {
            reading.problem(format!(
                "{name} stands in quotes, which RFC 7616 section 3.4 forbids and strict servers refuse"
            ));
        }
    }
    digits(&params, &mut reading);
    reading
}

/// Checks the two fields that are hexadecimal digits of a known number.
fn digits(params: &Params, reading: &mut Reading) {
    let hexadecimal = |value: &[u8]| value.iter().all(u8::is_ascii_hexdigit);
    let is_count = |count: &[u8]| count.len() == 8 && hexadecimal(count);
    if params.get("nc").is_some_and(|count| !is_count(count)) {
        reading.problem("nc is not 8 hexadecimal digits");
    }
    let name = params.text("algorithm").unwrap_or("MD5".into());
    let Some(algorithm) = Algorithm::find(&name) else {
        reading.problem(format!("gatepass does not know the algorithm {name:?}"));
        return;
    };
    let expected = algorithm.hash().digest(&[]).len() * 2;
    let is_response = |response: &[u8]| response.len() == expected && hexadecimal(response);
    if params
        .get("response")
        .is_some_and(|response| !is_response(response))
    {
        reading.problem(format!(
            "response is not {expected} hexadecimal digits, as {algorithm} makes them"
        ));
    }
}

/// Says what of a challenge breaks the RFC, and what is weak.
pub(super) fn challenge(challenge: &challenge::Challenge, reading: &mut Reading) {
    if let Err(error) = Challenge::read(challenge) {
        reading.problem(error);
    }
    let algorithm = challenge.params.text("algorithm");
    if algorithm.is_none_or(|name| name.to_ascii_uppercase().starts_with("MD5")) {
        reading.note("MD5 is weak; a server should offer SHA-256 as well (RFC 7616 section 5.1)");
    }
}
