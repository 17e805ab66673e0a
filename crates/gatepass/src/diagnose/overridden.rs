//! Two credentials were given, and what was written by hand went before the scheme.

use super::{Diagnosis, Evidence, has_own_place};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let unheard = evidence.leg.authentication().filter(|it| it.overridden)?;
    // A key goes where it was told to.
    let (by_hand, it) = if has_own_place(unheard.scheme) {
        ("key that the request has itself", "key")
    } else {
        ("explicit Authorization header", "header")
    };
    let headline = format!(
        "The server refused the {by_hand}; the {} credential ({}) was not used",
        unheard.title, unheard.source
    );
    Some(Diagnosis::new(headline).with_hint(format!("Leave the {it} out to use the credential")))
}
