//! The server's side: stateless nonces, and a check of everything that the challenge said.

use std::sync::Arc;

use crate::accounts::{Account, Query};
use crate::challenge;
use crate::descriptor::Descriptor;
use crate::env::{Env, NoRandomness, Timestamp};
use crate::hash::constant_time_eq;
use crate::headers::Headers;
use crate::params::{Params, text};
use crate::received::Received;
use crate::replay::{ReplayCache, Replayed};
use crate::seal::{Answer, Seal};
use crate::secret::Secret;
use crate::verifier::{Accepted, Check, ServerSetup, Verdict, Verifier};
use crate::why::{Reason, Why};
use crate::workings::Workings;

use super::algorithm::Algorithm;
use super::descriptor::DESCRIPTOR;
use super::nonce::Nonces;
use super::response::Qop;
use super::response::{Input, user_hash};
use super::wire::{Response, read_count};

/// How long a nonce lasts unless said otherwise, in seconds.
const LIFETIME: u64 = 300;

/// The server's side of Digest.
///
/// It offers SHA-256 and MD5, in that order, with `auth` and `auth-int`, unless told otherwise.
pub struct Server {
    realm: String,
    nonces: Nonces,
    replay: Arc<dyn ReplayCache>,
    lenient: bool,
    algorithms: Vec<Algorithm>,
    qop: Vec<Qop>,
    userhash: bool,
    next_nonce: bool,
    max_uses: Option<u64>,
}

impl Server {
    /// Uses the realm, the key and the memory of `setup`.
    pub fn new(setup: &ServerSetup) -> Self {
        Self {
            nonces: Nonces::new(setup.key.clone(), setup.realm.clone(), LIFETIME),
            realm: setup.realm.clone(),
            replay: Arc::clone(&setup.replay),
            lenient: setup.lenient,
            algorithms: vec![Algorithm::SHA_256, Algorithm::MD5],
            qop: vec![Qop::Auth, Qop::AuthInt],
            userhash: false,
            next_nonce: false,
            max_uses: None,
        }
    }

    /// Offers these algorithms, the preferred one first, and accepts no other.
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Offers these qualities of protection and accepts no other. An empty list is RFC 2069, where each nonce is good
    /// for one request, since nothing else would stop a replay.
    #[must_use]
    pub fn with_qop(mut self, qop: impl IntoIterator<Item = Qop>) -> Self {
        self.qop = qop.into_iter().collect();
        self
    }

    /// Takes hashed user names, and says so in the challenge (RFC 7616 section 3.4.4).
    #[must_use]
    pub fn with_userhash(mut self) -> Self {
        self.userhash = true;
        self
    }

    /// Gives a new nonce with every success (`nextnonce`, RFC 7616 section 3.5).
    #[must_use]
    pub fn with_next_nonce(mut self) -> Self {
        self.next_nonce = true;
        self
    }

    /// Refuses nonces older than this many seconds.
    #[must_use]
    pub fn with_lifetime(mut self, seconds: u64) -> Self {
        self.nonces = self.nonces.with_lifetime(seconds);
        self
    }

    /// Calls a nonce stale after this many uses; with 0, every nonce is.
    #[must_use]
    pub fn with_max_uses(mut self, uses: u64) -> Self {
        self.max_uses = Some(uses);
        self
    }
}

impl Verifier for Server {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn challenge(
        &self,
        why: &Why,
        env: &dyn Env,
    ) -> Result<Vec<challenge::Challenge>, NoRandomness> {
        let nonce = self.nonces.issue(env)?;
        let opaque = self.nonces.opaque();
        let qop: Vec<&str> = self.qop.iter().map(|qop| qop.name()).collect();
        let one = |algorithm: &Algorithm| {
            let mut challenge = challenge::Challenge::new("Digest");
            let params = &mut challenge.params;
            params.quoted("realm", self.realm.as_str());
            if !qop.is_empty() {
                params.quoted("qop", qop.join(", "));
            }
            params.bare("algorithm", algorithm.name());
            params.quoted("nonce", nonce.as_str());
            params.quoted("opaque", opaque.as_str());
            params.bare("charset", "UTF-8");
            if self.userhash {
                params.bare("userhash", "true");
            }
            // The secret was right, only the nonce was not: the client need not ask its user again.
            if matches!(why.reason, Reason::Stale | Reason::Replayed) {
                params.bare("stale", "true");
            }
            challenge
        };
        Ok(self.algorithms.iter().map(one).collect())
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(DigestCheck {
            server: self,
            claim: None,
            workings: Workings::default(),
        })
    }
}

struct DigestCheck<'a> {
    server: &'a Server,
    claim: Option<Claim>,
    workings: Workings,
}

