//! A port for TLS, and a request by plain HTTP.

use super::{Diagnosis, Evidence};
use crate::transcript::Remark;

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let leg = evidence.leg;
    if leg.remark() != Some(Remark::WantsTls) || leg.tls().is_some() {
        return None;
    }
    let space = leg.space();
    let address = crate::address::address(space);
    let headline = format!("{address} speaks TLS, and the request came by plain HTTP (400)");
    Some(Diagnosis::new(headline).with_hint(format!("Use https://{address}")))
}
