//! What a parser understood and a request does not express.

use std::fmt;

use serde::Serialize;

/// Something in the input that was left out or changed, so that nothing is lost in silence. It holds no secret: a subject
/// is a name, never a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Warning {
    /// What it is about, as written: an option, a field.
    pub subject: String,
    /// What became of it, as a phrase.
    pub reason: String,
}

impl Warning {
    /// Says what became of `subject`.
    pub fn new(subject: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.subject, self.reason)
    }
}

/// Warnings without repetition, and no more than anybody reads.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<Warning>);

impl Warnings {
    const MOST: usize = 100;

    pub(crate) fn push(&mut self, warning: Warning) {
        if self.0.len() < Self::MOST && !self.0.contains(&warning) {
            self.0.push(warning);
            if self.0.len() == Self::MOST {
                self.0.push(Warning::new("…", "there is more of this kind"));
            }
        }
    }

    pub(crate) fn extend(&mut self, others: impl IntoIterator<Item = Warning>) {
        others.into_iter().for_each(|warning| self.push(warning));
    }

    pub(crate) fn into_vec(self) -> Vec<Warning> {
        self.0
    }
}
