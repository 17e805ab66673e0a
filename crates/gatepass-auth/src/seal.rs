//! What a server adds to a response once it is known: a proof that covers its status or its body.

use crate::env::Env;
use crate::headers::Headers;

/// A response that is about to go out, as a verifier sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    /// The header fields, final but for what seals add.
    pub headers: &'a Headers,
    /// The body as it goes out, which is none for `HEAD`; `None` where it is not held whole.
    pub body: Option<&'a [u8]>,
    /// The clock and the random source.
    pub env: &'a dyn Env,
}

impl<'a> Answer<'a> {
    /// Joins the parts of a response whose body is not held whole.
    pub fn new(status: u16, headers: &'a Headers, env: &'a dyn Env) -> Self {
        Self {
            status,
            headers,
            body: None,
            env,
        }
    }

    /// Adds the body.
    #[must_use]
    pub fn with_body(mut self, body: &'a [u8]) -> Self {
        self.body = Some(body);
        self
    }
}

/// The last step of an acceptance, taken when the response is made: what covers the response (`rspauth` with auth-int of RFC 7616
/// section 3.5, a signature of RFC 9421).
pub trait Seal: Send + Sync {
    /// Returns the fields to add. One that covers a body which is not held whole is left out.
    fn seal(&self, answer: &Answer<'_>) -> Headers;
}
