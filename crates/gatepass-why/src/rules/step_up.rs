//! RFC 9470: the token is good, and its user has to sign in more strongly, or again.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::clock::span;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some((challenge, _)) = facts
        .param("error")
        .filter(|(_, error)| error == "insufficient_user_authentication")
    else {
        return;
    };
    let classes = challenge
        .params
        .text("acr_values")
        .map(|values| facts.quote(&values));
    let age = challenge
        .params
        .text("max_age")
        .and_then(|age| age.parse::<i64>().ok());
    let wanted = match (&classes, age) {
        (Some(classes), Some(age)) => format!(
            ": a sign-in of the class {classes} that is no older than {}",
            span(age)
        ),
        (Some(classes), None) => format!(": a sign-in of the class {classes}"),
        (None, Some(age)) => format!(": a sign-in that is no older than {}", span(age)),
        (None, None) => String::new(),
    };
    let mut finding = Finding::new(
        Cause::StepUp,
        Strength::Exact,
        format!("The token is good, but its user has to sign in again{wanted}"),
    )
    .quoting(
        "the challenge says",
        "error=insufficient_user_authentication",
    );
    if let Some((_, jwt)) = facts.jwt() {
        if let (Some(at), Some((now, _))) = (jwt.time("auth_time"), facts.now()) {
            finding = finding.because(
                "the token",
                format!("its user signed in {} ago", span(now - at)),
            );
        }
        if let Some(class) = jwt.text("acr") {
            finding = finding.quoting("the token's class", facts.quote(class));
        }
    }
    let mut ask = Vec::new();
    ask.extend(classes.map(|classes| format!("acr_values={classes}")));
    ask.extend(age.map(|age| format!("max_age={age}")));
    let with = if ask.is_empty() {
        String::new()
    } else {
        format!(" with {}", ask.join(" and "))
    };
    findings.add(finding.with_fix(Fix::say(format!(
        "Begin a new sign-in{with}, and send the token that comes of it"
    ))));
}
