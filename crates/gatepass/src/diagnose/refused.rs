//! The right scheme was sent, and the server does not accept the credential.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let meant = || evidence.leg.authentication()?.word;
    let word = evidence.sent_word().or_else(meant)?;
    let realm = evidence.clean(&evidence.realm());
    let challenge = evidence
        .challenges
        .iter()
        .find(|challenge| challenge.is(word));
    let said = challenge.and_then(|challenge| challenge.params.text("error_description"));
    let because = said.map_or_else(String::new, |said| format!(": {}", evidence.clean(&said)));
    let (what, hint) = match word.to_ascii_lowercase().as_str() {
        "basic" | "digest" => (
            "the user name or the password is wrong",
            "Check both; some services want a token in place of the password",
        ),
        "oauth" => (
            "a key, a token or the signature is wrong",
            "Compare the signature base string in the transcript with the server's, and check the clock",
        ),
        // RFC 6750 section 3.1.
        _ => match challenge
            .and_then(|challenge| challenge.params.text("error"))
            .as_deref()
        {
            Some("invalid_token") => (
                "the token is not valid",
                "It may have expired or been revoked: get a new one",
            ),
            Some("invalid_request") => (
                "the request is malformed",
                "Send the token in one place only",
            ),
            _ => (
                "the credential is not accepted",
                "It may be wrong, expired, or for another service",
            ),
        },
    };
    Some(
        Diagnosis::new(format!(
            "The server refused the {word} credential{realm}: {what}{because}"
        ))
        .with_hint(hint),
    )
}
