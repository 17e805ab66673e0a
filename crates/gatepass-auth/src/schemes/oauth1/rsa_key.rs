//! RSA keys in PEM, and the signatures made and checked with them: RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).

use std::fmt;
use std::sync::{Arc, LazyLock};

use rsa::pkcs1::{DecodeRsaPrivateKey as _, DecodeRsaPublicKey as _};
use rsa::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use rsa::rand_core::{CryptoRng, Error as RandomError, RngCore};
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey, RsaPublicKey};

use crate::env::{Env, NoRandomness};
use crate::error::{AuthError, CredentialError};
use crate::hash::Hash;
use crate::pem;
use crate::secret::Secret;

/// Shorter keys have been factored in public.
const MIN_BITS: usize = 1024;

/// A client's private key. `Debug` shows its length only.
#[derive(Clone)]
pub struct PrivateKey(Arc<RsaPrivateKey>);

/// A client's public key, which a verifier holds.
#[derive(Clone, Debug)]
pub struct PublicKey(RsaPublicKey);

impl PrivateKey {
    /// Reads a key in PEM: PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`), not encrypted. One that lost its
    /// line breaks is read too ([`pem::laid_out`]).
    ///
    /// # Errors
    /// [`CredentialError::BadKey`], which quotes nothing of the key.
    pub fn from_pem(pem: &Secret) -> Result<Self, AuthError> {
        let bad = |problem| bad_key("private_key", problem);
        // What a key is says more than what is wrong inside it, so the kind is looked at first.
        let kind = pem.expose_str().and_then(label_of);
        if let Some(problem) = kind.and_then(other_kind) {
            return Err(bad(problem).into());
        }
        let laid_out = pem::laid_out(pem.expose()).map_err(|error| bad(error.problem()))?;
        let text = laid_out.expose_str().ok_or(bad("it is not text"))?;
        let (label, block) = pem_block(text).ok_or(bad(NO_PEM))?;
        let key = match label {
            "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_pem(block)
                .map_err(|_| bad("it is damaged, or no RSA key"))?,
            "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_pem(block)
                .map_err(|_| bad("its base64 or its structure is damaged"))?,
            other => return Err(bad(other_kind(other).unwrap_or(NO_PRIVATE_KEY)).into()),
        };
        if key.n().bits() < MIN_BITS {
            return Err(bad(TOO_SHORT).into());
        }
        Ok(Self(Arc::new(key)))
    }

    /// Returns the public key that belongs to it, in PEM (SPKI), for whoever verifies; `None` if it cannot be written.
    pub fn public_pem(&self) -> Option<String> {
        let public = self.0.to_public_key();
        public.to_public_key_pem(LineEnding::LF).ok()
    }

    /// Signs `message`.
    ///
    /// The operation is blinded with a random factor: the arithmetic of the `rsa` crate does not take the same time for
    /// all keys and inputs, so that who can measure many signatures of inputs that they choose could learn the private
    /// key (RUSTSEC-2023-0071, the Marvin attack). Blinding makes the inputs unknown to them. It does not change the
    /// signature.
    ///
    /// # Errors
    /// [`CredentialError::BadKey`] for a key that is inconsistent.
    pub(super) fn sign(
        &self,
        hash: Hash,
        message: &[u8],
        env: &dyn Env,
    ) -> Result<Vec<u8>, AuthError> {
        let mut blinding = Blinding::new(env)?;
        self.0
            .sign_with_rng(&mut blinding, padding(hash), &hash.digest(&[message]))
            .map_err(|_| bad_key("private_key", "its numbers do not belong together").into())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({} bits)", self.0.n().bits())
    }
}

impl PublicKey {
    /// Reads a key in PEM: SPKI (`BEGIN PUBLIC KEY`) or PKCS#1 (`BEGIN RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// [`CredentialError::BadKey`].
    pub fn from_pem(pem: &str) -> Result<Self, AuthError> {
        let bad = |problem| bad_key("public key", problem);
        let laid_out = pem::laid_out(pem.as_bytes()).map_err(|error| bad(error.problem()))?;
        let text = laid_out.expose_str().ok_or(bad("it is not text"))?;
        let (label, block) = pem_block(text).ok_or(bad(NO_PEM))?;
        let key = match label {
            "PUBLIC KEY" => RsaPublicKey::from_public_key_pem(block)
                .map_err(|_| bad("it is damaged, longer than 4096 bits, or no RSA key"))?,
            "RSA PUBLIC KEY" => RsaPublicKey::from_pkcs1_pem(block)
                .map_err(|_| bad("it is damaged, or longer than 4096 bits"))?,
            "CERTIFICATE" => {
                let problem =
                    "it is a certificate; take the key out with: openssl x509 -pubkey -noout";
                return Err(bad(problem).into());
            }
            _ => return Err(bad("it is something else than a public key").into()),
        };
        if key.n().bits() < MIN_BITS {
            return Err(bad(TOO_SHORT).into());
        }
        Ok(Self(key))
    }

