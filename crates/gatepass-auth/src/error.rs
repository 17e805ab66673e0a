//! Errors, by whose fault they are. None of them holds a secret.

use std::fmt;

use crate::env::NoRandomness;
use crate::limits::MAX_ROUNDS;

/// Why a request could not be authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthError {
    /// The caller asked for something that cannot be done.
    Misuse(Misuse),
    /// The credential cannot be sent as it is.
    Credential(CredentialError),
    /// The peer broke the protocol, or could not prove who it is.
    Peer(PeerError),
    /// The machine has no random numbers to give.
    Random(NoRandomness),
}

/// The caller's fault: a setting or a request that does not fit the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// No scheme has this name. Ask [`crate::schemes::find`] for the names that exist.
    UnknownScheme {
        /// The name that was given.
        name: String,
        /// The nearest name that exists.
        nearest: Option<&'static str>,
    },
    /// The scheme has no field of this name.
    UnknownField {
        /// The scheme's id.
        scheme: &'static str,
        /// The name that was given.
        field: String,
        /// The names that exist.
        known: Vec<&'static str>,
    },
    /// A field is missing that the scheme cannot do without.
    MissingField {
        /// The scheme's id.
        scheme: &'static str,
        /// The missing field.
        field: &'static str,
    },
    /// A field has a value that is not among its choices.
    BadChoice {
        /// The scheme's id.
        scheme: &'static str,
        /// The field.
        field: &'static str,
        /// The values that it may have.
        choices: &'static [&'static str],
    },
    /// A field has a value that cannot be used, for the reason given.
    BadField {
        /// The scheme's id.
        scheme: &'static str,
        /// The field.
        field: &'static str,
        /// What is wrong with it, as a phrase.
        problem: String,
    },
    /// The scheme signs the body, whose bytes are not in memory. Read it into memory first.
    BodyNotInMemory,
    /// The scheme may have to send the body twice, which cannot be done with this one. Read it into memory, or send a
    /// request without a body first.
    BodyNotReplayable,
    /// The request does not fit the scheme, for the reason given: OAuth 1.0a in a body that is not a form, say.
    Request {
        /// The scheme's id.
        scheme: &'static str,
        /// What is wrong, as a phrase.
        problem: String,
    },
}

/// The credential's fault: it cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CredentialError {
    /// A user-id with a colon cannot be told from the password (RFC 7617 section 2).
    ColonInUser,
    /// A control character stands in the field (RFC 7617 section 2).
    ControlCharacter {
        /// The field.
        field: &'static str,
    },
    /// The text cannot be written in the character encoding that was asked for.
    NotEncodable {
        /// The field.
        field: &'static str,
        /// The encoding.
        encoding: &'static str,
    },
    /// The field has no text.
    Empty {
        /// The field.
        field: &'static str,
    },
    /// White space stands at the start, at the end or within.
    WhiteSpace {
        /// The field.
        field: &'static str,
    },
    /// A line break stands in it, often the end of a file that it was read from.
    LineBreak {
        /// The field.
        field: &'static str,
    },
    /// The scheme's word stands before the token, and would be sent twice.
    RepeatsWord {
        /// The word.
        word: String,
    },
    /// A character stands in it that a header cannot carry there.
    NotAToken {
        /// The field.
        field: &'static str,
    },
    /// A private or public key cannot be read.
    BadKey {
        /// The field.
        field: &'static str,
        /// What is wrong with it, as a phrase that quotes nothing of the key.
        problem: &'static str,
    },
}

