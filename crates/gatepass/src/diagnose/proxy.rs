//! 407: it is not the server that asks.

use super::{Diagnosis, Evidence};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    if evidence.head.status != 407 {
        return None;
    }
    let connect = evidence.leg.method() == "CONNECT";
    let passed = evidence.leg.passed().filter(|it| it.forwarded);
    if !connect && passed.is_none() {
        let headline = "The server itself answered as a proxy does (407), and no proxy is used";
        return Some(
            Diagnosis::new(headline.to_owned())
                .with_hint("Check whether the URL names a proxy instead of the server"),
        );
    }
    let offered = evidence.offered();
    if evidence.sent.is_some() {
        let word = evidence.known_word();
        let word = word.map_or_else(String::new, |word| format!("{word} "));
        let headline = format!(
            "The proxy refused the {word}credentials{}",
            evidence.realm()
        );
        return Some(Diagnosis::new(headline).with_hint(if offered.is_empty() {
            "The proxy does not say what it takes".to_owned()
        } else {
            format!("Check the user and the password for the proxy; it takes {offered}")
        }));
    }
    let headline = if offered.is_empty() {
        "The proxy asks for credentials (407)".to_owned()
    } else {
        format!("The proxy asks for {offered} (407)")
    };
    let at_proxy = if connect {
        evidence.leg.authentication()
    } else {
        passed?.authentication.as_ref()
    };
    Some(Diagnosis::new(headline).with_hint(if at_proxy.is_some() {
        "None of what it asks for can be answered with the credential for the proxy; over plain http, a scheme that \
         reveals the password has to be allowed"
    } else {
        "Give the proxy a user and a password; a credential for the server does not help"
    }))
}
