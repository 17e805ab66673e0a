//! What can be wrong with a client's certificate and key.

use std::fmt;

use gatepass_auth::pem::PemError;

/// Why a client's certificate or key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdentityProblem {
    /// The file cannot be read, for the reason given.
    Unreadable(String),
    /// It is neither PEM nor PKCS#12, or broken, for the reason given.
    Malformed(String),
    /// It is PEM that lost its line breaks or its end, and cannot be read as what it was.
    Pem(PemError),
    /// What should name a file is the key or the certificate itself.
    NotAName,
    /// There is no certificate in it.
    NoCertificate,
    /// There is no private key in it.
    NoKey,
    /// The key is not that of the certificate.
    KeyMismatch {
        /// Where the key comes from.
        key: String,
    },
    /// The key is encrypted as OpenSSL did before PKCS#8, which protects it badly.
    OldEncryption,
    /// The key or the archive is encrypted in a way that is not supported.
    UnknownEncryption,
    /// The key is of a kind that cannot sign here: only RSA of 2048 bits and more, P-256, P-384 and Ed25519 can.
    UnsupportedKey,
}

impl IdentityProblem {
    pub(super) fn describe(&self, from: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => write!(f, "{from} cannot be read: {problem}"),
            Self::Malformed(problem) => {
                write!(
                    f,
                    "{from} is neither a PEM file nor a PKCS#12 archive: {problem}"
                )
            }
            Self::Pem(error) => write!(f, "the PEM text in {from} cannot be read: {error}"),
            Self::NotAName => {
                write!(
                    f,
                    "{from} is wanted, and the key or the certificate itself was given"
                )
            }
            Self::NoCertificate => write!(f, "there is no certificate in {from}"),
            Self::NoKey => write!(f, "there is no private key in {from}"),
            Self::KeyMismatch { key } if key == from => {
                write!(
                    f,
                    "the private key in {from} does not fit the certificate in it"
                )
            }
            Self::KeyMismatch { key } => {
                write!(
                    f,
                    "the private key in {key} does not fit the certificate in {from}"
                )
            }
            Self::OldEncryption => {
                write!(
                    f,
                    "the key in {from} is encrypted in the old way of OpenSSL, which is not supported"
                )
            }
            Self::UnknownEncryption => {
                write!(f, "{from} is encrypted in a way that is not supported")
            }
            Self::UnsupportedKey => write!(
                f,
                "the key in {from} is of a kind that is not supported: RSA from 2048 bits on, EC on P-256 or P-384 and Ed25519 are"
            ),
        }
    }

    pub(super) fn hint(&self, from: &str) -> Option<String> {
        Some(match self {
            Self::NoKey => return None,
            Self::Pem(error) => error.hint().to_owned(),
            Self::NotAName => {
                "Write it to a file that only you can read, and give the file's name".to_owned()
            }
            Self::NoCertificate | Self::Malformed(_) => {
                "Give a file with a line `-----BEGIN CERTIFICATE-----`, or a .p12 file".to_owned()
            }
            Self::Unreadable(_) => "Check the name of the file, and who may read it".to_owned(),
            Self::KeyMismatch { .. } => {
                "Take the key that the certificate was requested with".to_owned()
            }
            Self::OldEncryption => {
                format!("Convert it: openssl pkcs8 -topk8 -in {from} -out new.key")
            }
            Self::UnknownEncryption => format!(
                "Convert it: openssl pkcs8 -topk8 -in {from} -out new.key; or, if it is an archive, openssl pkcs12 -legacy -in {from} -out new.pem"
            ),
            Self::UnsupportedKey => {
                "Ask for a certificate with a key of one of these kinds".to_owned()
            }
        })
    }
}
