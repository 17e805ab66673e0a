//! How the key that a server must have is given.

use std::path::Path;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::pem;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer};

use crate::certificate::Certificate;
use crate::error::{Error, Misuse};
use crate::pin::{PREFIX, Pin};

impl Pin {
    /// Returns the pin of the key in a file.
    pub(super) fn of_file(path: &Path) -> Result<Self, Error> {
        let bad = |problem: String| Misuse::BadPin {
            pin: format!("{}: {problem}", path.display()),
        };
        let bytes = std::fs::read(path).map_err(|error| bad(error.to_string()))?;
        let laid_out = pem::laid_out(&bytes).map_err(|error| bad(error.to_string()))?;
        let key = SubjectPublicKeyInfoDer::from_pem_slice(laid_out.expose());
        let certificate = CertificateDer::from_pem_slice(laid_out.expose());
        if let Ok(key) = key {
            return Ok(Self::of_key(&key));
        }
        let certificate = certificate.unwrap_or_else(|_| CertificateDer::from_slice(&bytes));
        let found = Certificate::key_of(&certificate).map(Self::of_key);
        found.ok_or_else(|| bad("it has neither a public key nor a certificate".to_owned()).into())
    }
}

impl FromStr for Pin {
    type Err = Error;

    /// Reads `sha256//BASE64`.
    ///
    /// # Errors
    /// [`Misuse::BadPin`] for anything else.
    fn from_str(text: &str) -> Result<Self, Error> {
        let hash = text
            .strip_prefix(PREFIX)
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .and_then(|bytes| bytes.try_into().ok());
        hash.map(Self).ok_or_else(|| {
            Misuse::BadPin {
                pin: text.to_owned(),
            }
            .into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curls_form_is_read_and_written() {
        let text = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let pin: Pin = text.parse().unwrap();
        assert_eq!(pin, Pin::of_key(b""));
        assert_eq!(pin.to_string(), text);
        for wrong in [
            "",
            "sha256//",
            "sha256//AAAA",
            "md5//47DE",
            &text[8..],
            "sha256//*",
        ] {
            assert!(wrong.parse::<Pin>().is_err(), "{wrong}");
        }
    }
}
