//! The client's contract: what an authentication method is, and the conversation that it holds about one request.

use std::fmt;
use std::sync::Arc;

use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::error::AuthError;
use crate::exchange_view::{Incoming, Outgoing};
use crate::headers::Headers;
use crate::secret::Secret;
use crate::space::Space;
use crate::values::Values;

/// One authentication method bound to credentials, shared by every request that uses it.
///
/// What outlives a request (a nonce and its count, a token) lives here behind a short lock. A scheme never does I/O:
/// what it needs of the world comes as an argument or is asked for by a [`Step`].
pub trait Scheme: Send + Sync {
    /// Returns what is known of the method without credentials: its name, strength and fields.
    fn descriptor(&self) -> &'static Descriptor;

    /// Returns what the driver must arrange before [`Flow::authorize`].
    fn needs(&self) -> Needs {
        Needs::default()
    }

    /// Returns who a connection becomes after this scheme's handshake. A pool never mixes principals.
    fn principal(&self) -> Option<Principal> {
        None
    }

    /// Says whether whoever reads the request can learn the secret from it. Such a scheme wants TLS or loopback.
    fn reveals_secret(&self) -> bool {
        self.descriptor().reveals_secret
    }

    /// Says whether the credentials may have to wait for a challenge. A body that can be sent once is not sent before it.
    fn waits_for_challenge(&self) -> bool {
        true
    }

    /// Says whether this scheme, with these credentials, can answer `challenge`.
    fn can_answer(&self, challenge: &Challenge) -> bool {
        self.descriptor()
            .word
            .is_some_and(|word| challenge.is(word))
    }

    /// Ranks the answers that this scheme could give to `challenge`, the higher the better: Digest prefers SHA-256 to MD5.
    fn strength(&self, _challenge: &Challenge) -> u8 {
        self.descriptor().strength
    }

    /// Starts the conversation of one request with one party.
    fn begin(self: Arc<Self>, space: &Space) -> Box<dyn Flow>;
}

/// A shared scheme is a scheme, so that a front can hold one without knowing which.
impl Scheme for Arc<dyn Scheme> {
    fn descriptor(&self) -> &'static Descriptor {
        (**self).descriptor()
    }

    fn needs(&self) -> Needs {
        (**self).needs()
    }

    fn principal(&self) -> Option<Principal> {
        (**self).principal()
    }

    fn reveals_secret(&self) -> bool {
        (**self).reveals_secret()
    }

    fn waits_for_challenge(&self) -> bool {
        (**self).waits_for_challenge()
    }

    fn can_answer(&self, challenge: &Challenge) -> bool {
        (**self).can_answer(challenge)
    }

    fn strength(&self, challenge: &Challenge) -> u8 {
        (**self).strength(challenge)
    }

    fn begin(self: Arc<Self>, space: &Space) -> Box<dyn Flow> {
        Arc::clone(&*self).begin(space)
    }
}

/// The conversation about one request with one party. The driver calls [`Flow::authorize`], sends, calls
/// [`Flow::inspect`], and obeys every [`Step`].
///
/// A redirect starts a new flow. A driver ends a conversation after [`MAX_ROUNDS`](crate::MAX_ROUNDS) attempts.
pub trait Flow: Send {
    /// Adds credentials to a request that is otherwise final. Called before every attempt.
    ///
    /// # Errors
    /// [`AuthError`] when the request must not be sent: the credential or the request does not fit the scheme.
    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError>;

    /// Looks at a response head of this party, CONNECT replies too, with its parsed challenges.
    ///
    /// # Errors
    /// [`AuthError`] when the response must not reach the caller: the peer could not prove who it is, or what it asks
    /// for cannot be given.
    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError>;

    /// Takes what came of [`Step::Exchange`] or [`Step::Ask`]. A scheme that takes neither step never gets this call.
    ///
    /// # Errors
    /// [`AuthError`] when the reply is of no use.
    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        drop(reply);
        Ok(Step::Done)
    }
}

/// What the driver does next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// After `authorize`: send the request. After `inspect`: the response is the caller's. After `resume`: go on with
    /// what was interrupted.
    Done,
    /// Drain the response, rewind the body, authorize and send again.
    Retry(Via),
    /// Read the response's body and call `inspect` again with it.
    NeedBody,
    /// Do this side request and hand its response to `resume`.
    Exchange(SideRequest),
    /// Ask the embedding program and hand its answer to `resume`.
    Ask(Prompt),
}

/// Which connection a retry goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a connection is either this one or any"
)]
pub enum Via {
    /// Any connection of the pool.
    Any,
    /// The very connection that the response came over; without it the handshake has failed.
    Same,
}

/// What a scheme wants of the driver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needs {
    /// The body's bytes must be in memory, because they are signed or replaced.
    pub body: bool,
    /// All attempts go over one connection.
    pub pinned: bool,
    /// The scheme does not work over HTTP/2 and later.
    pub http1: bool,
}

impl Needs {
    /// Asks for the body's bytes.
    pub fn body() -> Self {
        Self {
            body: true,
            ..Self::default()
        }
    }
}

/// Who a connection belongs to after a handshake that authenticates connections, not requests.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Principal(String);

impl Principal {
    /// Names a principal: `ntlm:DOMAIN\user`.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request beside the caller's own: to a token endpoint, say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SideRequest {
    /// Requests of equal keys that are in flight at the same time are merged.
    pub key: String,
    /// The method.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body, which may hold a secret.
    pub body: Secret,
}

impl SideRequest {
    /// Describes a request without header fields and body. `key` merges equal requests in flight.
    pub fn new(key: impl Into<String>, method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            method: method.into(),
            url: url.into(),
            headers: Headers::new(),
            body: Secret::default(),
        }
    }
}

/// A question to the embedding program: a password, a code that a browser shows.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prompt {
    /// What is asked, as a sentence.
    pub message: String,
    /// The names of the wanted values.
    pub fields: Vec<&'static str>,
}

impl Prompt {
    /// Asks for `fields` with the words of `message`.
    pub fn new(message: impl Into<String>, fields: impl Into<Vec<&'static str>>) -> Self {
        Self {
            message: message.into(),
            fields: fields.into(),
        }
    }
}

/// What came of a [`Step::Exchange`] or [`Step::Ask`].
#[derive(Debug)]
#[non_exhaustive]
pub enum Reply<'a> {
    /// The response to the side request, its body read.
    Response(&'a Incoming<'a>),
    /// The answers to a prompt.
    Answers(Values),
    /// Nothing came, for this reason.
    Failed(&'a str),
}
