//! How code is wanted.

/// How code is wanted.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Where secrets stand.
    pub secrets: Secrets,
}

impl Options {
    /// Puts secrets where `secrets` says.
    pub fn new(secrets: Secrets) -> Self {
        Self { secrets }
    }
}

/// Where secrets stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Secrets {
    /// In environment variables that the code reads.
    #[default]
    Env,
    /// In the code itself.
    Literal,
    /// Nowhere: the code asks.
    Prompt,
}
