//! What a JSON Web Token says of itself: its times, its algorithm, its use, whom it is for.

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::clock::{moment, span};
use crate::facts::jwt::Jwt;
use crate::facts::sent::{Kind, Place, Sent};
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    // A token that is out of its time is a cause of what refuses, or of a page that asks for a sign-in.
    let may_refuse = facts.is_refusal() || facts.status == 400;
    let Some((sent, jwt)) = facts.jwt().filter(|(sent, _)| is_credential(sent)) else {
        return;
    };
    if !may_refuse {
        return;
    }
    times(facts, sent, jwt, findings);
    if jwt
        .algorithm()
        .is_some_and(|name| name.eq_ignore_ascii_case("none"))
    {
        let finding = Finding::new(
            Cause::TokenUnsigned,
            Strength::Seen,
            "The token is not signed: its header says alg none, which no server may take",
        );
        findings.add(
            finding
                .because("the token", "alg is none (RFC 8725 section 3.1)")
                .with_fix(Fix::say("Get a token from the issuer, which signs it")),
        );
    }
    kind(jwt, findings);
    audience(facts, jwt, findings);
}

fn is_credential(sent: &Sent) -> bool {
    match &sent.place {
        Place::Header(name) => !name.eq_ignore_ascii_case("DPoP"),
        Place::Body(_) => false,
        _ => sent.kind != Kind::SignedUrl,
    }
}

fn times(facts: &Facts<'_>, sent: &Sent, jwt: &Jwt, findings: &mut Findings) {
    let Some((now, clock)) = facts.now() else {
        return;
    };
    let weight = if matches!(sent.place, Place::Cookie(_)) {
        Strength::Often
    } else {
        Strength::Seen
    };
    let shown = |name: &str, at: i64| {
        format!(
            "{name} {at} is {}; {clock} says {}",
            moment(at),
            moment(now)
        )
    };
    match jwt.time("exp") {
        Some(exp) if exp <= now => {
            let finding = Finding::new(
                Cause::TokenExpired,
                weight,
                format!(
                    "The token expired {} ago (exp {}; {clock} says {})",
                    span(now - exp),
                    moment(exp),
                    moment(now)
                ),
            );
            findings.add(
                finding.because("the token", shown("exp", exp)).with_fix(
                    Fix::say("Get a new token").typing(["-A", "bearer", "-a", "env:TOKEN"]),
                ),
            );
        }
        // Milliseconds where seconds belong are a time tens of thousands of years away.
        Some(exp) if exp > now + 100_000_000_000 => {
            let finding = Finding::new(
                Cause::TokenMalformed,
                Strength::Often,
                "The token's times are not in seconds: exp lies tens of thousands of years ahead",
            );
            findings.add(
                finding
                    .because(
                        "the token",
                        format!("exp is {exp} (RFC 7519 section 2: seconds since 1970)"),
                    )
                    .with_fix(Fix::say("Have the issuer write seconds, not milliseconds")),
            );
        }
        Some(exp) => findings.rule_out(
            Cause::TokenExpired,
            format!("the token holds for {} more", span(exp - now)),
        ),
        None => findings.rule_out(
            Cause::TokenExpired,
            "the token says no time at which it ends",
        ),
    }
    if let Some(nbf) = jwt.time("nbf").filter(|nbf| *nbf > now) {
        let finding = Finding::new(
            Cause::TokenNotYetValid,
            weight,
            format!(
                "The token is not valid yet: it begins in {} (nbf {}; {clock} says {})",
                span(nbf - now),
                moment(nbf),
                moment(now)
            ),
        );
        findings.add(
            finding.because("the token", shown("nbf", nbf)).with_fix(
                Fix::say(format!(
                    "Wait {}, or set the issuer's clock",
                    span(nbf - now)
                ))
                .waiting(u64::try_from(nbf - now).ok()),
            ),
        );
    } else if let Some(iat) = jwt.time("iat").filter(|iat| *iat > now + 5) {
        let finding = Finding::new(
            Cause::TokenNotYetValid,
            Strength::Often,
            format!(
                "The token was issued {} in the future by {clock}, which strict servers refuse",
                span(iat - now)
            ),
        );
        findings.add(
            finding
                .because("the token", shown("iat", iat))
                .with_fix(Fix::say("Set the issuer's clock")),
        );
    }
}

