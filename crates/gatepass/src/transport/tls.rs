//! TLS: the trust store, loaded when it is first needed, and errors that say what is wrong with a certificate.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use gatepass_auth::Space;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, InvalidMessage, OtherError,
    SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connector::address;
use crate::config::Tls;
use crate::error::{self, Error, Network};

/// The settings that were used so far, each with its number and what was made of it.
#[derive(Default)]
pub(crate) struct Configs(Mutex<Vec<(Tls, Option<Arc<ClientConfig>>)>>);

impl Configs {
    /// Returns a number by which a pool tells connections of different settings apart.
    pub(crate) fn id(&self, tls: &Tls) -> usize {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .iter()
            .position(|(it, _)| it == tls)
            .unwrap_or_else(|| {
                known.push((tls.clone(), None));
                known.len() - 1
            })
    }

    /// Returns the configuration of this number, loading the trust store if it is new.
    pub(crate) fn get(&self, id: usize) -> Result<Arc<ClientConfig>, Error> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((tls, made)) = known.get_mut(id) else {
            return load(&Tls::default());
        };
        match made {
            Some(config) => Ok(Arc::clone(config)),
            None => Ok(Arc::clone(made.insert(load(tls)?))),
        }
    }
}

fn load(tls: &Tls) -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let no_store = |error: rustls::Error| error::Tls::NoTrustStore {
        problem: error.to_string(),
    };
    let verifier: Arc<dyn ServerCertVerifier> = if tls.is_unverified() {
        Arc::new(Anyone(Arc::clone(&provider)))
    } else {
        let extra = tls.extra().to_vec();
        let system = Verifier::new_with_extra_roots(extra.clone(), Arc::clone(&provider))
            .map_err(no_store)?;
        Arc::new(Named { system, extra })
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

/// Speaks TLS over a socket.
///
/// # Errors
/// [`Error::Tls`], or [`Error::Network`] for a socket that breaks.
pub(crate) async fn handshake(
    space: &Space,
    socket: TcpStream,
    config: Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, Error> {
    let name =
        ServerName::try_from(space.host().to_owned()).map_err(|error| error::Tls::Handshake {
            address: address(space),
            problem: error.to_string(),
        })?;
    TlsConnector::from(config)
        .connect(name, socket)
        .await
        .map_err(|error| explain(space, &error))
}

fn explain(space: &Space, error: &io::Error) -> Error {
    let address = address(space);
    let cause = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let tls = match cause {
        Some(rustls::Error::InvalidCertificate(problem)) => {
            return certificate(space, problem).into();
        }
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            error::Tls::NotTls { address }
        }
        Some(other) => error::Tls::Handshake {
            address,
            problem: other.to_string(),
        },
        None if error.kind() == io::ErrorKind::UnexpectedEof => error::Tls::Handshake {
            address,
            problem: "the server closed the connection".to_owned(),
        },
        None => {
            return Network::Lost {
                address,
                problem: error.to_string(),
            }
            .into();
        }
    };
    tls.into()
}

fn certificate(space: &Space, problem: &CertificateError) -> error::Tls {
    let address = address(space);
    match problem {
        CertificateError::Other(other) if other.0.is::<SelfSigned>() => {
            error::Tls::SelfSigned { address }
        }
        CertificateError::UnknownIssuer => error::Tls::UnknownIssuer { address },
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            error::Tls::Expired { address }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            error::Tls::NotYetValid { address }
        }
        CertificateError::Revoked => error::Tls::Revoked { address },
        CertificateError::NotValidForName => error::Tls::WrongName {
            address,
            expected: space.host().to_owned(),
            presented: Vec::new(),
        },
        CertificateError::NotValidForNameContext { presented, .. } => error::Tls::WrongName {
            address,
            expected: space.host().to_owned(),
            presented: presented.iter().map(|name| plain_name(name)).collect(),
        },
        other => error::Tls::Handshake {
            address,
            problem: format!("the certificate cannot be accepted: {other}"),
        },
    }
}

/// Takes `DnsName("a.example")` out of its wrapping, in which the names of a certificate are reported.
fn plain_name(presented: &str) -> String {
    presented
        .split_once('"')
        .and_then(|(_, rest)| rest.rsplit_once('"'))
        .map_or(presented, |(name, _)| name)
        .to_owned()
}

/// Says that a certificate is signed with its own key.
#[derive(Debug)]
struct SelfSigned;

impl std::fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("self-signed")
    }
}

impl std::error::Error for SelfSigned {}

/// Asks the system and the extra roots, accepts a server's own certificate among these, and tells a self-signed
/// certificate from an unknown authority.
#[derive(Debug)]
struct Named {
    system: Verifier,
    extra: Vec<CertificateDer<'static>>,
}

impl Named {
    /// Says whether the server's certificate is one that the caller trusts by itself, and is for this name.
    fn is_given(&self, end_entity: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
        self.extra
            .iter()
            .any(|given| given.as_ref() == end_entity.as_ref())
            && webpki::EndEntityCert::try_from(end_entity)
                .is_ok_and(|parsed| parsed.verify_is_valid_for_subject_name(name).is_ok())
    }
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verdict = self.system.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verdict {
            // A certificate that was given to be trusted may be marked as an authority's, which a server's must not be.
            Err(rustls::Error::InvalidCertificate(CertificateError::Other(_)))
                if self.is_given(end_entity, server_name) =>
            {
                Ok(ServerCertVerified::assertion())
            }
            Err(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Other(_),
            )) if is_self_signed(end_entity) => Err(rustls::Error::InvalidCertificate(
                CertificateError::Other(OtherError(Arc::new(SelfSigned))),
            )),
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.system
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    webpki::EndEntityCert::try_from(certificate)
        .is_ok_and(|parsed| parsed.issuer() == parsed.subject())
}

/// Believes everyone who has the key of the certificate that is shown.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