    /// Says whether the holder of the private key signed `message`.
    pub(super) fn is_signature(&self, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
        let hashed = hash.digest(&[message]);
        self.0.verify(padding(hash), &hashed, signature).is_ok()
    }

    /// Returns a key that no account has, so that a client without one takes as long to refuse.
    pub(super) fn of_nobody() -> &'static Self {
        static NOBODY: LazyLock<PublicKey> = LazyLock::new(|| {
            let modulus = BigUint::from_bytes_be(&[0xff; 256]);
            PublicKey(RsaPublicKey::new_unchecked(
                modulus,
                BigUint::from(65_537_u32),
            ))
        });
        &NOBODY
    }
}

const NO_PEM: &str = "it is not in PEM, which begins with -----BEGIN";
const NO_PRIVATE_KEY: &str = "it is something else than a private key";
const TOO_SHORT: &str = "it is shorter than 1024 bits, and can be broken";

fn bad_key(field: &'static str, problem: &'static str) -> CredentialError {
    CredentialError::BadKey { field, problem }
}

/// Returns the kind of content that the first line of a PEM text names.
fn label_of(text: &str) -> Option<&str> {
    let from = &text[text.find("-----BEGIN ")?..];
    let (label, _) = from["-----BEGIN ".len()..].split_once("-----")?;
    Some(label)
}

/// Says what is wrong with content of this kind, if it is no RSA key that can be read.
fn other_kind(label: &str) -> Option<&'static str> {
    Some(match label {
        "PRIVATE KEY" | "RSA PRIVATE KEY" => return None,
        "ENCRYPTED PRIVATE KEY" => "it is encrypted; decrypt it with: openssl pkey",
        "OPENSSH PRIVATE KEY" => "it is in OpenSSH's format; convert it with: ssh-keygen -p -m PEM",
        label if label.ends_with("PUBLIC KEY") => "it is a public key, and the private one signs",
        label if label.ends_with("PRIVATE KEY") => "it is no RSA key",
        _ => NO_PRIVATE_KEY,
    })
}

/// Finds the first PEM block and its label. What stands around it is allowed (RFC 7468 section 2).
fn pem_block(text: &str) -> Option<(&str, &str)> {
    let from = &text[text.find("-----BEGIN ")?..];
    let label = label_of(from)?;
    let end = format!("-----END {label}-----");
    let block = &from[..from.find(&end)? + end.len()];
    Some((label, block))
}

/// Returns the padding for hashes made by `hash`, one of the three that the methods have. The prefixes are those of RFC 8017 section 9.2, note 1.
fn padding(hash: Hash) -> Pkcs1v15Sign {
    let (length, prefix): (usize, &[u8]) = match hash {
        Hash::Sha256 => (
            32,
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
        ),
        Hash::Sha512 => (
            64,
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        ),
        _ => (
            20,
            b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        ),
    };
    Pkcs1v15Sign {
        hash_len: Some(length),
        prefix: prefix.into(),
    }
}

/// Random numbers for blinding, expanded from 32 bytes of [`Env::random`].
///
/// The search for a usable factor draws until one fits, so that an [`Env`] that repeats itself must not reach it: the
/// bytes are HMAC-SHA256 of a counter under the seed, which never repeat.
struct Blinding {
    seed: Secret,
    counter: u64,
}

impl Blinding {
    fn new(env: &dyn Env) -> Result<Self, NoRandomness> {
        let mut seed = vec![0; 32];
        env.random(&mut seed)?;
        Ok(Self {
            seed: Secret::new(seed),
            counter: 0,
        })
    }
}

impl RngCore for Blinding {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = Hash::Sha256.hmac(self.seed.expose(), &[&self.counter.to_be_bytes()]);
            self.counter += 1;
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), RandomError> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Blinding {}
