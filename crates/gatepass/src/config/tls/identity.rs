//! The certificate and key by which a client shows who it is.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use gatepass_auth::{Secret, pem};
use p12_keystore::Pkcs12Archive;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::private_key::{bad, malformed};
use super::{is_der, private_key};
use crate::certificate::Certificate;
use crate::error::{Credential, Error, IdentityProblem};

/// A client's certificate, those that lead from it to an authority, and its private key.
///
/// The key can be RSA, EC (P-256 or P-384) or Ed25519. Nothing shows it: `Debug` prints whom the certificate is for.
#[derive(Clone)]
pub struct Identity {
    key: Arc<CertifiedKey>,
    shown: Arc<Certificate>,
}

impl Identity {
    /// Makes an identity of PEM text. `key` is that of the certificate in PKCS#8, PKCS#1 or SEC1, and may be the same
    /// text; an encrypted one (PKCS#8 only) is opened with `passphrase`. Of several certificates the one that fits the key
    /// is taken, with those that lead from it to an authority.
    ///
    /// # Errors
    /// [`crate::error::Misuse::BadIdentity`] for text that has no certificate or no key, or where the two do not fit each other;
    /// [`Credential::NoPassphrase`] or [`Credential::WrongPassphrase`] for a key that stays closed.
    pub fn from_pem(
        certificates: impl AsRef<[u8]>,
        key: impl AsRef<[u8]>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        let (certificates, key) = (certificates.as_ref(), key.as_ref());
        let places = Places {
            certificates: "the given PEM text",
            key: "the given PEM text",
        };
        Self::of_pem(certificates, key, passphrase, &places)
    }

    /// Makes an identity of a PKCS#12 archive, a `.p12` or `.pfx` file: of AES as OpenSSL 3 writes it, or of 3DES and RC2 as
    /// older programs do. Without a passphrase the empty one is tried.
    ///
    /// # Errors
    /// As [`Identity::from_pem`].
    pub fn from_pkcs12(
        archive: impl AsRef<[u8]>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        Self::of_archive(archive.as_ref(), passphrase, "the given archive")
    }

    /// Reads an identity from a file, PEM or PKCS#12 as it turns out, with the key in `key` or in the same file.
    ///
    /// # Errors
    /// As [`Identity::from_pem`], and [`crate::error::Misuse::BadIdentity`] for a file that cannot be read.
    pub fn read(
        certificates: impl AsRef<Path>,
        key: Option<&Path>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        let path = certificates.as_ref();
        let first = read(path)?;
        if is_der(first.expose()) {
            return Self::of_archive(first.expose(), passphrase, &path.display().to_string());
        }
        Self::of_pem_files(path, &first, key, passphrase)
    }

    /// Reads an identity from PEM files, as [`Identity::from_pem`]; without `key`, the key is in the first file too.
    ///
    /// # Errors
    /// As [`Identity::read`].
    pub fn read_pem(
        certificates: impl AsRef<Path>,
        key: Option<&Path>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        let path = certificates.as_ref();
        Self::of_pem_files(path, &read(path)?, key, passphrase)
    }

    /// Reads an identity from a PKCS#12 archive, as [`Identity::from_pkcs12`].
    ///
    /// # Errors
    /// As [`Identity::read`].
    pub fn read_pkcs12(
        archive: impl AsRef<Path>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        let path = archive.as_ref();
        let archive = read(path)?;
        Self::of_archive(archive.expose(), passphrase, &path.display().to_string())
    }

    /// Returns whom the certificate is for and how long it is valid.
    pub fn certificate(&self) -> &Certificate {
        &self.shown
    }

    pub(crate) fn key(&self) -> &Arc<CertifiedKey> {
        &self.key
    }

    fn of_pem_files(
        path: &Path,
        first: &Secret,
        key: Option<&Path>,
        passphrase: Option<&Secret>,
    ) -> Result<Self, Error> {
        let from = path.display().to_string();
        let (key, key_from) = match key {
            Some(key) => (read(key)?, key.display().to_string()),
            None => (first.clone(), from.clone()),
        };
        let places = Places {
            certificates: &from,
            key: &key_from,
        };
        Self::of_pem(first.expose(), key.expose(), passphrase, &places)
    }

