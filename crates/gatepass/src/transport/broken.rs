//! Why a connection carries no request any more, whichever version of HTTP is spoken over it.

use std::fmt;
use std::io;

/// What broke a connection, or the request that it carried.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The peer did what HTTP/1.1 does not allow, or hung up.
    Wire(gatepass_wire::Error),
    /// The peer did what its version of HTTP does not allow; says what.
    NotHttp(String),
    /// The connection has ended meanwhile.
    Ended(String),
    /// The peer has ended the request or the connection by the means of HTTP/2.
    Reset(String),
    /// Reading or writing failed.
    Io(io::Error),
    /// The source of the request's body failed, or gave another length than it had said.
    Source(String),
}

impl Broken {
    /// Says whether the peer has closed the connection without a word.
    pub(crate) fn is_hang_up(&self) -> bool {
        match self {
            Self::Wire(error) => error.is_cut(),
            Self::Ended(_) => true,
            Self::Io(error) => is_hang_up(error),
            Self::NotHttp(_) | Self::Reset(_) | Self::Source(_) => false,
        }
    }
}

/// Says whether an error of a socket is that the peer has closed it.
pub(crate) fn is_hang_up(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
    )
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
            Self::NotHttp(problem)
            | Self::Ended(problem)
            | Self::Reset(problem)
            | Self::Source(problem) => f.write_str(problem),
        }
    }
}

impl From<gatepass_wire::Error> for Broken {
    fn from(error: gatepass_wire::Error) -> Self {
        Self::Wire(error)
    }
}
