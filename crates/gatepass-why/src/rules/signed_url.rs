//! Signed URLs say themselves until when they hold: AWS, Google, Azure, CloudFront.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::clock::{moment, of_iso, span};
use crate::facts::pairs;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    if !facts.sent.iter().any(|sent| sent.kind == Kind::SignedUrl) {
        return;
    }
    let query = pairs::of_form(facts.leg.query());
    let get = |name: &str| {
        query
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    };
    let (Some((now, clock)), Some((end, names))) = (facts.now(), ends(&get)) else {
        return;
    };
    if end > now {
        findings.rule_out(
            Cause::UrlExpired,
            format!("the signed URL holds for {} more", span(end - now)),
        );
        return;
    }
    let headline = format!(
        "The signed URL expired {} ago: it held until {}, and {clock} says {}",
        span(now - end),
        moment(end),
        moment(now)
    );
    let finding = Finding::new(Cause::UrlExpired, Strength::Seen, headline);
    findings.add(
        finding
            .because("the URL", format!("{names} end at {}", moment(end)))
            .with_fix(Fix::say(
                "Have a new URL made; a signed one cannot be prolonged",
            )),
    );
}

/// Returns when the URL ends, and the parameters that say so.
fn ends<'q>(get: &impl Fn(&str) -> Option<&'q str>) -> Option<(i64, &'static str)> {
    for (date, expires, names) in [
        (
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-Date and X-Amz-Expires",
        ),
        (
            "X-Goog-Date",
            "X-Goog-Expires",
            "X-Goog-Date and X-Goog-Expires",
        ),
    ] {
        if let (Some(from), Some(lasts)) = (get(date).and_then(of_iso), get(expires)) {
            return Some((from.saturating_add(lasts.parse().ok()?), names));
        }
    }
    if let Some(end) = get("se").and_then(of_iso).filter(|_| get("sv").is_some()) {
        return Some((end, "se"));
    }
    let end: i64 = get("Expires")?.parse().ok()?;
    (end > 1_000_000_000).then_some((end, "Expires"))
}