    fn of_pem(
        certificates: &[u8],
        key: &[u8],
        passphrase: Option<&Secret>,
        places: &Places<'_>,
    ) -> Result<Self, Error> {
        let laid_out = pem::laid_out(certificates)
            .map_err(|error| bad(places.certificates, IdentityProblem::Pem(error)))?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(laid_out.expose()).collect();
        // The parser's own words quote what they stumble over, which may be the key.
        let chain =
            chain.map_err(|_| malformed(places.certificates, "a certificate in it is damaged"))?;
        if chain.is_empty() {
            return Err(bad(places.certificates, IdentityProblem::NoCertificate));
        }
        let key = private_key::from_pem(key, passphrase, places.key)?;
        Self::of_parts(chain, key, places)
    }

    fn of_archive(archive: &[u8], passphrase: Option<&Secret>, from: &str) -> Result<Self, Error> {
        use p12_keystore::error::Error as Archive;

        let places = Places {
            certificates: from,
            key: from,
        };
        let text = passphrase.map_or(Some(""), Secret::expose_str);
        let closed = || match passphrase {
            None => Credential::NoPassphrase {
                from: from.to_owned(),
            },
            Some(_) => Credential::WrongPassphrase {
                from: from.to_owned(),
            },
        };
        let opened = Pkcs12Archive::from_pkcs12(archive, text.ok_or_else(closed)?);
        let mut opened = opened.map_err(|error| match error {
            // Only an archive that has no checksum gets as far as a decryption that fails.
            Archive::MacError(_) | Archive::UnpadError | Archive::Pkcs5Error(_) => closed().into(),
            Archive::UnsupportedEncryptionScheme | Archive::UnsupportedMacAlgorithm => {
                bad(from, IdentityProblem::UnknownEncryption)
            }
            _ => malformed(from, "its structure is that of neither"),
        })?;
        let chain = opened
            .certs
            .iter()
            .map(|it| it.cert.as_der().to_vec().into());
        let chain: Vec<CertificateDer<'static>> = chain.collect();
        if opened.keys.is_empty() {
            return Err(bad(from, IdentityProblem::NoKey));
        }
        if chain.is_empty() {
            return Err(bad(from, IdentityProblem::NoCertificate));
        }
        let key = opened.keys.swap_remove(0).key;
        Self::of_parts(
            chain,
            PrivateKeyDer::Pkcs8(key.as_der().to_vec().into()),
            &places,
        )
    }

    fn of_parts(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        places: &Places<'_>,
    ) -> Result<Self, Error> {
        let signing = ring::sign::any_supported_type(&key);
        let mut key = key;
        zeroize::Zeroize::zeroize(&mut key);
        let signing = signing.map_err(|_| bad(places.key, IdentityProblem::UnsupportedKey))?;
        let spki = signing.public_key();
        let fits = |certificate: &CertificateDer<'_>| {
            let found = Certificate::key_of(certificate);
            found.is_some() && found == spki.as_ref().map(|key| key.as_ref())
        };
        let leaf = chain.iter().position(fits).ok_or_else(|| {
            bad(
                places.certificates,
                IdentityProblem::KeyMismatch {
                    key: places.key.to_owned(),
                },
            )
        })?;
        let chain = Certificate::path_from(leaf, chain);
        let shown = chain
            .first()
            .map(|leaf| Certificate::of(leaf))
            .unwrap_or_default();
        Ok(Self {
            key: Arc::new(CertifiedKey::new(chain, signing)),
            shown: Arc::new(shown),
        })
    }
}

/// Where the parts of an identity come from.
struct Places<'a> {
    certificates: &'a str,
    key: &'a str,
}

/// Reads a file that may hold a key.
fn read(path: &Path) -> Result<Secret, Error> {
    // Who forgets that a name is wanted gives the key itself, which no error may repeat.
    if pem::is_pem(path.as_os_str().as_encoded_bytes()) {
        return Err(bad("the name of the file", IdentityProblem::NotAName));
    }
    let read = std::fs::read(path).map(Secret::new);
    read.map_err(|error| {
        bad(
            &path.display().to_string(),
            IdentityProblem::Unreadable(error.to_string()),
        )
    })
}

/// The key belongs to the first certificate, so equal certificates have equal keys.
impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.key.cert == other.key.cert
    }
}

impl Eq for Identity {}

impl Hash for Identity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.cert.hash(state);
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity")
            .field(&self.shown.subject)
            .finish()
    }
}
