//! Two credentials were given, and the header went before the scheme.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let unheard = evidence.leg.authentication().filter(|it| it.overridden)?;
    let headline = format!(
        "The server refused the explicit Authorization header; the {} credential ({}) was not used",
        unheard.title, unheard.source
    );
    Some(Diagnosis::new(headline).with_hint("Leave the header out to use the credential"))
}
