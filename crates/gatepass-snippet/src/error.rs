//! Why there is no code, and what to do instead. No error holds a secret.

use std::fmt;

use crate::support::Need;

/// Why a request cannot be written as code for a target.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnippetError {
    /// No target has this name.
    UnknownTarget {
        /// The name as written.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The target cannot do what the request needs.
    Unsupported {
        /// The target.
        target: &'static str,
        /// What is needed.
        need: Need,
        /// Why it cannot be had.
        reason: &'static str,
        /// The targets most like it that can.
        nearest: Vec<&'static str>,
    },
    /// The target refuses something that is particular to this request.
    Refused {
        /// The target.
        target: &'static str,
        /// Why.
        reason: String,
        /// The targets most like it that do not refuse.
        nearest: Vec<&'static str>,
    },
    /// A text cannot stand in this language.
    Unrepresentable {
        /// The target.
        target: &'static str,
        /// What is wrong with the text.
        problem: &'static str,
    },
    /// The request itself cannot be written in any language.
    Request(String),
}

impl fmt::Display for SnippetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTarget { name, nearest } => {
                write!(f, "there is no target {name:?}; ")?;
                match nearest {
                    Some(nearest) => write!(f, "did you mean {nearest}?"),
                    None => f.write_str("`gatepass code --list` shows all"),
                }
            }
            Self::Unsupported {
                target,
                need,
                reason,
                nearest,
            } => {
                write!(f, "{target} cannot do {}: {reason}", need.title())?;
                instead(f, nearest)
            }
            Self::Refused {
                target,
                reason,
                nearest,
            } => {
                write!(f, "{target} cannot do this: {reason}")?;
                instead(f, nearest)
            }
            Self::Unrepresentable { target, problem } => {
                write!(f, "{target} cannot hold this request: {problem}")
            }
            Self::Request(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for SnippetError {}

fn instead(f: &mut fmt::Formatter<'_>, nearest: &[&str]) -> fmt::Result {
    match nearest {
        [] => Ok(()),
        names => write!(f, "; use {}", names.join(" or ")),
    }
}

/// What makes a text impossible in a language: a clause for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a language makes it from one clause"
)]
pub struct Unrepresentable(pub &'static str);
