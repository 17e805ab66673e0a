//! The client's side: it keeps a nonce and its count for each origin, and answers what is asked.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::challenge;
use crate::descriptor::Descriptor;
use crate::env::Env;
use crate::error::{AuthError, CredentialError, Misuse, PeerError};
use crate::exchange_view::{Incoming, Outgoing};
use crate::hash::{Hasher, constant_time_eq, hex};
use crate::headers::Headers;
use crate::params::{Params, parse_params};
use crate::scheme::{Flow, Needs, Scheme};
use crate::secret::Secret;
use crate::space::Space;
use crate::step::{BodyCheck, Step, Via};
use crate::workings::Workings;

use super::algorithm::Algorithm;
use super::descriptor::DESCRIPTOR;
use super::response::Qop;
use super::response::{Input, user_hash};
use super::wire::{Answer, Challenge, write};

/// The client's side of Digest. One value serves any number of threads and origins.
pub struct Digest {
    username: Secret,
    password: Secret,
    algorithm: Option<Algorithm>,
    qop: Option<Qop>,
    sessions: Mutex<HashMap<Space, Arc<Session>>>,
}

/// A nonce that may be used again, with the count of its uses.
struct Session {
    challenge: Challenge,
    /// `H(user ":" realm ":" password)` and the steps that led to it, computed once.
    user_hash: Secret,
    workings: Workings,
    /// A `-sess` algorithm binds the session to the first client nonce; the others draw one for each request.
    cnonce: Option<String>,
    count: AtomicU32,
}

impl Digest {
    /// Takes a user name and a password, both sent as UTF-8.
    pub fn new(username: impl Into<Secret>, password: impl Into<Secret>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
            algorithm: None,
            qop: None,
            sessions: Mutex::default(),
        }
    }

    /// Answers challenges of this algorithm only.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Prefers this quality of protection where it is offered. Without it, `auth` is preferred.
    #[must_use]
    pub fn with_qop(mut self, qop: Qop) -> Self {
        self.qop = Some(qop);
        self
    }

    /// Reads a challenge if it can be answered with these settings.
    fn read(&self, challenge: &challenge::Challenge) -> Option<Challenge> {
        if !challenge.is("Digest") {
            return None;
        }
        let read = Challenge::read(challenge).ok()?;
        self.algorithm
            .is_none_or(|wanted| wanted == read.algorithm)
            .then_some(read)
    }

    /// Returns the strongest challenge that can be answered.
    fn strongest(&self, challenges: &[challenge::Challenge]) -> Option<Challenge> {
        let readable = challenges
            .iter()
            .filter_map(|challenge| self.read(challenge));
        // Among equals the first counts: a list is in the server's order of preference.
        readable.fold(None, |best: Option<Challenge>, next| match best {
            Some(best) if rank(&best) >= rank(&next) => Some(best),
            _ => Some(next),
        })
    }

    fn session(&self, space: &Space) -> Option<Arc<Session>> {
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(space)
            .cloned()
    }

    fn store(&self, space: &Space, session: Arc<Session>) {
        self.sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(space.clone(), session);
    }

    /// Drops a session, unless another thread has put a newer one in its place.
    fn drop_session(&self, space: &Space, session: &Arc<Session>) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions
            .get(space)
            .is_some_and(|present| Arc::ptr_eq(present, session))
        {
            sessions.remove(space);
        }
    }

    fn start(&self, challenge: Challenge, env: &dyn Env) -> Result<Session, AuthError> {
        let mut workings = Workings::default();
        let (user, password) = (self.username.expose(), self.password.expose());
        let user_hash = user_hash(
            challenge.algorithm,
            user,
            &challenge.realm,
            password,
            &mut workings,
        );
        let is_session = challenge.algorithm.is_session();
        Ok(Session {
            user_hash,
            workings,
            cnonce: is_session.then(|| env.nonce()).transpose()?,
            count: AtomicU32::new(0),
            challenge,
        })
    }

    fn qop(&self, challenge: &Challenge) -> Option<Qop> {
        let offered = challenge.qop.as_ref()?;
        let preferred = self.qop.filter(|qop| offered.contains(qop));
        preferred
            .or_else(|| offered.iter().copied().find(|qop| *qop == Qop::Auth))
            .or_else(|| offered.first().copied())
    }
}

/// Ranks a challenge: the hash function first, then whether it has a qop.
fn rank(challenge: &Challenge) -> u8 {
    challenge.algorithm.strength() + u8::from(challenge.qop.is_some())
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Digest")
            .field("algorithm", &self.algorithm)
            .field("qop", &self.qop)
            .finish_non_exhaustive()
    }
}

