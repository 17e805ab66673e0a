//! The server asks for one scheme, and another was sent or meant.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let meant = evidence.leg.authentication();
    let word = match &evidence.sent {
        Some(_) => match evidence.known_word() {
            Some(word) => word,
            None => return Some(without_word(evidence)),
        },
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
            evidence.word_of(first)
        ),
        (None, None) => return None,
    };
    Some(Diagnosis::new(headline).with_hint(hint).with_scheme(scheme))
}

/// What stands where the word of a scheme belongs is none, and may be the token itself.
fn without_word(evidence: &Evidence<'_>) -> Diagnosis {
    let headline = format!(
        "The server asks for {}, and the {} field was sent without the word of a scheme that is known",
        evidence.offered(),
        evidence.name
    );
    let first = evidence.challenges.first();
    let word = first.map_or_else(|| "Bearer".to_owned(), |it| evidence.word_of(it));
    Diagnosis::new(headline).with_hint(format!(
        "If it is a token alone, write the word {word} and a space before it"
    ))
}
