//! Text that must not be seen: masked when shown, wiped when dropped, compared in constant time.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Holds the bytes of a password, token or key, and never prints them.
///
/// `Debug` and `Display` show [`Secret::mask`]. The bytes are wiped when the value is dropped.
///
/// ```
/// use gatepass_auth::Secret;
///
/// let token = Secret::from("eyJhbGciOiJIUzI1NiJ9.e30.abc");
/// assert!(format!("{token}").starts_with("eyJ…⟨"));
/// assert!(!format!("{token:?}").contains("hbGci"));
/// assert!(token.matches(b"eyJhbGciOiJIUzI1NiJ9.e30.abc"));
/// ```
#[derive(Clone, Default)]
pub struct Secret(Vec<u8>);

/// From this many bytes on, a mask shows the first three characters: fewer would be a good part of a password.
const SHOW_PREFIX_FROM: usize = 20;

impl Secret {
    /// Wraps `bytes`.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes themselves. Every call is a place where a secret can leak: search for `expose` to audit.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Returns the secret as text, or `None` if it is not UTF-8.
    pub fn expose_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Says whether the secret has no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Compares with `other` in a time that depends on neither the contents nor the place of the first difference.
    ///
    /// Both sides are hashed first, so that lengths are hidden too.
    pub fn matches(&self, other: &[u8]) -> bool {
        self.fingerprint().matches(&fingerprint(other))
    }

    /// Returns what is compared in the secret's place, for one that is compared with many.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        fingerprint(&self.0)
    }

    /// Returns what may be shown: a few characters of a long secret and a fingerprint by which two logs can be compared.
    pub fn mask(&self) -> String {
        mask(&self.0)
    }
}

/// A hash by which secrets are compared: it hides their lengths.
#[derive(Clone)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// Compares in a time that depends on neither side.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

fn fingerprint(bytes: &[u8]) -> Fingerprint {
    Fingerprint(Sha256::digest(bytes).into())
}

/// Returns the masked form of `bytes`: `eyJ…⟨7f3a⟩`, `…⟨7f3a⟩` for a short secret, `⟨empty⟩` for none.
pub fn mask(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "⟨empty⟩".to_owned();
    }
    let hash = Sha256::digest(bytes);
    let shown: String = if bytes.len() >= SHOW_PREFIX_FROM {
        let start = &bytes[..3];
        start
            .iter()
            .take_while(|byte| byte.is_ascii_graphic())
            .map(|&byte| char::from(byte))
            .collect()
    } else {
        String::new()
    };
    format!("{shown}…⟨{:02x}{:02x}⟩", hash[0], hash[1])
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.mask())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl From<&Self> for Secret {
    fn from(other: &Self) -> Self {
        other.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_a_secret() {
        for text in ["s3cret", "a-long-token-with-many-characters"] {
            let secret = Secret::from(text);
            for shown in [format!("{secret}"), format!("{secret:?}"), secret.mask()] {
                assert!(!shown.contains(&text[4..]), "{shown}");
            }
        }
    }

    #[test]
    fn comparison_minds_every_byte_and_the_length() {
        let secret = Secret::from("s3cret");
        assert!(secret.matches(b"s3cret"));
        for other in ["s3creT", "s3cre", "s3cret ", ""] {
            assert!(!secret.matches(other.as_bytes()), "{other}");
        }
    }
}
