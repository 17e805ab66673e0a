//! What can go wrong, by whose fault it is. None of it holds a secret.
//!
//! `Display` says what happened; [`Error::hint`] says what to type or do instead.

mod credential;
mod identity;
mod misuse;
mod network;
mod peer;
pub(crate) mod tls;

use std::fmt;

use gatepass_auth::{AuthError, PeerError};
use gatepass_request::UrlError;

pub use credential::Credential;
pub use identity::IdentityProblem;
pub use misuse::Misuse;
pub use network::Network;
pub use peer::Peer;
pub use tls::Tls;

pub use crate::remedy::Remedy;

/// Why a request gave no response.
///
/// A response with an error status is a response, not an error.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The caller's fault: a URL, setting or request that cannot be sent.
    Misuse(Misuse),
    /// The peer's fault: it broke HTTP or the authentication protocol.
    Peer(Peer),
    /// The network's fault: no connection, or one that broke or went silent.
    Network(Network),
    /// TLS failed: mostly the server's certificate.
    Tls(Tls),
    /// The credential's fault: it is missing, or cannot be sent as it is.
    Credential(Credential),
}

/// Whose fault an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The caller's.
    Misuse,
    /// The peer's.
    Peer,
    /// The network's.
    Network,
    /// TLS.
    Tls,
    /// The credential's.
    Credential,
}

impl Error {
    /// Returns whose fault it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Misuse(_) => Kind::Misuse,
            Self::Peer(_) => Kind::Peer,
            Self::Network(_) => Kind::Network,
            Self::Tls(_) => Kind::Tls,
            Self::Credential(_) => Kind::Credential,
        }
    }

    /// Says whether a connection broke.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, Self::Network(Network::Lost { .. }))
    }

    /// Says whether a time limit was reached.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self,
            Self::Network(
                Network::ConnectTimeout { .. }
                    | Network::FirstByteTimeout { .. }
                    | Network::LookupTimeout { .. }
                    | Network::TlsTimeout { .. }
                    | Network::ReadTimeout { .. }
                    | Network::TotalTimeout { .. }
            )
        )
    }

    /// Returns what to do instead, as a sentence, where something can be said. What is done by a setting names its method;
    /// a program that calls its settings otherwise puts [`Error::remedy`] into words of its own.
    pub fn hint(&self) -> Option<String> {
        if let Some(remedy) = self.remedy() {
            return Some(remedy.to_string());
        }
        match self {
            Self::Misuse(error) => error.hint(),
            Self::Peer(error) => error.hint(),
            Self::Network(error) => error.hint(),
            Self::Tls(error) => error.hint(),
            Self::Credential(error) => error.hint(),
        }
    }

    /// Returns the setting that mends it, where one does.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::Misuse(error) => error.remedy(),
            Self::Peer(error) => error.remedy(),
            Self::Network(error) => error.remedy(),
            Self::Tls(error) => error.remedy(),
            Self::Credential(error) => error.remedy(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misuse(error) => error.fmt(f),
            Self::Peer(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
            Self::Tls(error) => error.fmt(f),
            Self::Credential(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Misuse(error) => Misuse::Auth(error).into(),
            AuthError::Credential(error) => Credential::Auth(error).into(),
            AuthError::Peer(error) => Peer::Auth(error).into(),
            AuthError::Random(error) => Misuse::NoRandomness(error).into(),
            // A kind of fault that this version does not know is put down to the peer, which no caller retries.
            other => Peer::Auth(PeerError::Exchange {
                scheme: "authentication",
                problem: other.to_string(),
            })
            .into(),
        }
    }
}

impl From<UrlError> for Error {
    fn from(error: UrlError) -> Self {
        Misuse::Url(error).into()
    }
}

impl From<Misuse> for Error {
    fn from(error: Misuse) -> Self {
        Self::Misuse(error)
    }
}

impl From<Peer> for Error {
    fn from(error: Peer) -> Self {
        Self::Peer(error)
    }
}

impl From<Network> for Error {
    fn from(error: Network) -> Self {
        Self::Network(error)
    }
}

impl From<Tls> for Error {
    fn from(error: Tls) -> Self {
        Self::Tls(error)
    }
}

impl From<Credential> for Error {
    fn from(error: Credential) -> Self {
        Self::Credential(error)
    }
}
