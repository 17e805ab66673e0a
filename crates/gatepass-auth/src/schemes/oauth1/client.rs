//! The client's side: credentials, and the signature that they put on a request.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::base_string::{
    Pair, base_string_uri, form_pairs, normalized, query_of, signature_base_string,
};
use super::rsa_key::PrivateKey;
use super::signature::{self, Method};
use super::wire::{self, Place, is_form, is_protocol};
use super::{DESCRIPTOR, ID};
use crate::descriptor::{Descriptor, Values};
use crate::error::{AuthError, CredentialError, Misuse};
use crate::message::{Body, Incoming, Outgoing};
use crate::scheme::{Flow, Needs, Scheme, Step, Via};
use crate::secret::Secret;
use crate::space::Space;

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
    consumer_key: String,
    consumer_secret: Option<Secret>,
    private_key: Option<PrivateKey>,
    token: Option<Secret>,
    token_secret: Option<Secret>,
    method: Method,
    place: Place,
    realm: Option<String>,
    callback: Option<String>,
    verifier: Option<Secret>,
    version: bool,
    body_hash: BodyHash,
    parameters: Vec<(String, Secret)>,
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
    fn check(&self) -> Result<(), AuthError> {
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

    /// Returns the `oauth_` parameters but the signature (RFC 5849 section 3.1), in the order of the RFC's examples.
    fn protocol(&self, message: &mut Outgoing<'_>) -> Result<Vec<Pair<'_>>, AuthError> {
        let mut pairs: Vec<Pair<'_>> = Vec::with_capacity(12);
        let mut add = |name: &'static str, value: Cow<'static, str>| {
            let value = match value {
                Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
                Cow::Owned(text) => Cow::Owned(text.into_bytes()),
            };
            pairs.push((Cow::Borrowed(name.as_bytes()), value));
        };
        add("oauth_signature_method", self.method.name().into());
        add("oauth_timestamp", message.env.now().to_string().into());
        add("oauth_nonce", message.env.nonce().into());
        if self.version {
            add("oauth_version", "1.0".into());
        }
        if let Some(hash) = self.hash_of(message)? {
            message.workings.show("body hash", hash.as_str());
            add("oauth_body_hash", hash.into());
        }
        let consumer_key = Cow::Borrowed(self.consumer_key.as_bytes());
        pairs.insert(0, (Cow::Borrowed(b"oauth_consumer_key"), consumer_key));
        if let Some(token) = &self.token {
            pairs.insert(1, (Cow::Borrowed(b"oauth_token"), token.expose().into()));
        }
        if let Some(callback) = &self.callback {
            pairs.push((Cow::Borrowed(b"oauth_callback"), callback.as_bytes().into()));
        }
        if let Some(verifier) = &self.verifier {
            pairs.push((Cow::Borrowed(b"oauth_verifier"), verifier.expose().into()));
        }
        for (name, value) in &self.parameters {
            pairs.push((name.as_bytes().into(), value.expose().into()));
        }
        Ok(pairs)
    }

    fn hash_of(&self, message: &Outgoing<'_>) -> Result<Option<String>, AuthError> {
        let nothing = matches!(message.body, Body::Empty);
        let wanted = match self.body_hash {
            BodyHash::Never => false,
            BodyHash::Auto => !nothing,
            BodyHash::Always => true,
        };
        if !wanted || is_form(message.headers) {
            return Ok(None);
        }
        let hash = self.method.hash();
        Ok(Some(signature::body_hash(hash, message.body_bytes()?)))
    }

    fn sign(&self, message: &mut Outgoing<'_>, signed: &[Pair<'_>]) -> Result<String, AuthError> {
        if self.method == Method::Plaintext {
            let key = self.signing_key(message);
            let signature = key.expose_str().unwrap_or_default().to_owned();
            message.workings.conceal("signature", signature.as_str());
            return Ok(signature);
        }
        let parameters = normalized(signed);
        let uri = base_string_uri(message.space, message.target).map_err(refused)?;
        let base_string = signature_base_string(message.method, &uri, &parameters);
        message.workings.show("normalized parameters", parameters);
        message.workings.show("base string URI", uri);
        let signature = match &self.private_key {
            Some(key) if self.method.is_rsa() => {
                let hash = self.method.hash();
                STANDARD.encode(key.sign(hash, base_string.as_bytes(), message.env)?)
            }
            _ => signature::hmac(self.method, &self.signing_key(message), &base_string),
        };
        message.workings.show("signature base string", base_string);
        message.workings.show("signature", signature.as_str());
        Ok(signature)
    }

    fn signing_key(&self, message: &mut Outgoing<'_>) -> Secret {
        let secret = self.consumer_secret.clone().unwrap_or_default();
        let key = signature::signing_key(&secret, self.token_secret.as_ref());
        let text = key.expose_str().unwrap_or_default();
        message.workings.conceal("signing key", text);
        key
    }
}

