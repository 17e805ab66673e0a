//! The server wants to know who the client is by a certificate.

use gatepass_auth::Role;

use super::{Diagnosis, Evidence};
use crate::certificate::Certificate;
use crate::error::tls::{ASK_EARLIER, signed_by};
use crate::moment::Moment;
use crate::remedy::Remedy;
use crate::tls_info::{ClientCertificate, TlsInfo};
use crate::transcript::Remark;

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let tls = evidence.leg.tls()?;
    // What a forwarding proxy was shown says nothing about the origin.
    if evidence.leg.passed().is_some_and(|it| it.forwarded) {
        return None;
    }
    let status = evidence.head.status;
    let who = match evidence.leg.space().role() {
        Role::Origin => "The server",
        Role::Proxy => "The proxy",
    };
    match (evidence.leg.remark(), &tls.client) {
        (Some(Remark::AsksLate), _) => {
            let headline = "The server wants a client certificate for this path only, and asks for it after the request, \
                            which this client does not answer (403)";
            Some(Diagnosis::new(headline.to_owned()).with_hint(ASK_EARLIER))
        }
        (
            Some(Remark::Refused),
            ClientCertificate::Sent {
                certificate,
                authorities,
            },
        ) => Some(refused(who, certificate, authorities, tls, status)),
        (Some(_), ClientCertificate::NotSent { authorities }) => {
            let headline =
                format!("{who} requires a client certificate, and none was sent ({status})");
            Some(Diagnosis::new(headline).with_remedy(give(authorities)))
        }
        // A response to HEAD has no page that says so.
        (None, ClientCertificate::NotSent { authorities })
            if status == 400 && evidence.leg.method() == "HEAD" =>
        {
            Some(not_sent(who, authorities, status))
        }
        (None, client) if evidence.says_nothing_else() => by_status(who, client, status),
        _ => None,
    }
}

/// Says what a status means by itself, where nothing but a certificate was asked for.
fn by_status(who: &str, client: &ClientCertificate, status: u16) -> Option<Diagnosis> {
    match (client, status) {
        (ClientCertificate::NotSent { authorities }, 401 | 403 | 495 | 496) => {
            Some(not_sent(who, authorities, status))
        }
        (ClientCertificate::Sent { certificate, .. }, 403) => {
            let headline = format!(
                "{who} was shown the client certificate of {}, and does not allow it this (403)",
                certificate.whom()
            );
            Some(
                Diagnosis::new(headline)
                    .with_hint("Whoever the certificate is for may lack a permission; another credential will not be asked for"),
            )
        }
        _ => None,
    }
}

/// Says what may be wrong with a certificate that the server does not accept without saying why.
fn refused(
    who: &str,
    certificate: &Certificate,
    authorities: &[String],
    tls: &TlsInfo,
    status: u16,
) -> Diagnosis {
    let ended = certificate.not_after < tls.at;
    let stranger = !authorities.is_empty() && !authorities.contains(&certificate.issuer);
    let because = if ended {
        format!(": it ended on {}", Moment(certificate.not_after))
    } else if certificate.not_before > tls.at {
        format!(
            ": it is not valid before {}",
            Moment(certificate.not_before)
        )
    } else if stranger {
        format!(": it is signed by {}", certificate.issuer)
    } else {
        String::new()
    };
    let whom = certificate.whom();
    let headline =
        format!("{who} does not accept the client certificate of {whom}{because} ({status})");
    let diagnosis = Diagnosis::new(headline);
    if ended {
        return diagnosis.with_hint("Have the certificate renewed");
    }
    diagnosis.with_remedy(Remedy::GiveOtherCertificate {
        signed_by: signed_by(authorities),
    })
}

fn not_sent(who: &str, authorities: &[String], status: u16) -> Diagnosis {
    let headline = format!(
        "{who} refuses the request ({status}); it has asked for a client certificate, and none was sent"
    );
    Diagnosis::new(headline).with_remedy(give(authorities))
}

fn give(authorities: &[String]) -> Remedy {
    Remedy::GiveCertificate {
        signed_by: signed_by(authorities),
    }
}
