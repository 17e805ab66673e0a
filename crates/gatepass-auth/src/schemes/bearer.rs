//! Bearer sends a token with every request (RFC 6750), behind the word "Bearer" or any other.
//!
//! # Wire example
//!
//! ```text
//! WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="the token has expired"
//! Authorization: Bearer mF_9.B5f-4.1JqM
//! Authorization: Token mF_9.B5f-4.1JqM
//! ```
//!
//! # Security
//!
//! Whoever reads the request can use the token until it expires. Use it over TLS, or to this machine.
//!
//! A token with white space, a line break or its own "Bearer " in front is refused before it is sent: all three come
//! from copying and from files that end in a line break, and the server's answer would only say 401.
//!
//! # Not supported
//!
//! The token as a form field or query parameter (RFC 6750 sections 2.2 and 2.3): where a server wants it so, it is an
//! API key in the query. Where a token comes from is the business of OAuth 2.0.

use std::sync::Arc;

use crate::accounts::{Account, Query};
use crate::authorization::Credentials;
use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::entry::Entry;
use crate::env::{Env, NoRandomness};
use crate::error::{AuthError, CredentialError, Misuse};
use crate::exchange_view::Outgoing;
use crate::lore::{Elsewhere, Parameter, Postman, REALM, Refused};
use crate::params::{is_token, is_token68};
use crate::pre_emptive::{PreEmptive, Unprompted};
use crate::received::Received;
use crate::scheme::{Flow, Scheme};
use crate::secret::Secret;
use crate::space::Space;
use crate::values::{Alias, Field, Form};
use crate::verifier::{Accepted, Check, ServerSetup, Verdict, Verifier};
use crate::why::{Reason, Why};
use crate::workings::Workings;

/// Describes Bearer.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "bearer",
    word: Some("Bearer"),
    title: "Bearer",
    summary: "Sends a token with every request, behind \"Bearer\" or any other word.",
    reference: "RFC 6750",
    strength: 30,
    reveals_secret: true,
    fields: &[
        Field::secret("token", "the token"),
        Field {
            default: Some("Bearer"),
            ..Field::optional("word", "the word before the token")
        },
    ],
    form: Form::Single("token"),
    parameters: &["word"],
    aliases: &[Alias {
        name: "token",
        sets: &[("word", "Token")],
    }],
    example: &[("token", "mF_9.B5f-4.1JqM")],
    credential: "A Bearer token",
    parameters_sent: &[],
    parameters_asked: &[
        Parameter::telling("realm", REALM),
        Parameter::telling("scope", "what the token must reach"),
        Parameter::telling("error", "why the token was refused"),
        Parameter::open("error_description", "the same, for people"),
        Parameter::open("error_uri", "a page about it"),
    ],
    own_place: false,
    refused: Refused::UNKNOWN,
    elsewhere: Elsewhere {
        postman: Some(Postman::new("bearer", &[("token", "token")])),
        httpie: Some("bearer"),
        ..Elsewhere::NOWHERE
    },
    source: include_str!("bearer.rs"),
};

/// Makes both sides of Bearer.
pub(super) static ENTRY: Entry = Entry {
    about: &DESCRIPTOR,
    client: |values| {
        let token = values.require("bearer", "token")?.clone();
        let word = values.text("word").unwrap_or("Bearer");
        Ok(Arc::new(Bearer::with_word(word, token)?))
    },
    server: |values, setup| {
        let word = values.text("word").unwrap_or("Bearer");
        Ok(Arc::new(Server::new(setup).with_word(word)))
    },
    read: None,
    read_challenge: None,
    enroll: |accounts, values| match values.get("token") {
        Some(token) => accounts.with(holder_of(token), Account::new("bearer of the token", "")),
        None => accounts,
    },
};

/// Asks whose this token is.
pub fn holder_of(token: impl Into<Secret>) -> Query {
    Query::new(TOKEN, token)
}

/// The kind of account that a bearer token belongs to.
pub const TOKEN: &str = "bearer token";

/// The client's side of Bearer.
#[derive(Debug)]
pub struct Bearer {
    word: String,
    token: Secret,
}

impl Bearer {
    /// Takes a token, sent behind the word "Bearer".
    ///
    /// # Errors
    /// As [`Bearer::with_word`].
    pub fn new(token: impl Into<Secret>) -> Result<Self, AuthError> {
        Self::with_word("Bearer", token)
    }

    /// Takes a token, sent behind `word`: "Token", "JWT", …
    ///
    /// # Errors
    /// [`CredentialError::Empty`], [`CredentialError::LineBreak`], [`CredentialError::WhiteSpace`],
    /// [`CredentialError::RepeatsWord`] or [`CredentialError::NotAToken`] for what is wrong with the token;
    /// [`Misuse::BadField`] for a word that is no token.
    pub fn with_word(word: impl Into<String>, token: impl Into<Secret>) -> Result<Self, AuthError> {
        let (word, token) = (word.into(), token.into());
        if !is_token(word.as_bytes()) {
            let problem = "is not a word that a header can carry".to_owned();
            return Err(Misuse::BadField {
                scheme: "bearer",
                field: "word",
                problem,
            }
            .into());
        }
        check_token(&word, token.expose())?;
        Ok(Self { word, token })
    }
}

