//! What a failed handshake means, in the words of [`error::Tls`].

use std::io;

use gatepass_auth::Space;
use rustls::{CertificateError, InvalidMessage};

use super::verifier::SelfSigned;
use crate::error::{self, Error, Network};
use crate::transport::connector::address;

/// Says what is wrong with the server, its certificate or the network.
pub(super) fn explain(space: &Space, error: &io::Error) -> Error {
    let address = address(space);
    let cause = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let tls = match cause {
        Some(rustls::Error::InvalidCertificate(problem)) => {
            return certificate(space, problem).into();
        }
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            error::Tls::NotTls { address }
        }
        Some(other) => error::Tls::Handshake {
            address,
            problem: other.to_string(),
        },
        None if error.kind() == io::ErrorKind::UnexpectedEof => error::Tls::Handshake {
            address,
            problem: "the server closed the connection".to_owned(),
        },
        None => {
            return Network::Lost {
                address,
                problem: error.to_string(),
            }
            .into();
        }
    };
    tls.into()
}

fn certificate(space: &Space, problem: &CertificateError) -> error::Tls {
    let address = address(space);
    match problem {
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => {
            error::Tls::SelfSigned { address }
        }
        CertificateError::UnknownIssuer => error::Tls::UnknownIssuer { address },
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            error::Tls::Expired { address }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            error::Tls::NotYetValid { address }
        }
        CertificateError::Revoked => error::Tls::Revoked { address },
        CertificateError::NotValidForName => error::Tls::WrongName {
            address,
            expected: space.host().to_owned(),
            presented: Vec::new(),
        },
        CertificateError::NotValidForNameContext { presented, .. } => error::Tls::WrongName {
            address,
            expected: space.host().to_owned(),
            presented: presented.iter().map(|name| plain_name(name)).collect(),
        },
        other => error::Tls::Handshake {
            address,
            problem: format!("the certificate cannot be accepted: {other}"),
        },
    }
}

/// Takes `DnsName("a.example")` out of its wrapping, in which the names of a certificate are reported.
fn plain_name(presented: &str) -> String {
    presented
        .split_once('"')
        .and_then(|(_, rest)| rest.rsplit_once('"'))
        .map_or(presented, |(name, _)| name)
        .to_owned()
}
