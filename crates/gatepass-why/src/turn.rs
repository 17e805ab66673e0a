//! Whose turn it is after a refusal.

use std::fmt;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Turn {
    /// Whoever sends the request.
    You,
    /// Whoever runs the server.
    Operator,
    /// Whoever runs the proxy or the filter between.
    Proxy,
    /// Nobody: it passes by itself.
    Nobody,
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::You => "yours",
            Self::Operator => "the server's operator's",
            Self::Proxy => "that of who runs the proxy or filter",
            Self::Nobody => "nobody's: wait",
        })
    }
}
