//! What the server offers would have revealed the secret to everyone on the way, so nothing was sent.

use gatepass_auth::schemes;

use super::not_performed::performable;
use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let space = &facts.leg.space;
    let chosen = facts
        .leg
        .given
        .as_ref()
        .is_some_and(|it| it.scheme == "auto");
    let Some(name) = performable(facts)
        .filter(|_| chosen && facts.authorization().is_none() && !space.is_private())
    else {
        return;
    };
    if !schemes::resolve(&name).is_ok_and(|(descriptor, _)| descriptor.about.reveals_secret) {
        return;
    }
    let headline = format!(
        "The server asks for {}, which would have shown the secret to everyone on the way, so none was sent",
        facts.offered()
    );
    let fix = Fix::say(format!(
        "Write https://{}, or allow plain HTTP if nobody on the way can listen",
        space.host()
    ));
    findings.add(Finding::new(Cause::InsecureTransport, Strength::Exact, headline).with_fix(fix));
}