/// Credentials that say what the challenge said; whether the secret is right is still to be seen.
struct Claim {
    response: Response,
    algorithm: Algorithm,
    qop: Option<Qop>,
    count: u64,
    expires: Timestamp,
}

impl Check for DigestCheck<'_> {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        let claim = match self.server.claim(request) {
            Ok(claim) => claim,
            Err(why) => return why.into(),
        };
        if claim.qop == Some(Qop::AuthInt) && request.body.is_none() {
            return Verdict::NeedBody;
        }
        let username = text(&claim.response.username).into_owned();
        let query = if claim.response.userhash {
            let hash = username.to_ascii_lowercase();
            Query::user(hash).hashed(claim.algorithm.hash(), self.server.realm.as_str())
        } else {
            Query::user(username)
        };
        self.claim = Some(claim);
        Verdict::Lookup(query)
    }

    fn resume(&mut self, request: &Received<'_>, found: Option<Arc<Account>>) -> Verdict {
        let Some(claim) = self.claim.take() else {
            return Why::new(Reason::Missing, "the request has not been looked at").into();
        };
        // An unknown user takes the same path, with a password that nobody can have typed.
        let known = found.is_some();
        let account = found.unwrap_or_else(|| Arc::new(Account::new("", vec![0xff; 16])));
        let user = if claim.response.userhash {
            account.name.as_bytes()
        } else {
            &claim.response.username
        };
        let realm = self.server.realm.as_bytes();
        let workings = &mut self.workings;
        let user_hash = user_hash(
            claim.algorithm,
            user,
            realm,
            account.secret.expose(),
            workings,
        );
        let input = claim.input(request.method, request.body.unwrap_or_default());
        let expected = input.response(&user_hash, workings);
        let right = constant_time_eq(expected.as_bytes(), claim.response.response.as_bytes());
        if !right || !known {
            let detail =
                "the user name or the password is wrong, or the request was changed on its way";
            return self.reject(Reason::WrongSecret, detail);
        }
        if let Err((reason, detail)) = self.server.admit(&claim, request.env) {
            return self.reject(reason, detail);
        }
        let mut accepted = Accepted::new(account.name.as_str(), std::mem::take(&mut self.workings));
        let nonces = self.server.next_nonce.then_some(&self.server.nonces);
        // Without random numbers the client has to ask for its next nonce, and hears there why there is none.
        let next_nonce = nonces.and_then(|nonces| nonces.issue(request.env).ok());
        accepted.seal = Some(Arc::new(Proof {
            claim,
            user_hash,
            next_nonce,
            header: request.space.info_header(),
        }));
        Verdict::Accept(accepted)
    }
}

/// The server's proof that it knows the password too (RFC 7616 section 3.5): with auth-int it covers the response's body.
struct Proof {
    claim: Claim,
    user_hash: Secret,
    next_nonce: Option<String>,
    header: &'static str,
}

impl Seal for Proof {
    fn seal(&self, answer: &Answer<'_>) -> Headers {
        let mut info = Params::new();
        let covered = match self.claim.qop {
            Some(Qop::Auth) => Some(&[][..]),
            Some(Qop::AuthInt) => answer.body,
            None => None,
        };
        let protection = self.claim.protection();
        if let (Some(covered), Some((qop, nc, cnonce))) = (covered, protection) {
            // No method is in it.
            let input = self.claim.input("", &[]);
            info.quoted("rspauth", input.rspauth(&self.user_hash, covered));
            info.bare("qop", qop.name());
            info.bare("nc", nc);
            info.quoted("cnonce", cnonce);
        }
        if let Some(nonce) = &self.next_nonce {
            info.quoted("nextnonce", nonce.as_str());
        }
        let mut headers = Headers::new();
        if !info.is_empty() {
            headers.set(self.header, info.to_bytes());
        }
        headers
    }
}

impl DigestCheck<'_> {
    fn reject(&mut self, reason: Reason, detail: &str) -> Verdict {
        Why::new(reason, detail)
            .with_workings(std::mem::take(&mut self.workings))
            .into()
    }
}

impl Claim {
    fn protection(&self) -> Option<(Qop, &str, &[u8])> {
        let (_, nc, cnonce) = self.response.protection.as_ref()?;
        Some((self.qop?, nc, cnonce))
    }

    fn input<'a>(&'a self, method: &'a str, body: &'a [u8]) -> Input<'a> {
        Input {
            algorithm: self.algorithm,
            nonce: &self.response.nonce,
            protection: self.protection(),
            method,
            uri: &self.response.uri,
            body,
        }
    }
}

