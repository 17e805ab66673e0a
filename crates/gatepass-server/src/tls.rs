//! A certificate authority that lives as long as the server, and a certificate for this machine.

use std::sync::Arc;

use gatepass_auth::Hash;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

/// The names and addresses that the certificate is for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Whether clients are asked for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientCertificates {
    /// They are asked, and may have none.
    Optional,
    /// They are asked, and whoever has none is turned away.
    Required,
}

/// Which clients are let in.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    pub(crate) certificates: Option<ClientCertificates>,
    /// The certificates of authorities whose clients are let in too, in PEM.
    pub(crate) authorities: Vec<String>,
}

/// What HTTPS needs.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// `tls-server-end-point`: the hash of the server's certificate by the function of its signature (RFC 5929 section 4.1).
    pub(crate) end_point: Arc<[u8]>,
    /// The authority's certificate, for clients to trust.
    pub(crate) ca_pem: String,
    /// A client's certificate and its key, which the server lets in.
    pub(crate) client_pem: String,
}

impl Tls {
    /// Takes the certificates of authority and client out, in PEM.
    pub(crate) fn into_pems(self) -> (String, String) {
        (self.ca_pem, self.client_pem)
    }
}

/// Generates an authority, a certificate for this server and one for a client. The authority's key is forgotten here: it signs
/// nothing else.
///
/// # Errors
/// A sentence that says what could not be made.
pub(crate) fn generate(clients: &Clients) -> Result<Tls, String> {
    let authority = authority().map_err(|error| format!("no certificate authority: {error}"))?;
    let none = |error| format!("no certificate: {error}");
    let (chain, key) = certificate(&authority).map_err(none)?;
    let client_pem = client(&authority).map_err(none)?;
    // rcgen signs by ECDSA with SHA-256.
    let end_point = Hash::Sha256.digest(&[&chain[0]]).into();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = verifier(clients, authority.der(), &provider)?;
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_client_cert_verifier(verifier)
                .with_single_cert(chain, key)
        })
        .map_err(|error| format!("no TLS: {error}"))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Tls {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        end_point,
        ca_pem: authority.pem(),
        client_pem,
    })
}

fn verifier(
    clients: &Clients,
    own: &CertificateDer<'static>,
    provider: &Arc<rustls::crypto::CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>, String> {
    let Some(wanted) = clients.certificates else {
        return Ok(WebPkiClientVerifier::no_client_auth());
    };
    let no = |problem: &dyn std::fmt::Display| format!("no clients' certificates: {problem}");
    let mut roots = RootCertStore::empty();
    roots.add(own.clone()).map_err(|error| no(&error))?;
    for pem in &clients.authorities {
        let laid_out = gatepass_auth::pem::laid_out(pem.as_bytes()).map_err(|error| no(&error))?;
        let mut all = CertificateDer::pem_slice_iter(laid_out.expose()).peekable();
        if all.peek().is_none() {
            return Err(no(
                &"there is no certificate in the PEM text of their authority",
            ));
        }
        for certificate in all {
            roots
                // The parser's own words quote the text, which may be a key by mistake.
                .add(certificate.map_err(|_| no(&"a certificate of their authority is damaged"))?)
                .map_err(|error| no(&error))?;
        }
    }
    let builder =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
    let builder = match wanted {
        ClientCertificates::Optional => builder.allow_unauthenticated(),
        ClientCertificates::Required => builder,
    };
    builder.build().map_err(|error| no(&error))
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
        .distinguished_name
        .push(DnType::CommonName, "gatepass test authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

type ChainAndKey = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn certificate(authority: &CertifiedIssuer<'static, KeyPair>) -> Result<ChainAndKey, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
        .distinguished_name
        .push(DnType::CommonName, "gatepass test server");
    let certificate = params.signed_by(&key, authority)?;
    let chain = vec![certificate.der().clone(), authority.der().clone()];
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    Ok((chain, key.into()))
}

/// Makes a certificate for a client, and returns it with its key.
fn client(authority: &CertifiedIssuer<'static, KeyPair>) -> Result<String, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
        .distinguished_name
        .push(DnType::CommonName, "gatepass test client");
    let certificate = params.signed_by(&key, authority)?;
    Ok(certificate.pem() + &key.serialize_pem())
}
