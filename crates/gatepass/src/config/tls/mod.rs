//! Which servers are believed, who we are to them, and which versions of TLS are spoken.

mod environment;
mod identity;
mod pin;
mod private_key;

use std::fmt;
use std::path::Path;

use gatepass_auth::pem;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};

use crate::error::{Error, Misuse};

pub use crate::pin::Pin;
pub use crate::tls_version::TlsVersion;
pub use identity::Identity;

/// How TLS is spoken: which servers are believed, who we are to them, and in which versions.
///
/// Two requests share a connection only if their settings are equal.
///
/// ```
/// use gatepass::config::{Tls, TlsVersion};
///
/// let tls = Tls::system()
///     .lowest(TlsVersion::Tls13)
///     .pin("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")?;
/// assert_ne!(tls, Tls::system());
/// # Ok::<(), gatepass::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Tls {
    trust: Trust,
    given: Vec<CertificateDer<'static>>,
    /// Where those come from that are the only ones.
    only: Option<String>,
    identity: Option<Identity>,
    lowest: TlsVersion,
    highest: TlsVersion,
    server_name: Option<ServerName<'static>>,
    pins: Vec<Pin>,
}

/// Who vouches for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Trust {
    /// Whom the system trusts, and who was given.
    System,
    /// Only who was given.
    Given,
    /// Nobody has to.
    Anyone,
}

impl Default for Tls {
    fn default() -> Self {
        Self {
            trust: Trust::System,
            given: Vec::new(),
            only: None,
            identity: None,
            lowest: TlsVersion::Tls12,
            highest: TlsVersion::Tls13,
            server_name: None,
            pins: Vec::new(),
        }
    }
}

impl Tls {
    /// Trusts whom the system trusts.
    pub fn system() -> Self {
        Self::default()
    }

    /// Trusts nobody but those that are added.
    pub fn without_system() -> Self {
        Self {
            trust: Trust::Given,
            ..Self::default()
        }
    }

    /// Trusts every server, whoever it is. Only for tests: whoever stands on the way can read and change everything.
    pub fn unverified() -> Self {
        Self::default().without_verification()
    }

    /// Trusts every server from here on, and leaves the other settings as they are. Pins are checked all the same.
    #[must_use]
    pub fn without_verification(mut self) -> Self {
        self.trust = Trust::Anyone;
        self
    }

    /// Trusts the certificates in `pem` too: those of authorities, or a server's own self-signed one. A single
    /// certificate in DER will do as well.
    ///
    /// # Errors
    /// [`Misuse::BadCertificate`] for text without a certificate, or with a malformed one.
    pub fn trusting_pem(self, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        self.trusting(pem.as_ref(), "the given PEM text".to_owned())
    }

