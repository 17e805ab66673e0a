//! What the environment says about trust.

use std::env;

use super::{Tls, bad};
use crate::error::Error;

/// Files of certificates that take the system's place, for `requests` and for curl.
const REQUESTS: &str = "REQUESTS_CA_BUNDLE";
const CURL: &str = "CURL_CA_BUNDLE";

impl Tls {
    /// Trusts whom the environment says: the file or directory in `REQUESTS_CA_BUNDLE` or else `CURL_CA_BUNDLE`, and
    /// nobody else, as `requests` and curl do; without these, whom the system trusts, for which `SSL_CERT_FILE` and
    /// `SSL_CERT_DIR` stand where they are set, as with OpenSSL.
    ///
    /// A variable that is set to nothing counts as not set.
    ///
    /// # Errors
    /// [`crate::error::Misuse::BadCertificate`] for a file that cannot be read or has no certificate; it names the variable.
    pub fn from_environment() -> Result<Self, Error> {
        Self::from_variables(&[REQUESTS, CURL])
    }

    /// As [`Tls::from_environment`], but heeds what curl heeds: not `REQUESTS_CA_BUNDLE`.
    ///
    /// # Errors
    /// As [`Tls::from_environment`].
    pub fn from_curl_environment() -> Result<Self, Error> {
        Self::from_variables(&[CURL])
    }

    fn from_variables(bundles: &[&str]) -> Result<Self, Error> {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        for &name in bundles {
            if let Some(path) = set(name) {
                let mut only = Self::without_system()
                    .trusting_file(&path)
                    .map_err(|error| named(error, name))?;
                only.only = Some(format!("{} ({name})", path.display()));
                return Ok(only);
            }
        }
        // The trust store reads the file itself, and would only find fewer certificates where it cannot.
        if let Some(path) = set("SSL_CERT_FILE")
            && let Err(error) = std::fs::File::open(&path)
        {
            let from = format!("{} (SSL_CERT_FILE)", path.display());
            return Err(bad(from, error.to_string()));
        }
        Ok(Self::system())
    }
}

/// Adds the variable to where a certificate comes from.
fn named(error: Error, variable: &str) -> Error {
    match error {
        Error::Misuse(crate::error::Misuse::BadCertificate { from, problem }) => {
            bad(format!("{from} ({variable})"), problem)
        }
        other => other,
    }
}
