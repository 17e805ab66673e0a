//! The credential's fault: it is missing, or cannot be sent as it is.

use std::fmt;

use gatepass_auth::CredentialError;

use crate::remedy::Remedy;

/// The credential's fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// The credential is malformed.
    Auth(CredentialError),
    /// The place where a secret was to be found has none.
    Missing {
        /// The place, as a phrase: `environment variable API_TOKEN`.
        place: String,
        /// What is wrong with it, as a phrase.
        problem: String,
    },
    /// A secret could not be kept in a place, or removed from it.
    NotKept {
        /// The place, as a phrase: `keyring entry api/alice`.
        place: String,
        /// Why not, as a phrase.
        problem: String,
    },
    /// A key is encrypted, and no passphrase was given.
    NoPassphrase {
        /// Where the key comes from.
        from: String,
    },
    /// The passphrase does not open the key.
    WrongPassphrase {
        /// Where the key comes from.
        from: String,
    },
    /// A question could not be asked, or got no answer.
    NoAnswer {
        /// The question.
        question: String,
        /// Why not, as a phrase.
        problem: String,
    },
}

impl Credential {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Auth(CredentialError::LineBreak { .. }) => {
                "Remove the line break, often the last character of the file that it was read from"
                    .to_owned()
            }
            Self::Auth(CredentialError::RepeatsWord { word }) => {
                format!("Leave the leading {word:?} out; it is added")
            }
            Self::WrongPassphrase { .. } => {
                "Check the passphrase: is it that of this file, without a line break at its end?"
                    .to_owned()
            }
            _ => return None,
        })
    }

    pub(super) fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            Self::NoPassphrase { .. } => Remedy::GivePassphrase,
            Self::Missing { place, .. } if place.starts_with("environment variable") => {
                Remedy::SetVariable
            }
            Self::Missing { .. } => Remedy::TakeFromElsewhere,
            Self::Auth(CredentialError::Empty { .. }) => Remedy::GiveSecret,
            Self::NoAnswer { .. } => Remedy::Answer,
            _ => return None,
        })
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(error) => error.fmt(f),
            Self::Missing { place, problem } => write!(f, "no secret in {place}: {problem}"),
            Self::NotKept { place, problem } => write!(f, "{place} cannot be changed: {problem}"),
            Self::NoPassphrase { from } => {
                write!(
                    f,
                    "the key in {from} is encrypted, and no passphrase was given"
                )
            }
            Self::WrongPassphrase { from } => {
                write!(f, "the passphrase does not open the key in {from}")
            }
            Self::NoAnswer { question, problem } => {
                write!(f, "the question {question:?} has no answer: {problem}")
            }
        }
    }
}
