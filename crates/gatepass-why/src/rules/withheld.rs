//! A redirect led to another origin, and the credential stayed where it belongs.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;
use crate::record::Certificate;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    // A certificate that nobody asked for was not missed.
    let was_asked = facts
        .leg
        .tls
        .as_ref()
        .is_some_and(|tls| tls.certificate != Certificate::NotAsked);
    let mut missed = facts.leg.withheld.iter();
    let Some(withheld) = missed.find(|it| was_asked || !it.is_certificate) else {
        return;
    };
    let here = &facts.leg.space;
    let headline = format!(
        "A redirect led to {here}, and {} was not sent there: it belongs to {}",
        withheld.what, withheld.belongs_to
    );
    let say = match withheld.trusted {
        true => "Over plain HTTP it goes to no other origin; allow plain HTTP for a network that you trust".to_owned(),
        false => format!("If you trust {here}, let it go along, or give {here} a credential of its own"),
    };
    let finding = Finding::new(Cause::Withheld, Strength::Exact, headline);
    findings.add(
        finding
            .because(
                "the client",
                format!("{} belongs to {}", withheld.what, withheld.belongs_to),
            )
            .with_fix(Fix::say(say)),
    );
}
