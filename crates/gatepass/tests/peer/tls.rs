//! A TLS server whose certificate is what a test wants it to be.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Answer, Peer};

pub(crate) struct TlsPeer {
    pub(crate) port: u16,
    pub(crate) pem: String,
}

/// A certificate for this one name.
pub(crate) fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// A server's settings with a certificate that is signed with its own key, and that certificate in PEM.
fn settings(params: CertificateParams) -> (Arc<ServerConfig>, String) {
    let (config, pem) = settings_asking(params, None, &[]);
    (Arc::new(config), pem)
}

/// As [`settings`]; whose certificates `clients` verifies is asked for one, and `protocols` are spoken.
pub(crate) fn settings_asking(
    params: CertificateParams,
    clients: Option<Arc<dyn ClientCertVerifier>>,
    protocols: &[&str],
) -> (ServerConfig, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients.unwrap_or_else(WebPkiClientVerifier::no_client_auth))
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|it| it.as_bytes().to_vec()).collect();
    (config, certificate.pem())
}

/// Accepts clients with a certificate by an authority, and with `optional` those without one.
pub(crate) fn clients_of(ca_pem: &str, optional: bool) -> Arc<dyn ClientCertVerifier> {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(ca_pem.as_bytes());
    roots.add_parsable_certificates(certificates.map(Result::unwrap));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    match optional {
        true => verifier.allow_unauthenticated().build().unwrap(),
        false => verifier.build().unwrap(),
    }
}

impl Peer {
    /// As [`Peer::start`], over TLS, for clients that check no certificate.
    pub(crate) fn start_tls(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::start_asking(None, answers)
    }

    /// As [`Peer::start_tls`], and asks for the certificates that `clients` verifies.
    pub(crate) fn start_asking(
        clients: Option<Arc<dyn ClientCertVerifier>>,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        let (config, _) = settings_asking(params("127.0.0.1"), clients, &[]);
        let config = Arc::new(config);
        let wrap = move |socket| {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            StreamOwned::new(connection, socket)
        };
        Self::start_over(wrap, answers)
    }
}

impl TlsPeer {
    /// Signs the certificate with its own key, and gives every request this answer.
    pub(crate) async fn start(params: CertificateParams, answer: &Answer) -> Self {
        let (config, pem) = settings(params);
        let acceptor = TlsAcceptor::from(config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let bytes = answer.bytes().to_vec();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(socket).await else {
                    continue;
                };
                let bytes = bytes.clone();
                tokio::spawn(async move {
                    let mut request = [0; 8192];
                    while stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                        stream.write_all(&bytes).await.unwrap();
                    }
                });
            }
        });
        Self { port, pem }
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("https://127.0.0.1:{}{target}", self.port)
    }
}
