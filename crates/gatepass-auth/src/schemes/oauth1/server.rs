//! The server's side: which requests are taken, and why the others are not (RFC 5849 section 3.2).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::claim::Claim;
use super::descriptor::{DESCRIPTOR, ID, WORD};
use super::questions::{client_of, token_of};
use super::rsa_key::PublicKey;
use super::signature::{self, Method};
use super::wire::{Presented, is_form};
use crate::accounts::Account;
use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::env::{Env, NoRandomness, Timestamp};
use crate::hash::Hash;
use crate::received::Received;
use crate::replay::{ReplayCache, Replayed};
use crate::secret::Secret;
use crate::verifier::{Accepted, Check, ServerSetup, Verdict, Verifier};
use crate::why::{Reason, Why};
use crate::workings::Workings;

/// How far a timestamp may lie from the server's clock, in seconds.
const WINDOW: u64 = 600;

/// The server's side of OAuth 1.0a.
pub struct Server {
    realm: String,
    methods: Vec<Method>,
    token_required: bool,
    lenient: bool,
    replay: Arc<dyn ReplayCache>,
}

impl Server {
    /// Takes every method, and requests of clients without a token too.
    pub fn new(setup: &ServerSetup) -> Self {
        Self {
            realm: setup.realm.clone(),
            methods: Method::ALL.to_vec(),
            token_required: false,
            lenient: setup.lenient,
            replay: Arc::clone(&setup.replay),
        }
    }

    /// Takes these methods only.
    #[must_use]
    pub fn methods(mut self, methods: impl Into<Vec<Method>>) -> Self {
        self.methods = methods.into();
        self
    }

    /// Refuses requests without a token: then an accepted identity is always the holder of one, and never a client.
    #[must_use]
    pub fn token_required(mut self) -> Self {
        self.token_required = true;
        self
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("realm", &self.realm)
            .field("methods", &self.methods)
            .field("token_required", &self.token_required)
            .field("lenient", &self.lenient)
            .finish_non_exhaustive()
    }
}

impl Verifier for Server {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        let mut challenge = Challenge::new(WORD);
        challenge.params.quoted("realm", self.realm.as_str());
        Ok(vec![challenge])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(OAuthCheck {
            server: self,
            claim: None,
            consumer: None,
            workings: Workings::default(),
        })
    }
}

struct OAuthCheck<'a> {
    server: &'a Server,
    claim: Option<Claim>,
    /// The answer to the first look-up, once it has come.
    consumer: Option<Option<Arc<Account>>>,
    workings: Workings,
}

impl Check for OAuthCheck<'_> {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        if is_form(request.headers) && request.body.is_none() {
            return Verdict::NeedBody;
        }
        self.workings.clear();
        let claim = Presented::of(request).and_then(|presented| {
            let methods = &self.server.methods;
            Claim::read(presented, request, methods, &mut self.workings)
        });
        match claim.and_then(|claim| self.server.allow(claim, request)) {
            Ok(claim) if claim.body_hash.is_some() && request.body.is_none() => Verdict::NeedBody,
            Ok(claim) => {
                let key = claim.consumer.clone();
                self.claim = Some(claim);
                Verdict::Lookup(client_of(key))
            }
            Err(why) => why.with_workings(self.workings.clone()).into(),
        }
    }

    fn resume(&mut self, request: &Received<'_>, found: Option<Arc<Account>>) -> Verdict {
        let Some(claim) = self.claim.take() else {
            return Why::new(Reason::Missing, "the request has not been looked at").into();
        };
        let (consumer, token) = match (self.consumer.take(), &claim.token) {
            // An unknown client's token is looked up like any other: both refusals take the same path.
            (None, Some(token)) => {
                let (consumer, token) = (claim.consumer.clone(), token.clone());
                self.consumer = Some(found);
                self.claim = Some(claim);
                return Verdict::Lookup(token_of(consumer, token));
            }
            (None, None) => (found, None),
            (Some(consumer), _) => (consumer, found),
        };
        let mut workings = std::mem::take(&mut self.workings);
        let identity = identify(&claim, consumer, token, request.env.now(), &mut workings)
            .and_then(|identity| {
                self.server.check_body(&claim, request, &mut workings)?;
                self.server.admit(&claim, request.env.now())?;
                Ok(identity)
            });
        match identity {
            Ok(identity) => Verdict::Accept(Accepted::new(identity, workings)),
            Err(why) => why.with_workings(workings).into(),
        }
    }
}

impl Server {
    /// Refuses what this server does not want to see, whoever sends it.
    fn allow(&self, claim: Claim, request: &Received<'_>) -> Result<Claim, Why> {
        if self.token_required && claim.token.is_none() {
            return Err(Why::new(
                Reason::Malformed,
                "the parameter oauth_token is missing",
            ));
        }
        // RFC 5849 section 3.4.4.
        if claim.method == Method::Plaintext && !request.space.is_private() {
            let detail = "PLAINTEXT sends the secrets themselves, and is taken over TLS only";
            return Err(Why::new(Reason::Mismatch, detail));
        }
        if claim.body_hash.is_some() && is_form(request.headers) {
            let detail = "oauth_body_hash must not come with a form, which is signed itself";
            return Err(Why::new(Reason::Malformed, detail));
        }
        Ok(claim)
    }

