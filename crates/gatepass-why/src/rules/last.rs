//! The last resort: what is known, what is not, and what to try, cheapest first.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::fix::Fix;

/// Says that nothing says why.
pub(crate) fn resort(facts: &Facts<'_>) -> Finding {
    let status = facts.status;
    let sent = match facts.sent.first() {
        Some(sent) => format!("{} was sent", sent.phrase()),
        None => "no credential was sent".to_owned(),
    };
    let said = facts.said().next();
    let mut finding = Finding::new(
        Cause::Unexplained,
        Strength::Status,
        format!(
            "{} refused ({status}), and nothing in the exchange says why; {sent}",
            facts.who()
        ),
    );
    finding = match said {
        Some(said) => finding.quoting(said.place.clone(), facts.quote(&said.text)),
        None => finding.because(
            "the answer",
            format!("{status} without a challenge and without words"),
        ),
    };
    let tries = match facts.sent_nothing() {
        true => "Check path and method; then send the credential that the documentation names",
        false => {
            "Check path and method; send the same without the credential; then get a new credential"
        }
    };
    finding.with_fix(Fix::say(tries))
}
