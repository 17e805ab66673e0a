//! An API key in a header of any name, in the query, or in a cookie.
//!
//! # Wire example
//!
//! ```text
//! X-API-Key: 3f2a9c
//! GET /v1/items?api_key=3f2a9c
//! Cookie: session=3f2a9c
//! ```
//!
//! There is no RFC for it; OpenAPI describes the same three places (`apiKey`, `in: header | query | cookie`).
//!
//! # Security
//!
//! Whoever reads the request has the key. In the query it also ends up in logs and histories: prefer the header.
//!
//! # Not supported
//!
//! A key that signs the request instead of going along with it.

use std::sync::Arc;

use crate::accounts::{Account, Query};
use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::entry::Entry;
use crate::env::{Env, NoRandomness};
use crate::error::{AuthError, CredentialError, Misuse};
use crate::exchange_view::Outgoing;
use crate::headers::Headers;
use crate::lore::{Elsewhere, Parameter, Postman, REALM, Refused};
use crate::params::is_token;
use crate::percent;
use crate::pre_emptive::{PreEmptive, Unprompted};
use crate::received::Received;
use crate::scheme::{Flow, Scheme};
use crate::secret::Secret;
use crate::space::Space;
use crate::values::{Field, Form, Values};
use crate::verifier::{Accepted, Check, ServerSetup, Verdict, Verifier};
use crate::why::{Reason, Why};
use crate::workings::Workings;

/// Describes API keys.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "apikey",
    word: Some("ApiKey"),
    title: "API key",
    summary: "Sends a key in a header, in the query or in a cookie.",
    reference: "OpenAPI 3.1, section 4.8.27",
    strength: 20,
    reveals_secret: true,
    fields: &[
        Field {
            choices: &["header", "query", "cookie"],
            default: Some("header"),
            ..Field::optional("in", "where the key goes")
        },
        Field {
            default: Some("X-API-Key"),
            ..Field::optional("name", "the name of the header, query parameter or cookie")
        },
        Field::secret("key", "the key"),
    ],
    form: Form::Single("key"),
    parameters: &["in", "name"],
    aliases: &[],
    example: &[("key", "3f2a9c-example-key")],
    credential: "An API key",
    parameters_sent: &[],
    parameters_asked: &[
        Parameter::telling("realm", REALM),
        Parameter::open("in", "where the key goes"),
        Parameter::open("name", "what it is called there"),
    ],
    own_place: true,
    refused: Refused::UNKNOWN,
    elsewhere: Elsewhere {
        postman: Some(Postman {
            in_name: &[("in", "header", &["header", "query"]), ("key", "", &[])],
            ..Postman::new("apikey", &[("value", "key")])
        }),
        ..Elsewhere::NOWHERE
    },
    source: include_str!("api_key.rs"),
};

/// Makes both sides of API keys.
pub(super) static ENTRY: Entry = Entry {
    about: &DESCRIPTOR,
    client: |values| {
        let (place, name) = place_and_name(values)?;
        Ok(Arc::new(ApiKey::new(
            place,
            name,
            values.require("apikey", "key")?,
        )?))
    },
    server: |values, setup| {
        let (place, name) = place_and_name(values)?;
        Ok(Arc::new(Server::new(setup, place, name)))
    },
    read: None,
    read_challenge: None,
    enroll: |accounts, values| match values.get("key") {
        Some(key) => accounts.with(holder_of(key), Account::new("holder of the key", "")),
        None => accounts,
    },
};

/// Asks whose this key is.
pub fn holder_of(key: impl Into<Secret>) -> Query {
    Query::new(KEY, key)
}

/// The kind of account that an API key belongs to.
pub const KEY: &str = "API key";

/// Where a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a request has no fourth place for one"
)]
pub enum Place {
    /// A header field.
    Header,
    /// A parameter of the query.
    Query,
    /// A cookie.
    Cookie,
}

impl Place {
    /// Says whether a request has something under this name there, which goes before a key. `target` is the request target, or
    /// a URL. A cookie never does: one of this name may come out of a jar, and a key that is given goes before that.
    pub fn is_taken(self, name: &str, target: &str, headers: &Headers) -> bool {
        match self {
            Self::Header => headers.contains(name),
            Self::Query => {
                let mut pairs = percent::query_of(target).split('&');
                pairs.any(|pair| {
                    let found = pair.split('=').next().unwrap_or_default();
                    *percent::decode(found) == *name.as_bytes()
                })
            }
            Self::Cookie => false,
        }
    }
}

