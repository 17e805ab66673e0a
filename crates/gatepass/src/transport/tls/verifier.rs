//! Who is believed: whom the system trusts, who was given, or everyone; and whose key is pinned.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, OtherError, SignatureScheme};

use super::witness;
use crate::certificate::Certificate;
use crate::config::Pin;

/// Says that a certificate is signed with its own key.
#[derive(Debug)]
pub(super) struct SelfSigned;

impl std::fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("self-signed")
    }
}

impl std::error::Error for SelfSigned {}

/// Says that a key is none of the pinned ones.
#[derive(Debug)]
pub(super) struct Unpinned;

impl std::fmt::Display for Unpinned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the key is not pinned")
    }
}

impl std::error::Error for Unpinned {}

/// Asks another verifier, accepts a server's own certificate among the given ones, tells a self-signed certificate from an
/// unknown authority, and compares the key with the pins.
#[derive(Debug)]
pub(super) struct Judge {
    /// Who vouches; `None` lets everyone pass who has the key of the certificate that is shown.
    authorities: Option<Arc<dyn ServerCertVerifier>>,
    given: Vec<CertificateDer<'static>>,
    pins: Vec<Pin>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Judge {
    pub(super) fn new(
        authorities: Option<Arc<dyn ServerCertVerifier>>,
        given: Vec<CertificateDer<'static>>,
        pins: Vec<Pin>,
        provider: &CryptoProvider,
    ) -> Self {
        Self {
            authorities,
            given,
            pins,
            algorithms: provider.signature_verification_algorithms,
        }
    }

    /// Says whether the server's certificate is one that the caller trusts by itself, and is for this name.
    fn is_given(&self, end_entity: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
        self.given
            .iter()
            .any(|given| given.as_ref() == end_entity.as_ref())
            && webpki::EndEntityCert::try_from(end_entity)
                .is_ok_and(|parsed| parsed.verify_is_valid_for_subject_name(name).is_ok())
    }

    fn is_pinned(&self, end_entity: &CertificateDer<'_>) -> bool {
        let key = Certificate::key_of(end_entity);
        self.pins.is_empty() || key.is_some_and(|key| self.pins.contains(&Pin::of_key(key)))
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        witness::note_chain(end_entity, intermediates);
        let verdict = self.authorities.as_ref().map(|authorities| {
            authorities.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            )
        });
        match verdict {
            None | Some(Ok(_)) => {}
            // A certificate that was given to be trusted may be marked as an authority's, which a server's must not be.
            Some(Err(rustls::Error::InvalidCertificate(CertificateError::Other(_))))
                if self.is_given(end_entity, server_name) => {}
            Some(Err(rustls::Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Other(_),
            ))) if is_self_signed(end_entity) => return Err(other(SelfSigned)),
            Some(Err(error)) => return Err(error),
        }
        if !self.is_pinned(end_entity) {
            return Err(other(Unpinned));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if let Some(authorities) = &self.authorities {
            return authorities.verify_tls12_signature(message, certificate, signature);
        }
        let key = raw_key(certificate)?;
        let key = webpki::RawPublicKeyEntity::try_from(&key)
            .map_err(|_| rustls::Error::from(CertificateError::BadEncoding))?;
        let all = self.algorithms.mapping.iter();
        let fitting = all.filter(|(scheme, _)| *scheme == signature.scheme);
        let valid = fitting
            .flat_map(|(_, algorithms)| *algorithms)
            .any(|algorithm| {
                key.verify_signature(*algorithm, message, signature.signature())
                    .is_ok()
            });
        match valid {
            true => Ok(HandshakeSignatureValid::assertion()),
            false => Err(CertificateError::BadSignature.into()),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        match &self.authorities {
            Some(authorities) => {
                authorities.verify_tls13_signature(message, certificate, signature)
            }
            None => {
                let key = raw_key(certificate)?;
                verify_tls13_signature_with_raw_key(message, &key, signature, &self.algorithms)
            }
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// Takes the key out of a certificate that nobody looks at otherwise, be it of version 1, which webpki does not read.
fn raw_key<'a>(
    certificate: &'a CertificateDer<'_>,
) -> Result<SubjectPublicKeyInfoDer<'a>, rustls::Error> {
    let key = Certificate::key_of(certificate).ok_or(CertificateError::BadEncoding)?;
    Ok(SubjectPublicKeyInfoDer::from(key))
}

fn other(problem: impl std::error::Error + Send + Sync + 'static) -> rustls::Error {
    CertificateError::Other(OtherError(Arc::new(problem))).into()
}

fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    webpki::EndEntityCert::try_from(certificate)
        .is_ok_and(|parsed| parsed.issuer() == parsed.subject())
}
