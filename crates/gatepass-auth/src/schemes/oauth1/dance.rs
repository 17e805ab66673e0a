//! The three-legged dance of a client (RFC 5849 section 2), as requests to send and answers to read.

use std::fmt;

use super::base_string::form_pairs;
use super::client::OAuth1;
use super::descriptor::WORD;
use crate::error::{AuthError, PeerError};
use crate::params::text;
use crate::percent;
use crate::secret::Secret;

/// The three addresses of a server (RFC 5849 section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "RFC 5849 section 2 names three")]
pub struct Endpoints {
    /// Where a request token comes from.
    pub request_token: String,
    /// Where the user goes.
    pub authorize: String,
    /// Where the access token comes from.
    pub access_token: String,
}

/// A client that wants a user's token.
///
/// ```
/// use gatepass_auth::OAuth1;
/// use gatepass_auth::schemes::oauth1::{Dance, Endpoints};
///
/// let dance = Dance::new(
///     OAuth1::new("key", "secret"),
///     Endpoints {
///         request_token: "https://api.example/initiate".to_owned(),
///         authorize: "https://api.example/authorize".to_owned(),
///         access_token: "https://api.example/token".to_owned(),
///     },
///     "oob",
/// );
/// // Send `dance.request_token()`; this is the answer.
/// let answer = b"oauth_token=rt&oauth_token_secret=rs&oauth_callback_confirmed=true";
/// let temporary = dance.read_request_token(200, answer)?;
/// // The user opens this address, and comes back with a verifier.
/// assert_eq!(dance.authorize_url(&temporary), "https://api.example/authorize?oauth_token=rt");
/// // Send `dance.access_token(&temporary, "473f82d3")`; this is the answer.
/// let access = dance.read_access_token(200, b"oauth_token=at&oauth_token_secret=as")?;
/// let client = dance.client(&access);
/// # Ok::<(), gatepass_auth::schemes::oauth1::DanceError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Dance {
    client: OAuth1,
    endpoints: Endpoints,
    callback: String,
}

/// A request that the dance wants sent, without a body of its own.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedRequest {
    /// What signs it.
    pub scheme: OAuth1,
    /// The method.
    pub method: &'static str,
    /// The absolute URL.
    pub url: String,
}

/// A token with its secret, and whatever else came or goes along: `user_id`, `oauth_session_handle`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenPair {
    /// `oauth_token`.
    pub token: Secret,
    /// `oauth_token_secret`.
    pub secret: Secret,
    /// The other parameters, in order.
    pub parameters: Vec<(String, Secret)>,
}

impl TokenPair {
    /// Joins a token and its secret.
    pub fn new(token: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        Self {
            token: token.into(),
            secret: secret.into(),
            parameters: Vec::new(),
        }
    }

    /// Returns the body that carries the token (RFC 5849 sections 2.1 and 2.3), `application/x-www-form-urlencoded`.
    pub fn to_form(&self) -> Secret {
        let mut form = format!(
            "oauth_token={}&oauth_token_secret={}",
            percent::encode(self.token.expose()),
            percent::encode(self.secret.expose())
        );
        for (name, value) in &self.parameters {
            form.push('&');
            form.push_str(&percent::encode(name.as_bytes()));
            form.push('=');
            form.push_str(&percent::encode(value.expose()));
        }
        Secret::from(form)
    }

    fn read(form: &[u8]) -> Option<Self> {
        let (mut token, mut secret, mut parameters) = (None, None, Vec::new());
        for (name, value) in form_pairs(form.trim_ascii()) {
            let value = Secret::new(value.into_owned());
            match name.as_ref() {
                b"oauth_token" if token.is_none() => token = Some(value),
                b"oauth_token_secret" if secret.is_none() => secret = Some(value),
                // A token twice is no answer: which of the two is meant?
                b"oauth_token" | b"oauth_token_secret" => return None,
                name => parameters.push((text(name).into_owned(), value)),
            }
        }
        Some(Self {
            token: token.filter(|token| !token.is_empty())?,
            secret: secret?,
            parameters,
        })
    }

    /// Returns the value of another parameter.
    pub fn parameter(&self, name: &str) -> Option<&Secret> {
        let named = |(known, _): &&(String, Secret)| known == name;
        self.parameters.iter().find(named).map(|(_, value)| value)
    }
}

impl Dance {
    /// Takes the client without a token, and where the user comes back to: a URL, or `oob` if they are to copy the
    /// verifier by hand.
    pub fn new(client: OAuth1, endpoints: Endpoints, callback: impl Into<String>) -> Self {
        Self {
            client,
            endpoints,
            callback: callback.into(),
        }
    }

    /// Returns the request for a request token (RFC 5849 section 2.1).
    pub fn request_token(&self) -> SignedRequest {
        SignedRequest {
            scheme: self.client.clone().callback(self.callback.as_str()),
            method: "POST",
            url: self.endpoints.request_token.clone(),
        }
    }

    /// Reads the answer to [`Dance::request_token`].
    ///
    /// # Errors
    /// [`DanceError::Refused`], [`DanceError::Unusable`] or [`DanceError::NotConfirmed`].
    pub fn read_request_token(&self, status: u16, body: &[u8]) -> Result<TokenPair, DanceError> {
        let pair = read_token(Leg::RequestToken, status, body)?;
        match pair.parameter("oauth_callback_confirmed") {
            Some(confirmed) if confirmed.expose() == b"true" => Ok(pair),
            _ => Err(DanceError::NotConfirmed),
        }
    }

    /// Returns where the user decides (RFC 5849 section 2.2).
    pub fn authorize_url(&self, temporary: &TokenPair) -> String {
        let url = &self.endpoints.authorize;
        add_to_query(url, &[("oauth_token", temporary.token.expose())])
    }

