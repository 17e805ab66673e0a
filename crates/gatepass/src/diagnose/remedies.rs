//! The settings of this client that do what a diagnosis advises.

use gatepass_why::Cause;

use crate::error::tls::signed_by;
use crate::remedy::Remedy;
use crate::tls_info::ClientCertificate;
use crate::transcript::Leg;

/// Returns the setting, where one does it.
pub(super) fn of(cause: Cause, leg: &Leg) -> Option<Remedy> {
    let space = leg.space();
    match cause {
        Cause::Withheld if leg.withheld().iter().any(|it| it.trusted) => {
            Some(Remedy::AllowPlainRedirect)
        }
        Cause::Withheld => Some(Remedy::TrustRedirect {
            origin: space.to_string(),
            authority: space.authority(),
        }),
        Cause::PassedOver | Cause::InsecureTransport if !space.is_private() => {
            Some(Remedy::AllowPlainHttp {
                host: space.host().to_owned(),
            })
        }
        Cause::CertificateMissing => match &leg.tls()?.client {
            ClientCertificate::NotSent { authorities } => Some(Remedy::GiveCertificate {
                signed_by: signed_by(authorities),
            }),
            _ => None,
        },
        Cause::CertificateRefused => match &leg.tls()?.client {
            ClientCertificate::Sent {
                certificate,
                authorities,
            } if certificate.not_after >= leg.tls()?.at => Some(Remedy::GiveOtherCertificate {
                signed_by: signed_by(authorities),
            }),
            _ => None,
        },
        _ => None,
    }
}
