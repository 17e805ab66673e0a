//! The right scheme was sent, and the server does not accept the credential.

use gatepass_auth::{Refused, schemes};

use super::bearer::realm;
use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.status != 401 || facts.challenges.is_empty() {
        return;
    }
    let is_offered = |word: &str| facts.challenges.iter().any(|challenge| challenge.is(word));
    let in_field = facts.authorization().and_then(|sent| {
        let word = sent.word.as_deref().filter(|word| is_offered(word))?;
        Some((sent, word))
    });
    // A key goes into a place of its own, by whatever name it is asked for.
    let is_key_wanted = facts
        .challenges
        .iter()
        .any(|challenge| challenge.scheme.to_ascii_lowercase().contains("key"));
    let key = facts.sent.iter().find(|sent| sent.kind == Kind::Key);
    let key = key.filter(|_| is_key_wanted).map(|sent| (sent, "API key"));
    let Some((sent, word)) = in_field.or(key) else {
        return;
    };
    let refused = format!("The server refused the {word} credential{}", realm(facts));
    let known = schemes::by_word(word).map_or(Refused::UNKNOWN, |known| known.about.refused);
    let (what, say) = known.words(None);
    let cause = match sent.kind {
        Kind::Basic | Kind::Digest => Cause::PasswordWrong,
        Kind::OAuth1 | Kind::Signature => Cause::SignatureMismatch,
        Kind::Key => Cause::KeyWrong,
        _ => Cause::TokenInvalid,
    };
    let finding = Finding::new(cause, Strength::Usual, format!("{refused}: {what}"));
    findings.add(
        finding
            .because(
                "the answer",
                format!("401 with a challenge for {word} after {}", sent.phrase()),
            )
            .with_fix(Fix::say(say)),
    );
}
