//! How a scheme asks the embedding program.

use gatepass_auth::{Prompt, Values};

/// Asks whoever uses the program: for a password, or for a code that a browser shows.
///
/// It is called on a thread that may wait, so it may read from a terminal.
pub trait Prompter: Send + Sync {
    /// Asks, and returns the answers by field name.
    ///
    /// # Errors
    /// A phrase that says why there is no answer.
    fn ask(&self, prompt: &Prompt) -> Result<Values, String>;
}
