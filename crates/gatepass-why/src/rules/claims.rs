//! The claims challenge of Microsoft Entra: the next request for a token has to carry what the challenge holds.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some((challenge, claims)) = facts.param("claims") else {
        return;
    };
    let decoded = STANDARD
        .decode(&claims)
        .or_else(|_| URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')))
        .ok();
    let json: Option<Value> = decoded
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .or_else(|| serde_json::from_str(&claims).ok());
    let shown = json.as_ref().map(|json| facts.quote(&json.to_string()));
    let wanted = json
        .as_ref()
        .map(|json| names(json).join(", "))
        .filter(|names| !names.is_empty());
    let headline = match wanted {
        Some(names) => format!(
            "The token is good, but lacks claims that the server asks for: {}",
            facts.quote(&names)
        ),
        None => "The token is good, but lacks claims that the server asks for".to_owned(),
    };
    let mut finding = Finding::new(Cause::ClaimsChallenge, Strength::Exact, headline);
    if let Some(error) = challenge.params.text("error") {
        finding = finding.quoting(
            "the challenge says",
            format!("error={}", facts.quote(&error)),
        );
    }
    if let Some(shown) = &shown {
        finding = finding.quoting("its claims, decoded", shown.clone());
    }
    let issuer = challenge
        .params
        .text("authorization_uri")
        .map(|uri| format!(" at {}", facts.quote(&uri)));
    let claims = shown.unwrap_or_else(|| "those of the challenge".to_owned());
    findings.add(finding.with_fix(Fix::say(format!(
        "Ask for a new token{} with the claims {claims}",
        issuer.unwrap_or_default()
    ))));
}

/// Returns the names of the claims, with the values that are asked for.
fn names(json: &Value) -> Vec<String> {
    let tokens = json.as_object().into_iter().flatten();
    let members = tokens
        .filter_map(|(_, claims)| claims.as_object())
        .flatten();
    members
        .map(
            |(name, claim)| match claim.get("value").or_else(|| claim.get("values")) {
                Some(value) => format!(
                    "{name} = {}",
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                ),
                None => name.clone(),
            },
        )
        .take(4)
        .collect()
}