impl Scheme for Digest {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn can_answer(&self, challenge: &challenge::Challenge) -> bool {
        self.read(challenge).is_some()
    }

    fn strength(&self, challenge: &challenge::Challenge) -> u8 {
        DESCRIPTOR.strength + self.read(challenge).map_or(0, |read| rank(&read))
    }

    fn begin(self: Arc<Self>, space: &Space) -> Box<dyn Flow> {
        Box::new(Conversation {
            session: self.session(space),
            space: space.clone(),
            scheme: self,
            answered: false,
            sent: None,
            retries: 0,
        })
    }
}

/// How many new nonces one conversation takes up: a server that calls each of them stale is not worth more.
const MAX_RETRIES: usize = 3;

struct Conversation {
    scheme: Arc<Digest>,
    space: Space,
    session: Option<Arc<Session>>,
    /// Whether the present session is the answer to a challenge of this conversation.
    answered: bool,
    sent: Option<Sent>,
    retries: usize,
}

/// What the last attempt carried, to check the server's proof against.
#[derive(Clone)]
struct Sent {
    session: Arc<Session>,
    uri: Vec<u8>,
    protection: Option<(Qop, String, Vec<u8>)>,
}

impl Sent {
    fn input(&self) -> Input<'_> {
        Input {
            algorithm: self.session.challenge.algorithm,
            nonce: &self.session.challenge.nonce,
            protection: self
                .protection
                .as_ref()
                .map(|(qop, nc, cnonce)| (*qop, nc.as_str(), cnonce.as_slice())),
            method: "",
            uri: &self.uri,
            body: &[],
        }
    }
}

impl Flow for Conversation {
    fn needs(&self) -> Needs {
        let session = self.session.as_deref();
        let covers_body = session.filter(|it| self.scheme.qop(&it.challenge) == Some(Qop::AuthInt));
        covers_body.map_or_else(Needs::default, |it| {
            Needs::digests([it.challenge.algorithm.hash()])
        })
    }

    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        self.sent = None;
        let Some(session) = self.session.clone() else {
            // The challenge is still to come, and the body will have to go with the answer to it.
            let replayable = message.body.is_replayable();
            return if replayable {
                Ok(Step::Done)
            } else {
                Err(Misuse::BodyNotReplayable.into())
            };
        };
        let username = self.scheme.username.expose();
        if username.iter().any(u8::is_ascii_control) {
            return Err(CredentialError::ControlCharacter { field: "user name" }.into());
        }
        let challenge = &session.challenge;
        let protection = match self.scheme.qop(challenge) {
            None => None,
            Some(qop) => {
                let Some(count) = next_count(&session.count) else {
                    self.scheme.drop_session(&self.space, &session);
                    self.session = None;
                    return self.authorize(message);
                };
                let cnonce = match &session.cnonce {
                    Some(cnonce) => cnonce.clone(),
                    None => message.env.nonce()?,
                };
                Some((qop, format!("{count:08x}"), cnonce.into_bytes()))
            }
        };
        let sent = Sent {
            uri: message.target.clone().into_bytes(),
            session: Arc::clone(&session),
            protection,
        };
        let covers_body = matches!(sent.protection, Some((Qop::AuthInt, _, _)));
        let body_hash = if covers_body {
            hex(&message.body_digest(challenge.algorithm.hash())?)
        } else {
            String::new()
        };
        let input = Input {
            method: message.method,
            ..sent.input()
        };
        *message.workings = session.workings.clone();
        let response = input.response_over(&body_hash, &session.user_hash, message.workings);
        message.set_credentials(self.credentials(&sent, &response));
        self.sent = Some(sent);
        Ok(Step::Done)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        if !message.is_refusal() {
            return self.accepted(message);
        }
        let Some(challenge) = self.scheme.strongest(message.challenges) else {
            return Ok(Step::Done);
        };
        if let Some(sent) = self.sent.take() {
            self.scheme.drop_session(&self.space, &sent.session);
            // An answer to a challenge of this very conversation was rejected: the credential is wrong, unless the
            // server says that only the nonce was (RFC 7616 section 3.3). A nonce from an earlier conversation may be
            // too old without the server saying so, and its protection space may be another.
            if self.answered && !challenge.stale {
                return Ok(Step::Done);
            }
        }
        if self.retries == MAX_RETRIES {
            return Ok(Step::Done);
        }
        self.retries += 1;
        let session = Arc::new(self.scheme.start(challenge, message.env)?);
        self.scheme.store(&self.space, Arc::clone(&session));
        self.session = Some(session);
        self.answered = true;
        Ok(Step::Retry(Via::Any))
    }
}

