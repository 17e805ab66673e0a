//! The server asks, and nothing was sent.

use super::bearer::realm;
use super::not_performed::{given_to, performable};
use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let meant = facts
        .leg
        .given
        .as_ref()
        .is_some_and(|it| it.scheme != "auto");
    if facts.challenges.is_empty() || facts.status == 407 {
        return;
    }
    if let Some(sent) = facts.credential() {
        findings.rule_out(
            Cause::CredentialMissing,
            format!("{} was sent", sent.phrase()),
        );
        return;
    }
    if meant || !facts.sent_nothing() {
        return;
    }
    let Some(name) = performable(facts) else {
        return;
    };
    let (arguments, what) = given_to(&name);
    let headline = format!(
        "The server asks for {}{}, and no credential was sent",
        facts.offered(),
        realm(facts)
    );
    let fix = Fix::say(format!("Give {what} for {name}"))
        .typing(arguments.iter().map(String::as_str))
        .by(name);
    findings.add(Finding::new(Cause::CredentialMissing, Strength::Seen, headline).with_fix(fix));
}
