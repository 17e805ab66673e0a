//! Nothing that the server offers can be performed.

use super::{Diagnosis, Evidence, name_of};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let known = evidence
        .challenges
        .iter()
        .any(|challenge| name_of(&challenge.scheme).is_some());
    if known || evidence.sent.is_some() {
        return None;
    }
    let headline = format!(
        "The server asks for {}, which is not supported",
        evidence.offered()
    );
    Some(
        Diagnosis::new(headline)
            .with_hint("If it takes a token after that word, send Bearer with that word"),
    )
}