/// The peer's fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerError {
    /// A challenge lacks what its scheme requires.
    BadChallenge {
        /// The scheme's word.
        scheme: &'static str,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// The peer proved the knowledge of a different secret, or its proof was for another request
    /// (`rspauth`, RFC 7616 section 3.5). Do not trust this response.
    BadProof {
        /// The scheme's word.
        scheme: &'static str,
    },
    /// The handshake needs one connection, and the peer closed it.
    ConnectionLost {
        /// The scheme's word.
        scheme: &'static str,
    },
    /// The conversation went past [`crate::MAX_ROUNDS`] attempts.
    TooManyRounds,
    /// A side request did not give what the scheme needs.
    Exchange {
        /// The scheme's word.
        scheme: &'static str,
        /// What came, as a phrase without secrets.
        problem: String,
    },
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misuse(error) => error.fmt(f),
            Self::Credential(error) => error.fmt(f),
            Self::Peer(error) => error.fmt(f),
            Self::Random(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownScheme { name, nearest } => {
                write!(f, "there is no authentication scheme named {}", crate::show::typed(name))?;
                nearest.map_or(Ok(()), |nearest| write!(f, "; did you mean {nearest}?"))
            }
            Self::UnknownField { scheme, field, known } => {
                let field = crate::show::typed(field);
                write!(f, "{scheme} has no field {field}; it has {}", known.join(", "))
            }
            Self::MissingField { scheme, field } => write!(f, "{scheme} needs {field}, which was not given"),
            Self::BadChoice { scheme, field, choices } => {
                write!(f, "{field} of {scheme} must be one of {}", choices.join(", "))
            }
            Self::BadField { scheme, field, problem } => write!(f, "{field} of {scheme} {problem}"),
            Self::BodyNotInMemory => f.write_str("the body must be in memory, because this scheme signs it"),
            Self::BodyNotReplayable => f.write_str(
                "the body can be sent only once, and this scheme may have to send it again after a challenge",
            ),
            Self::Request { scheme, problem } => write!(f, "{scheme} cannot sign this request: {problem}"),
        }
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ColonInUser => {
                f.write_str("the user name has a colon in it, which Basic cannot carry")
            }
            Self::ControlCharacter { field } => {
                write!(f, "the {field} has a control character in it")
            }
            Self::NotEncodable { field, encoding } => {
                write!(f, "the {field} cannot be written in {encoding}")
            }
            Self::Empty { field } => write!(f, "the {field} is empty"),
            Self::WhiteSpace { field } => write!(f, "the {field} has white space in it"),
            Self::LineBreak { field } => write!(f, "the {field} has a line break in it"),
            Self::RepeatsWord { word } => {
                write!(
                    f,
                    "the token begins with {word:?}, which is the scheme's word and would be sent twice"
                )
            }
            Self::NotAToken { field } => write!(
                f,
                "the {field} has a character in it that a header cannot carry"
            ),
            Self::BadKey { field, problem } => write!(f, "the {field} cannot be used: {problem}"),
        }
    }
}

impl fmt::Display for PeerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadChallenge { scheme, problem } => {
                write!(f, "the server's {scheme} challenge is unusable: {problem}")
            }
            Self::BadProof { scheme } => write!(
                f,
                "the server's {scheme} proof is wrong: it does not know the secret"
            ),
            Self::ConnectionLost { scheme } => write!(
                f,
                "the server closed the connection during the {scheme} handshake"
            ),
            Self::TooManyRounds => write!(
                f,
                "the server still asks for credentials after {} attempts",
                MAX_ROUNDS
            ),
            Self::Exchange { scheme, problem } => {
                write!(f, "a side request of {scheme} failed: {problem}")
            }
        }
    }
}

impl std::error::Error for AuthError {}
impl std::error::Error for Misuse {}
impl std::error::Error for CredentialError {}
impl std::error::Error for PeerError {}

impl From<Misuse> for AuthError {
    fn from(error: Misuse) -> Self {
        Self::Misuse(error)
    }
}

impl From<CredentialError> for AuthError {
    fn from(error: CredentialError) -> Self {
        Self::Credential(error)
    }
}

impl From<NoRandomness> for AuthError {
    fn from(error: NoRandomness) -> Self {
        Self::Random(error)
    }
}

impl From<PeerError> for AuthError {
    fn from(error: PeerError) -> Self {
        Self::Peer(error)
    }
}
