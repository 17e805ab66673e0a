//! Why a verifier refuses a request.

use std::fmt;

use crate::workings::Workings;

/// Why a request was refused.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Why {
    /// The kind of refusal.
    pub reason: Reason,
    /// A sentence that says what was expected and what came. It holds no secret.
    pub detail: String,
    /// What was computed, for a test server to show.
    pub workings: Workings,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// There are no credentials.
    Missing,
    /// The credentials are for another scheme.
    OtherScheme,
    /// The credentials do not follow the scheme's grammar, or lack a part.
    Malformed,
    /// A part of the credentials is not what the challenge said: realm, algorithm, `uri`, qop, …
    Mismatch,
    /// The user is unknown or the secret is wrong. Which of the two is not told.
    WrongSecret,
    /// The credentials are right, but their nonce or timestamp is too old or not ours. A new attempt may succeed.
    Stale,
    /// The credentials were used before.
    Replayed,
    /// The token has expired.
    Expired,
    /// The token does not reach this resource.
    Scope,
}

impl Why {
    /// Gives a reason and a sentence.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
            workings: Workings::default(),
        }
    }

    /// Adds what was computed.
    #[must_use]
    pub fn with_workings(mut self, workings: Workings) -> Self {
        self.workings = workings;
        self
    }

    /// Returns the status to answer with: 400 for what no retry will mend, 403 for a token that does not reach, else
    /// `refusal`, the space's own 401 or 407 (RFC 6750 section 3.1, RFC 7616 section 3.4.6).
    pub fn status(&self, refusal: u16) -> u16 {
        match self.reason {
            Reason::Malformed => 400,
            Reason::Scope => 403,
            _ => refusal,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}
