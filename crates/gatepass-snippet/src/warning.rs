//! What a user should know about code that was made.

use std::fmt;

/// One thing to know. The most important stand in the code's comments, too.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Certificates are not verified.
    Unverified,
    /// A secret goes over plain HTTP.
    PlainHttp,
    /// The key stands in the URL, which logs and histories keep.
    KeyInUrl,
    /// The code holds the secret itself.
    LiteralSecret,
    /// The target answers Digest challenges for MD5 only.
    Md5Only,
    /// Redirects are not followed, because they would take the login along.
    Stays,
    /// Something else, as a sentence without a full stop.
    Note(String),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unverified => "TLS certificates are not verified: whoever is in between reads and changes everything",
            Self::PlainHttp => "the secret goes over plain HTTP: whoever is in between reads it",
            Self::KeyInUrl => "the key stands in the URL, which logs and histories keep",
            Self::LiteralSecret => "the secret stands in the code; keep it out of version control, or use --secrets env",
            Self::Md5Only => "this library answers Digest with MD5 only; a server that wants SHA-256 will refuse it",
            Self::Stays => "redirects are not followed: this library would take the login along to another host",
            Self::Note(note) => note,
        })
    }
}
