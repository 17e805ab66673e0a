//! Whether a request that failed is tried again.

use std::time::Duration;

/// How often a request is tried again, and when.
///
/// Tried again is what may be repeated: a request that never reached the server, and one of a method that changes nothing
/// more the second time (RFC 9110 section 9.2.2) or with an `Idempotency-Key`, if its body can be sent again. What calls for
/// it is a network error, or a status of [`Retries::statuses`]. Before the n-th time a random part of `first_wait`, doubled
/// n-1 times, passes, or what `Retry-After` says.
///
/// All requests of a client share a budget: each earns a fifth of a repetition, ten can be saved up, and when nothing is
/// left, none is made. So a server that is down is not asked many times as often as one that is up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retries {
    /// How often a request is tried again.
    pub times: u32,
    /// How long the first wait is at the most.
    pub first_wait: Duration,
    /// How long any wait is at the most. A server that asks for more gets none: its response is the caller's.
    pub longest_wait: Duration,
    /// The statuses that call for it: 408, 429, 502, 503 and 504.
    pub statuses: Vec<u16>,
    /// Whether requests of every method may be repeated.
    pub any_method: bool,
    /// The time from the beginning of the request after which it is not tried again.
    pub within: Option<Duration>,
}

impl Retries {
    /// Tries no request again.
    pub fn none() -> Self {
        Self::times(0)
    }

    /// Tries a request again up to this many times, after up to half a second first and up to 30 seconds at last.
    pub fn times(times: u32) -> Self {
        Self {
            times,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            statuses: vec![408, 429, 502, 503, 504],
            any_method: false,
            within: None,
        }
    }

    /// Sets the longest first wait.
    #[must_use]
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.first_wait = wait;
        self
    }

    /// Sets the longest wait.
    #[must_use]
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.longest_wait = wait;
        self
    }

    /// Sets the statuses that call for another try.
    #[must_use]
    pub fn statuses(mut self, statuses: impl Into<Vec<u16>>) -> Self {
        self.statuses = statuses.into();
        self
    }

    /// Tries a request again only so long after it was begun, in whole seconds.
    #[must_use]
    pub fn within(mut self, time: Duration) -> Self {
        self.within = Some(time);
        self
    }

    /// Lets requests of every method be repeated, though the server may then do twice what was asked once.
    #[must_use]
    pub fn any_method(mut self) -> Self {
        self.any_method = true;
        self
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::none()
    }
}
