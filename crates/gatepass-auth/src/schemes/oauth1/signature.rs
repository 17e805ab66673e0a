//! The signature methods (RFC 5849 sections 3.4.2 to 3.4.4) and the key of the symmetric ones.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::percent;
use crate::secret::Secret;

/// How a request is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// HMAC-SHA1 (RFC 5849 section 3.4.2), which every server knows.
    #[default]
    HmacSha1,
    /// HMAC-SHA256, as HMAC-SHA1 with another hash.
    HmacSha256,
    /// HMAC-SHA512, as HMAC-SHA1 with another hash.
    HmacSha512,
    /// RSA-SHA1 (RFC 5849 section 3.4.3).
    RsaSha1,
    /// RSA-SHA256, as RSA-SHA1 with another hash.
    RsaSha256,
    /// RSA-SHA512, as RSA-SHA1 with another hash.
    RsaSha512,
    /// PLAINTEXT (RFC 5849 section 3.4.4): no signature, but the secrets themselves.
    Plaintext,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 7] = [
        Self::HmacSha1,
        Self::HmacSha256,
        Self::HmacSha512,
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha512,
        Self::Plaintext,
    ];

    /// Returns the value of `oauth_signature_method`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
            Self::RsaSha1 => "RSA-SHA1",
            Self::RsaSha256 => "RSA-SHA256",
            Self::RsaSha512 => "RSA-SHA512",
            Self::Plaintext => "PLAINTEXT",
        }
    }

    /// Returns the method of this name, whose case matters on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// Says whether the client signs with a private key.
    pub fn is_rsa(self) -> bool {
        matches!(self, Self::RsaSha1 | Self::RsaSha256 | Self::RsaSha512)
    }

    /// Returns the hash function, which is also that of `oauth_body_hash`: SHA-1 for PLAINTEXT, which has none.
    pub fn hash(self) -> Hash {
        match self {
            Self::HmacSha1 | Self::RsaSha1 | Self::Plaintext => Hash::Sha1,
            Self::HmacSha256 | Self::RsaSha256 => Hash::Sha256,
            Self::HmacSha512 | Self::RsaSha512 => Hash::Sha512,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Joins the two secrets, encoded (RFC 5849 sections 3.4.2 and 3.4.4). One that is not there is empty.
pub(super) fn signing_key(consumer_secret: &Secret, token_secret: Option<&Secret>) -> Secret {
    let mut key = percent::encode(consumer_secret.expose());
    key.push('&');
    if let Some(secret) = token_secret {
        key.push_str(&percent::encode(secret.expose()));
    }
    Secret::from(key)
}

/// Returns the signature of `base_string` in base64 (RFC 5849 section 3.4.2).
pub(super) fn hmac(method: Method, key: &Secret, base_string: &str) -> String {
    STANDARD.encode(method.hash().hmac(key.expose(), &[base_string.as_bytes()]))
}

/// Returns the value of `oauth_body_hash` for a body that is no form.
pub(super) fn body_hash(hash: Hash, body: &[u8]) -> String {
    STANDARD.encode(hash.digest(&[body]))
}