impl Conversation {
    fn credentials(&self, sent: &Sent, response: &str) -> Vec<u8> {
        let challenge = &sent.session.challenge;
        let username = self.scheme.username.expose();
        let algorithm = challenge.algorithm;
        let hashed = challenge.userhash.then(|| {
            // RFC 7616 section 3.4.4.
            algorithm.hash().hex(&[username, b":", &challenge.realm])
        });
        let protection = sent.protection.as_ref();
        let answer = Answer {
            username: hashed.as_ref().map_or(username, String::as_bytes),
            userhash: challenge.userhash,
            realm: &challenge.realm,
            nonce: &challenge.nonce,
            uri: &sent.uri,
            response,
            algorithm: challenge.names_algorithm.then(|| algorithm.name()),
            opaque: challenge.opaque.as_deref(),
            protection: protection.map(|(qop, nc, cnonce)| (qop.name(), nc.as_str(), &**cnonce)),
        };
        // Only a server that speaks of UTF-8 can be expected to know username* (RFC 7616 section 3.4).
        let ext_username = challenge.utf8 && !challenge.userhash && !username.is_ascii();
        write(&answer, ext_username)
    }

    /// Takes up the server's next nonce, and checks its proof (RFC 7616 section 3.5): at once, or while the body comes where it
    /// is covered.
    fn accepted(&self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        let (Some(sent), Some(value)) = (&self.sent, message.headers.get(self.space.info_header()))
        else {
            return Ok(Step::Done);
        };
        let (info, _) = parse_params(value);
        let mut step = Step::Done;
        if let Some(rspauth) = info.text("rspauth") {
            let qop = info.text("qop").and_then(|qop| Qop::find(&qop));
            let proof = Proof {
                sent: sent.clone(),
                qop,
                rspauth: rspauth.to_ascii_lowercase(),
                body: Hasher::new(sent.session.challenge.algorithm.hash()),
            };
            proof.is_of(sent, &info)?;
            if qop == Some(Qop::AuthInt) {
                step = Step::Check(Box::new(proof));
            } else {
                proof.check("")?;
            }
        }
        if let Some(nonce) = info.get("nextnonce").filter(|nonce| !nonce.is_empty()) {
            let challenge = Challenge {
                nonce: nonce.to_vec(),
                ..sent.session.challenge.clone()
            };
            let session = self.scheme.start(challenge, message.env)?;
            self.scheme.store(&self.space, Arc::new(session));
        }
        Ok(step)
    }
}

/// The server's proof that it knows the password, which may cover the body of its response.
struct Proof {
    sent: Sent,
    /// The server may prove itself with another quality of protection than the request had.
    qop: Option<Qop>,
    rspauth: String,
    body: Hasher,
}

const WRONG: PeerError = PeerError::BadProof { scheme: "Digest" };

impl Proof {
    /// Checks that the proof is for this request: count and client nonce are the request's.
    fn is_of(&self, sent: &Sent, info: &Params) -> Result<(), AuthError> {
        let Some((_, nc, cnonce)) = &sent.protection else {
            return Ok(());
        };
        let same = |name: &str, value: &[u8]| info.get(name).is_none_or(|given| given == value);
        if same("nc", nc.as_bytes()) && same("cnonce", cnonce) {
            Ok(())
        } else {
            Err(WRONG.into())
        }
    }

    fn check(&self, body_hash: &str) -> Result<(), AuthError> {
        let mut input = self.sent.input();
        if let (Some(protection), Some(qop)) = (&mut input.protection, self.qop) {
            protection.0 = qop;
        }
        let expected = input.rspauth_over(body_hash, &self.sent.session.user_hash);
        if constant_time_eq(expected.as_bytes(), self.rspauth.as_bytes()) {
            Ok(())
        } else {
            Err(WRONG.into())
        }
    }
}

impl BodyCheck for Proof {
    fn update(&mut self, chunk: &[u8]) {
        self.body.update(chunk);
    }

    fn finish(self: Box<Self>, _trailers: &Headers) -> Result<(), AuthError> {
        self.check(&hex(&self.body.clone().finish()))
    }
}

/// Takes the next count, which no other thread gets; `None` when eight digits are used up.
fn next_count(count: &AtomicU32) -> Option<u32> {
    count
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(1)
        })
        .ok()
        .map(|used| used + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_user_nor_password() {
        let shown = format!("{:?}", Digest::new("alice", "s3cret"));
        assert!(
            !shown.contains("s3cret") && !shown.contains("alice"),
            "{shown}"
        );
    }

    #[test]
    fn the_count_ends_instead_of_starting_again() {
        let count = AtomicU32::new(u32::MAX - 1);
        assert_eq!(next_count(&count), Some(u32::MAX));
        assert_eq!(next_count(&count), None);
    }
}
