//! TLS failed: mostly the server's certificate.

use std::fmt;

/// TLS failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Tls {
    /// The server vouches for itself. Trust its certificate, if it is yours.
    SelfSigned {
        /// `host:port`.
        address: String,
    },
    /// The certificate is signed by an authority that this machine does not know.
    UnknownIssuer {
        /// `host:port`.
        address: String,
    },
    /// The certificate has expired.
    Expired {
        /// `host:port`.
        address: String,
    },
    /// The certificate is not valid yet; perhaps the clock of this machine is wrong.
    NotYetValid {
        /// `host:port`.
        address: String,
    },
    /// The certificate is for other names.
    WrongName {
        /// `host:port`.
        address: String,
        /// The name that was asked for.
        expected: String,
        /// The names in the certificate.
        presented: Vec<String>,
    },
    /// The certificate was revoked.
    Revoked {
        /// `host:port`.
        address: String,
    },
    /// The server does not speak TLS on this port.
    NotTls {
        /// `host:port`.
        address: String,
    },
    /// This machine has no certificates that it trusts.
    NoTrustStore {
        /// What the system says.
        problem: String,
    },
    /// The handshake failed for another reason.
    Handshake {
        /// `host:port`.
        address: String,
        /// What went wrong, as a phrase.
        problem: String,
    },
}

impl Tls {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::SelfSigned { .. } => {
                "If it is your server, trust its certificate: give the file, or turn verification off for a test"
                    .to_owned()
            }
            Self::UnknownIssuer { .. } | Self::NoTrustStore { .. } => {
                "If you know the authority, give the file with its certificate".to_owned()
            }
            Self::NotYetValid { .. } => "Check the clock of this machine".to_owned(),
            Self::WrongName { presented, .. } if !presented.is_empty() => {
                format!("Use one of the names in it: {}", presented.join(", "))
            }
            Self::NotTls { address } => format!("Use http://{address}"),
            _ => return None,
        })
    }
}

impl fmt::Display for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelfSigned { address } => {
                write!(
                    f,
                    "the certificate of {address} is self-signed: nobody vouches for it"
                )
            }
            Self::UnknownIssuer { address } => write!(
                f,
                "the certificate of {address} is signed by an authority that this machine does not trust"
            ),
            Self::Expired { address } => write!(f, "the certificate of {address} has expired"),
            Self::NotYetValid { address } => {
                write!(f, "the certificate of {address} is not valid yet")
            }
            Self::WrongName {
                address,
                expected,
                presented,
            } => {
                write!(f, "the certificate of {address} is not for {expected}")?;
                match presented.as_slice() {
                    [] => Ok(()),
                    names => write!(f, ", but for {}", names.join(", ")),
                }
            }
            Self::Revoked { address } => write!(f, "the certificate of {address} was revoked"),
            Self::NotTls { address } => write!(f, "{address} does not speak TLS"),
            Self::NoTrustStore { problem } => write!(
                f,
                "this machine has no certificates of authorities that it trusts: {problem}"
            ),
            Self::Handshake { address, problem } => {
                write!(f, "the TLS handshake with {address} failed: {problem}")
            }
        }
    }
}
