//! 403: the server knows who asks, or does not want to know.

use gatepass_auth::show::said;

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    if evidence.head.status != 403 {
        return None;
    }
    // RFC 6750 section 3.1.
    let bearer = evidence
        .challenges
        .iter()
        .find(|challenge| challenge.is("Bearer"));
    if let Some(scope) = bearer.and_then(|challenge| challenge.params.text("scope")) {
        let headline = format!(
            "The token is valid, but has not the scope that is needed: {}",
            said(&evidence.clean(&scope))
        );
        return Some(Diagnosis::new(headline).with_hint("Get a token with this scope"));
    }
    Some(match evidence.sent_credential() {
        Some(credential) => Diagnosis::new(format!(
            "The server understood the request, and its {credential} is not allowed this (403)"
        ))
        .with_hint("The credential may lack a permission; another one will not be asked for"),
        None => Diagnosis::new(
            "The server refuses this without a credential, though one was not asked for (403)"
                .to_owned(),
        )
        .with_hint("Some servers answer so when a credential is missing: try with one"),
    })
}
