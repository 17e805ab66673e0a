//! The network's fault: no connection, or one that broke or went silent.

use std::fmt;
use std::time::Duration;

use crate::remedy::Remedy;

/// The network's fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Network {
    /// The host name has no address, or the name service did not answer.
    Dns {
        /// The name.
        host: String,
        /// What the system says.
        problem: String,
    },
    /// Nothing listens on the port.
    Refused {
        /// `host:port`.
        address: String,
    },
    /// The connection could not be made.
    Connect {
        /// `host:port`.
        address: String,
        /// What the system says.
        problem: String,
    },
    /// The connection was not made in time.
    ConnectTimeout {
        /// `host:port`.
        address: String,
        /// The limit.
        after: Duration,
    },
    /// The name service did not answer in time.
    LookupTimeout {
        /// The name.
        host: String,
        /// The limit.
        after: Duration,
    },
    /// The TLS handshake was not done in time.
    TlsTimeout {
        /// `host:port`.
        address: String,
        /// The limit.
        after: Duration,
    },
    /// The request was sent, and no head of a response came in time.
    FirstByteTimeout {
        /// `host:port`.
        address: String,
        /// The limit.
        after: Duration,
    },
    /// The embedding program broke the wait off when a signal came.
    Interrupted,
    /// The connection broke before the response was complete.
    Lost {
        /// `host:port`.
        address: String,
        /// What the system says.
        problem: String,
    },
    /// The peer sent nothing for too long.
    ReadTimeout {
        /// `host:port`.
        address: String,
        /// The limit.
        after: Duration,
    },
    /// The whole request took too long.
    TotalTimeout {
        /// The limit.
        after: Duration,
    },
    /// The body could not be read from where the caller has it.
    BodySource {
        /// What the reader says.
        problem: String,
    },
}

impl Network {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Dns { .. } => "Check the spelling of the host name".to_owned(),
            Self::Refused { .. } => "Check the port, and whether the server is running".to_owned(),
            Self::LookupTimeout { .. } => {
                "Check this machine's name service, or give the address itself".to_owned()
            }
            Self::TlsTimeout { .. } => "Check that the server speaks TLS on this port".to_owned(),
            _ => return None,
        })
    }

    pub(super) fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::ConnectTimeout { .. } => Some(Remedy::MoreTimeToConnect),
            Self::FirstByteTimeout { .. }
            | Self::ReadTimeout { .. }
            | Self::TotalTimeout { .. } => Some(Remedy::MoreTime),
            _ => None,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns { host, problem } => write!(f, "the host {host} was not found: {problem}"),
            Self::Refused { address } => {
                write!(f, "{address} refused the connection: nothing listens there")
            }
            Self::Connect { address, problem } => {
                write!(f, "no connection to {address}: {problem}")
            }
            Self::ConnectTimeout { address, after } => {
                write!(f, "no connection to {address} within {after:?}")
            }
            Self::LookupTimeout { host, after } => {
                write!(f, "no address for {host} within {after:?}")
            }
            Self::TlsTimeout { address, after } => {
                write!(f, "no TLS handshake with {address} within {after:?}")
            }
            Self::FirstByteTimeout { address, after } => {
                write!(f, "{address} did not begin to answer within {after:?}")
            }
            Self::Interrupted => f.write_str("the request was interrupted"),
            Self::Lost { address, problem } => write!(
                f,
                "the connection to {address} broke before the response was complete: {problem}"
            ),
            Self::ReadTimeout { address, after } => {
                write!(f, "{address} sent nothing for {after:?}")
            }
            Self::TotalTimeout { after } => write!(f, "the request took longer than {after:?}"),
            Self::BodySource { problem } => write!(f, "the body could not be read: {problem}"),
        }
    }
}
