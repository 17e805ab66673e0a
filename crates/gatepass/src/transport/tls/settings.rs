//! From the settings to what rustls is told: the trust store is loaded when it is first needed.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls_platform_verifier::Verifier;

use super::verifier::{Anyone, Named};
use crate::config::Tls;
use crate::error::{self, Error};

/// Makes a configuration of the settings.
///
/// # Errors
/// [`error::Tls::NoTrustStore`] where the system has no certificates.
pub(super) fn load(tls: &Tls) -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let no_store = |error: rustls::Error| error::Tls::NoTrustStore {
        problem: error.to_string(),
    };
    let verifier: Arc<dyn ServerCertVerifier> = if tls.is_unverified() {
        Arc::new(Anyone::new(Arc::clone(&provider)))
    } else {
        let extra = tls.extra().to_vec();
        let system = Verifier::new_with_extra_roots(extra.clone(), Arc::clone(&provider))
            .map_err(no_store)?;
        Arc::new(Named::new(system, extra))
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(no_store)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
