//! How a scheme asks the embedding program.

use std::fmt;

use gatepass_auth::{Prompt, Values};

/// Asks whoever uses the program: for a password, or for a code that a browser shows.
///
/// It is called on a thread that may wait, so it may read from a terminal. A prompt without fields only tells something, such as a
/// page to open and a code to type there, and is answered by no values when that has been shown.
pub trait Prompter: Send + Sync {
    /// Asks, and returns the answers by field name.
    ///
    /// # Errors
    /// Why there is no answer.
    fn ask(&self, prompt: &Prompt) -> Result<Values, NoAnswer>;
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoAnswer {
    /// Whoever was asked does not want to go on.
    Cancelled,
    /// Nobody could be asked, or the answer cannot be used, for this reason.
    Problem(String),
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("it was cancelled"),
            Self::Problem(problem) => f.write_str(problem),
        }
    }
}

impl From<String> for NoAnswer {
    fn from(problem: String) -> Self {
        Self::Problem(problem)
    }
}

impl From<&str> for NoAnswer {
    fn from(problem: &str) -> Self {
        Self::Problem(problem.to_owned())
    }
}
