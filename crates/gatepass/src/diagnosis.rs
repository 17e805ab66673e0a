//! What is said of a refusal.

#[cfg(doc)]
use gatepass_auth::schemes;

use crate::remedy::Remedy;

/// What a refusal means.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
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
}
