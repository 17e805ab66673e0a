//! What a failed handshake means, in the words of [`error::Tls`].

use std::io;

use gatepass_auth::{Env as _, Space};
use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};

use super::TLS12;
use super::settings::Settings;
use super::verifier::{SelfSigned, Unpinned};
use super::witness::Notes;
use crate::address::address;
use crate::certificate::Certificate;
use crate::config::Identity;
use crate::env::SystemEnv;
use crate::error::{self, Error, Network};
use crate::tls_info::{ClientCertificate, TlsInfo};
use crate::transport::broken::{Broken, is_hang_up};
use crate::transport::stream::{Ending, Traffic};

/// Says what is wrong with the server, its certificate, ours or the network.
pub(super) fn handshake(
    space: &Space,
    name: &str,
    error: &io::Error,
    notes: &Notes,
    settings: &Settings,
) -> Error {
    let failed = Failed {
        address: address(space),
        name,
        settings,
        notes,
    };
    let client = failed.client();
    match cause(error) {
        Some(rustls::Error::InvalidCertificate(problem)) => failed.certificate(problem),
        Some(rustls::Error::AlertReceived(alert)) => failed.alert(*alert, &client),
        Some(rustls::Error::PeerIncompatible(problem)) => failed.incompatible(problem),
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            error::Tls::NotTls {
                address: failed.address,
            }
        }
        Some(other) => failed.otherwise(other.to_string()),
        // Some servers just hang up on whoever shows no certificate.
        None if is_hang_up(error) && matches!(client, ClientCertificate::NotSent { .. }) => {
            required(failed.address, &client)
        }
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            failed.otherwise("the server closed the connection".to_owned())
        }
        None => {
            return Network::Lost {
                address: failed.address,
                problem: error.to_string(),
            }
            .into();
        }
    }
    .into()
}

/// Says what TLS has to do with a connection that broke after the handshake; `None` for nothing. In TLS 1.3 a server looks at
/// the client's certificate when the client has long sent its request (RFC 8446 section 4.4.2.4).
pub(crate) fn after_handshake(
    space: &Space,
    info: &TlsInfo,
    ending: &Ending,
    broken: &Broken,
) -> Option<Error> {
    let alert = match ending.failure() {
        Some(rustls::Error::AlertReceived(alert)) => Some(*alert),
        // Whoever has answered before has let the client in.
        None if !ending.heard() && broken.is_hang_up() => None,
        _ => return None,
    };
    let address = address(space);
    let about_us = alert.is_none_or(|alert| alert_about_us(alert).is_some());
    Some(match (&info.client, alert) {
        (ClientCertificate::NotSent { .. }, _) if about_us => {
            required(address, &info.client).into()
        }
        (ClientCertificate::Sent { .. }, Some(alert)) if about_us => {
            let problem = alert_about_us(alert)?;
            refused(address, &info.client, problem).into()
        }
        // TLS 1.2 alone can begin anew, and who may not does not go on (RFC 5746 section 4.5).
        (ClientCertificate::NotAsked, Some(AlertDescription::HandshakeFailure))
            if info.version == TLS12 =>
        {
            error::Tls::AsksLate { address }.into()
        }
        (_, alert) => error::Tls::Handshake {
            address,
            problem: format!("the server broke it off with the alert {:?}", alert?),
        }
        .into(),
    })
}

/// Tells a port that speaks TLS from one that answers plain HTTP with nonsense: an alert was the first that came.
pub(crate) fn not_spoken(space: &Space, traffic: &Traffic) -> Option<Error> {
    let answered = traffic.first_read() == Some(ALERT);
    answered.then(|| {
        error::Tls::PlainOnTls {
            address: address(space),
        }
        .into()
    })
}

/// The first byte of a record with an alert (RFC 8446 section 5.1).
const ALERT: u8 = 21;

/// A handshake that failed.
struct Failed<'a> {
    address: String,
    name: &'a str,
    settings: &'a Settings,
    notes: &'a Notes,
}

