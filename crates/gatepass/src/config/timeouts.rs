//! How long a request waits.

use std::time::Duration;

/// Three limits of time. `None` waits for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For the name look-up, the connection and the TLS handshake together.
    pub connect: Option<Duration>,
    /// Between two bytes of the response, and before the first.
    pub read: Option<Duration>,
    /// For everything, redirects, authentication and the body included.
    pub total: Option<Duration>,
}

impl Timeouts {
    /// Waits 30 seconds for a connection, 60 seconds for a byte, and sets no limit to the whole.
    pub fn new() -> Self {
        Self {
            connect: Some(Duration::from_secs(30)),
            read: Some(Duration::from_secs(60)),
            total: None,
        }
    }

    /// Waits for ever.
    pub fn none() -> Self {
        Self {
            connect: None,
            read: None,
            total: None,
        }
    }

    /// Limits the time to connect.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = Some(limit);
        self
    }

    /// Limits the time between two bytes.
    #[must_use]
    pub fn read(mut self, limit: Duration) -> Self {
        self.read = Some(limit);
        self
    }

    /// Limits the time of the whole request.
    #[must_use]
    pub fn total(mut self, limit: Duration) -> Self {
        self.total = Some(limit);
        self
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::new()
    }
}
