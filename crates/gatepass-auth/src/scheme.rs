//! The client's contract: what an authentication method is, and the conversation that it holds about one request.

use std::fmt;
use std::sync::Arc;

use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::error::AuthError;
use crate::exchange_view::{Incoming, Outgoing};
use crate::hash::Hash;
use crate::space::Space;
use crate::step::{Reply, Step};

/// One authentication method bound to credentials, shared by every request that uses it.
///
/// What outlives a request (a nonce and its count, a token) lives here behind a short lock. A scheme never does I/O:
/// what it needs of the world comes as an argument or is asked for by a [`Step`].
pub trait Scheme: Send + Sync {
    /// Returns what is known of the method without credentials: its name, strength and fields.
    fn descriptor(&self) -> &'static Descriptor;

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

    /// Returns a number that no other scheme has as long as this one lives: side requests of two schemes are never merged.
    fn identity(&self) -> usize {
        std::ptr::from_ref(self).cast::<()>() as usize
    }

    /// Starts the conversation of one request with one party.
    fn begin(self: Arc<Self>, space: &Space) -> Box<dyn Flow>;
}

/// A shared scheme is a scheme, so that a front can hold one without knowing which.
impl Scheme for Arc<dyn Scheme> {
    fn descriptor(&self) -> &'static Descriptor {
        (**self).descriptor()
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

    fn identity(&self) -> usize {
        (**self).identity()
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
    /// Returns what the driver must arrange before the next [`Flow::authorize`]. It is asked before each attempt, so that a
    /// flow says what it needs when it knows: after a challenge, say.
    fn needs(&self) -> Needs {
        Needs::default()
    }

    /// Returns who a connection becomes by the handshake of this flow. A pool never mixes principals.
    fn principal(&self) -> Option<Principal> {
        None
    }

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

    /// Takes what came of [`Step::Exchange`], [`Step::Ask`], [`Step::Wait`], [`Step::Recall`] or [`Step::Keep`]. A scheme that takes
    /// none of these steps never gets this call.
    ///
    /// # Errors
    /// [`AuthError`] when the reply is of no use.
    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        drop(reply);
        Ok(Step::Done)
    }
}

/// What a conversation wants of the driver for the next attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Needs {
    /// The hashes of the body that [`Outgoing::body_digest`] will be asked for. A body that is not in memory is read once
    /// more for them, if it can be.
    pub digests: Vec<Hash>,
    /// The scheme does not work over HTTP/2 and later: it authenticates connections, say.
    pub http1: bool,
}

impl Needs {
    /// Asks for hashes of the body.
    pub fn digests(hashes: impl Into<Vec<Hash>>) -> Self {
        Self {
            digests: hashes.into(),
            ..Self::default()
        }
    }

    /// Asks for a connection over which HTTP/1.1 is spoken.
    pub fn http1() -> Self {
        Self {
            http1: true,
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
