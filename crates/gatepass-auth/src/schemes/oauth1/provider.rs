//! The three-legged dance of a server (RFC 5849 section 2), as functions over a state in memory.
//!
//! The requests for tokens are checked by a [`super::Server`] like any other; it asks for the secrets that are kept here.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::dance::{TokenPair, add_to_query};
use super::questions::token_asked_for;
use crate::accounts::{Account, Query};
use crate::env::{Env, Timestamp};
use crate::secret::Secret;

/// How long a request token lives, in seconds.
const LIFETIME: u64 = 600;

/// The tokens that a server has given out. `Debug` shows how many.
pub struct Provider {
    capacity: usize,
    temporary: BTreeMap<String, Temporary>,
    access: BTreeMap<String, Access>,
}

struct Temporary {
    consumer: String,
    secret: Secret,
    /// `None` where the user copies the verifier by hand.
    callback: Option<String>,
    expires: Timestamp,
    approved: Option<(String, Secret)>,
}

struct Access {
    consumer: String,
    user: String,
    secret: Secret,
}

/// What a user's consent gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Approval {
    /// What proves to the client's server that this user came back.
    pub verifier: Secret,
    /// Where to send the user; `None` where the verifier is shown to them.
    pub redirect: Option<Secret>,
}

impl Default for Provider {
    /// Keeps 10,000 tokens of each kind.
    fn default() -> Self {
        Self::new(10_000)
    }
}

impl Provider {
    /// Keeps at most `capacity` request tokens, and as many access tokens.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            temporary: BTreeMap::new(),
            access: BTreeMap::new(),
        }
    }

    /// Gives a request token to a client whose request was verified (RFC 5849 section 2.1). `callback` is its
    /// `oauth_callback`: an absolute URL, or `oob`.
    ///
    /// # Errors
    /// [`ProviderError::BadCallback`] or [`ProviderError::Full`].
    pub fn issue(
        &mut self,
        consumer: &str,
        callback: &str,
        env: &dyn Env,
    ) -> Result<TokenPair, ProviderError> {
        let callback = match callback {
            "oob" => None,
            url if is_absolute(url) => Some(url.to_owned()),
            _ => return Err(ProviderError::BadCallback),
        };
        let now = env.now();
        self.temporary.retain(|_, token| token.expires > now);
        if self.temporary.len() >= self.capacity {
            return Err(ProviderError::Full);
        }
        let (name, secret) = (random(env)?, random(env)?);
        let mut pair = TokenPair::new(name.as_str(), secret.as_str());
        let confirmed = ("oauth_callback_confirmed".to_owned(), Secret::from("true"));
        pair.parameters.push(confirmed);
        let token = Temporary {
            consumer: consumer.to_owned(),
            secret: Secret::from(secret),
            callback,
            expires: now.saturating_add(LIFETIME),
            approved: None,
        };
        self.temporary.insert(name, token);
        Ok(pair)
    }

    /// Returns which client asks, for the page on which the user decides.
    pub fn consumer_of(&self, token: &str, env: &dyn Env) -> Option<&str> {
        let known = self.temporary.get(token)?;
        (known.expires > env.now()).then_some(known.consumer.as_str())
    }

    /// Records that `user` agrees (RFC 5849 section 2.2).
    ///
    /// # Errors
    /// [`ProviderError::UnknownToken`] or [`ProviderError::AlreadyApproved`].
    pub fn approve(
        &mut self,
        token: &str,
        user: &str,
        env: &dyn Env,
    ) -> Result<Approval, ProviderError> {
        let now = env.now();
        let known = self
            .temporary
            .get_mut(token)
            .filter(|known| known.expires > now)
            .ok_or(ProviderError::UnknownToken)?;
        if known.approved.is_some() {
            return Err(ProviderError::AlreadyApproved);
        }
        let verifier = Secret::from(random(env)?);
        known.approved = Some((user.to_owned(), verifier.clone()));
        let redirect = known.callback.as_deref().map(|callback| {
            let parameters = [
                ("oauth_token", token.as_bytes()),
                ("oauth_verifier", verifier.expose()),
            ];
            Secret::from(add_to_query(callback, &parameters))
        });
        Ok(Approval { verifier, redirect })
    }

    /// Records that the user does not agree, and returns where to send them, if anywhere.
    ///
    /// # Errors
    /// [`ProviderError::UnknownToken`].
    pub fn deny(&mut self, token: &str) -> Result<Option<String>, ProviderError> {
        let known = self
            .temporary
            .remove(token)
            .ok_or(ProviderError::UnknownToken)?;
        let parameters: [(&str, &[u8]); 2] = [
            ("oauth_problem", b"permission_denied"),
            ("oauth_token", token.as_bytes()),
        ];
        Ok(known
            .callback
            .map(|callback| add_to_query(&callback, &parameters)))
    }

    /// Exchanges a request token for an access token (RFC 5849 section 2.3). The request must have been verified with the
    /// request token's secret.
    ///
    /// The request token is gone after that, whatever comes of it: a verifier cannot be guessed at.
    ///
    /// # Errors
    /// [`ProviderError::UnknownToken`], [`ProviderError::NotApproved`], [`ProviderError::WrongVerifier`] or
    /// [`ProviderError::Full`].
    pub fn exchange(
        &mut self,
        consumer: &str,
        token: &str,
        verifier: &str,
        env: &dyn Env,
    ) -> Result<TokenPair, ProviderError> {
        // Another client cannot use up the token.
        let mine = |known: &Temporary| known.consumer == consumer;
        if !self.temporary.get(token).is_some_and(mine) {
            return Err(ProviderError::UnknownToken);
        }
        let known = self
            .temporary
            .remove(token)
            .filter(|known| known.expires > env.now())
            .ok_or(ProviderError::UnknownToken)?;
        let (user, expected) = known.approved.ok_or(ProviderError::NotApproved)?;
        if !expected.matches(verifier.as_bytes()) {
            return Err(ProviderError::WrongVerifier);
        }
        if self.access.len() >= self.capacity {
            return Err(ProviderError::Full);
        }
        let (name, secret) = (random(env)?, random(env)?);
        let pair = TokenPair::new(name.as_str(), secret.as_str());
        let access = Access {
            consumer: known.consumer,
            user,
            secret: Secret::from(secret),
        };
        self.access.insert(name, access);
        Ok(pair)
    }

    /// Answers [`token_of`](super::token_of) for the endpoint that gives access tokens: the secret of a request token.
    pub fn find_temporary(&self, query: &Query) -> Option<Arc<Account>> {
        let (consumer, token) = token_asked_for(query)?;
        let known = self.temporary.get(token)?;
        if known.consumer != consumer {
            return None;
        }
        let mut account = Account::new(known.consumer.as_str(), &known.secret);
        account.expires = Some(known.expires);
        Some(Arc::new(account))
    }

    /// Answers [`token_of`](super::token_of) for what is protected: the secret of an access token, and whose it is.
    pub fn find_access(&self, query: &Query) -> Option<Arc<Account>> {
        let (consumer, token) = token_asked_for(query)?;
        let known = self.access.get(token)?;
        if known.consumer != consumer {
            return None;
        }
        Some(Arc::new(Account::new(known.user.as_str(), &known.secret)))
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (temporary, access) = (self.temporary.len(), self.access.len());
        write!(
            f,
            "Provider({temporary} request tokens, {access} access tokens)"
        )
    }
}

