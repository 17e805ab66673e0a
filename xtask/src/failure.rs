//! What went wrong, as a sentence for the person who runs the automation.

use std::fmt;

/// The result of everything that can go wrong here.
pub(crate) type Result<T = ()> = std::result::Result<T, Failure>;

/// Why the automation cannot go on.
pub(crate) struct Failure(String);

impl Failure {
    /// Says what is wrong and, where that is known, what to do.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// Puts what was being done in front.
    pub(crate) fn during(self, action: impl fmt::Display) -> Self {
        Self(format!("{action}: {}", self.0))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}
