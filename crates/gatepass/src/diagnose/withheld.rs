//! A redirect led to another origin, and the credential stayed where it belongs.

use super::{Diagnosis, Evidence};
use crate::remedy::Remedy;
use crate::tls_info::{ClientCertificate, TlsInfo};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    // A certificate that nobody asked for was not missed.
    let asked = |tls: &TlsInfo| tls.client != ClientCertificate::NotAsked;
    let was_asked = evidence.leg.tls().is_some_and(asked);
    let missed = evidence.leg.withheld().iter();
    let withheld = missed
        .filter(|it| was_asked || !it.is_certificate)
        // What is no credential by its name is the last to be suspected.
        .min_by_key(|it| it.is_unknown)?;
    let here = evidence.leg.space();
    let headline = format!(
        "A redirect led to {here}, and {} was not sent there: it belongs to {}",
        withheld.what, withheld.belongs_to
    );
    let remedy = if withheld.trusted {
        Remedy::AllowPlainRedirect
    } else {
        Remedy::TrustRedirect {
            origin: here.to_string(),
            authority: here.authority(),
        }
    };
    Some(Diagnosis::new(headline).with_remedy(remedy))
}
