//! Basic sends the user name and the password with every request (RFC 7617).
//!
//! # Wire example
//!
//! ```text
//! WWW-Authenticate: Basic realm="api", charset="UTF-8"
//! Authorization: Basic YWxpY2U6czNjcmV0
//! ```
//!
//! What follows the word is `alice:s3cret` in base64.
//!
//! # Security
//!
//! Base64 hides nothing: whoever reads the request has the password. Use it over TLS, or to this machine. The user name
//! cannot contain a colon, because the first colon ends it; the password can.
//!
//! Text is sent as UTF-8 unless `charset=iso-8859-1` is set. Servers that want UTF-8 say so in the challenge; nearly all
//! others take it too. Where ISO-8859-1 was sent and the challenge says UTF-8, the request is sent again in UTF-8.
//!
//! # Not supported
//!
//! The `charset` parameter has only one value that the RFC allows, UTF-8; another one in a challenge is ignored.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::accounts::{Account, Accounts, Query};
use crate::authorization::Credentials;
use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::entry::Entry;
use crate::env::{Env, NoRandomness};
use crate::error::{AuthError, CredentialError};
use crate::exchange_view::{Incoming, Outgoing};
use crate::lore::{Elsewhere, Parameter, Postman, REALM, Refused};
use crate::params::text;
use crate::reading::{Reading, Value};
use crate::received::Received;
use crate::scheme::{Flow, Scheme};
use crate::secret::Secret;
use crate::space::Space;
use crate::step::{Step, Via};
use crate::values::{Field, Form};
use crate::verifier::{Accepted, Check, ServerSetup, Verdict, Verifier};
use crate::why::{Reason, Why};
use crate::workings::Workings;

/// Describes Basic.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "basic",
    word: Some("Basic"),
    title: "Basic",
    summary: "Sends the user name and the password with every request.",
    reference: "RFC 7617",
    strength: 10,
    reveals_secret: true,
    fields: &[
        Field::required("username", "the user name, without a colon"),
        Field::secret("password", "the password"),
        Field {
            choices: &["utf-8", "iso-8859-1"],
            default: Some("utf-8"),
            ..Field::optional("charset", "how the two are written as bytes")
        },
    ],
    form: Form::UserPassword,
    parameters: &[],
    aliases: &[],
    example: &[("username", "alice"), ("password", "s3cret")],
    credential: "Basic credentials",
    parameters_sent: &[],
    parameters_asked: &[
        Parameter::telling("realm", REALM),
        Parameter::open("charset", "how user name and password are written as bytes"),
    ],
    own_place: false,
    refused: Refused::PASSWORD,
    elsewhere: Elsewhere {
        postman: Some(Postman::new(
            "basic",
            &[("username", "username"), ("password", "password")],
        )),
        http_file: Some("Basic"),
        curl: Some(["basic", "proxy-basic"]),
        httpie: Some("basic"),
    },
    source: include_str!("basic.rs"),
};

/// Makes both sides of Basic.
pub(super) static ENTRY: Entry = Entry {
    about: &DESCRIPTOR,
    client: |values| {
        let charset = values.text("charset").unwrap_or("utf-8");
        let latin1 = charset.eq_ignore_ascii_case("iso-8859-1");
        let username = values.require("basic", "username")?;
        let password = values.require("basic", "password")?;
        Ok(Arc::new(Basic::encode(username, password, latin1)?))
    },
    server: |_, setup| Ok(Arc::new(Server::new(setup))),
    read: Some(read),
    read_challenge: Some(read_challenge),
    enroll: Accounts::with_user_of,
};

/// The client's side of Basic.
pub struct Basic {
    credentials: Pair,
    /// The same in UTF-8, where that differs: for a server that says it wants it.
    in_utf8: Option<Pair>,
}

/// What is sent of a user name and a password. Every request has the same.
struct Pair {
    /// Both, with a colon between them.
    user_pass: Secret,
    /// The value of the header field.
    value: Secret,
}

impl Pair {
    fn new(user_pass: Secret) -> Self {
        let value = format!("Basic {}", STANDARD.encode(user_pass.expose()));
        Self {
            user_pass,
            value: value.into(),
        }
    }
}

impl Basic {
    /// Takes a user name and a password, sent as UTF-8.
    ///
    /// # Errors
    /// [`CredentialError::ColonInUser`] and [`CredentialError::ControlCharacter`], which RFC 7617 section 2 forbids.
    pub fn new(
        username: impl Into<Secret>,
        password: impl Into<Secret>,
    ) -> Result<Self, AuthError> {
        Self::encode(&username.into(), &password.into(), false)
    }

