//! The server's contract, the mirror of `Scheme`: what asks for credentials, and the check of one request.

use std::fmt;
use std::sync::Arc;

use crate::accounts::{Account, Directory, Query};
use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::env::{Env, NoRandomness};
use crate::headers::Headers;
use crate::received::Received;
use crate::refusal::Refusal;
use crate::replay::{MemoryReplayCache, ReplayCache};
use crate::seal::{Answer, Seal};
use crate::secret::Secret;
use crate::why::{Reason, Why};
use crate::workings::Workings;

/// The server's side of a scheme, shared by all requests.
pub trait Verifier: Send + Sync {
    /// Returns what is known of the scheme without credentials.
    fn descriptor(&self) -> &'static Descriptor;

    /// Returns the challenges to answer a refusal with, the preferred one first.
    ///
    /// # Errors
    /// [`NoRandomness`] where a challenge needs a nonce and the system has none to give.
    fn challenge(&self, why: &Why, env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness>;

    /// Says which account the answer to a refusal is made with, where it is: Hawk signs the server's time with the key of whoever
    /// asks (`tsm`).
    fn refusal_wants(&self, _request: &Received<'_>, _why: &Why) -> Option<Query> {
        None
    }

    /// Returns what answers a refusal. `found` is the account that [`Verifier::refusal_wants`] asked for.
    fn refuse(&self, request: &Received<'_>, why: &Why, _found: Option<&Account>) -> Refusal {
        match self.challenge(why, request.env) {
            Ok(challenges) => {
                Refusal::new(why.status(request.space.status())).with_challenges(challenges)
            }
            // It is the server that cannot go on, and a later attempt may find that it can.
            Err(_) => Refusal::new(503),
        }
    }

    /// Starts the check of one request.
    fn begin(&self) -> Box<dyn Check + '_>;

    /// Hears that a connection has ended, by its number: what is kept for it may go.
    fn connection_ended(&self, _id: u64) {}
}

/// The check of one request. The driver calls `verify` and obeys the [`Verdict`].
///
/// An unknown user and a wrong secret take the same path, and secrets compare in constant time.
pub trait Check: Send {
    /// Looks at the request. Called again with the body after [`Verdict::NeedBody`].
    fn verify(&mut self, request: &Received<'_>) -> Verdict;

    /// Takes what was found for [`Verdict::Lookup`]; `None` where there is no such account.
    fn resume(&mut self, request: &Received<'_>, found: Option<Arc<Account>>) -> Verdict;
}

/// What comes of a check. Never a bool: who it is, or why not.
#[derive(Debug)]
#[non_exhaustive]
pub enum Verdict {
    /// The request is authentic.
    Accept(Accepted),
    /// It is not, or it cannot be told.
    Reject(Why),
    /// The handshake goes on: answer with the space's refusal status and this challenge, a token68 or parameters in it.
    Continue(Challenge),
    /// Read the body and call `verify` again.
    NeedBody,
    /// Find this account and call `resume`.
    Lookup(Query),
}

/// An authentic request.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Accepted {
    /// Who sent it.
    pub identity: String,
    /// What the response must carry: `Authentication-Info`, say.
    pub headers: Headers,
    /// What adds the fields that depend on the response.
    pub seal: Option<Arc<dyn Seal>>,
    /// What was computed.
    pub workings: Workings,
}

impl Accepted {
    /// Names who sent the request.
    pub fn new(identity: impl Into<String>, workings: Workings) -> Self {
        Self {
            identity: identity.into(),
            headers: Headers::new(),
            seal: None,
            workings,
        }
    }

    /// Returns every field that a response must carry, once all of it is known.
    pub fn headers_for(&self, answer: &Answer<'_>) -> Headers {
        let mut headers = self.headers.clone();
        if let Some(seal) = &self.seal {
            for header in &seal.seal(answer) {
                headers.append(header.name(), header.value());
            }
        }
        headers
    }
}

impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accepted")
            .field("identity", &self.identity)
            .field("headers", &self.headers)
            .field("workings", &self.workings)
            .finish_non_exhaustive()
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

/// How the check of one request ended.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a server has these three answers, and must give each"
)]
pub enum Outcome {
    /// The request is authentic.
    Accepted(Accepted),
    /// The handshake goes on: answer with the space's refusal status and this challenge.
    Continued(Challenge),
    /// The request is refused; [`refuse`] makes the answer.
    Refused(Why),
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
    match examine(verifier, request, directory) {
        Outcome::Accepted(accepted) => Ok(accepted),
        Outcome::Refused(why) => Err(why),
        Outcome::Continued(_) => Err(Why::new(Reason::Missing, "the handshake is not complete")),
    }
}

/// As [`decide`], for a server that goes on with handshakes.
pub fn examine(
    verifier: &dyn Verifier,
    request: &Received<'_>,
    directory: &dyn Directory,
) -> Outcome {
    let mut check = verifier.begin();
    let mut verdict = check.verify(request);
    loop {
        verdict = match verdict {
            Verdict::Accept(accepted) => return Outcome::Accepted(accepted),
            Verdict::Reject(why) => return Outcome::Refused(why),
            Verdict::Lookup(query) => check.resume(request, directory.find(&query)),
            Verdict::NeedBody if request.body.is_some() => check.verify(request),
            Verdict::NeedBody => {
                let detail = "the body has not been read";
                return Outcome::Refused(Why::new(Reason::Malformed, detail));
            }
            Verdict::Continue(challenge) => return Outcome::Continued(challenge),
        };
    }
}

/// Makes the answer to a refusal, with the account that it needs.
pub fn refuse(
    verifier: &dyn Verifier,
    request: &Received<'_>,
    why: &Why,
    directory: &dyn Directory,
) -> Refusal {
    let wanted = verifier.refusal_wants(request, why);
    let found = wanted.and_then(|query| directory.find(&query));
    verifier.refuse(request, why, found.as_deref())
}
