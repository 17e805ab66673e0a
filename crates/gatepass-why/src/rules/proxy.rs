//! 407: it is not the server that asks.

use super::bearer::realm;
use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.status != 407 {
        return;
    }
    let connect = facts.leg.method == "CONNECT";
    let passed = facts.leg.proxy.as_ref().filter(|it| it.forwarded);
    if !connect && passed.is_none() && facts.is_ours() {
        let finding = Finding::new(
            Cause::OriginFor407,
            Strength::Exact,
            "The server itself answered as a proxy does (407), and no proxy is used",
        );
        findings.add(
            finding
                .because("the client", "it uses no proxy")
                .with_fix(Fix::say(
                    "Check whether the URL names a proxy instead of the server",
                )),
        );
        return;
    }
    let offered = facts.offered();
    if let Some(sent) = facts.authorization() {
        let word = sent.word.as_deref().unwrap_or_default();
        let finding = Finding::new(
            Cause::ProxyPassword,
            Strength::Seen,
            format!("The proxy refused the {word} credentials{}", realm(facts)),
        );
        let say = match offered.is_empty() {
            true => "The proxy does not say what it takes".to_owned(),
            false => format!("Check the user and the password for the proxy; it takes {offered}"),
        };
        findings.add(
            finding
                .because("the answer", "407 after Proxy-Authorization was sent")
                .with_fix(Fix::say(say)),
        );
        return;
    }
    let headline = match offered.is_empty() {
        true => "The proxy asks for credentials (407)".to_owned(),
        false => format!("The proxy asks for {offered} (407)"),
    };
    let has_credential = match connect {
        true => facts.leg.given.is_some(),
        false => passed.is_some_and(|it| it.has_credential),
    };
    let say = match has_credential {
        true => {
            "None of what it asks for can be answered with the credential for the proxy; over plain http, a scheme that reveals the password has to be allowed"
        }
        false => "Give the proxy a user and a password; a credential for the server does not help",
    };
    findings.add(
        Finding::new(Cause::ProxyCredential, Strength::Exact, headline).with_fix(Fix::say(say)),
    );
}
