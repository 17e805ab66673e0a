//! Limits on how much may be asked: no credential was refused.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::clock::{moment, of_field, of_iso, span};
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

/// Fields that count down to nothing.
const REMAINING: &[&str] = &[
    "X-RateLimit-Remaining",
    "X-Rate-Limit-Remaining",
    "RateLimit-Remaining",
    "X-RateLimit-Remaining-Requests",
    "X-App-Rate-Limit-Remaining",
    "X-Shopify-Shop-Api-Call-Limit",
];

/// Fields that say when it begins anew.
const RESET: &[&str] = &[
    "Retry-After",
    "X-RateLimit-Reset",
    "X-Rate-Limit-Reset",
    "RateLimit-Reset",
    "X-RateLimit-Reset-Requests",
    "X-RateLimit-Reset-After",
];

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let status = facts.status;
    if !matches!(status, 401 | 403 | 429 | 503) {
        return;
    }
    let used_up = REMAINING.iter().find_map(|name| {
        let value = facts.header(name)?;
        (value.trim() == "0").then_some((*name, value))
    });
    let structured = facts.header("RateLimit").filter(|value| {
        value
            .replace(' ', "")
            .split([';', ','])
            .any(|part| part == "r=0" || part == "remaining=0")
    });
    // A limit that is reached is no reason for a 401 with a challenge.
    let fits = match status {
        429 => true,
        401 => false,
        503 => facts.answer.headers.contains("Retry-After") && used_up.is_some(),
        _ => used_up.is_some() || structured.is_some(),
    };
    if !fits {
        if status == 403
            && REMAINING
                .iter()
                .any(|name| facts.answer.headers.contains(name))
        {
            findings.rule_out(
                Cause::RateLimited,
                "the limit is not used up, by the answer's own fields",
            );
        }
        return;
    }
    let (until, wait) = until(facts);
    let by = match facts.sent_nothing() {
        true => "for requests without a credential",
        false => "of this credential or address",
    };
    let headline = match &until {
        Some(until) => format!("The rate limit {by} is reached: wait {until}"),
        None => format!("The rate limit {by} is reached: wait, then ask less often"),
    };
    // The status alone leaves room for what the server says: a quota, say.
    let strength = match used_up.is_some() || structured.is_some() {
        true => Strength::Exact,
        false => Strength::Told,
    };
    let mut finding = Finding::new(Cause::RateLimited, strength, headline);
    finding = match &used_up {
        Some((name, _)) => finding.because(
            "the answer",
            format!("{name} is 0, no credential was refused"),
        ),
        None => finding.because("the answer", format!("{status}, no credential was refused")),
    };
    if let Some(limit) = ["X-RateLimit-Limit", "RateLimit-Limit", "X-Rate-Limit-Limit"]
        .iter()
        .find_map(|name| facts.header(name))
    {
        finding = finding.quoting("the limit", facts.veil.quote_up_to(&limit, 40));
    }
    let say = match facts.sent_nothing() {
        true => "Wait; with a credential the limit is higher, as a rule",
        false => "Wait, then ask less often",
    };
    findings.add(finding.with_fix(Fix::say(say).waiting(wait)));
}

/// Says until when to wait, in words, and for how many seconds.
fn until(facts: &Facts<'_>) -> (Option<String>, Option<u64>) {
    let now = facts.now().map(|(now, _)| now);
    let value = RESET.iter().find_map(|name| facts.header(name));
    let Some(value) = value else {
        return (None, None);
    };
    let number = value
        .trim()
        .trim_end_matches('s')
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite() && *number >= 0.0)
        .map(|number| number as i64);
    let at = match number {
        // Milliseconds since 1970.
        Some(number) if number > 100_000_000_000 => Some(number / 1000),
        Some(number) if number > 1_000_000_000 => Some(number),
        Some(number) => return (Some(span(number)), u64::try_from(number).ok()),
        None => of_field(&value).or_else(|| of_iso(&value)),
    };
    let Some(at) = at else { return (None, None) };
    match now.filter(|now| at >= *now) {
        Some(now) => (
            Some(format!("{} (until {})", span(at - now), moment(at))),
            u64::try_from(at - now).ok(),
        ),
        None => (Some(format!("until {}", moment(at))), None),
    }
}
