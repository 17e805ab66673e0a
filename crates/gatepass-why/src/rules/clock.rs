//! Times in what was sent, against the server's clock.

use gatepass_auth::Credentials;

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::clock::{APART, moment, of_field, of_iso, span};
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

/// From how many seconds on servers refuse what is signed: AWS and most others take fifteen minutes, OAuth 1.0a five.
const TOO_FAR: i64 = 300;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let Some(server) = facts.server_now else {
        return;
    };
    if let Some(now) = facts.exchange.now {
        let apart = (now - server).abs();
        if apart <= APART {
            findings.rule_out(
                Cause::ClockSkew,
                format!(
                    "this machine's clock and the server's are {} apart",
                    span(apart)
                ),
            );
        }
    }
    let Some((what, sent)) = signed_at(facts) else {
        return;
    };
    let apart = sent - server;
    if apart.abs() < TOO_FAR {
        findings.rule_out(
            Cause::ClockSkew,
            format!("{what} and the server's clock are {} apart", span(apart)),
        );
        return;
    }
    let direction = if apart > 0 { "ahead of" } else { "behind" };
    let headline = format!(
        "The request was signed at {}, which is {} {direction} the server's clock ({})",
        moment(sent),
        span(apart),
        moment(server)
    );
    let finding = Finding::new(Cause::ClockSkew, Strength::Seen, headline);
    let fix =
        Fix::say("Set this machine's clock, and send the request anew: a recorded one stays old")
            .running("date -u");
    findings.add(
        finding
            .because("the request", format!("{what} says {}", moment(sent)))
            .because("the answer", format!("Date says {}", moment(server)))
            .with_fix(fix),
    );
}

/// Returns the time that a signature covers, and where it stands.
fn signed_at(facts: &Facts<'_>) -> Option<(&'static str, i64)> {
    let headers = &facts.leg.headers;
    let field = facts.authorization();
    if field.is_some_and(|sent| sent.kind == Kind::OAuth1) {
        let credentials = headers.get("Authorization").and_then(Credentials::parse)?;
        let stamp = credentials
            .params()
            .0
            .text("oauth_timestamp")?
            .parse()
            .ok()?;
        return Some(("oauth_timestamp", stamp));
    }
    if !field.is_some_and(|sent| sent.kind == Kind::Signature) {
        return None;
    }
    for (name, shown) in [
        ("X-Amz-Date", "X-Amz-Date"),
        ("x-ms-date", "x-ms-date"),
        ("Date", "Date"),
    ] {
        if let Some(at) = headers
            .get_str(name)
            .and_then(|value| of_iso(value).or_else(|| of_field(value)))
        {
            return Some((shown, at));
        }
    }
    None
}
