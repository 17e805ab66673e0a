//! A field whose name is a slip away from one that carries a credential, or that only sounds like one.

use gatepass_auth::show::{CREDENTIAL_HEADERS, carries_credential};

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

/// Names that people write for `Authorization`.
const MEANT: &[&str] = &[
    "auth",
    "authentication",
    "authorisation",
    "authorize",
    "bearer",
    "bearer-token",
    "http-authorization",
    "http_authorization",
    "www-authenticate",
    "proxy-authentication",
    "x-authorization",
];

/// Names that are near another one and right.
const RIGHT: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "accept",
    "x-api-version",
    "x-api-id",
];

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    // What was found in its place by the server is not misspelt.
    let has_field = facts.sent.iter().any(|sent| {
        matches!(
            sent.kind,
            Kind::Basic | Kind::Bearer | Kind::Digest | Kind::OAuth1 | Kind::Signature
        )
    });
    let strength = if has_field {
        Strength::Usual
    } else {
        Strength::Seen
    };
    for header in &facts.leg.headers {
        let name = header.name().to_ascii_lowercase();
        let Some(right) = meant(&name) else { continue };
        let shown = facts.veil.quote_up_to(header.name(), 60);
        let headline =
            format!("The header {shown} is none that servers read; {right} may be meant");
        let fix = match right {
            "Authorization" => Fix::say("Write Authorization, or let the client write it")
                .typing(["-A", "bearer", "-a", "env:TOKEN"]),
            right => {
                let typed = format!("{right}:@env:KEY");
                Fix::say(format!("Write {right}")).typing([typed.as_str()])
            }
        };
        let finding = Finding::new(Cause::HeaderMisspelt, strength, headline);
        findings.add(
            finding
                .because(
                    "the request",
                    format!("it has a field {shown}, and none named {right}"),
                )
                .with_fix(fix),
        );
        return;
    }
}

/// Returns the name that is meant, in the way it is written.
fn meant(name: &str) -> Option<&'static str> {
    if RIGHT.contains(&name) || CREDENTIAL_HEADERS.contains(&name) {
        return None;
    }
    if MEANT.contains(&name) {
        return Some("Authorization");
    }
    let hyphened = name.replace('_', "-");
    let known = [
        "authorization",
        "x-api-key",
        "private-token",
        "x-auth-token",
        "x-access-token",
        "x-goog-api-key",
        "x-vault-token",
        "job-token",
        "ocp-apim-subscription-key",
        "x-shopify-access-token",
        "x-figma-token",
        "xi-api-key",
        "dd-api-key",
    ];
    let near = known
        .iter()
        .find(|right| **right == hyphened && *right != &name)
        .or_else(|| {
            known.iter().filter(|right| right.len() >= 8).find(|right| {
                strsim::damerau_levenshtein(right, name) <= 2 && !is_other(name, right)
            })
        })?;
    Some(written(near))
}

/// Says whether a near name is a name of its own: `x-app-key` is not a slip of `x-api-key`.
fn is_other(name: &str, right: &str) -> bool {
    carries_credential(name)
        && name.len() == right.len()
        && strsim::damerau_levenshtein(name, right) == 2
        || matches!(
            name,
            "x-app-key" | "x-apikey" | "x-api-keys" | "x-auth-tokens"
        )
}

fn written(name: &str) -> &'static str {
    match name {
        "x-api-key" => "X-Api-Key",
        "private-token" => "PRIVATE-TOKEN",
        "x-auth-token" => "X-Auth-Token",
        "x-access-token" => "X-Access-Token",
        "x-goog-api-key" => "X-Goog-Api-Key",
        "x-vault-token" => "X-Vault-Token",
        "job-token" => "JOB-TOKEN",
        "ocp-apim-subscription-key" => "Ocp-Apim-Subscription-Key",
        "x-shopify-access-token" => "X-Shopify-Access-Token",
        "x-figma-token" => "X-Figma-Token",
        "xi-api-key" => "xi-api-key",
        "dd-api-key" => "DD-API-KEY",
        _ => "Authorization",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_names() {
        for (name, right) in [
            ("authorisation", Some("Authorization")),
            ("authorizaton", Some("Authorization")),
            ("authentication", Some("Authorization")),
            ("x_api_key", Some("X-Api-Key")),
            ("x-api-kye", Some("X-Api-Key")),
            ("private_token", Some("PRIVATE-TOKEN")),
            ("privat-token", Some("PRIVATE-TOKEN")),
            ("x-api-key", None),
            ("apikey", None),
            ("x-app-key", None),
            ("accept", None),
            ("x-request-id", None),
        ] {
            assert_eq!(meant(name), right, "{name}");
        }
    }
}
