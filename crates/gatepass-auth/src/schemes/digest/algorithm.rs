//! The algorithms by their names in challenges.

use std::fmt;

use crate::error::{AuthError, Misuse};
use crate::hash::Hash;

/// A hash function, and whether the hash of user and password is bound to a session (`-sess`, RFC 7616 section 3.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Algorithm {
    hash: Hash,
    session: bool,
}

impl Algorithm {
    /// MD5, which a challenge without `algorithm` means (RFC 7616 section 3.3).
    pub const MD5: Self = Self::new(Hash::Md5, false);
    /// SHA-256.
    pub const SHA_256: Self = Self::new(Hash::Sha256, false);
    /// SHA-512-256.
    pub const SHA_512_256: Self = Self::new(Hash::Sha512_256, false);

    /// The names of all algorithms. SHA and SHA-512 stand in no RFC, but peers offer them.
    pub const NAMES: &'static [&'static str] = &[
        "MD5",
        "MD5-sess",
        "SHA",
        "SHA-sess",
        "SHA-256",
        "SHA-256-sess",
        "SHA-512",
        "SHA-512-sess",
        "SHA-512-256",
        "SHA-512-256-sess",
    ];

    const fn new(hash: Hash, session: bool) -> Self {
        Self { hash, session }
    }

    /// Returns the algorithm of this name, in any case.
    pub fn find(name: &str) -> Option<Self> {
        let name = name.trim();
        let at = Self::NAMES
            .iter()
            .position(|known| known.eq_ignore_ascii_case(name))?;
        let hash = [
            Hash::Md5,
            Hash::Sha1,
            Hash::Sha256,
            Hash::Sha512,
            Hash::Sha512_256,
        ][at / 2];
        Some(Self::new(hash, at % 2 == 1))
    }

    /// Returns the algorithm of this name, in any case.
    ///
    /// # Errors
    /// [`Misuse::BadChoice`] for a name that is none.
    pub fn require(name: &str) -> Result<Self, AuthError> {
        Self::find(name).ok_or_else(|| {
            Misuse::BadChoice {
                scheme: "digest",
                field: "algorithm",
                choices: Self::NAMES,
            }
            .into()
        })
    }

    /// Returns the hash function.
    pub fn hash(self) -> Hash {
        self.hash
    }

    /// Says whether this is a `-sess` form.
    pub fn is_session(self) -> bool {
        self.session
    }

    /// Ranks the hash functions, the better the higher.
    pub(super) fn strength(self) -> u8 {
        match self.hash {
            Hash::Md5 => 0,
            Hash::Sha1 => 2,
            Hash::Sha256 => 4,
            // No algorithm of Digest has it.
            Hash::Sha384 => 5,
            Hash::Sha512 => 6,
            Hash::Sha512_256 => 8,
        }
    }

    /// Returns the name as a challenge writes it.
    pub fn name(self) -> &'static str {
        match (self.hash, self.session) {
            (Hash::Md5, false) => "MD5",
            (Hash::Md5, true) => "MD5-sess",
            (Hash::Sha1, false) => "SHA",
            (Hash::Sha1, true) => "SHA-sess",
            (Hash::Sha256, false) => "SHA-256",
            (Hash::Sha256, true) => "SHA-256-sess",
            (Hash::Sha384, false) => "SHA-384",
            (Hash::Sha384, true) => "SHA-384-sess",
            (Hash::Sha512, false) => "SHA-512",
            (Hash::Sha512, true) => "SHA-512-sess",
            (Hash::Sha512_256, false) => "SHA-512-256",
            (Hash::Sha512_256, true) => "SHA-512-256-sess",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_written_back() {
        for name in Algorithm::NAMES {
            assert_eq!(
                Algorithm::find(&name.to_lowercase()).map(Algorithm::name),
                Some(*name)
            );
        }
        assert_eq!(Algorithm::find("SHA-384"), None);
    }
}