    /// Reads the URL, or its query, with which the user came back: the verifier.
    ///
    /// # Errors
    /// [`DanceError::Denied`], [`DanceError::ForeignCallback`] or [`DanceError::NoVerifier`].
    pub fn read_callback(&self, temporary: &TokenPair, url: &str) -> Result<Secret, DanceError> {
        let url = url.split('#').next().unwrap_or_default();
        let query = url.split_once('?').map_or(url, |(_, query)| query);
        let pairs: Vec<_> = form_pairs(query.as_bytes()).collect();
        let get = |wanted: &[u8]| pairs.iter().find(|(name, _)| **name == *wanted);
        // Two habits of servers: Twitter's `denied`, and the problem reporting extension.
        if get(b"denied").is_some() || get(b"oauth_problem").is_some() {
            return Err(DanceError::Denied);
        }
        let (_, token) = get(b"oauth_token").ok_or(DanceError::ForeignCallback)?;
        if !temporary.token.matches(token) {
            return Err(DanceError::ForeignCallback);
        }
        match get(b"oauth_verifier") {
            Some((_, verifier)) if !verifier.is_empty() => Ok(Secret::new(verifier.to_vec())),
            _ => Err(DanceError::NoVerifier),
        }
    }

    /// Returns the request for the access token (RFC 5849 section 2.3).
    pub fn access_token(
        &self,
        temporary: &TokenPair,
        verifier: impl Into<Secret>,
    ) -> SignedRequest {
        SignedRequest {
            scheme: self.client(temporary).verifier(verifier),
            method: "POST",
            url: self.endpoints.access_token.clone(),
        }
    }

    /// Reads the answer to [`Dance::access_token`].
    ///
    /// # Errors
    /// [`DanceError::Refused`] or [`DanceError::Unusable`].
    pub fn read_access_token(&self, status: u16, body: &[u8]) -> Result<TokenPair, DanceError> {
        read_token(Leg::AccessToken, status, body)
    }

    /// Returns the client that acts with `token`.
    pub fn client(&self, token: &TokenPair) -> OAuth1 {
        self.client.clone().token(&token.token, &token.secret)
    }
}

fn read_token(leg: Leg, status: u16, body: &[u8]) -> Result<TokenPair, DanceError> {
    if !(200..300).contains(&status) {
        let problem = form_pairs(body.trim_ascii())
            .find(|(name, _)| **name == *b"oauth_problem")
            .map(|(_, value)| {
                text(&value)
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(80)
                    .collect()
            });
        return Err(DanceError::Refused {
            leg,
            status,
            problem,
        });
    }
    TokenPair::read(body).ok_or(DanceError::Unusable { leg })
}

/// Adds parameters to the query of a URL, before its fragment.
pub(super) fn add_to_query(url: &str, parameters: &[(&str, &[u8])]) -> String {
    let (url, fragment) = url
        .split_once('#')
        .map_or((url, None), |(url, fragment)| (url, Some(fragment)));
    let mut out = url.to_owned();
    for (name, value) in parameters {
        if !out.ends_with(['?', '&']) {
            out.push(if out.contains('?') { '&' } else { '?' });
        }
        out.push_str(name);
        out.push('=');
        out.push_str(&percent::encode(value));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// The two requests of the dance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the client sends these two")]
pub enum Leg {
    /// For a request token.
    RequestToken,
    /// For an access token.
    AccessToken,
}

impl fmt::Display for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RequestToken => "a request token",
            Self::AccessToken => "an access token",
        })
    }
}

/// Why the dance ended early. None of these holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DanceError {
    /// The server refused to give a token: the client's key or secret is wrong, or the token or verifier has expired.
    Refused {
        /// What was asked for.
        leg: Leg,
        /// The status of the answer.
        status: u16,
        /// The server's `oauth_problem`, if it gave one.
        problem: Option<String>,
    },
    /// The server's answer has no token in it. The address may be that of something else.
    Unusable {
        /// What was asked for.
        leg: Leg,
    },
    /// The server did not confirm the callback (RFC 5849 section 2.1): it speaks OAuth 1.0, whose users can be made to
    /// approve an attacker's request.
    NotConfirmed,
    /// The user, or the server for them, said no.
    Denied,
    /// The callback belongs to another dance. Somebody may have sent the user there: drop it.
    ForeignCallback,
    /// The callback has no verifier.
    NoVerifier,
}

impl fmt::Display for DanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { leg, status, problem } => {
                write!(f, "the server answered {status} to the request for {leg}")?;
                if let Some(problem) = problem {
                    write!(f, " ({problem})")?;
                }
                f.write_str(match leg {
                    Leg::RequestToken => "; check the consumer key, its secret and the callback",
                    Leg::AccessToken => "; check the verifier, or start again: a request token is good once",
                })
            }
            Self::Unusable { leg } => write!(
                f,
                "the server's answer to the request for {leg} has no oauth_token and oauth_token_secret in it; check the address"
            ),
            Self::NotConfirmed => f.write_str(
                "the server did not send oauth_callback_confirmed=true, so it speaks OAuth 1.0, which is not safe; it must speak 1.0a",
            ),
            Self::Denied => f.write_str("the user did not allow it"),
            Self::ForeignCallback => f.write_str(
                "the callback is for another request token; open the address that was given last, and use what comes of it",
            ),
            Self::NoVerifier => f.write_str("the callback has no oauth_verifier in it; copy the whole address"),
        }
    }
}

impl std::error::Error for DanceError {}

impl From<DanceError> for AuthError {
    fn from(error: DanceError) -> Self {
        let problem = error.to_string();
        PeerError::Exchange {
            scheme: WORD,
            problem,
        }
        .into()
    }
}
