//! A credential is kept for the host, and was not used.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(passed_over) = facts
        .leg
        .passed_over
        .as_ref()
        .filter(|_| facts.authorization().is_none())
    else {
        return;
    };
    let space = &facts.leg.space;
    let offered = match facts.offered() {
        offered if offered.is_empty() => "a credential".to_owned(),
        offered => offered,
    };
    let headline = format!(
        "The server asks for {offered}, and {}",
        facts.quote(passed_over)
    );
    let mut finding = Finding::new(Cause::PassedOver, Strength::Exact, headline)
        .because("the client", passed_over.clone());
    if !space.is_private() {
        finding = finding.with_fix(Fix::say(format!(
            "Write https://{}, or allow plain HTTP if nobody on the way can listen",
            space.host()
        )));
    }
    findings.add(finding);
}
