//! What is said of a refusal.

use std::fmt;

#[cfg(doc)]
use gatepass_auth::schemes;
use gatepass_why::Cause;

use crate::remedy::Remedy;

/// What a refusal means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The cause, with its stable identifier.
    pub cause: Cause,
    /// What happened, as a sentence.
    pub headline: String,
    /// What it is concluded from: what the server asked for, what was sent, where the credential comes from.
    pub details: Vec<String>,
    /// What to do, as a sentence, where something can be said.
    pub hint: Option<String>,
    /// The setting that does what the hint says, where one does.
    pub remedy: Option<Remedy>,
    /// The scheme that would do, as [`schemes::resolve`] reads it: `digest`, `bearer:JWT`.
    pub scheme: Option<String>,
    /// The whole reasoning: every finding with its evidence, and what was ruled out.
    pub whole: gatepass_why::Diagnosis,
}

/// Shows the whole reasoning.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.whole, f)
    }
}
