//! How much of the server one client may take: bytes, time and connections.

use std::time::Duration;

/// The most header fields that a request may have; the next one is answered with 431.
pub const MAX_HEADERS: usize = 100;

/// The limits of a [`crate::Server`]. Each has its default; a test names the ones it wants to be short.
///
/// ```
/// use std::time::Duration;
/// use gatepass_server::Limits;
///
/// let limits = Limits { body_time: Duration::from_millis(200), ..Limits::default() };
/// assert_eq!(limits.target, 8 * 1024);
/// ```
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "written with struct update syntax"
)]
pub struct Limits {
    /// The longest request target, in bytes; a longer one is answered with 414. 8 KiB.
    pub target: usize,
    /// The longest request head, target included, in bytes; a longer one is answered with 431. 16 KiB.
    pub head: usize,
    /// The longest request body, in bytes; a longer one is answered with 413. 1 MiB.
    pub body: usize,
    /// The time from the first byte of a head to its last, after which 408 is answered. 10 s.
    pub head_time: Duration,
    /// The time from the end of a head to the end of its body, after which 408 is answered. 30 s.
    pub body_time: Duration,
    /// The time that a connection may wait for a request, or a response for its reader, before it is closed. 60 s.
    pub idle_time: Duration,
    /// The time that a TLS handshake may take. 10 s.
    pub handshake_time: Duration,
    /// The connections that are served at the same time; more wait in the listener's queue. 1,000.
    pub connections: usize,
    /// The longest wait of `/delay`; a longer one is shortened to it. 10 s.
    pub delay: Duration,
    /// The time that requests in progress have to end after the server was told to stop. 500 ms.
    pub stop_time: Duration,
    /// The requests that [`crate::Server::requests`] remembers; 0 turns the journal off. 1,000.
    pub journal: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            target: 8 * 1024,
            head: 16 * 1024,
            body: 1024 * 1024,
            head_time: Duration::from_secs(10),
            body_time: Duration::from_secs(30),
            idle_time: Duration::from_secs(60),
            handshake_time: Duration::from_secs(10),
            connections: 1000,
            delay: Duration::from_secs(10),
            stop_time: Duration::from_millis(500),
            journal: 1000,
        }
    }
}
