//! Why a server could not start.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use gatepass_auth::NoRandomness;

/// Why a server could not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServerError {
    /// The address cannot be had: something else listens there, it is not one of this machine, or the port needs privileges.
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// No certificate could be made, for the reason given.
    Tls(String),
    /// The system has no random numbers, without which nonces could be guessed.
    Random(NoRandomness),
    /// The system gave no thread or no event queue.
    Thread(io::Error),
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { address, source } => {
                let help = match source.kind() {
                    io::ErrorKind::AddrInUse => {
                        "something else listens there; choose another port, or 0 for a free one"
                    }
                    io::ErrorKind::AddrNotAvailable => {
                        "it is not an address of this machine; use 127.0.0.1"
                    }
                    io::ErrorKind::PermissionDenied => {
                        "ports below 1024 need privileges; choose a higher one"
                    }
                    _ => "choose another address",
                };
                write!(
                    f,
                    "the server cannot listen at {address} ({source}): {help}"
                )
            }
            Self::Tls(problem) => write!(f, "the server cannot speak TLS: {problem}"),
            Self::Random(problem) => write!(f, "the server cannot start: {problem}"),
            Self::Thread(source) => write!(f, "the server cannot start: {source}"),
        }
    }
}

impl std::error::Error for ServerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Bind { source, .. } | Self::Thread(source) => Some(source),
            Self::Random(source) => Some(source),
            Self::Tls(_) => None,
        }
    }
}
