//! The error codes of RFC 6750 section 3.1, and how they are described.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some((challenge, error)) = facts.param("error") else {
        return;
    };
    let description = challenge.params.text("error_description");
    let because = description.as_deref().map_or_else(String::new, |text| {
        format!("; the server says {}", facts.veil.said(text))
    });
    let code = format!("error={}", facts.quote(&error));
    match error.as_str() {
        "insufficient_scope" => {
            let scope = challenge
                .params
                .text("scope")
                .map(|scope| facts.quote(&scope));
            let headline = match &scope {
                Some(scope) => {
                    format!("The token is valid, but has not the scope that is needed: {scope}")
                }
                None => {
                    format!("The token is valid, but has not the scope that is needed{because}")
                }
            };
            let mut finding = Finding::new(Cause::ScopeMissing, Strength::Exact, headline)
                .quoting("the challenge says", code);
            if let Some((_, jwt)) = facts.jwt() {
                let has = jwt.scopes().join(" ");
                finding = finding.quoting("the token's scopes", facts.quote(&has));
            }
            let say = match scope {
                Some(scope) => format!("Get a token with the scope {scope}"),
                None => "Get a token with this scope".to_owned(),
            };
            findings.add(finding.with_fix(Fix::say(say)));
        }
        "invalid_token" if !facts.sent_nothing() => {
            let word = facts
                .authorization()
                .and_then(|sent| sent.word.as_deref())
                .unwrap_or("Bearer");
            let finding = Finding::new(
                Cause::TokenInvalid,
                Strength::Vague,
                format!(
                    "The server refused the {word} credential{}: the token is not valid{because}",
                    realm(facts)
                ),
            );
            let mut fix = Fix::say("It may have expired or been revoked: get a new one");
            if let Some((_, source)) = facts.param("resource_metadata") {
                fix = Fix::say(format!(
                    "Get a new one; who issues tokens stands in {}",
                    facts.quote(&source)
                ));
            }
            findings.add(finding.quoting("the challenge says", code).with_fix(fix));
        }
        "invalid_request" if !facts.sent_nothing() => {
            let finding = Finding::new(
                Cause::TokenMalformed,
                Strength::Vague,
                format!("The server cannot read the request for a token's sake{because}"),
            );
            findings.add(
                finding
                    .quoting("the challenge says", code)
                    .with_fix(Fix::say(
                        "Send the token in one place only, after the word Bearer",
                    )),
            );
        }
        _ => {}
    }
}

/// Returns the realm that was named first, as the end of a phrase.
pub(super) fn realm(facts: &Facts<'_>) -> String {
    let realm = facts
        .challenges
        .iter()
        .find_map(|challenge| challenge.realm());
    realm
        .filter(|realm| !realm.is_empty())
        .map_or_else(String::new, |realm| {
            format!(" for {:?}", facts.veil.quote_up_to(&realm, 60))
        })
}
