//! A TLS server whose certificate is what a test wants it to be.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::Answer;

pub(crate) struct TlsPeer {
    pub(crate) port: u16,
    pub(crate) pem: String,
}

/// A certificate for this one name.
pub(crate) fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

impl TlsPeer {
    /// Signs the certificate with its own key, and gives every request this answer.
    pub(crate) async fn start(params: CertificateParams, answer: &Answer) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
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
        Self {
            port,
            pem: certificate.pem(),
        }
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("https://127.0.0.1:{}{target}", self.port)
    }
}
