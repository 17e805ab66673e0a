//! 402: the server wants to be paid, and says how much (x402, the Payment scheme, L402).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::cause::Cause;
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if facts.status != 402 {
        return;
    }
    let finding = by_challenge(facts)
        .or_else(|| by_header(facts))
        .or_else(|| by_body(facts));
    if let Some(finding) = finding {
        findings.add(finding.with_fix(Fix::say(
            "gatepass shows the terms and does not pay: pay by a client that does, if you mean to",
        )));
    }
}

fn decoded(text: &str) -> Option<Value> {
    let text = text.trim();
    let bytes = STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
        .ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// `draft-httpauth-payment`: `request` is JSON in base64url. L402 has an invoice of Lightning.
fn by_challenge(facts: &Facts<'_>) -> Option<Finding> {
    let challenge = facts.challenges.iter().find(|challenge| {
        ["Payment", "L402", "LSAT"]
            .iter()
            .any(|word| challenge.is(word))
    })?;
    let request = challenge
        .params
        .text("request")
        .and_then(|text| decoded(&text))
        .unwrap_or_default();
    let text = |name: &str| {
        challenge
            .params
            .text(name)
            .map(|value| facts.veil.quote_up_to(&value, 80))
    };
    let mut terms = amounts(facts, &request);
    if let Some(method) = text("method") {
        terms.push(format!("by {method}"));
    }
    if let Some(until) = text("expires") {
        terms.push(format!("until {until}"));
    }
    if challenge.params.text("invoice").is_some() {
        terms.push("by an invoice of the Lightning network".to_owned());
    }
    let finding = Finding::new(Cause::PaymentRequired, Strength::Exact, headline(&terms));
    let finding = finding.because(
        "the challenge",
        format!("it offers {}", facts.word(&challenge.scheme)),
    );
    Some(match text("description") {
        Some(description) => finding.quoting("the challenge describes it", description),
        None => finding,
    })
}

/// x402, version 2: the terms stand in a header field.
fn by_header(facts: &Facts<'_>) -> Option<Finding> {
    let terms = decoded(&facts.header("PAYMENT-REQUIRED")?)?;
    Some(of_x402(facts, &terms).because("the answer", "PAYMENT-REQUIRED holds the terms (x402)"))
}

/// x402, version 1: the terms stand in the body.
fn by_body(facts: &Facts<'_>) -> Option<Finding> {
    let json = facts.body.json.as_ref()?;
    json.get("accepts")?;
    Some(of_x402(facts, json).because("the answer", "its body holds the terms (x402)"))
}

fn of_x402(facts: &Facts<'_>, terms: &Value) -> Finding {
    let first = terms
        .get("accepts")
        .and_then(|accepts| accepts.get(0))
        .cloned()
        .unwrap_or_default();
    let mut words = amounts(facts, &first);
    if let Some(network) = first.get("network").and_then(Value::as_str) {
        words.push(format!(
            "on the network {}",
            facts.veil.quote_up_to(network, 40)
        ));
    }
    if let Some(seconds) = first.get("maxTimeoutSeconds").and_then(Value::as_i64) {
        words.push(format!("within {seconds} seconds"));
    }
    Finding::new(Cause::PaymentRequired, Strength::Exact, headline(&words))
}

fn amounts(facts: &Facts<'_>, terms: &Value) -> Vec<String> {
    let text = |names: &[&str]| {
        let value = names.iter().find_map(|name| terms.get(*name))?;
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        Some(facts.veil.quote_up_to(&value, 60))
    };
    let Some(amount) = text(&["amount", "maxAmountRequired", "price"]) else {
        return Vec::new();
    };
    let name = terms
        .get("extra")
        .and_then(|extra| extra.get("name"))
        .and_then(Value::as_str)
        .map(|name| facts.veil.quote_up_to(name, 40));
    match name.or_else(|| text(&["currency", "asset"])) {
        Some(currency) => vec![format!("{amount} of {currency}")],
        None => vec![amount],
    }
}

fn headline(terms: &[String]) -> String {
    match terms.is_empty() {
        true => "The server wants to be paid for this".to_owned(),
        false => format!("The server wants to be paid for this: {}", terms.join(", ")),
    }
}