fn refused(problem: impl Into<String>) -> AuthError {
    let problem = problem.into();
    Misuse::Request {
        scheme: ID,
        problem,
    }
    .into()
}

impl Scheme for OAuth1 {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn needs(&self) -> Needs {
        if self.place == Place::Body || self.body_hash != BodyHash::Never {
            Needs::body()
        } else {
            Needs::default()
        }
    }

    fn reveals_secret(&self) -> bool {
        self.method == Method::Plaintext
    }

    fn begin(self: Arc<Self>, _space: &Space) -> Box<dyn Flow> {
        Box::new(Conversation {
            scheme: self,
            sent: false,
        })
    }
}

struct Conversation {
    scheme: Arc<OAuth1>,
    sent: bool,
}

impl Flow for Conversation {
    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        let scheme = &*self.scheme;
        scheme.check()?;
        if scheme.place == Place::Body {
            wire::prepare_body(message)?;
        }
        let query = query_of(message.target).to_owned();
        let form = if is_form(message.headers) {
            message.body_bytes()?.to_vec()
        } else {
            Vec::new()
        };
        let mut protocol = scheme.protocol(message)?;
        let mut signed: Vec<Pair<'_>> = protocol.clone();
        for (place, encoded) in [(Place::Query, query.as_bytes()), (Place::Body, &form[..])] {
            for pair in form_pairs(encoded) {
                refuse_conflict(scheme.place, place, &pair, &protocol)?;
                signed.push(pair);
            }
        }
        let signature = scheme.sign(message, &signed)?;
        protocol.push((
            Cow::Borrowed(b"oauth_signature"),
            Cow::Owned(signature.into_bytes()),
        ));
        let secret = scheme.reveals_secret();
        wire::write(
            message,
            scheme.place,
            scheme.realm.as_deref(),
            &protocol,
            secret,
        )?;
        self.sent = true;
        Ok(Step::Done)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        let retry = message.is_refusal() && !self.sent;
        Ok(if retry {
            Step::Retry(Via::Any)
        } else {
            Step::Done
        })
    }
}

/// Refuses what the caller put into the request and every strict server refuses: the protocol's parameters in two places,
/// or one of them twice (RFC 5849 sections 3.1 and 3.5).
fn refuse_conflict(
    ours: Place,
    theirs: Place,
    (name, _): &Pair<'_>,
    protocol: &[Pair<'_>],
) -> Result<(), AuthError> {
    if !is_protocol(name) {
        return Ok(());
    }
    let shown = String::from_utf8_lossy(name);
    if ours != theirs {
        return Err(refused(format!(
            "{shown} stands in the {theirs} already, and the other parameters would go into the {ours}; \
             remove it, or set place={theirs}"
        )));
    }
    if **name == *b"oauth_signature" || protocol.iter().any(|(known, _)| known == name) {
        let problem = format!("{shown} stands in the {theirs} already; remove it");
        return Err(refused(problem));
    }
    Ok(())
}
