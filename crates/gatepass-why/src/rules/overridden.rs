//! Two credentials were given, and what was written by hand went before the scheme.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(unheard) = facts.leg.given.as_ref().filter(|it| it.overridden) else {
        return;
    };
    // A key goes where it was told to.
    let (by_hand, it) = match unheard.scheme.as_str() {
        "apikey" => ("key that the request has itself", "key"),
        _ => ("explicit Authorization header", "header"),
    };
    let headline = format!(
        "The server refused the {by_hand}; the {} credential ({}) was not used",
        unheard.title,
        facts.quote(&unheard.source)
    );
    let finding = Finding::new(Cause::Overridden, Strength::Told, headline).because(
        "the request",
        format!("it has its own {it}, which goes before what is kept"),
    );
    findings.add(finding.with_fix(Fix::say(format!(
        "Leave the {it} out to use the credential"
    ))));
}
