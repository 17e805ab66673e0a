//! The right scheme was sent, and the server does not accept the credential.

use gatepass_auth::show::said;
use gatepass_auth::{Refused, schemes};

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let meant = || evidence.leg.authentication()?.word;
    let word = evidence.sent_word().or_else(meant)?;
    let realm = evidence.realm();
    let challenge = evidence
        .challenges
        .iter()
        .find(|challenge| challenge.is(word));
    let words = challenge.and_then(|challenge| challenge.params.text("error_description"));
    // The words are the server's, and must not read like ours.
    let because = words.map_or_else(String::new, |words| {
        format!("; the server says {}", said(&evidence.clean(&words)))
    });
    let refused = schemes::by_word(word).map_or(Refused::UNKNOWN, |known| known.about.refused);
    let error = challenge.and_then(|challenge| challenge.params.text("error"));
    let (what, hint) = refused.words(error.as_deref());
    Some(
        Diagnosis::new(format!(
            "The server refused the {word} credential{realm}: {what}{because}"
        ))
        .with_hint(hint),
    )
}