    /// Compares the body with its signed hash, if there is one. Without one the body is not protected, which the extension
    /// allows.
    fn check_body(
        &self,
        claim: &Claim,
        request: &Received<'_>,
        workings: &mut Workings,
    ) -> Result<(), Why> {
        let Some(given) = &claim.body_hash else {
            return Ok(());
        };
        let body = request.body.unwrap_or_default();
        let computed = signature::body_hash(claim.method.hash(), body);
        workings.show("body hash", computed.as_str());
        // oauthlib hashes with SHA-1 whatever the signature method.
        let habit = self.lenient && signature::body_hash(Hash::Sha1, body) == *given;
        if computed == *given || habit {
            return Ok(());
        }
        let detail = format!("oauth_body_hash is {given:?}, and the body's hash is {computed:?}");
        Err(Why::new(Reason::Mismatch, detail))
    }

    /// Takes each timestamp and nonce once (RFC 5849 section 3.3). Called last, when all else was found right.
    fn admit(&self, claim: &Claim, now: Timestamp) -> Result<(), Why> {
        let Some((timestamp, nonce)) = &claim.moment else {
            return Ok(());
        };
        if timestamp.abs_diff(now) > WINDOW {
            let detail = format!(
                "oauth_timestamp is {timestamp}, and the server's clock says {now}: more than {WINDOW} seconds apart"
            );
            return Err(Why::new(Reason::Stale, detail));
        }
        let expires = timestamp.saturating_add(WINDOW);
        match self
            .replay
            .admit(&replay_key(claim, *timestamp, nonce), 1, expires, now)
        {
            Ok(()) => Ok(()),
            Err(Replayed::Forgotten) => {
                let detail = "the server no longer remembers the nonces of this oauth_timestamp";
                Err(Why::new(Reason::Stale, detail))
            }
            Err(Replayed::Used) => {
                let detail = "this nonce was used before with this timestamp";
                Err(Why::new(Reason::Replayed, detail))
            }
        }
    }
}

/// Returns a key of fixed length. Each part is preceded by its length, so that no two claims share one.
fn replay_key(claim: &Claim, timestamp: Timestamp, nonce: &str) -> String {
    let token = claim.token.as_deref().unwrap_or_default();
    let parts = [&claim.consumer, token, &timestamp.to_string(), nonce];
    let joined: String = parts
        .iter()
        .map(|part| format!("{}:{part}", part.len()))
        .collect();
    format!("{ID}:{}", Hash::Sha256.hex(&[joined.as_bytes()]))
}

/// Finds out whose request it is: the holder of the token, or the client where there is none.
///
/// The signature is computed and compared whether or not the accounts exist.
fn identify(
    claim: &Claim,
    consumer: Option<Arc<Account>>,
    token: Option<Arc<Account>>,
    now: Timestamp,
    workings: &mut Workings,
) -> Result<String, Why> {
    let known = consumer.is_some() && token.is_some() == claim.token.is_some();
    let consumer = consumer.unwrap_or_default();
    let right = if claim.method.is_rsa() {
        is_signed_by(claim, consumer.public_key.as_deref(), workings)
    } else {
        is_signed_with(
            claim,
            &consumer,
            token.as_ref().map(|token| &token.secret),
            workings,
        )
    };
    if !(right & known) {
        let detail = "the signature is not that of this client, token and request";
        return Err(Why::new(Reason::WrongSecret, detail));
    }
    let ended = |account: &Account| account.expires.is_some_and(|expires| expires <= now);
    if ended(&consumer) || token.as_deref().is_some_and(ended) {
        return Err(Why::new(
            Reason::Expired,
            "the token or the client has expired",
        ));
    }
    Ok(token.unwrap_or(consumer).name.clone())
}

fn is_signed_by(claim: &Claim, public_key: Option<&str>, workings: &mut Workings) -> bool {
    let key = public_key.map(PublicKey::from_pem);
    if let Some(Err(error)) = &key {
        workings.show("public key", error.to_string());
    }
    let signature = STANDARD
        .decode(claim.signature.expose())
        .unwrap_or_default();
    let is_signature_of = |key: &PublicKey| {
        key.is_signature(
            claim.method.hash(),
            claim.base_string.as_bytes(),
            &signature,
        )
    };
    match key {
        Some(Ok(key)) => is_signature_of(&key),
        _ => {
            // For the time that it takes: nobody has this key, and whoever has it nevertheless is nobody.
            std::hint::black_box(is_signature_of(PublicKey::of_nobody()));
            false
        }
    }
}

fn is_signed_with(
    claim: &Claim,
    consumer: &Account,
    token_secret: Option<&Secret>,
    workings: &mut Workings,
) -> bool {
    let key = signature::signing_key(&consumer.secret, token_secret);
    let text = key.expose_str().unwrap_or_default();
    workings.conceal("signing key", text);
    let right = if claim.method == Method::Plaintext {
        workings.conceal("signature", text);
        key.matches(claim.signature.expose())
    } else {
        let expected = signature::hmac(claim.method, &key, &claim.base_string);
        workings.conceal("signature", expected.as_str());
        Secret::from(expected).matches(claim.signature.expose())
    };
    // A client that is known by its public key alone has no secret, and everybody could sign with none.
    let no_secret = token_secret.is_none_or(Secret::is_empty) || consumer.public_key.is_some();
    right & !(consumer.secret.is_empty() && no_secret)
}
