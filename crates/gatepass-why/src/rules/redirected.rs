//! A recorded exchange whose last request lacks what the first one had.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.is_ours() || !facts.sent_nothing() {
        return;
    }
    let legs = &facts.exchange.legs;
    let before = legs.iter().rev().find_map(|leg| {
        let answer = leg.answer.as_ref()?;
        let first = sent::of(leg, "Authorization").into_iter().next()?;
        (300..400)
            .contains(&answer.status)
            .then_some((leg, answer.status, first))
    });
    let Some((leg, status, first)) = before else {
        return;
    };
    let (from, to) = (&leg.space, &facts.leg.space);
    let what = if from.host() != to.host() {
        format!("to another host, {to}")
    } else if from.scheme() != to.scheme() {
        format!("from {} to {}", from.scheme(), to.scheme())
    } else {
        format!("to {to}")
    };
    let headline = format!(
        "A redirect led {what}, and {} did not go along",
        first.phrase()
    );
    let url = format!("{to}{}", facts.quote(&facts.leg.target));
    let finding = Finding::new(Cause::RedirectDropped, Strength::Exact, headline);
    findings.add(
        finding
            .because("the exchange", format!("{from} answered {status}; the request before it had {}, the last one has no credential", first.phrase()))
            .with_fix(Fix::say("Ask the last address directly, if the credential belongs there").asking(url)),
    );
}
