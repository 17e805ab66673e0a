//! What is known of an exchange in any case: what was asked, what was answered, what was sent.

use gatepass_auth::Challenge;

use super::Facts;
use crate::finding::Evidence;

/// Returns what is known in any case; what was asked for and sent comes last.
pub(crate) fn known(facts: &Facts<'_>) -> Vec<Evidence> {
    let mut known = Vec::new();
    let mut add = |place: &str, text: String| {
        known.push(Evidence {
            place: place.to_owned(),
            text,
            quoted: false,
        });
    };
    let leg = facts.leg;
    let url = match leg.method.as_str() {
        "CONNECT" => facts.quote(&leg.target),
        _ => format!("{}{}", leg.space, facts.quote(&leg.target)),
    };
    let reason = facts.quote(&facts.answer.reason);
    add("request", format!("{} {url}", facts.quote(&leg.method)));
    add(
        "answer",
        format!("{} {reason}", facts.status).trim_end().to_owned(),
    );
    if let Some(given) = &leg.given {
        add(
            "credential",
            format!("{}, {}", given.title, facts.quote(&given.source)),
        );
    }
    for withheld in leg.withheld.iter().take(4) {
        add(
            "kept back",
            format!("{}: it belongs to {}", withheld.what, withheld.belongs_to),
        );
    }
    let asked: Vec<String> = facts
        .challenges
        .iter()
        .take(6)
        .map(|challenge| short(facts, challenge))
        .collect();
    let asked = match asked.is_empty() {
        true => "nothing by name".to_owned(),
        false => asked.join(", "),
    };
    let mut sent: Vec<String> = facts
        .sent
        .iter()
        .take(4)
        .map(|sent| sent.shown(facts))
        .collect();
    if sent.is_empty() {
        sent.push("no credential".to_owned());
    }
    add("asked for", format!("{asked}; sent: {}", sent.join(", ")));
    known
}

/// Returns a challenge without what says nothing to people.
fn short(facts: &Facts<'_>, challenge: &Challenge) -> String {
    let mut short = Challenge::new(facts.word(&challenge.scheme));
    for param in challenge.params.iter().take(32) {
        let name = param.name().to_ascii_lowercase();
        if ["realm", "algorithm", "qop", "scope", "error", "service"].contains(&name.as_str()) {
            let value = facts.veil.quote_up_to(&param.text(), 80);
            if param.is_quoted() {
                short.params.quoted(name, value);
            } else {
                short.params.bare(name, value);
            }
        }
    }
    String::from_utf8_lossy(&short.to_bytes()).into_owned()
}