    /// As [`Basic::new`], sent as ISO-8859-1.
    ///
    /// # Errors
    /// As [`Basic::new`], and [`CredentialError::NotEncodable`] for a character above U+00FF.
    pub fn latin1(
        username: impl Into<Secret>,
        password: impl Into<Secret>,
    ) -> Result<Self, AuthError> {
        Self::encode(&username.into(), &password.into(), true)
    }

    fn encode(username: &Secret, password: &Secret, latin1: bool) -> Result<Self, AuthError> {
        if username.expose().contains(&b':') {
            return Err(CredentialError::ColonInUser.into());
        }
        let pair = |latin1| -> Result<Secret, AuthError> {
            let mut pair = field_bytes("user name", username, latin1)?;
            pair.push(b':');
            pair.extend(field_bytes("password", password, latin1)?);
            Ok(Secret::new(pair))
        };
        let (credentials, utf8) = (pair(latin1)?, pair(false)?);
        let differs = !credentials.matches(utf8.expose());
        Ok(Self {
            credentials: Pair::new(credentials),
            in_utf8: differs.then(|| Pair::new(utf8)),
        })
    }
}

fn field_bytes(field: &'static str, value: &Secret, latin1: bool) -> Result<Vec<u8>, AuthError> {
    if value.expose().iter().any(u8::is_ascii_control) {
        return Err(CredentialError::ControlCharacter { field }.into());
    }
    match value.expose_str() {
        Some(text) if latin1 => text
            .chars()
            .map(|character| u8::try_from(u32::from(character)).ok())
            .collect::<Option<_>>()
            .ok_or_else(|| {
                CredentialError::NotEncodable {
                    field,
                    encoding: "ISO-8859-1",
                }
                .into()
            }),
        _ => Ok(value.expose().to_vec()),
    }
}

impl Scheme for Basic {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn waits_for_challenge(&self) -> bool {
        false
    }

    fn begin(self: Arc<Self>, _space: &Space) -> Box<dyn Flow> {
        Box::new(Conversation {
            scheme: self,
            sent: false,
            utf8_wanted: false,
        })
    }
}

struct Conversation {
    scheme: Arc<Basic>,
    sent: bool,
    utf8_wanted: bool,
}

impl Flow for Conversation {
    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        let Basic {
            credentials,
            in_utf8,
        } = &*self.scheme;
        let utf8 = in_utf8.as_ref().filter(|_| self.utf8_wanted);
        let sent = utf8.unwrap_or(credentials);
        let user_pass = sent.user_pass.expose();
        message.workings.conceal("user-pass", text(user_pass));
        message.set_credentials(sent.value.expose());
        self.sent = true;
        Ok(Step::Done)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        if !message.is_refusal() {
            return Ok(Step::Done);
        }
        let wants_utf8 = message.challenges.iter().any(|challenge| {
            let charset = challenge.params.text("charset");
            challenge.is("Basic")
                && charset.is_some_and(|charset| charset.eq_ignore_ascii_case("utf-8"))
        });
        let other_charset = wants_utf8 && !self.utf8_wanted && self.scheme.in_utf8.is_some();
        self.utf8_wanted |= other_charset;
        // In a ladder of schemes the challenge may come before anything was sent.
        let retry = !self.sent || other_charset;
        Ok(if retry {
            Step::Retry(Via::Any)
        } else {
            Step::Done
        })
    }
}

/// The server's side of Basic.
pub struct Server {
    realm: String,
}

impl Server {
    /// Challenges with the realm of `setup`.
    pub fn new(setup: &ServerSetup) -> Self {
        Self {
            realm: setup.realm.clone(),
        }
    }
}

impl Verifier for Server {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn challenge(&self, _why: &Why, _env: &dyn Env) -> Result<Vec<Challenge>, NoRandomness> {
        let mut challenge = Challenge::new("Basic");
        challenge.params.quoted("realm", self.realm.as_str());
        challenge.params.quoted("charset", "UTF-8");
        Ok(vec![challenge])
    }

    fn begin(&self) -> Box<dyn Check + '_> {
        Box::new(BasicCheck::default())
    }
}

#[derive(Default)]
struct BasicCheck {
    password: Secret,
    workings: Workings,
}

