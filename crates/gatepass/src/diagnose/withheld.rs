//! A redirect led to another origin, and the credential stayed where it belongs.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let withheld = evidence.leg.withheld().first()?;
    let here = evidence.leg.space();
    let headline = format!(
        "A redirect led to {here}, and {} was not sent there: it belongs to {}",
        withheld.what, withheld.belongs_to
    );
    Some(Diagnosis::new(headline).with_hint(format!(
        "If you trust {here}, give it a credential of its own"
    )))
}
