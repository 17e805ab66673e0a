//! A credential is kept for the host, and was not used.

use super::{Diagnosis, Evidence};
use crate::remedy::Remedy;

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let passed_over = evidence.leg.passed_over()?;
    if evidence.sent.is_some() {
        return None;
    }
    let space = evidence.leg.space();
    let offered = match evidence.offered() {
        offered if offered.is_empty() => "a credential".to_owned(),
        offered => offered,
    };
    let diagnosis = Diagnosis::new(format!("The server asks for {offered}, and {passed_over}"));
    if space.is_private() {
        return Some(diagnosis);
    }
    let host = space.host().to_owned();
    Some(diagnosis.with_remedy(Remedy::AllowPlainHttp { host }))
}
