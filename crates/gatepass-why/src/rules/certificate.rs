//! The server wants to know who the client is by a certificate.

use gatepass_auth::Role;

use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::clock::minute;
use crate::facts::words::words;
use crate::finding::{Finding, Strength};
use crate::findings::Findings;
use crate::fix::Fix;
use crate::record::{Certificate, Remark, Tls};

/// What servers write of certificates: nginx (`ngx_http_special_response.c`), Apache (`ssl_engine_kernel.c`).
const PHRASES: &[(&str, Remark)] = &[
    ("No required SSL certificate was sent", Remark::Missing),
    ("The SSL certificate error", Remark::Refused),
    (
        "Cannot perform Post-Handshake Authentication",
        Remark::AsksLate,
    ),
];

/// What an operator does about a certificate that is asked for late.
const ASK_EARLIER: &str = "Have the server ask in the first handshake, for the whole host: in Apache, SSLVerifyClient outside of Location and Directory, where \
     optional will do";

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    // What a forwarding proxy was shown says nothing about the origin.
    if facts.leg.proxy.as_ref().is_some_and(|it| it.forwarded) {
        return;
    }
    let status = facts.status;
    let told = facts.leg.remark.or_else(|| {
        let found = PHRASES
            .iter()
            .find(|(phrase, _)| facts.body.said.iter().any(|said| said.has(&words(phrase))));
        found.map(|(_, remark)| *remark)
    });
    let who = match facts.leg.space.role() {
        Role::Origin => "The server",
        Role::Proxy => "The proxy",
    };
    let Some(tls) = &facts.leg.tls else {
        if !facts.is_ours() && matches!(told, Some(Remark::Missing)) {
            let finding = Finding::new(
                Cause::CertificateMissing,
                Strength::Exact,
                format!("{who} requires a client certificate, and none was sent ({status})"),
            );
            findings.add(
                finding.with_fix(
                    Fix::say("Give a certificate and its key").typing(["--cert", "FILE"]),
                ),
            );
        } else if !facts.is_ours() && matches!(told, Some(Remark::Refused)) {
            let finding = Finding::new(
                Cause::CertificateRefused,
                Strength::Exact,
                format!("{who} does not accept the client certificate ({status})"),
            );
            findings.add(finding.with_fix(
                Fix::say("Give a certificate that it accepts").typing(["--cert", "FILE"]),
            ));
        }
        return;
    };
    if let Some(finding) = of(facts, who, told, tls) {
        findings.add(finding);
    }
}

fn of(facts: &Facts<'_>, who: &str, told: Option<Remark>, tls: &Tls) -> Option<Finding> {
    let status = facts.status;
    match (told, &tls.certificate) {
        (Some(Remark::AsksLate), _) => {
            let headline = "The server wants a client certificate for this path only, and asks for it after the request, which this client does not answer (403)";
            Some(
                Finding::new(Cause::CertificateLate, Strength::Exact, headline)
                    .with_fix(Fix::say(ASK_EARLIER)),
            )
        }
        (Some(Remark::Refused), Certificate::Sent { .. }) => Some(refused(who, tls, status)),
        (Some(_), Certificate::NotSent { authorities }) => {
            let headline =
                format!("{who} requires a client certificate, and none was sent ({status})");
            Some(
                Finding::new(Cause::CertificateMissing, Strength::Exact, headline)
                    .with_fix(Fix::say(give(authorities))),
            )
        }
        // A response to HEAD has no page that says so.
        (None, Certificate::NotSent { authorities })
            if status == 400 && facts.leg.method == "HEAD" =>
        {
            Some(not_sent(who, authorities, status))
        }
        (None, certificate) if facts.challenges.is_empty() && says_nothing_else(facts) => {
            by_status(who, certificate, status)
        }
        _ => None,
    }
}

/// Says whether no other credential was sent.
fn says_nothing_else(facts: &Facts<'_>) -> bool {
    let meant = facts
        .leg
        .given
        .as_ref()
        .is_some_and(|it| it.scheme != "auto" && (it.word.is_none() || it.scheme == "apikey"));
    !meant && facts.authorization().is_none()
}

/// Says what a status means by itself, where nothing but a certificate was asked for.
fn by_status(who: &str, certificate: &Certificate, status: u16) -> Option<Finding> {
    match (certificate, status) {
        (Certificate::NotSent { authorities }, 401 | 403 | 495 | 496) => {
            Some(not_sent(who, authorities, status))
        }
        (Certificate::Sent { whom, .. }, 403) => {
            let headline = format!(
                "{who} was shown the client certificate of {whom}, and does not allow it this (403)"
            );
            let say = "Whoever the certificate is for may lack a permission; another credential will not be asked for";
            Some(
                Finding::new(Cause::PermissionMissing, Strength::Often, headline)
                    .with_fix(Fix::say(say)),
            )
        }
        _ => None,
    }
}

/// Says what may be wrong with a certificate that the server does not accept without saying why.
fn refused(who: &str, tls: &Tls, status: u16) -> Finding {
    let Certificate::Sent {
        whom,
        issuer,
        not_before,
        not_after,
        authorities,
    } = &tls.certificate
    else {
        return Finding::new(
            Cause::CertificateRefused,
            Strength::Exact,
            format!("{who} does not accept the client certificate ({status})"),
        );
    };
    let ended = *not_after < tls.at;
    let stranger = !authorities.is_empty() && !authorities.contains(issuer);
    let because = if ended {
        format!(": it ended on {}", minute(*not_after))
    } else if *not_before > tls.at {
        format!(": it is not valid before {}", minute(*not_before))
    } else if stranger {
        format!(": it is signed by {issuer}")
    } else {
        String::new()
    };
    let headline =
        format!("{who} does not accept the client certificate of {whom}{because} ({status})");
    let say = match ended {
        true => "Have the certificate renewed".to_owned(),
        false => {
            let comma = if authorities.is_empty() { "" } else { "," };
            format!(
                "Give a certificate that it accepts{comma}{}",
                signed_by(authorities)
            )
        }
    };
    Finding::new(Cause::CertificateRefused, Strength::Exact, headline).with_fix(Fix::say(say))
}

fn not_sent(who: &str, authorities: &[String], status: u16) -> Finding {
    let headline = format!(
        "{who} refuses the request ({status}); it has asked for a client certificate, and none was sent"
    );
    Finding::new(Cause::CertificateMissing, Strength::Seen, headline)
        .with_fix(Fix::say(give(authorities)))
}

fn give(authorities: &[String]) -> String {
    format!("Give a certificate{} and its key", signed_by(authorities))
}

/// Says whose signature a certificate needs, behind the word.
fn signed_by(authorities: &[String]) -> String {
    match authorities {
        [] => String::new(),
        few if few.len() <= 3 => format!(" signed by {}", few.join(" or ")),
        [first, rest @ ..] => format!(" signed by {first} or one of {} others", rest.len()),
    }
}