fn place_and_name(values: &Values) -> Result<(Place, &str), AuthError> {
    let place = match values
        .text("in")
        .unwrap_or("header")
        .to_ascii_lowercase()
        .as_str()
    {
        "header" => Place::Header,
        "query" => Place::Query,
        "cookie" => Place::Cookie,
        _ => {
            return Err(Misuse::BadChoice {
                scheme: "apikey",
                field: "in",
                choices: &["header", "query", "cookie"],
            }
            .into());
        }
    };
    let default = if place == Place::Header {
        "X-API-Key"
    } else {
        "api_key"
    };
    Ok((place, values.text("name").unwrap_or(default)))
}

/// The client's side of an API key.
#[derive(Debug)]
pub struct ApiKey {
    place: Place,
    name: String,
    key: Secret,
}

impl ApiKey {
    /// Sends `key` under `name`.
    ///
    /// # Errors
    /// [`CredentialError::Empty`], [`CredentialError::LineBreak`], [`CredentialError::WhiteSpace`] or
    /// [`CredentialError::NotAToken`] for a key that cannot go there; [`Misuse::BadField`] for such a name.
    pub fn new(
        place: Place,
        name: impl Into<String>,
        key: impl Into<Secret>,
    ) -> Result<Self, AuthError> {
        let (name, key) = (name.into(), key.into());
        let usable = match place {
            Place::Header | Place::Cookie => is_token(name.as_bytes()),
            Place::Query => !name.is_empty(),
        };
        if !usable {
            return Err(Misuse::BadField {
                scheme: "apikey",
                field: "name",
                problem: format!("cannot be {}", crate::show::typed(&name)),
            }
            .into());
        }
        check_key(place, key.expose())?;
        Ok(Self { place, name, key })
    }

    /// Sends `key` in the header `name`.
    ///
    /// # Errors
    /// As [`ApiKey::new`].
    pub fn header(name: impl Into<String>, key: impl Into<Secret>) -> Result<Self, AuthError> {
        Self::new(Place::Header, name, key)
    }

    /// Sends `key` as the query parameter `name`.
    ///
    /// # Errors
    /// As [`ApiKey::new`].
    pub fn query(name: impl Into<String>, key: impl Into<Secret>) -> Result<Self, AuthError> {
        Self::new(Place::Query, name, key)
    }

    /// Sends `key` as the cookie `name`.
    ///
    /// # Errors
    /// As [`ApiKey::new`].
    pub fn cookie(name: impl Into<String>, key: impl Into<Secret>) -> Result<Self, AuthError> {
        Self::new(Place::Cookie, name, key)
    }
}

fn check_key(place: Place, key: &[u8]) -> Result<(), CredentialError> {
    let field = "key";
    if key.is_empty() {
        return Err(CredentialError::Empty { field });
    }
    if key.iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
        return Err(CredentialError::LineBreak { field });
    }
    if key[0].is_ascii_whitespace() || key[key.len() - 1].is_ascii_whitespace() {
        return Err(CredentialError::WhiteSpace { field });
    }
    let fits = match place {
        // field-content of RFC 9110 section 5.5.
        Place::Header => key
            .iter()
            .all(|&byte| byte == b'\t' || (byte >= 0x20 && byte != 0x7f)),
        // Any byte can be percent-encoded.
        Place::Query => true,
        // cookie-octet of RFC 6265 section 4.1.1.
        Place::Cookie => key
            .iter()
            .all(|byte| byte.is_ascii_graphic() && !b"\",;\\".contains(byte)),
    };
    if fits {
        Ok(())
    } else {
        Err(CredentialError::NotAToken { field })
    }
}

impl Scheme for ApiKey {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn waits_for_challenge(&self) -> bool {
        false
    }

    fn begin(self: Arc<Self>, _space: &Space) -> Box<dyn Flow> {
        Box::new(PreEmptive::new(self))
    }
}

