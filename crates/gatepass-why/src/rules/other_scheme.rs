//! The server asks for one scheme, and another was sent or meant.

use super::not_performed::{given_to, performable};
use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.challenges.is_empty() || facts.status == 407 {
        return;
    }
    let sent = facts.authorization().filter(|sent| sent.kind != Kind::Bare);
    let meant = facts.leg.given.as_ref().and_then(|it| it.word.as_deref());
    let (word, verb) = match sent {
        Some(sent) => (sent.word.as_deref().unwrap_or("another word"), "was sent"),
        None => match meant {
            Some(word) => (word, "was not offered"),
            None => return elsewhere(facts, findings),
        },
    };
    if facts.challenges.iter().any(|challenge| challenge.is(word)) {
        findings.rule_out(
            Cause::SchemeOther,
            format!("{word} is among what the server offers"),
        );
        return;
    }
    let headline = format!("The server asks for {}, and {word} {verb}", facts.offered());
    let fix = match (performable(facts), facts.challenges.first()) {
        (Some(name), _) => {
            let (arguments, _) = given_to(&name);
            Fix::say(format!("Use {name} instead"))
                .typing(arguments.iter().map(String::as_str))
                .by(name)
        }
        (None, Some(first)) => {
            let first = facts.word(&first.scheme);
            let is_handshake =
                ["negotiate", "ntlm", "kerberos"].contains(&first.to_ascii_lowercase().as_str());
            let is_token = sent.is_none_or(|sent| matches!(sent.kind, Kind::Bearer | Kind::Word));
            if is_handshake || !is_token {
                return;
            }
            let scheme = format!("bearer:{first}");
            Fix::say(format!(
                "If it is the same token, send it after the word {first}"
            ))
            .typing(["-A", &scheme, "-a", "env:TOKEN"])
        }
        (None, None) => return,
    };
    findings.add(
        Finding::new(Cause::SchemeOther, Strength::Often, headline)
            .because("the challenge", format!("it offers {}", facts.offered()))
            .with_fix(fix),
    );
}

/// A key in a place of its own, where a scheme is asked for.
fn elsewhere(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(sent) = facts.sent.iter().find(|sent| sent.kind == Kind::Key) else {
        return;
    };
    let Some(name) = performable(facts) else {
        return;
    };
    let (arguments, _) = given_to(&name);
    let finding = Finding::new(
        Cause::SchemeOther,
        Strength::Usual,
        format!(
            "The server asks for {}; sent was {}, which it may not have looked at",
            facts.offered(),
            sent.phrase()
        ),
    );
    findings.add(
        finding
            .because("the challenge", format!("it offers {}", facts.offered()))
            .with_fix(Fix::say(format!("Use {name}")).typing(arguments.iter().map(String::as_str))),
    );
}
