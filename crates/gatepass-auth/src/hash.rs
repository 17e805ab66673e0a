//! Hashes, MACs and their text forms, by the name under which a scheme asks for them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha384, Sha512, Sha512_256};

/// A hash function that some scheme uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Hash {
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA-512/256 (FIPS 180-4): not a truncated SHA-512, its initial values differ.
    Sha512_256,
}

impl Hash {
    /// Returns the hash of the parts, joined.
    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Md5 => hash_parts::<Md5>(parts).to_vec(),
            Self::Sha1 => hash_parts::<Sha1>(parts).to_vec(),
            Self::Sha256 => hash_parts::<Sha256>(parts).to_vec(),
            Self::Sha384 => hash_parts::<Sha384>(parts).to_vec(),
            Self::Sha512 => hash_parts::<Sha512>(parts).to_vec(),
            Self::Sha512_256 => hash_parts::<Sha512_256>(parts).to_vec(),
        }
    }

    /// Returns the hash of the parts, joined, in lower-case hexadecimal.
    pub fn hex(self, parts: &[&[u8]]) -> String {
        match self {
            Self::Md5 => hex(&hash_parts::<Md5>(parts)),
            Self::Sha1 => hex(&hash_parts::<Sha1>(parts)),
            Self::Sha256 => hex(&hash_parts::<Sha256>(parts)),
            Self::Sha384 => hex(&hash_parts::<Sha384>(parts)),
            Self::Sha512 => hex(&hash_parts::<Sha512>(parts)),
            Self::Sha512_256 => hex(&hash_parts::<Sha512_256>(parts)),
        }
    }

    /// Returns the HMAC (RFC 2104) of the parts, joined. Only the hashes that a scheme signs with are supported as such;
    /// MD5 is computed like any other.
    pub fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
        macro_rules! mac {
            ($hash:ty) => {{
                // A key of any length is taken (RFC 2104 section 2), so this cannot fail.
                let Ok(mut mac) = Hmac::<$hash>::new_from_slice(key) else {
                    unreachable!("HMAC takes a key of any length")
                };
                parts.iter().for_each(|part| mac.update(part));
                mac.finalize().into_bytes().to_vec()
            }};
        }
        match self {
            Self::Md5 => mac!(Md5),
            Self::Sha1 => mac!(Sha1),
            Self::Sha256 => mac!(Sha256),
            Self::Sha384 => mac!(Sha384),
            Self::Sha512 => mac!(Sha512),
            Self::Sha512_256 => mac!(Sha512_256),
        }
    }
}

/// A hash of what comes piece by piece.
///
/// ```
/// use gatepass_auth::{Hash, hash::Hasher};
///
/// let mut hasher = Hasher::new(Hash::Sha256);
/// hasher.update(b"in ");
/// hasher.update(b"pieces");
/// assert_eq!(hasher.finish(), Hash::Sha256.digest(&[b"in pieces"]));
/// ```
#[derive(Clone)]
pub struct Hasher(Running);

#[derive(Clone)]
enum Running {
    Md5(Md5),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
    Sha512_256(Sha512_256),
}

/// Does the same with whichever hash is running.
macro_rules! running {
    ($running:expr, $hash:ident => $done:expr) => {
        match $running {
            Running::Md5($hash) => $done,
            Running::Sha1($hash) => $done,
            Running::Sha256($hash) => $done,
            Running::Sha384($hash) => $done,
            Running::Sha512($hash) => $done,
            Running::Sha512_256($hash) => $done,
        }
    };
}

impl Hasher {
    /// Starts a hash.
    pub fn new(hash: Hash) -> Self {
        Self(match hash {
            Hash::Md5 => Running::Md5(Md5::new()),
            Hash::Sha1 => Running::Sha1(Sha1::new()),
            Hash::Sha256 => Running::Sha256(Sha256::new()),
            Hash::Sha384 => Running::Sha384(Sha384::new()),
            Hash::Sha512 => Running::Sha512(Sha512::new()),
            Hash::Sha512_256 => Running::Sha512_256(Sha512_256::new()),
        })
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        running!(&mut self.0, hash => hash.update(bytes));
    }

    /// Returns the hash of all bytes.
    pub fn finish(self) -> Vec<u8> {
        running!(self.0, hash => hash.finalize().to_vec())
    }
}

fn hash_parts<H: sha2::Digest>(parts: &[&[u8]]) -> sha2::digest::Output<H> {
    let mut hash = H::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize()
}

/// Returns `bytes` in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Compares two byte strings in a time that depends on their lengths alone.
pub fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    use subtle::ConstantTimeEq as _;
    one.ct_eq(other).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_string_hashes_as_published() {
        // FIPS 180-4 example values and RFC 1321 A.5.
        assert_eq!(Hash::Md5.hex(&[]), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(
            Hash::Sha1.hex(&[]),
            "da39a3ee5e6b4b0d3255bfef95601890afd80709"
        );
        assert_eq!(
            Hash::Sha512_256.hex(&[]),
            "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"
        );
    }

    #[test]
    fn hmac_agrees_with_rfc_2202() {
        let mac = Hash::Sha1.hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(hex(&mac), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
