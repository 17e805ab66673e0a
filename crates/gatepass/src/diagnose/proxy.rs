//! 407: it is not the server that asks.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    (evidence.head.status == 407).then(|| {
        let headline = match evidence.offered() {
            words if words.is_empty() => "A proxy on the way asks for credentials (407)".to_owned(),
            words => format!("A proxy on the way asks for {words} (407)"),
        };
        Diagnosis::new(headline)
            .with_hint("A credential for the server does not help: the proxy wants its own")
    })
}