/// 32 lower-case hexadecimal digits. Not [`Env::nonce`], which a test may fix: tokens must differ.
fn random(env: &dyn Env) -> Result<String, ProviderError> {
    let mut bytes = [0; 16];
    env.random(&mut bytes)
        .map_err(|_| ProviderError::NoRandomness)?;
    Ok(crate::hash::hex(&bytes))
}

/// Says whether this is a URL that a browser may be sent to: with an authority, so that it is no `javascript:`.
fn is_absolute(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let is_scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(is_scheme_byte)
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Why a token is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderError {
    /// The callback is neither an absolute URL nor `oob`.
    BadCallback,
    /// There is no such request token, or no longer, or it is another client's.
    UnknownToken,
    /// The user has agreed before.
    AlreadyApproved,
    /// The user has not agreed.
    NotApproved,
    /// The verifier is wrong.
    WrongVerifier,
    /// There are too many tokens.
    Full,
    /// The system gives no random numbers to make a token of.
    NoRandomness,
}

impl ProviderError {
    /// Returns the status to answer with (RFC 5849 section 3.2).
    pub fn status(self) -> u16 {
        match self {
            Self::BadCallback | Self::AlreadyApproved => 400,
            Self::UnknownToken | Self::NotApproved | Self::WrongVerifier => 401,
            Self::Full | Self::NoRandomness => 503,
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadCallback => "oauth_callback must be an absolute URL, or oob",
            Self::UnknownToken => {
                "the request token is unknown, used or expired; ask for a new one"
            }
            Self::AlreadyApproved => "the user has already agreed to this request token",
            Self::NotApproved => "the user has not agreed to this request token",
            Self::WrongVerifier => {
                "oauth_verifier is not the one that the user was given; start again"
            }
            Self::NoRandomness => "the server has no random numbers to make a token of",
            Self::Full => "the server keeps as many tokens as it can; try again later",
        })
    }
}

impl std::error::Error for ProviderError {}
