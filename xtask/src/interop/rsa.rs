//! What the cells of OAuth 1.0a share: its methods and places, and the keys of RSA.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Result;
use crate::process::demand;

pub(crate) const METHODS: [&str; 7] = [
    "HMAC-SHA1",
    "HMAC-SHA256",
    "HMAC-SHA512",
    "RSA-SHA1",
    "RSA-SHA256",
    "RSA-SHA512",
    "PLAINTEXT",
];

pub(crate) const PLACES: [&str; 3] = ["header", "query", "body"];

/// Returns the row of a method and a place.
pub(crate) fn row(method: &str, place: &str) -> String {
    format!("OAuth 1.0a {method}, {place}")
}

/// Files in PEM: a pair of keys, and a private key that fits nothing.
pub(crate) struct Keys {
    pub(crate) private: PathBuf,
    pub(crate) public: PathBuf,
    pub(crate) other: PathBuf,
}

impl Keys {
    /// Makes new keys in `folder`.
    pub(crate) fn generate(folder: &Path) -> Result<Self> {
        let keys = Self {
            private: folder.join("private.pem"),
            public: folder.join("public.pem"),
            other: folder.join("other.pem"),
        };
        for file in [&keys.private, &keys.other] {
            let mut openssl = Command::new("openssl");
            demand(
                openssl
                    .args(["genrsa", "-traditional", "-out"])
                    .arg(file)
                    .arg("2048"),
            )?;
        }
        let mut openssl = Command::new("openssl");
        openssl
            .args(["rsa", "-pubout", "-in"])
            .arg(&keys.private)
            .arg("-out")
            .arg(&keys.public);
        demand(&mut openssl)?;
        Ok(keys)
    }
}
