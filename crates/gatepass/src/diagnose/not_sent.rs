//! The server asks, and nothing was sent.

use super::{Diagnosis, Evidence, wanted_by};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let meant = evidence
        .leg
        .authentication()
        .is_some_and(|it| it.scheme != "auto");
    if meant || evidence.sent.is_some() {
        return None;
    }
    let headline = format!(
        "The server asks for {}{}, and no credential was sent",
        evidence.offered(),
        evidence.realm()
    );
    let scheme = evidence.performable();
    let diagnosis = Diagnosis::new(headline);
    Some(match &scheme {
        Some(name) => {
            let hint = format!("Give {} for {name}", wanted_by(name));
            diagnosis.with_hint(hint).with_scheme(scheme)
        }
        None => diagnosis,
    })
}
