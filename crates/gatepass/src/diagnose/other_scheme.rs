//! The server asks for one scheme, and another was sent or meant.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let meant = evidence.leg.authentication();
    let word = match &evidence.sent {
        Some(sent) => sent.scheme(),
        None => meant.and_then(|it| it.word)?,
    };
    if evidence
        .challenges
        .iter()
        .any(|challenge| challenge.is(word))
    {
        return None;
    }
    let verb = if evidence.sent.is_some() {
        "was sent"
    } else {
        "was not offered"
    };
    let headline = format!(
        "The server asks for {}, and {word} {verb}",
        evidence.offered()
    );
    let scheme = evidence.performable();
    let hint = match (&scheme, evidence.challenges.first()) {
        (Some(name), _) => format!("Use {name} instead"),
        (None, Some(first)) => format!(
            "If it is the same token, send it after the word {}",
            first.scheme
        ),
        (None, None) => return None,
    };
    Some(Diagnosis::new(headline).with_hint(hint).with_scheme(scheme))
}
