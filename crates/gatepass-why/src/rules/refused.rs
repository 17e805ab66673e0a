//! The right scheme was sent, and the server does not accept the credential.

use super::bearer::realm;
use crate::cause::Cause;
use crate::engine::Findings;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.status != 401 || facts.challenges.is_empty() {
        return;
    }
    let Some(sent) = facts.authorization() else {
        return;
    };
    let Some(word) = sent
        .word
        .as_deref()
        .filter(|word| facts.challenges.iter().any(|challenge| challenge.is(word)))
    else {
        return;
    };
    let refused = format!("The server refused the {word} credential{}", realm(facts));
    let (cause, what, say) = match sent.kind {
        Kind::Basic | Kind::Digest => (
            Cause::PasswordWrong,
            "the user name or the password is wrong, as a rule",
            "Check both; some services want a token in place of the password",
        ),
        Kind::OAuth1 => (
            Cause::SignatureMismatch,
            "a key, a token or the signature is wrong",
            "Compare the signature base string in the transcript with the server's, and check the clock",
        ),
        _ => (
            Cause::TokenInvalid,
            "the credential is not accepted",
            "It may be wrong, expired, or for another service",
        ),
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
