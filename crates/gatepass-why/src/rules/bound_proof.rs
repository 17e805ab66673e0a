//! Tokens that are bound to a key: DPoP (RFC 9449), client certificates (RFC 8705), and cookies of a bound session.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    session(facts, findings);
    let offers = facts
        .challenges
        .iter()
        .find(|challenge| challenge.is("DPoP"));
    let error = facts
        .param("error")
        .map(|(_, error)| error)
        .unwrap_or_default();
    let sent_word = facts
        .authorization()
        .and_then(|sent| sent.word.clone())
        .unwrap_or_default();
    let has_proof = facts.leg.headers.contains("DPoP");
    if error == "use_dpop_nonce" {
        let finding = Finding::new(
            Cause::ProofMissing,
            Strength::Exact,
            "The proof (DPoP) has to carry the server's nonce, which stands in DPoP-Nonce",
        );
        findings.add(
            finding
                .quoting("the challenge says", "error=use_dpop_nonce")
                .with_fix(Fix::say(
                    "Make the proof anew with the nonce of DPoP-Nonce (RFC 9449 section 9)",
                )),
        );
    } else if error == "invalid_dpop_proof" {
        let finding = Finding::new(
            Cause::ProofMissing,
            Strength::Exact,
            "The proof (DPoP) is not accepted: its key, its method and URL, or its time do not fit",
        );
        findings.add(
            finding
                .quoting("the challenge says", "error=invalid_dpop_proof")
                .with_fix(Fix::say(
                    "Make a proof for this method and URL by the key that the token is bound to",
                )),
        );
    } else if offers.is_some()
        && !facts.sent_nothing()
        && (!has_proof || sent_word.eq_ignore_ascii_case("bearer"))
    {
        let finding = Finding::new(
            Cause::ProofMissing,
            Strength::Told,
            "The server wants the token after the word DPoP, with a proof by the token's key in the field DPoP",
        );
        findings.add(
            finding
                .because("the challenge", "it offers DPoP")
                .because(
                    "the request",
                    format!("it has {} field DPoP", if has_proof { "a" } else { "no" }),
                )
                .with_fix(Fix::say(
                    "Send Authorization: DPoP and a proof (RFC 9449 section 7.1)",
                )),
        );
    }
    bound(facts, findings);
}

/// A token that says itself that it is bound, sent without a proof.
fn bound(facts: &Facts<'_>, findings: &mut Findings) {
    let Some((_, jwt)) = facts.jwt() else { return };
    let Some(confirmation) = jwt.claims.get("cnf").and_then(|it| it.as_object()) else {
        return;
    };
    let shows_certificate = facts
        .leg
        .tls
        .as_ref()
        .is_some_and(|tls| matches!(tls.certificate, crate::record::Certificate::Sent { .. }));
    let (what, missing) = if confirmation.contains_key("jkt") {
        (
            "a key (cnf.jkt), and wants a proof in the field DPoP",
            !facts.leg.headers.contains("DPoP"),
        )
    } else if confirmation.contains_key("x5t#S256") {
        (
            "a client certificate (cnf.x5t#S256), which has to be shown",
            !shows_certificate && facts.is_ours(),
        )
    } else {
        return;
    };
    if missing && facts.is_refusal() {
        let finding = Finding::new(
            Cause::ProofMissing,
            Strength::Seen,
            format!("The token is bound to {what}; none was sent"),
        );
        findings.add(
            finding
                .because("the token", "its claim cnf says so")
                .with_fix(Fix::say("Send the proof along")),
        );
    }
}

fn session(facts: &Facts<'_>, findings: &mut Findings) {
    let names = ["Secure-Session-Challenge", "Sec-Session-Challenge"];
    let Some(name) = names
        .iter()
        .find(|name| facts.answer.headers.contains(name))
    else {
        return;
    };
    if !facts.is_refusal() {
        return;
    }
    let finding = Finding::new(
        Cause::SessionBound,
        Strength::Exact,
        "The cookie is bound to the browser that it was copied from, and the server wants a proof by that browser's key",
    );
    findings.add(
        finding
            .because("the answer", format!("it has a field {name}"))
            .with_fix(Fix::say(
                "Use an API token: a copied cookie stops working after minutes",
            )),
    );
}