impl Check for BasicCheck {
    fn verify(&mut self, request: &Received<'_>) -> Verdict {
        let credentials = match request.credentials_for(&DESCRIPTOR) {
            Ok(credentials) => credentials,
            Err(why) => return why.into(),
        };
        match user_and_password(credentials.rest()) {
            Ok((user, password)) => {
                self.workings.show("user", user.as_str());
                self.workings.conceal("password", text(password.expose()));
                self.password = password;
                Verdict::Lookup(Query::user(user))
            }
            Err(problem) => Why::new(
                Reason::Malformed,
                format!("the Basic credentials are malformed: {problem}"),
            )
            .into(),
        }
    }

    fn resume(&mut self, _request: &Received<'_>, found: Option<Arc<Account>>) -> Verdict {
        let workings = std::mem::take(&mut self.workings);
        // An unknown user is compared with a secret that nobody has: no password matches 0xFF.
        let known = found.is_some();
        let account = found.unwrap_or_else(|| Arc::new(Account::new("", vec![0xff])));
        if account.secret.matches(self.password.expose()) && known {
            return Verdict::Accept(Accepted::new(account.name.as_str(), workings));
        }
        let detail = "the user name or the password is wrong";
        Why::new(Reason::WrongSecret, detail)
            .with_workings(workings)
            .into()
    }
}

/// Splits `base64(user ":" password)`; a user name that is no UTF-8 is read as ISO-8859-1.
fn user_and_password(token: &[u8]) -> Result<(String, Secret), &'static str> {
    let decoded = STANDARD
        .decode(token)
        .or_else(|_| STANDARD_NO_PAD.decode(token))
        .map_err(|_| "what follows the word is not base64")?;
    let pair = Secret::new(decoded);
    let bytes = pair.expose();
    let colon = bytes
        .iter()
        .position(|&byte| byte == b':')
        .ok_or("there is no colon between user and password")?;
    if bytes.iter().any(u8::is_ascii_control) {
        return Err("a control character stands in it");
    }
    // Both as UTF-8, so that the password of an ISO-8859-1 client is compared as the text that it is.
    let (user, password) = (text(&bytes[..colon]), text(&bytes[colon + 1..]));
    Ok((user.into_owned(), Secret::from(password.as_ref())))
}

/// Reads the value of Basic credentials: user name and password.
///
/// # Errors
/// A phrase that says what is wrong.
pub fn decode(credentials: &Credentials) -> Result<(String, Secret), &'static str> {
    user_and_password(credentials.rest())
}

/// Tells the user name of credentials, hides the password, and says what is wrong.
fn read(credentials: &Credentials) -> Reading {
    let mut reading = Reading::default();
    match user_and_password(credentials.rest()) {
        Ok((user, password)) => {
            if password.is_empty() {
                reading.note("the password is empty");
            }
            if user.contains('\u{fffd}') {
                reading.note("the text is neither UTF-8 nor ISO-8859-1");
            }
            reading.tell("user", Value::Open(user), "");
            reading.tell("password", Value::Hidden(password), "");
        }
        Err(problem) => {
            let value = Secret::new(credentials.rest());
            let decoded = Secret::new(STANDARD.decode(value.expose()).unwrap_or_default());
            reading.problem(if decoded.expose().ends_with(b"\n") {
                "it ends in a line break, which echo adds; make it with printf, or let gatepass make it"
            } else {
                problem
            });
            reading.tell("value", Value::Hidden(value), "");
        }
    }
    reading.note("base64 hides nothing: whoever sees this value has the password");
    reading
}

fn read_challenge(challenge: &Challenge, reading: &mut Reading) {
    if challenge.params.get("realm").is_none() {
        reading.problem("realm is missing (RFC 7617 section 2)");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_rfc_forbids_is_refused() {
        let colon = Basic::new("a:b", "p").err().map(|error| error.to_string());
        assert!(colon.is_some_and(|error| error.contains("colon")));
        assert!(Basic::new("a", "p\n").is_err());
        assert!(Basic::latin1("a", "€").is_err());
        assert!(
            Basic::new("", "").is_ok(),
            "empty is allowed (RFC 7617 section 2)"
        );
    }

    #[test]
    fn malformed_credentials_say_why() {
        for (token, problem) in [
            ("!!", "base64"),
            ("YWxpY2U=", "colon"),
            ("YTpiAA==", "control"),
        ] {
            let found = user_and_password(token.as_bytes()).err();
            assert!(
                found.is_some_and(|found| found.contains(problem)),
                "{token}"
            );
        }
    }
}