impl Server {
    /// Compares the credentials with what the challenge said. No secret is needed for that, so that the order in which
    /// things are compared tells nobody anything.
    fn claim(&self, request: &Received<'_>) -> Result<Claim, Why> {
        let malformed = |detail: String| {
            Why::new(
                Reason::Malformed,
                format!("the Digest credentials are malformed: {detail}"),
            )
        };
        let credentials = request.credentials_for(&DESCRIPTOR)?;
        let response = Response::read(&credentials, self.lenient).map_err(malformed)?;
        if response.realm != self.realm.as_bytes() {
            return Err(mismatch("realm", &self.realm, &text(&response.realm)));
        }
        let algorithm = self.algorithm_of(&response)?;
        let (qop, count) = self.protection_of(&response)?;
        if response.userhash && !self.userhash {
            return Err(mismatch("userhash", "false", "true"));
        }
        let opaque = self.nonces.opaque();
        match &response.opaque {
            Some(given) if *given != opaque.as_bytes() => {
                return Err(mismatch("opaque", &opaque, &text(given)));
            }
            None if !self.lenient => return Err(mismatch("opaque", &opaque, "")),
            _ => {}
        }
        if !self.names_target(&response.uri, request) {
            // RFC 7616 section 3.4.6.
            let detail = format!(
                "uri is {:?} and the request is for {:?}",
                text(&response.uri),
                request.target
            );
            return Err(Why::new(Reason::Malformed, detail));
        }
        let Some(expires) = self.nonces.expiry(&response.nonce) else {
            return Err(Why::new(
                Reason::Mismatch,
                "the nonce is not one of this server's",
            ));
        };
        Ok(Claim {
            response,
            algorithm,
            qop,
            count,
            expires,
        })
    }

    fn algorithm_of(&self, response: &Response) -> Result<Algorithm, Why> {
        let name = response.algorithm.as_deref().unwrap_or("MD5");
        let offered = || {
            self.algorithms
                .iter()
                .map(|known| known.name())
                .collect::<Vec<_>>()
                .join(" or ")
        };
        Algorithm::find(name)
            .filter(|algorithm| self.algorithms.contains(algorithm))
            .ok_or_else(|| mismatch("algorithm", &offered(), name))
    }

    /// Returns the quality of protection and the count of this use.
    fn protection_of(&self, response: &Response) -> Result<(Option<Qop>, u64), Why> {
        let offered = || {
            self.qop
                .iter()
                .map(|qop| qop.name())
                .collect::<Vec<_>>()
                .join(" or ")
        };
        match &response.protection {
            None if self.qop.is_empty() => Ok((None, 1)),
            None => Err(mismatch("qop", &offered(), "")),
            Some((name, nc, cnonce)) => {
                let qop = Qop::find(name).filter(|qop| self.qop.contains(qop));
                let qop = qop.ok_or_else(|| mismatch("qop", &offered(), name))?;
                let count = read_count(nc).ok_or_else(|| {
                    Why::new(
                        Reason::Malformed,
                        format!("nc is {nc:?}, not eight hexadecimal digits from 1 on"),
                    )
                })?;
                if cnonce.is_empty() {
                    return Err(Why::new(Reason::Malformed, "cnonce is empty"));
                }
                Ok((Some(qop), count))
            }
        }
    }

    /// Says whether `uri` names what is requested: the same bytes, or an absolute form of them (RFC 7616 section 3.4.6).
    fn names_target(&self, uri: &[u8], request: &Received<'_>) -> bool {
        let target = request.target.as_bytes();
        let origin = request.space.to_string();
        let relative = |whole: &'_ [u8]| whole.strip_prefix(origin.as_bytes()).map(<[u8]>::to_vec);
        let same = uri == target
            || relative(uri).is_some_and(|path| path == target)
            || relative(target).is_some_and(|path| path == uri);
        // Old browsers signed the path without its query.
        same || (self.lenient && target.split(|&byte| byte == b'?').next() == Some(uri))
    }

    /// Records this use of the nonce. Called only for right credentials.
    fn admit(&self, claim: &Claim, env: &dyn Env) -> Result<(), (Reason, &'static str)> {
        let now = env.now();
        if claim.expires <= now {
            return Err((Reason::Stale, "the nonce is too old"));
        }
        if self.max_uses.is_some_and(|uses| claim.count > uses) {
            return Err((Reason::Stale, "the nonce was used often enough"));
        }
        let key = text(&claim.response.nonce);
        self.replay
            .admit(&key, claim.count, claim.expires, now)
            .map_err(|replayed| match replayed {
                Replayed::Used => (
                    Reason::Replayed,
                    "the nonce was used with this count before",
                ),
                Replayed::Forgotten => (Reason::Stale, "the nonce is too old to be remembered"),
            })
    }
}

fn mismatch(name: &str, expected: &str, given: &str) -> Why {
    let given = if given.is_empty() {
        "missing".to_owned()
    } else {
        format!("{given:?}")
    };
    Why::new(
        Reason::Mismatch,
        format!("{name} is {given}, and the challenge said {expected:?}"),
    )
}
