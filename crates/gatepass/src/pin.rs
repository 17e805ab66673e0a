//! The fingerprint of a public key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The fingerprint of a server's public key: SHA-256 of the `SubjectPublicKeyInfo` in its certificate, as in RFC 7469
/// section 2.4. It is written as curl's `--pinnedpubkey` has it, `sha256//` and Base64.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pin(pub(crate) [u8; 32]);

pub(crate) const PREFIX: &str = "sha256//";

impl Pin {
    /// Returns the pin of a key, given as the `SubjectPublicKeyInfo` in DER.
    pub fn of_key(subject_public_key_info: &[u8]) -> Self {
        Self(Sha256::digest(subject_public_key_info).into())
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