/// Says what is wrong with a token, the most telling first.
fn check_token(word: &str, token: &[u8]) -> Result<(), CredentialError> {
    let field = "token";
    if token.is_empty() {
        return Err(CredentialError::Empty { field });
    }
    if token.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return Err(CredentialError::LineBreak { field });
    }
    let head = token
        .split(|byte| matches!(byte, b' ' | b':'))
        .next()
        .unwrap_or_default();
    let repeats =
        |known: &str| head.len() < token.len() && head.eq_ignore_ascii_case(known.as_bytes());
    if repeats(word) || repeats("Bearer") {
        let word = String::from_utf8_lossy(head).into_owned();
        return Err(CredentialError::RepeatsWord { word });
    }
    if token.iter().any(|byte| byte.is_ascii_whitespace()) {
        return Err(CredentialError::WhiteSpace { field });
    }
    // b64token is a token68 (RFC 6750 section 2.1), but servers hand out tokens with other visible characters.
    if !token.iter().all(u8::is_ascii_graphic) {
        return Err(CredentialError::NotAToken { field });
    }
    Ok(())
}

impl Scheme for Bearer {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn can_answer(&self, challenge: &Challenge) -> bool {
        challenge.is(&self.word)
    }

    fn waits_for_challenge(&self) -> bool {
        false
    }

    fn begin(self: Arc<Self>, _space: &Space) -> Box<dyn Flow> {
        Box::new(PreEmptive::new(self))
    }
}

impl Unprompted for Bearer {
    fn add_credentials(&self, message: &mut Outgoing<'_>) -> Result<(), AuthError> {
        let value = Credentials::with_value(&self.word, self.token.expose());
        message.set_credentials(value.to_bytes());
        Ok(())
    }
}

/// The server's side of Bearer.
#[derive(Debug)]
pub struct Server {
    realm: String,
    word: String,
    scope: Vec<String>,
}

impl Server {
    /// Challenges with the realm of `setup`.
    pub fn new(setup: &ServerSetup) -> Self {
        Self {
            realm: setup.realm.clone(),
            word: "Bearer".to_owned(),
            scope: Vec::new(),
        }
    }

    /// Wants `word` before the token.
    #[must_use]
    pub fn with_word(mut self, word: impl Into<String>) -> Self {
        self.word = word.into();
        self
    }

    /// Wants tokens that reach every one of `scope` (RFC 6749 section 3.3).
    #[must_use]
    pub fn with_scope<S: Into<String>>(mut self, scope: impl IntoIterator<Item = S>) -> Self {
        self.scope = scope.into_iter().map(Into::into).collect();
        self
    }
}

impl Verifier for Server {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn challenge(&self, why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        let mut challenge = Challenge::new(&self.word);
        challenge.params.quoted("realm", self.realm.as_str());
        if !self.scope.is_empty() {
            challenge.params.quoted("scope", self.scope.join(" "));
        }
        // Without credentials there is no error to name (RFC 6750 section 3.1).
        let error = match why.reason {
            Reason::Missing | Reason::OtherScheme => return Ok(vec![challenge]),
            Reason::Malformed => "invalid_request",
            Reason::Scope => "insufficient_scope",
            _ => "invalid_token",
        };
        challenge.params.quoted("error", error);
        challenge
            .params
            .quoted("error_description", why.detail.as_str());
        Ok(vec![challenge])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(BearerCheck { server: self })
    }
}

struct BearerCheck<'a> {
    server: &'a Server,
}

impl Check for BearerCheck<'_> {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        let credentials = match request.credentials_with_word(&self.server.word) {
            Ok(credentials) => credentials,
            Err(why) => return why.into(),
        };
        let token = credentials.rest();
        if !is_token68(token) {
            let detail = format!("what follows {} is not a token", self.server.word);
            return Why::new(Reason::Malformed, detail).into();
        }
        Verdict::Lookup(holder_of(Secret::new(token)))
    }

    fn resume(&mut self, request: &Received<'_>, found: Option<Arc<Account>>) -> Verdict {
        let Some(account) = found else {
            return Why::new(Reason::WrongSecret, "the token is unknown").into();
        };
        if account
            .expires
            .is_some_and(|expires| expires <= request.env.now())
        {
            return Why::new(Reason::Expired, "the token has expired").into();
        }
        if let Some(missing) = self
            .server
            .scope
            .iter()
            .find(|wanted| !account.scope.contains(wanted))
        {
            return Why::new(
                Reason::Scope,
                format!("the token does not have the scope {missing}"),
            )
            .into();
        }
        Verdict::Accept(Accepted::new(account.name.as_str(), Workings::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_token_is_caught_and_the_error_says_which() {
        for (token, expected) in [
            ("", "empty"),
            ("abc\n", "line break"),
            (" abc", "white space"),
            ("a c", "white space"),
            ("Bearer abc", "\"Bearer\""),
            ("bearer:abc", "\"bearer\""),
            ("Token abc", "\"Token\""),
            ("abc\u{7f}", "cannot carry"),
        ] {
            let error = Bearer::with_word("Token", token)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(error.contains(expected), "{token:?}: {error}");
        }
        assert!(Bearer::new("bearerabc.def").is_ok());
    }

    #[test]
    fn debug_shows_no_token() {
        let bearer = Bearer::new("0123456789abcdef0123456789").unwrap();
        assert!(!format!("{bearer:?}").contains("456789"));
    }
}
