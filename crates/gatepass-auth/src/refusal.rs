//! What answers a request that is not let in: a status, challenges, and whatever fields a scheme has for it.

use crate::challenge::Challenge;
use crate::headers::Headers;
use crate::space::Space;

/// The answer to a request that is not let in, but for its body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refusal {
    /// The status: 401 or 407, or what a scheme says instead, such as 404 of one that does not show that it is there (RFC 9729).
    pub status: u16,
    /// The challenges, the preferred one first.
    pub challenges: Vec<Challenge>,
    /// Other fields: `DPoP-Nonce`, `Accept-Signature`.
    pub headers: Headers,
}

impl Refusal {
    /// Answers with a status and nothing else.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            challenges: Vec::new(),
            headers: Headers::new(),
        }
    }

    /// Adds challenges.
    #[must_use]
    pub fn with_challenges(mut self, challenges: impl IntoIterator<Item = Challenge>) -> Self {
        self.challenges.extend(challenges);
        self
    }

    /// Adds a field.
    #[must_use]
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Returns every field of the answer: the challenges, in the field of this space, then the others.
    pub fn to_headers(&self, space: &Space) -> Headers {
        let mut all = Headers::new();
        for challenge in &self.challenges {
            all.append(space.challenge_header(), challenge.to_bytes());
        }
        for header in &self.headers {
            all.append(header.name(), header.value());
        }
        all
    }
}
