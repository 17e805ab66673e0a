//! How a client signs a request: the parameters, the text that they are part of, and the signature of that.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::base_string::{Pair, base_string_uri, form_pairs, normalized, signature_base_string};
use super::client::{BodyHash, OAuth1};
use super::descriptor::ID;
use super::signature::{self, Method};
use super::wire::{self, Place, is_form, is_protocol};
use crate::body::Body;
use crate::error::{AuthError, Misuse};
use crate::exchange_view::Outgoing;
use crate::percent;
use crate::pre_emptive::Unprompted;
use crate::scheme::{Needs, Scheme as _};
use crate::secret::Secret;

impl Unprompted for OAuth1 {
    fn add_credentials(&self, message: &mut Outgoing<'_>) -> Result<(), AuthError> {
        self.check()?;
        if self.place == Place::Body {
            wire::prepare_body(message)?;
        }
        let query = percent::query_of(message.target).to_owned();
        let form = if is_form(message.headers) {
            refuse_compressed(message)?;
            message.body_bytes()?.to_vec()
        } else {
            Vec::new()
        };
        let mut protocol = self.protocol(message)?;
        let mut signed: Vec<Pair<'_>> = protocol.clone();
        for (place, encoded) in [(Place::Query, query.as_bytes()), (Place::Body, &form[..])] {
            for pair in form_pairs(encoded) {
                refuse_conflict(self.place, place, &pair, &protocol)?;
                signed.push(pair);
            }
        }
        let signature = self.sign(message, &signed)?;
        protocol.push((
            Cow::Borrowed(b"oauth_signature"),
            Cow::Owned(signature.into_bytes()),
        ));
        let secret = self.reveals_secret();
        wire::write(
            message,
            self.place,
            self.realm.as_deref(),
            &protocol,
            secret,
        )?;
        Ok(())
    }

    fn needs(&self) -> Needs {
        match self.body_hash {
            BodyHash::Never => Needs::default(),
            BodyHash::Auto | BodyHash::Always => Needs::digests([self.method.hash()]),
        }
    }
}

/// Refuses a form under a coding: its parameters are signed (RFC 5849 section 3.4.1.3.1), and whether a server reads them
/// before or after it has undone the coding is not said anywhere.
fn refuse_compressed(message: &Outgoing<'_>) -> Result<(), AuthError> {
    match message.headers.get("Content-Encoding") {
        Some(coding) if !coding.eq_ignore_ascii_case(b"identity") => Err(refused(
            "a compressed form cannot be signed, because its parameters are; send it uncompressed"
                .to_owned(),
        )),
        _ => Ok(()),
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

impl OAuth1 {
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
        add("oauth_nonce", message.env.nonce()?.into());
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
        Ok(Some(STANDARD.encode(message.body_digest(hash)?)))
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
        message.workings.conceal("signature", signature.as_str());
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
