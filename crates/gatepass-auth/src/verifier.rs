//! The server's contract, the mirror of `Scheme`: what asks for credentials, and the check of one request.

use std::fmt;
use std::sync::Arc;

use crate::accounts::{Account, Directory, Query};
use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::env::Env;
use crate::headers::Headers;
use crate::received::Received;
use crate::replay::{MemoryReplayCache, ReplayCache};
use crate::secret::Secret;
use crate::why::{Reason, Why};
use crate::workings::Workings;

/// The server's side of a scheme, shared by all requests.
pub trait Verifier: Send + Sync {
    /// Returns what is known of the scheme without credentials.
    fn descriptor(&self) -> &'static Descriptor;

    /// Returns the challenges to answer a refusal with, the preferred one first.
    fn challenge(&self, why: &Why, env: &dyn Env) -> Vec<Challenge>;

    /// Starts the check of one request.
    fn begin(&self) -> Box<dyn Check + '_>;
}

/// The check of one request. The driver calls `verify` and obeys the [`Verdict`].
///
/// An unknown user and a wrong secret take the same path, and secrets compare in constant time.
pub trait Check: Send {
    /// Looks at the request. Called again with the body after [`Verdict::NeedBody`].
    fn verify(&mut self, request: &Received<'_>) -> Verdict;

    /// Takes what was found for [`Verdict::Lookup`]; `None` where there is no such account.
    fn resume(&mut self, request: &Received<'_>, found: Option<Account>) -> Verdict;
}

/// What comes of a check. Never a bool: who it is, or why not.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// The request is authentic.
    Accept(Accepted),
    /// It is not, or it cannot be told.
    Reject(Why),
    /// The handshake goes on: answer with the space's refusal status and this token68 behind the scheme's word.
    Continue(String),
    /// Read the body and call `verify` again.
    NeedBody,
    /// Find this account and call `resume`.
    Lookup(Query),
}

/// An authentic request.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Accepted {
    /// Who sent it.
    pub identity: String,
    /// What the response must carry: `Authentication-Info`, say.
    pub headers: Headers,
    /// What was computed.
    pub workings: Workings,
}

impl Accepted {
    /// Names who sent the request.
    pub fn new(identity: impl Into<String>, workings: Workings) -> Self {
        Self {
            identity: identity.into(),
            headers: Headers::new(),
            workings,
        }
    }
}

impl From<Why> for Verdict {
    fn from(why: Why) -> Self {
        Self::Reject(why)
    }
}

/// What every verifier of a server shares.
#[derive(Clone)]
#[non_exhaustive]
pub struct ServerSetup {
    /// The realm that challenges name.
    pub realm: String,
    /// The key that nonces are made with. Servers that answer for each other share it.
    pub key: Secret,
    /// The memory of what was used.
    pub replay: Arc<dyn ReplayCache>,
    /// Whether habits of peers that break the RFCs are put up with. Off: each such habit is also an attack.
    pub lenient: bool,
}

impl ServerSetup {
    /// Uses `realm`, a `key` of at least 32 random bytes, a memory of its own, and no lenience.
    pub fn new(realm: impl Into<String>, key: impl Into<Secret>) -> Self {
        Self {
            realm: realm.into(),
            key: key.into(),
            replay: Arc::new(MemoryReplayCache::default()),
            lenient: false,
        }
    }
}

impl fmt::Debug for ServerSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSetup")
            .field("realm", &self.realm)
            .field("key", &self.key)
            .field("lenient", &self.lenient)
            .finish_non_exhaustive()
    }
}

/// Runs a check to its end against accounts that answer at once. The request's body must have been read.
///
/// # Errors
/// The reason of the refusal. A handshake that would go on is refused, because nobody is there to go on with it.
pub fn decide(
    verifier: &dyn Verifier,
    request: &Received<'_>,
    directory: &dyn Directory,
) -> Result<Accepted, Why> {
    let mut check = verifier.begin();
    let mut verdict = check.verify(request);
    loop {
        verdict = match verdict {
            Verdict::Accept(accepted) => return Ok(accepted),
            Verdict::Reject(why) => return Err(why),
            Verdict::Lookup(query) => check.resume(request, directory.find(&query)),
            Verdict::NeedBody if request.body.is_some() => check.verify(request),
            Verdict::NeedBody => {
                return Err(Why::new(Reason::Malformed, "the body has not been read"));
            }
            Verdict::Continue(_) => {
                return Err(Why::new(Reason::Missing, "the handshake is not complete"));
            }
        };
    }
}