    /// Trusts the certificates in a file too, or in all files of a directory.
    ///
    /// # Errors
    /// [`Misuse::BadCertificate`] for a file that cannot be read, or is as [`Tls::trusting_pem`] refuses. Of a directory,
    /// files without a certificate are passed over, but one file must have some.
    pub fn trusting_file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        // Who forgets that a name is wanted gives the text itself, which may hold a key.
        if pem::is_pem(path.as_os_str().as_encoded_bytes()) {
            let problem = "it is the text itself, where the name of a file belongs";
            return Err(bad("the given certificate".to_owned(), problem.to_owned()));
        }
        let from = path.display().to_string();
        let read = |path: &Path| {
            std::fs::read(path).map_err(|error| bad(path.display().to_string(), error.to_string()))
        };
        if !path.is_dir() {
            return self.trusting(&read(path)?, from);
        }
        let entries =
            std::fs::read_dir(path).map_err(|error| bad(from.clone(), error.to_string()))?;
        let mut files: Vec<_> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect();
        files.sort();
        let mut all = self;
        let before = all.given.len();
        for file in files.iter().filter(|file| file.is_file()) {
            let bytes = read(file)?;
            if has_certificate(&bytes) {
                all = all.trusting(&bytes, file.display().to_string())?;
            }
        }
        if all.given.len() == before {
            return Err(bad(from, "no file in it has a certificate".to_owned()));
        }
        if all.trust == Trust::Given && before == 0 {
            all.only = Some(from);
        }
        Ok(all)
    }

    fn trusting(mut self, bytes: &[u8], from: String) -> Result<Self, Error> {
        let found: Result<Vec<_>, _> = if is_der(bytes) {
            Ok(vec![CertificateDer::from(bytes.to_vec())])
        } else {
            let laid_out =
                pem::laid_out(bytes).map_err(|error| bad(from.clone(), error.to_string()))?;
            CertificateDer::pem_slice_iter(laid_out.expose()).collect()
        };
        // A key may have been given by mistake, and the parser's own words would quote it.
        let found =
            found.map_err(|_| bad(from.clone(), "a certificate in it is damaged".to_owned()))?;
        if found.is_empty() {
            return Err(bad(from, "there is no certificate in it".to_owned()));
        }
        for certificate in found {
            if let Err(error) = webpki::anchor_from_trusted_cert(&certificate) {
                return Err(bad(from, format!("it is malformed ({error})")));
            }
            if !self.given.contains(&certificate) {
                self.given.push(certificate);
            }
        }
        if self.trust == Trust::Given {
            self.only.get_or_insert(from);
        }
        Ok(self)
    }

    /// Shows this certificate to a server that asks for one. It goes to the origin of the request's URL only.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Speaks no older version than this one; without it, none older than TLS 1.2.
    #[must_use]
    pub fn lowest(mut self, version: TlsVersion) -> Self {
        self.lowest = version;
        self
    }

    /// Speaks no newer version than this one.
    #[must_use]
    pub fn highest(mut self, version: TlsVersion) -> Self {
        self.highest = version;
        self
    }

    /// Asks for the certificate of this name, and verifies it for this name, instead of the one in the URL.
    ///
    /// # Errors
    /// [`Misuse::BadServerName`] for what is neither a host name nor an IP address.
    pub fn server_name(mut self, name: &str) -> Result<Self, Error> {
        let parsed = ServerName::try_from(name.to_owned());
        self.server_name = Some(parsed.map_err(|_| Misuse::BadServerName {
            name: name.to_owned(),
        })?);
        Ok(self)
    }

    /// Accepts a server only if its key is this one, written `sha256//BASE64` as curl writes it. Of several pins one has to
    /// fit. A pin is checked in addition to the certificate, and also where nothing else is verified.
    ///
    /// # Errors
    /// [`Misuse::BadPin`] for text that is no pin.
    pub fn pin(mut self, pin: &str) -> Result<Self, Error> {
        let pin = pin.parse()?;
        if !self.pins.contains(&pin) {
            self.pins.push(pin);
        }
        Ok(self)
    }

    /// Accepts a server only if its key is the one in a file: a public key in PEM (`-----BEGIN PUBLIC KEY-----`), or a
    /// certificate. It is as [`Tls::pin`] otherwise.
    ///
    /// # Errors
    /// [`Misuse::BadPin`] for a file that cannot be read or has neither.
    pub fn pin_file(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let pin = Pin::of_file(path.as_ref())?;
        if !self.pins.contains(&pin) {
            self.pins.push(pin);
        }
        Ok(self)
    }

    /// Returns the settings for another origin than that of the request's URL: without what belongs to that one, which is
    /// the certificate of the client and the server's name. Pins stay, because dropping one would let somebody in.
    #[must_use]
    pub fn for_another_origin(&self) -> Self {
        Self {
            identity: None,
            server_name: None,
            ..self.clone()
        }
    }

    /// Returns the settings for another origin that is trusted with what belongs to that of the request's URL; its name is
    /// another all the same.
    pub(crate) fn for_trusted_origin(&self) -> Self {
        Self {
            server_name: None,
            ..self.clone()
        }
    }

    /// Returns the settings for a proxy on the way, which is another server altogether: those are believed who are believed
    /// here, and a request that is not to be verified says nothing about its proxy, as with curl.
    pub(crate) fn for_proxy(&self) -> Self {
        Self {
            trust: match self.trust {
                Trust::Anyone => Trust::System,
                trust => trust,
            },
            pins: Vec::new(),
            ..self.for_another_origin()
        }
    }

    pub(crate) fn given(&self) -> &[CertificateDer<'static>] {
        &self.given
    }

    pub(crate) fn only(&self) -> Option<&str> {
        self.only.as_deref()
    }

    pub(crate) fn trust(&self) -> Trust {
        self.trust
    }

    pub(crate) fn own_identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    pub(crate) fn versions(&self) -> (TlsVersion, TlsVersion) {
        (self.lowest, self.highest)
    }

    pub(crate) fn other_name(&self) -> Option<&ServerName<'static>> {
        self.server_name.as_ref()
    }

    pub(crate) fn pins(&self) -> &[Pin] {
        &self.pins
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("trust", &self.trust)
            .field("given", &self.given.len())
            .field("identity", &self.identity)
            .field("lowest", &self.lowest)
            .field("highest", &self.highest)
            .field("server_name", &self.server_name)
            .field("pins", &self.pins)
            .finish()
    }
}

/// Says whether this is DER and no text: a SEQUENCE of more than 127 bytes (X.690 section 8.1.3).
fn is_der(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, length, ..] if *length >= 0x80)
}

fn has_certificate(pem: &[u8]) -> bool {
    let begin = b"-----BEGIN CERTIFICATE-----";
    pem.windows(begin.len()).any(|window| window == begin)
}

fn bad(from: String, problem: String) -> Error {
    Misuse::BadCertificate { from, problem }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_has_its_own_connections() {
        let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let all = [
            Tls::system(),
            Tls::without_system(),
            Tls::unverified(),
            Tls::system().lowest(TlsVersion::Tls13),
            Tls::system().highest(TlsVersion::Tls12),
            Tls::system().server_name("a.example").unwrap(),
            Tls::system().pin(pin).unwrap(),
        ];
        for (at, one) in all.iter().enumerate() {
            assert_eq!(all.iter().position(|other| other == one), Some(at));
        }
        assert_eq!(all[6], all[6].clone().pin(pin).unwrap());
    }

    #[test]
    fn elsewhere_the_pin_stays_and_the_name_goes() {
        let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let pinned = Tls::unverified().pin(pin).unwrap();
        let named = pinned.clone().server_name("a.example").unwrap();
        assert_eq!(named.for_another_origin(), pinned);
    }

    #[test]
    fn a_proxy_gets_the_authorities_and_nothing_else() {
        let pin = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let blind = Tls::unverified().pin(pin).unwrap();
        let named = blind.server_name("a.example").unwrap();
        assert_eq!(named.for_proxy(), Tls::system());
        assert_eq!(Tls::without_system().for_proxy(), Tls::without_system());
    }

    #[test]
    fn names_that_are_none() {
        for name in ["", "a b", "https://a.example", "a.example:443"] {
            let error = Tls::system().server_name(name).unwrap_err();
            assert!(
                matches!(error, Error::Misuse(Misuse::BadServerName { .. })),
                "{name}"
            );
        }
    }
}