impl Failed<'_> {
    /// Returns what had become of the client's certificate.
    fn client(&self) -> ClientCertificate {
        client_certificate(self.notes, self.settings.tls.own_identity())
    }

    fn otherwise(self, problem: String) -> error::Tls {
        error::Tls::Handshake {
            address: self.address,
            problem,
        }
    }

    fn alert(self, alert: AlertDescription, client: &ClientCertificate) -> error::Tls {
        if let Some(problem) = alert_about_us(alert) {
            match client {
                ClientCertificate::NotAsked => {}
                ClientCertificate::NotSent { .. } => return required(self.address, client),
                ClientCertificate::Sent { .. } => return refused(self.address, client, problem),
            }
        }
        match alert {
            AlertDescription::ProtocolVersion => self.no_version(),
            AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity
                if self.notes.chain.is_empty() =>
            {
                error::Tls::NoCommonCipher {
                    address: self.address,
                    problem: "the server took none of the suites that were offered".to_owned(),
                }
            }
            AlertDescription::UnrecognisedName => error::Tls::UnrecognisedName {
                address: self.address,
                name: self.name.to_owned(),
            },
            other => self.otherwise(format!("the server broke it off with the alert {other:?}")),
        }
    }

    fn incompatible(self, problem: &PeerIncompatible) -> error::Tls {
        match problem {
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => self.no_version(),
            other => error::Tls::NoCommonCipher {
                address: self.address,
                problem: format!("{other:?}"),
            },
        }
    }

    fn no_version(self) -> error::Tls {
        let (lowest, highest) = self.settings.tls.versions();
        error::Tls::NoCommonVersion {
            address: self.address,
            lowest,
            highest,
        }
    }

    fn certificate(self, problem: &CertificateError) -> error::Tls {
        let chain: Vec<_> = self
            .notes
            .chain
            .iter()
            .map(|it| Certificate::of(it))
            .collect();
        let address = self.address;
        match problem {
            CertificateError::Other(other) if other.0.is::<SelfSigned>() => {
                error::Tls::SelfSigned { address }
            }
            CertificateError::Other(other) if other.0.is::<Unpinned>() => error::Tls::PinMismatch {
                address,
                found: chain.first().and_then(|leaf| leaf.pin),
            },
            CertificateError::BadSignature => error::Tls::OtherAuthority {
                address,
                issuer: chain
                    .first()
                    .map(|leaf| leaf.issuer.clone())
                    .unwrap_or_default(),
            },
            CertificateError::UnknownIssuer => error::Tls::UnknownIssuer {
                address,
                issuer: chain
                    .last()
                    .map(|last| last.issuer.clone())
                    .unwrap_or_default(),
                only: self.settings.tls.only().map(str::to_owned),
            },
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                let now = SystemEnv.now();
                let ended = chain.iter().find(|it| it.not_after < now).cloned();
                let ended = ended.unwrap_or_default();
                error::Tls::Expired {
                    address,
                    subject: ended.subject,
                    until: ended.not_after,
                }
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                let now = SystemEnv.now();
                let early = chain.iter().find(|it| it.not_before > now).cloned();
                let early = early.unwrap_or_default();
                error::Tls::NotYetValid {
                    address,
                    subject: early.subject,
                    from: early.not_before,
                }
            }
            CertificateError::Revoked => error::Tls::Revoked { address },
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                error::Tls::WrongName {
                    address,
                    expected: self.name.to_owned(),
                    presented: chain
                        .first()
                        .map(|leaf| leaf.names.clone())
                        .unwrap_or_default(),
                }
            }
            other => error::Tls::Handshake {
                address,
                problem: format!("the certificate cannot be accepted: {}", plainly(other)),
            },
        }
    }
}

/// Says what webpki and rustls have no words for.
fn plainly(problem: &CertificateError) -> String {
    let webpki = match problem {
        CertificateError::Other(other) => other.0.downcast_ref::<webpki::Error>(),
        _ => None,
    };
    match (webpki, problem) {
        (Some(webpki::Error::UnsupportedCertVersion), _) => {
            "it is of version 1, and only version 3 says what a certificate is for".to_owned()
        }
        (Some(webpki::Error::CaUsedAsEndEntity), _) => {
            "it is that of an authority, which must not be a server's too".to_owned()
        }
        (_, CertificateError::BadEncoding) => "it is malformed".to_owned(),
        (_, other) => other.to_string(),
    }
}

/// Returns what became of the client's certificate.
pub(super) fn client_certificate(notes: &Notes, own: Option<&Identity>) -> ClientCertificate {
    match (&notes.asked, own) {
        (None, _) => ClientCertificate::NotAsked,
        (Some(asked), Some(own)) if asked.sent => ClientCertificate::Sent {
            certificate: own.certificate().clone(),
            authorities: asked.authorities.clone(),
        },
        (Some(asked), _) => ClientCertificate::NotSent {
            authorities: asked.authorities.clone(),
        },
    }
}

fn required(address: String, client: &ClientCertificate) -> error::Tls {
    let authorities = match client {
        ClientCertificate::NotSent { authorities } => authorities.clone(),
        _ => Vec::new(),
    };
    error::Tls::ClientCertificateRequired {
        address,
        authorities,
    }
}

fn refused(address: String, client: &ClientCertificate, problem: &str) -> error::Tls {
    let (certificate, authorities) = match client {
        ClientCertificate::Sent {
            certificate,
            authorities,
        } => (certificate.clone(), authorities.clone()),
        _ => Default::default(),
    };
    error::Tls::ClientCertificateRefused {
        address,
        subject: certificate.whom().to_owned(),
        problem: problem.to_owned(),
        ended: Some(certificate.not_after).filter(|until| *until < SystemEnv.now()),
        authorities,
    }
}

/// Says what an alert means to whom was asked for a certificate (RFC 8446 section 6.2); `None` for what it does not concern.
fn alert_about_us(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::UnknownCA => "it does not trust the authority that signed it",
        AlertDescription::CertificateExpired => "it is not valid now",
        AlertDescription::CertificateRevoked => "it was revoked",
        AlertDescription::UnsupportedCertificate => "it is of a kind that the server does not take",
        AlertDescription::AccessDenied => "it is valid, and does not give access",
        AlertDescription::DecryptError => "its signature does not hold",
        AlertDescription::CertificateRequired
        | AlertDescription::NoCertificate
        | AlertDescription::BadCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::HandshakeFailure => "it does not say why",
        _ => return None,
    })
}

/// Returns what TLS says about a socket's error.
fn cause(error: &io::Error) -> Option<&rustls::Error> {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
}