fn kind(jwt: &Jwt, findings: &mut Findings) {
    let use_of = jwt
        .text("token_use")
        .or_else(|| jwt.text("use"))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kind = jwt.text("typ").unwrap_or_default().to_ascii_lowercase();
    let is = |name: &str| use_of == name || kind == name;
    let (what, why) = if is("refresh") || kind == "offline" {
        ("a refresh token", "its claims say that it is one")
    } else if is("id") || jwt.kind() == "id+jwt" {
        ("an ID token", "its claims say that it is one")
    } else if jwt.claims.contains_key("at_hash")
        || (jwt.claims.contains_key("nonce")
            && !jwt.claims.contains_key("scope")
            && !jwt.claims.contains_key("scp"))
    {
        (
            "an ID token",
            "it has the claims of one (at_hash or nonce, no scope)",
        )
    } else {
        return;
    };
    let finding = Finding::new(
        Cause::TokenType,
        Strength::Often,
        format!("What was sent seems to be {what}; requests want an access token"),
    );
    findings.add(
        finding
            .because("the token", why)
            .with_fix(Fix::say("Send the access token of the same sign-in")),
    );
}

fn audience(facts: &Facts<'_>, jwt: &Jwt, findings: &mut Findings) {
    let audiences = jwt.audiences();
    if audiences.is_empty() {
        return;
    }
    let host = facts.leg.space.host();
    let wanted = ["resource", "audience", "resource_id"]
        .iter()
        .find_map(|name| facts.param(name));
    let shown: Vec<String> = audiences
        .iter()
        .take(3)
        .map(|name| facts.quote(name))
        .collect();
    if let Some((_, wanted)) = wanted {
        if !audiences.contains(&wanted.as_str()) {
            let finding = Finding::new(
                Cause::TokenAudience,
                Strength::Seen,
                format!(
                    "The token is for {}, and the challenge names {}",
                    shown.join(", "),
                    facts.quote(&wanted)
                ),
            );
            findings.add(
                finding
                    .because("the token", format!("aud is {}", shown.join(", ")))
                    .with_fix(Fix::say("Ask the issuer for a token for that resource")),
            );
        }
        return;
    }
    let hosts: Vec<&str> = audiences.iter().filter_map(|name| host_of(name)).collect();
    // Identifiers that are no URLs say nothing about a host.
    if hosts.len() < audiences.len()
        || facts.leg.space.is_loopback()
        || hosts.iter().any(|name| is_near(name, host))
    {
        return;
    }
    let finding = Finding::new(
        Cause::TokenAudience,
        Strength::Often,
        format!(
            "The token is for {}, and {host} was asked",
            shown.join(", ")
        ),
    );
    findings.add(
        finding
            .because("the token", format!("aud is {}", shown.join(", ")))
            .with_fix(Fix::say(format!("Ask the issuer for a token for {host}"))),
    );
}

fn host_of(audience: &str) -> Option<&str> {
    let rest = audience
        .strip_prefix("https://")
        .or_else(|| audience.strip_prefix("http://"))?;
    rest.split(['/', ':'])
        .next()
        .filter(|host| host.contains('.'))
}

/// Says whether two hosts share their last two labels.
fn is_near(one: &str, other: &str) -> bool {
    let tail = |host: &str| {
        let mut labels = host.rsplit('.');
        Some((
            labels.next()?.to_ascii_lowercase(),
            labels.next()?.to_ascii_lowercase(),
        ))
    };
    tail(one) == tail(other)
}
