//! A conversation as the page shows it. What is masked comes with what it hides, which the page shows when it is asked to: it
//! is the user's own.

use std::time::Duration;

use gatepass::auth::{Challenge, Incoming, show};
use gatepass::{Head, Headers, Leg, SentBody, Timing};
use serde_json::{Value, json};

/// How much of a body that was sent is shown.
const MOST: usize = 64 * 1024;

/// How many challenges of one answer are shown.
const MOST_CHALLENGES: usize = 50;

/// Returns every leg, in order.
pub(crate) fn legs(legs: &[Leg]) -> Vec<Value> {
    legs.iter().map(leg).collect()
}

fn leg(leg: &Leg) -> Value {
    let workings: Vec<_> = leg
        .workings()
        .iter()
        .map(|step| value(step.name(), &step.shown(), step.expose()))
        .collect();
    json!({
        "method": leg.method(),
        "url": leg.shown_url(),
        "target": value("", &leg.shown_form(), leg.target()),
        "version": leg.version(),
        "facts": leg.facts(),
        "scheme": leg.authentication().map(|it| json!({ "id": it.scheme, "title": it.title })),
        "headers": headers(leg, leg.headers()),
        "body": body(leg),
        "workings": workings,
        "response": leg.response().map(|head| response(leg, head)),
        "failure": leg.failure().map(show::urls_in),
        "leads_to": leg.leads_to().map(|url| show::url(&url.to_string())),
        "timing": timing(leg.timing()),
    })
}

/// Returns a name with what is shown of its value, and with the value itself where that is more.
fn value(name: &str, shown: &str, plain: &str) -> Value {
    let plain = (shown != plain).then_some(plain);
    json!({ "name": name, "shown": shown, "plain": plain })
}

/// Returns header fields of a leg or of its response.
pub(crate) fn headers(leg: &Leg, headers: &Headers) -> Vec<Value> {
    headers
        .iter()
        .map(|header| {
            let plain = String::from_utf8_lossy(header.value());
            value(header.name(), &leg.masked(&header.shown()), &plain)
        })
        .collect()
}

fn body(leg: &Leg) -> Value {
    let SentBody::Bytes(bytes) = leg.body() else {
        return Value::Null;
    };
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() <= MOST);
    match (text, leg.shown_body()) {
        (Some(plain), Some(shown)) => value("", &shown, plain),
        _ => json!({ "size": bytes.len() }),
    }
}

fn response(leg: &Leg, head: &Head) -> Value {
    let asks = match head.status {
        401 | 407 => Incoming::challenges_in(leg.space(), &head.headers),
        _ => Vec::new(),
    };
    json!({
        "status": head.status,
        "reason": show::cut(&leg.masked(&head.reason), show::SAID),
        "version": head.version,
        "headers": headers(leg, &head.headers),
        "challenges": asks.iter().take(MOST_CHALLENGES).map(|it| challenge(leg, it)).collect::<Vec<_>>(),
    })
}

fn challenge(leg: &Leg, challenge: &Challenge) -> Value {
    let clean = |text: &str| show::cut(&leg.masked(&show::urls_in(text)), show::SAID).into_owned();
    let params: Vec<_> = challenge
        .params
        .iter()
        .map(|param| json!([clean(param.name()), clean(&param.text())]))
        .collect();
    json!({
        "scheme": clean(&challenge.scheme),
        "token": challenge.token68.as_deref().map(clean),
        "params": params,
    })
}

/// Returns the phases that there were, in milliseconds.
fn timing(timing: Timing) -> Vec<Value> {
    [
        ("lookup", timing.lookup),
        ("connect", timing.connect),
        ("tls", timing.tls),
        ("wait", timing.first_byte),
        ("body", timing.body),
    ]
    .into_iter()
    .filter_map(|(name, time): (_, Option<Duration>)| {
        Some(json!([name, time?.as_secs_f64() * 1000.0]))
    })
    .collect()
}
