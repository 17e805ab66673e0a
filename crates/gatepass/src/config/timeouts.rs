//! How long a request waits.

use std::time::Duration;

/// Limits of time, one for each thing that is waited for. `None` waits for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For the name look-up.
    pub lookup: Option<Duration>,
    /// For the name look-up, the connection, what a proxy asks, and the TLS handshake together.
    pub connect: Option<Duration>,
    /// For each TLS handshake.
    pub tls: Option<Duration>,
    /// From the end of the request to the head of the response.
    pub first_byte: Option<Duration>,
    /// Between two bytes of the response, and before the first. While a body is being sent, its bytes count.
    pub read: Option<Duration>,
    /// For everything, redirects, authentication, retries and the body included.
    pub total: Option<Duration>,
}

impl Timeouts {
    /// Waits 30 seconds for a connection, 60 seconds for a byte, and sets no limit to the whole.
    pub fn new() -> Self {
        Self {
            connect: Some(Duration::from_secs(30)),
            read: Some(Duration::from_secs(60)),
            ..Self::none()
        }
    }

    /// Waits for ever.
    pub fn none() -> Self {
        Self {
            lookup: None,
            connect: None,
            tls: None,
            first_byte: None,
            read: None,
            total: None,
        }
    }

    /// Leaves the limits of the parts alone, and sets none to the whole.
    pub(crate) fn without_total(self) -> Self {
        Self {
            total: None,
            ..self
        }
    }

    /// Limits the time to look a name up.
    #[must_use]
    pub fn lookup(mut self, limit: Duration) -> Self {
        self.lookup = Some(limit);
        self
    }

    /// Limits the time to connect.
    #[must_use]
    pub fn connect(mut self, limit: Duration) -> Self {
        self.connect = Some(limit);
        self
    }

    /// Limits the time of a TLS handshake.
    #[must_use]
    pub fn tls(mut self, limit: Duration) -> Self {
        self.tls = Some(limit);
        self
    }

    /// Limits the time from the end of the request to the head of the response.
    #[must_use]
    pub fn first_byte(mut self, limit: Duration) -> Self {
        self.first_byte = Some(limit);
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
