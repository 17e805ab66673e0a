//! Which certificates are trusted.

use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::error::{Error, Misuse};

/// Which servers are believed: those that the system trusts, more, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    extra: Vec<CertificateDer<'static>>,
    unverified: bool,
}

impl Tls {
    /// Trusts whom the system trusts.
    pub fn system() -> Self {
        Self::default()
    }

    /// Trusts every server, whoever it is. Only for tests: whoever stands on the way can read and change everything.
    pub fn unverified() -> Self {
        Self {
            extra: Vec::new(),
            unverified: true,
        }
    }

    /// Trusts the certificates in `pem` too: those of authorities, or a server's own self-signed one.
    ///
    /// # Errors
    /// [`Misuse::BadCertificate`] for text without a certificate, or with a malformed one.
    pub fn trusting_pem(self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.trusting(pem.as_ref(), "the given PEM text".to_owned())
    }

    /// Trusts the certificates in a PEM file too.
    ///
    /// # Errors
    /// [`Misuse::BadCertificate`] for a file that cannot be read, or is as [`Tls::trusting_pem`] refuses.
    pub fn trusting_file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let from = path.as_ref().display().to_string();
        match std::fs::read(path.as_ref()) {
            Ok(pem) => self.trusting(&pem, from),
            Err(error) => Err(bad(from, error.to_string())),
        }
    }

    fn trusting(mut self, pem: &[u8], from: String) -> Result<Self, Error> {
        let before = self.extra.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            match certificate {
                Ok(certificate) => self.extra.push(certificate),
                Err(error) => return Err(bad(from, error.to_string())),
            }
        }
        if self.extra.len() == before {
            return Err(bad(from, "there is no certificate in it".to_owned()));
        }
        Ok(self)
    }

    pub(crate) fn extra(&self) -> &[CertificateDer<'static>] {
        &self.extra
    }

    pub(crate) fn is_unverified(&self) -> bool {
        self.unverified
    }
}

fn bad(from: String, problem: String) -> Error {
    Misuse::BadCertificate { from, problem }.into()
}