impl Unprompted for ApiKey {
    fn add_credentials(&self, message: &mut Outgoing<'_>) -> Result<(), AuthError> {
        let Self { place, name, key } = self;
        match place {
            // What the caller wrote by hand goes first, as with any other scheme.
            place if place.is_taken(name, message.target, message.headers) => message.give_way(),
            Place::Header => message.headers.set_secret(name, key.expose()),
            Place::Query => {
                let encoded = percent::encode(key.expose());
                message.append_query(&percent::encode(name.as_bytes()), &encoded);
                message.conceal(encoded);
            }
            Place::Cookie => {
                // One field holds them all (RFC 6265 section 5.4).
                let given: Vec<&[u8]> = message.headers.get_all("Cookie").collect();
                let mut cookies = given.join(&b"; "[..]);
                if !cookies.is_empty() {
                    cookies.extend_from_slice(b"; ");
                }
                cookies.extend_from_slice(name.as_bytes());
                cookies.push(b'=');
                cookies.extend_from_slice(key.expose());
                message.headers.set_secret("Cookie", cookies);
            }
        }
        Ok(())
    }
}

/// The server's side of an API key.
#[derive(Debug)]
pub struct Server {
    realm: String,
    place: Place,
    name: String,
}

impl Server {
    /// Wants a key at `place` under `name`.
    pub fn new(setup: &ServerSetup, place: Place, name: impl Into<String>) -> Self {
        Self {
            realm: setup.realm.clone(),
            place,
            name: name.into(),
        }
    }

    fn keys_of(&self, request: &Received<'_>) -> Vec<Vec<u8>> {
        match self.place {
            Place::Header => request
                .headers
                .get_all(&self.name)
                .map(<[u8]>::to_vec)
                .collect(),
            Place::Query => query_values(request.target, &self.name),
            Place::Cookie => {
                let all = request
                    .headers
                    .get_all("Cookie")
                    .flat_map(|line| line.split(|&byte| byte == b';'));
                all.filter_map(|pair| {
                    let pair = pair.trim_ascii();
                    let value = pair
                        .strip_prefix(self.name.as_bytes())?
                        .strip_prefix(b"=")?;
                    Some(value.to_vec())
                })
                .collect()
            }
        }
    }
}

fn query_values(target: &str, name: &str) -> Vec<Vec<u8>> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            let key = percent::decode_form(key.as_bytes());
            let value = || percent::decode_form(value.as_bytes()).into_owned();
            (*key == *name.as_bytes()).then(value)
        })
        .collect()
}

impl Verifier for Server {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        // No such scheme is registered, but a 401 must carry a challenge (RFC 9110 section 11.6.1).
        let mut challenge = Challenge::new("ApiKey");
        let place = match self.place {
            Place::Header => "header",
            Place::Query => "query",
            Place::Cookie => "cookie",
        };
        challenge.params.quoted("realm", self.realm.as_str());
        challenge.params.quoted("in", place);
        challenge.params.quoted("name", self.name.as_str());
        Ok(vec![challenge])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(ApiKeyCheck { server: self })
    }
}

struct ApiKeyCheck<'a> {
    server: &'a Server,
}

impl Check for ApiKeyCheck<'_> {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        let mut keys = self.server.keys_of(request);
        let place = format!("{:?} {}", self.server.place, self.server.name).to_lowercase();
        match (keys.pop(), keys.is_empty()) {
            (None, _) => Why::new(
                Reason::Missing,
                format!("the request has no key in the {place}"),
            )
            .into(),
            (Some(_), false) => Why::new(
                Reason::Malformed,
                format!("the request has several keys in the {place}"),
            )
            .into(),
            (Some(key), true) => Verdict::Lookup(holder_of(key)),
        }
    }

    fn resume(&mut self, request: &Received<'_>, found: Option<Arc<Account>>) -> Verdict {
        match found {
            None => Why::new(Reason::WrongSecret, "the key is unknown").into(),
            Some(account)
                if account
                    .expires
                    .is_some_and(|expires| expires <= request.env.now()) =>
            {
                Why::new(Reason::Expired, "the key has expired").into()
            }
            Some(account) => {
                Verdict::Accept(Accepted::new(account.name.as_str(), Workings::default()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_go_there_is_refused() {
        assert!(ApiKey::header("X-Key", "a\r\nX-Evil: 1").is_err());
        assert!(ApiKey::header("X Key", "a").is_err());
        assert!(ApiKey::cookie("k", "a;b").is_err());
        assert!(ApiKey::query("k", "a;b&c").is_ok());
        assert!(ApiKey::header("X-Key", "").is_err());
    }

    #[test]
    fn debug_shows_no_key() {
        let key = ApiKey::header("X-Key", "0123456789abcdef0123456789").unwrap();
        assert!(!format!("{key:?}").contains("456789"));
    }
}
