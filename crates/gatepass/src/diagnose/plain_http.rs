//! What the server offers would have revealed the secret to everyone on the way, so nothing was sent.

use gatepass_auth::schemes;

use super::{Diagnosis, Evidence};
use crate::remedy::Remedy;

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let space = evidence.leg.space();
    let chosen = evidence
        .leg
        .authentication()
        .is_some_and(|it| it.scheme == "auto");
    let descriptor = schemes::resolve(&evidence.performable()?).ok()?.0.about;
    if !chosen || evidence.sent.is_some() || space.is_private() || !descriptor.reveals_secret {
        return None;
    }
    let headline = format!(
        "The server asks for {}, which would have shown the secret to everyone on the way, so none was sent",
        evidence.offered()
    );
    let host = space.host().to_owned();
    Some(Diagnosis::new(headline).with_remedy(Remedy::AllowPlainHttp { host }))
}
