//! The client's side: credentials, and how they are to be used.

use std::sync::Arc;

use super::descriptor::{DESCRIPTOR, ID};
use super::rsa_key::PrivateKey;
use super::signature::Method;
use super::wire::Place;
use crate::descriptor::Descriptor;
use crate::error::{AuthError, CredentialError, Misuse};
use crate::pre_emptive::PreEmptive;
use crate::scheme::{Flow, Scheme};
use crate::secret::Secret;
use crate::space::Space;
use crate::values::Values;

/// Whether a body that is no form is signed by its hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the extension leaves these choices"
)]
pub enum BodyHash {
    /// No `oauth_body_hash` is sent.
    #[default]
    Never,
    /// A body that is no form is hashed.
    Auto,
    /// As `Auto`, and a request without a body carries the hash of nothing.
    Always,
}

/// The client's side of OAuth 1.0a.
///
/// ```
/// use gatepass_auth::OAuth1;
/// use gatepass_auth::schemes::oauth1::{Method, Place};
///
/// let signed = OAuth1::new("key", "secret")
///     .token("accesskey", "accesssecret")
///     .method(Method::HmacSha256)
///     .place(Place::Query);
/// ```
#[derive(Clone, Debug)]
pub struct OAuth1 {
    pub(super) consumer_key: String,
    pub(super) consumer_secret: Option<Secret>,
    pub(super) private_key: Option<PrivateKey>,
    pub(super) token: Option<Secret>,
    pub(super) token_secret: Option<Secret>,
    pub(super) method: Method,
    pub(super) place: Place,
    pub(super) realm: Option<String>,
    pub(super) callback: Option<String>,
    pub(super) verifier: Option<Secret>,
    pub(super) version: bool,
    pub(super) body_hash: BodyHash,
    pub(super) parameters: Vec<(String, Secret)>,
}

impl OAuth1 {
    /// Signs with HMAC-SHA1 and the secret of a client.
    pub fn new(consumer_key: impl Into<String>, consumer_secret: impl Into<Secret>) -> Self {
        Self {
            consumer_secret: Some(consumer_secret.into()),
            ..Self::bare(consumer_key.into())
        }
    }

    /// Signs with RSA-SHA1 and the private key of a client.
    pub fn rsa(consumer_key: impl Into<String>, private_key: PrivateKey) -> Self {
        Self {
            private_key: Some(private_key),
            method: Method::RsaSha1,
            ..Self::bare(consumer_key.into())
        }
    }

    fn bare(consumer_key: String) -> Self {
        Self {
            consumer_key,
            consumer_secret: None,
            private_key: None,
            token: None,
            token_secret: None,
            method: Method::default(),
            place: Place::default(),
            realm: None,
            callback: None,
            verifier: None,
            version: true,
            body_hash: BodyHash::default(),
            parameters: Vec::new(),
        }
    }

    /// Reads the fields of the descriptor.
    pub(super) fn from_values(values: &Values) -> Result<Self, AuthError> {
        let text = |field: &'static str| match (values.get(field), values.text(field)) {
            (Some(_), None) => Err(AuthError::from(Misuse::BadField {
                scheme: ID,
                field,
                problem: "is not UTF-8".to_owned(),
            })),
            (_, text) => Ok(text.map(str::to_owned)),
        };
        let is = |field, value: &str| {
            values
                .text(field)
                .is_some_and(|given| given.eq_ignore_ascii_case(value))
        };
        let private_key = values.get("private_key").map(PrivateKey::from_pem);
        let default = if private_key.is_some() {
            Method::RsaSha1
        } else {
            Method::default()
        };
        let named = |method: &Method| is("method", method.name());
        values.require(ID, "consumer_key")?;
        let client = Self {
            consumer_secret: values.get("consumer_secret").cloned(),
            private_key: private_key.transpose()?,
            token: values.get("token").cloned(),
            token_secret: values.get("token_secret").cloned(),
            method: Method::ALL.into_iter().find(named).unwrap_or(default),
            place: [Place::Query, Place::Body]
                .into_iter()
                .find(|place| is("place", &place.to_string()))
                .unwrap_or_default(),
            realm: text("realm")?,
            callback: text("callback")?,
            verifier: values.get("verifier").cloned(),
            version: !is("version", "none"),
            body_hash: if is("body_hash", "always") {
                BodyHash::Always
            } else if is("body_hash", "auto") {
                BodyHash::Auto
            } else {
                BodyHash::Never
            },
            ..Self::bare(text("consumer_key")?.unwrap_or_default())
        };
        client.check()?;
        Ok(client)
    }

    /// Acts for the holder of this token.
    #[must_use]
    pub fn token(mut self, token: impl Into<Secret>, secret: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self.token_secret = Some(secret.into());
        self
    }

    /// Signs with `method`.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Puts the parameters at `place`.
    #[must_use]
    pub fn place(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Names a realm in the header. It is not signed.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// Says where the user comes back to, or `oob`: for the request for a request token (RFC 5849 section 2.1).
    #[must_use]
    pub fn callback(mut self, callback: impl Into<String>) -> Self {
        self.callback = Some(callback.into());
        self
    }

    /// Gives what the user came back with: for the request for an access token (RFC 5849 section 2.3).
    #[must_use]
    pub fn verifier(mut self, verifier: impl Into<Secret>) -> Self {
        self.verifier = Some(verifier.into());
        self
    }

    /// Leaves `oauth_version` out, which servers must take for 1.0 (RFC 5849 section 3.1).
    #[must_use]
    pub fn without_version(mut self) -> Self {
        self.version = false;
        self
    }

    /// Hashes bodies that are no form.
    #[must_use]
    pub fn body_hash(mut self, body_hash: BodyHash) -> Self {
        self.body_hash = body_hash;
        self
    }

    /// Adds a parameter of an extension, such as `oauth_session_handle`, beside the others.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Says what is missing or cannot be meant, before anything is signed.
    pub(super) fn check(&self) -> Result<(), AuthError> {
        let missing = |field| Misuse::MissingField { scheme: ID, field }.into();
        if self.method.is_rsa() && self.private_key.is_none() {
            return Err(missing("private_key"));
        }
        if !self.method.is_rsa() && self.consumer_secret.is_none() {
            return Err(missing("consumer_secret"));
        }
        if self.token.is_none() && self.token_secret.is_some() {
            return Err(missing("token"));
        }
        if self.consumer_key.is_empty() {
            let field = "consumer_key";
            return Err(CredentialError::Empty { field }.into());
        }
        // Each could be sent, encoded; but a line break is the end of the file that it was read from.
        let key = self.consumer_key.as_bytes();
        let fields = [
            ("consumer_key", Some(key)),
            (
                "consumer_secret",
                self.consumer_secret.as_ref().map(Secret::expose),
            ),
            ("token", self.token.as_ref().map(Secret::expose)),
            (
                "token_secret",
                self.token_secret.as_ref().map(Secret::expose),
            ),
            ("verifier", self.verifier.as_ref().map(Secret::expose)),
        ];
        let broken = |value: &[u8]| value.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
        match fields
            .into_iter()
            .find(|(_, value)| value.is_some_and(broken))
        {
            Some((field, _)) => Err(CredentialError::LineBreak { field }.into()),
            None => Ok(()),
        }
    }
}

impl Scheme for OAuth1 {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn reveals_secret(&self) -> bool {
        self.method == Method::Plaintext
    }

    fn waits_for_challenge(&self) -> bool {
        false
    }

    fn begin(self: Arc<Self>, _space: &Space) -> Box<dyn Flow> {
        Box::new(PreEmptive::new(self))
    }
}
