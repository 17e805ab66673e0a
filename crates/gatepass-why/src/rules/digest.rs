//! Digest challenges that cannot be answered, and nonces that are stale for ever.

use gatepass_auth::{Challenge, Credentials};

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::sent::Kind;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;
use crate::record::Leg;

/// What is performed here (RFC 7616 section 3.3).
const ALGORITHMS: &[&str] = &[
    "md5",
    "md5-sess",
    "sha-256",
    "sha-256-sess",
    "sha-512-256",
    "sha-512-256-sess",
];

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    let offered: Vec<&Challenge> = facts
        .challenges
        .iter()
        .filter(|challenge| challenge.is("Digest"))
        .collect();
    if offered.is_empty() {
        return;
    }
    let sent = facts
        .authorization()
        .is_some_and(|sent| sent.kind == Kind::Digest);
    if sent {
        stale(facts, &offered, findings);
        return;
    }
    let problems: Vec<String> = offered
        .iter()
        .filter_map(|challenge| problem(facts, challenge))
        .collect();
    let others = facts
        .challenges
        .iter()
        .any(|challenge| !challenge.is("Digest"));
    let Some(first) = problems.first().filter(|_| problems.len() == offered.len()) else {
        return;
    };
    let strength = if others {
        Strength::Usual
    } else {
        Strength::Seen
    };
    let finding = Finding::new(
        Cause::ChallengeUnanswerable,
        strength,
        format!("The server's Digest challenge cannot be answered: {first}; nothing was sent"),
    );
    let say = "The operator has to mend the challenge; no user name and no password is at fault";
    findings.add(
        finding
            .because("the challenge", first.clone())
            .with_fix(Fix::say(say)),
    );
}

/// Says what an answer to a challenge would lack.
fn problem(facts: &Facts<'_>, challenge: &Challenge) -> Option<String> {
    let params = &challenge.params;
    if params.text("nonce").is_none() {
        return Some("it has no nonce".to_owned());
    }
    if params.text("realm").is_none() {
        return Some("it has no realm".to_owned());
    }
    if let Some(algorithm) = params.text("algorithm")
        && !ALGORITHMS.contains(&algorithm.to_ascii_lowercase().as_str())
    {
        return Some(format!(
            "it asks for the algorithm {}, which is not performed here",
            facts.veil.quote_up_to(&algorithm, 40)
        ));
    }
    let qop = params.text("qop")?;
    let mut values = qop.split(',').map(str::trim);
    let fits = values.any(|value| {
        ["auth", "auth-int"]
            .iter()
            .any(|known| value.eq_ignore_ascii_case(known))
    });
    (!fits && !qop.trim().is_empty()).then(|| {
        format!(
            "it asks for the protection {}, which is not performed here",
            facts.veil.quote_up_to(&qop, 40)
        )
    })
}

/// The password was not judged where the nonce is called stale.
fn stale(facts: &Facts<'_>, offered: &[&Challenge], findings: &mut Findings) {
    let is_stale = offered.iter().any(|challenge| {
        challenge
            .params
            .text("stale")
            .is_some_and(|stale| stale.eq_ignore_ascii_case("true"))
    });
    if !is_stale {
        findings.rule_out(Cause::DigestStale, "the challenge does not say stale=true");
        return;
    }
    let used = nonce_of(facts.leg);
    let legs = &facts.exchange.legs;
    let answers = legs.iter().filter(|leg| leg.answer.is_some()).count();
    let fresh = legs.iter().rev().skip(1).any(|leg| {
        let given = leg
            .answer
            .iter()
            .flat_map(|answer| answer.headers.get_all("WWW-Authenticate"));
        given.into_iter().any(|value| {
            used.as_ref()
                .is_some_and(|nonce| String::from_utf8_lossy(value).contains(nonce.as_str()))
        })
    });
    if fresh {
        let headline = "The server calls its own fresh nonce stale: the password was not judged; often several machines answer, each with a key of its own";
        let finding = Finding::new(Cause::DigestStale, Strength::Exact, headline);
        findings.add(
            finding
                .because("the exchange", format!("{answers} answers; the nonce of the answer before was used, and stale=true came back"))
                .with_fix(Fix::say("Tell the operator: the machines have to share the key of their nonces; another try may reach the right one")),
        );
        return;
    }
    let finding = Finding::new(
        Cause::Replayed,
        Strength::Seen,
        "The nonce was stale: the password was not judged, and the answer has a new nonce",
    );
    findings.add(
        finding
            .because("the challenge", "it says stale=true (RFC 7616 section 3.3)")
            .with_fix(Fix::say("Answer the new challenge").typing([
                "-A",
                "digest",
                "-a",
                "USER:env:PASSWORD",
            ])),
    );
}

fn nonce_of(leg: &Leg) -> Option<String> {
    let credentials = leg
        .headers
        .get("Authorization")
        .and_then(Credentials::parse)?;
    let (params, _) = credentials.params();
    params
        .text("nonce")
        .map(|nonce| nonce.into_owned())
        .filter(|nonce| nonce.len() >= 4)
}
