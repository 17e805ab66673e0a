//! 401 without `WWW-Authenticate`, which RFC 9110 section 15.5.2 forbids and many servers do.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    if !evidence.challenges.is_empty() {
        return None;
    }
    Some(match evidence.sent_credential() {
        None => Diagnosis::new(
            "The server wants a credential, and does not say which (401 without a challenge)"
                .to_owned(),
        )
        .with_hint("Its documentation has to say: often it is a token or an API key"),
        Some(credential) => Diagnosis::new(format!(
            "The server refused the {credential}, and does not say why (401 without a challenge)"
        ))
        .with_hint("The credential may be wrong or expired, or another scheme may be wanted"),
    })
}
