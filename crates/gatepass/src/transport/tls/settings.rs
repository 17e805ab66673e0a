//! From the settings to what rustls is told: the trust store is loaded when it is first needed.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SignatureScheme, SupportedProtocolVersion};
use rustls_platform_verifier::Verifier;
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::X509Name;

use super::verifier::Judge;
use super::witness::{self, Asked};
use crate::config::{Identity, Tls, TlsVersion, Trust};
use crate::error::{self, Error, Misuse};

/// Settings that are ready for handshakes.
pub(crate) struct Settings {
    pub(super) config: ClientConfig,
    pub(super) tls: Tls,
}

impl Settings {
    /// Makes a configuration of the settings.
    ///
    /// # Errors
    /// [`error::Tls::NoTrustStore`] where the system has no certificates, and [`Misuse::NoTlsVersion`].
    pub(super) fn load(tls: &Tls) -> Result<Arc<Self>, Error> {
        let provider = Arc::new(ring::default_provider());
        let judge = Judge::new(
            authorities(tls, &provider)?,
            tls.given().to_vec(),
            tls.pins().to_vec(),
            &provider,
        );
        let resolver = Arc::new(Own(tls.own_identity().cloned()));
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions(tls)?)
            .map_err(no_store)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(judge))
            .with_client_cert_resolver(resolver);
        Ok(Arc::new(Self {
            config,
            tls: tls.clone(),
        }))
    }
}

/// Returns who vouches for a server, or `None` where nobody has to.
fn authorities(
    tls: &Tls,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ServerCertVerifier>>, Error> {
    let given = tls.given().to_vec();
    Ok(match tls.trust() {
        Trust::Anyone => None,
        Trust::System => {
            let system = Verifier::new_with_extra_roots(given, Arc::clone(provider));
            Some(Arc::new(system.map_err(no_store)?))
        }
        Trust::Given => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(given);
            let provider = Arc::clone(provider);
            let only = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider);
            let only = only.build().map_err(|error| error::Tls::NoTrustStore {
                problem: error.to_string(),
            })?;
            Some(only)
        }
    })
}

fn no_store(error: rustls::Error) -> error::Tls {
    error::Tls::NoTrustStore {
        problem: error.to_string(),
    }
}

fn versions(tls: &Tls) -> Result<Vec<&'static SupportedProtocolVersion>, Misuse> {
    let (lowest, highest) = tls.versions();
    let all = [(TlsVersion::Tls12, &TLS12), (TlsVersion::Tls13, &TLS13)];
    let wanted = all
        .into_iter()
        .filter(|(version, _)| (lowest..=highest).contains(version));
    let wanted: Vec<_> = wanted.map(|(_, version)| version).collect();
    match wanted.is_empty() {
        true => Err(Misuse::NoTlsVersion { lowest, highest }),
        false => Ok(wanted),
    }
}

/// Shows the client's certificate to a server that asks.
#[derive(Debug)]
struct Own(Option<Identity>);

impl ResolvesClientCert for Own {
    fn resolve(
        &self,
        authorities: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let own = self.0.as_ref().map(Identity::key);
        let sent = own.filter(|own| own.key.choose_scheme(schemes).is_some());
        witness::note_asked(Asked {
            authorities: authorities.iter().map(|name| shown(name)).collect(),
            sent: sent.is_some(),
        });
        sent.cloned()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}

/// Returns a distinguished name, given in DER, as it is read.
fn shown(name: &[u8]) -> String {
    match X509Name::from_der(name) {
        Ok((_, parsed)) => gatepass_auth::show::line(&parsed.to_string()).into_owned(),
        Err(_) => "(unreadable)".to_owned(),
    }
}
