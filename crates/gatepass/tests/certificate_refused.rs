//! What is said when a server wants a client's certificate and is not content: with none, with a wrong one, or with asking too
//! late. What the peers answer here is what nginx 1.22, Apache 2.4 and lighttpd 1.4 were seen to answer.

#![cfg(test)]

mod peer;

use std::path::PathBuf;
use std::sync::Arc;

use gatepass::config::{Identity, Tls};
use gatepass::diagnose::{Diagnosis, explain};
use gatepass::error::Tls as TlsError;
use gatepass::{Client, Error, blocking};
use peer::tls::{clients_of, params, settings_asking};
use peer::{Answer, Peer, ok, reply};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const MISSING: &str =
    "<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n</html>\r\n";
const REFUSED: &str =
    "<html>\r\n<head><title>400 The SSL certificate error</title></head>\r\n</html>\r\n";
const LATE: &str = "<html><body><p>Reason: Cannot perform Post-Handshake Authentication.<br />\n</p></body></html>";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/identities")
        .join(name)
}

fn authority() -> String {
    std::fs::read_to_string(file("ca.pem")).unwrap()
}

fn alice() -> Identity {
    Identity::read(file("ec.pem"), Some(&file("ec.key")), None).unwrap()
}

/// Somebody whose certificate is signed by another authority.
fn mallory() -> Identity {
    of_another_authority("mallory", |_| {})
}

/// Somebody whose certificate ended long ago.
fn old() -> Identity {
    of_another_authority("old alice", |old| {
        old.not_before = rcgen::date_time_ymd(2001, 1, 1);
        old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    })
}

fn of_another_authority(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Identity {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
        .distinguished_name
        .push(DnType::CommonName, "another authority");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut certificate = CertificateParams::default();
    certificate
        .distinguished_name
        .push(DnType::CommonName, name);
    change(&mut certificate);
    let key = KeyPair::generate().unwrap();
    let certificate = certificate.signed_by(&key, &authority).unwrap();
    Identity::from_pem(certificate.pem(), key.serialize_pem(), None).unwrap()
}

/// Lets everybody through TLS who has the key of what is shown, as nginx does; the answer says the rest.
#[derive(Debug)]
struct Lenient(Arc<dyn rustls::server::danger::ClientCertVerifier>);

impl rustls::server::danger::ClientCertVerifier for Lenient {
    fn root_hint_subjects(&self) -> &[rustls::DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn verify_client_cert(
        &self,
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &[rustls::pki_types::CertificateDer<'_>],
        _: rustls::pki_types::UnixTime,
    ) -> Result<rustls::server::danger::ClientCertVerified, rustls::Error> {
        Ok(rustls::server::danger::ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &rustls::pki_types::CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        self.0
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &rustls::pki_types::CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        self.0
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// A peer that asks for a certificate, lets everybody in, and gives this answer.
fn asking(answer: Answer) -> String {
    let clients = Lenient(clients_of(&authority(), true));
    let peer = Peer::start_asking(Some(Arc::new(clients)), [answer]);
    peer.url("/").replacen("http", "https", 1)
}

fn page(status: &str, body: &str) -> Answer {
    reply(status, "Content-Type: text/html\r\n", body)
}

fn showing(identity: Option<Identity>) -> Tls {
    match identity {
        Some(identity) => Tls::unverified().identity(identity),
        None => Tls::unverified(),
    }
}

/// Sends a request by both drivers, and returns what is said of the answer; they must agree.
async fn diagnosis(answer: Answer, identity: Option<Identity>) -> Option<Diagnosis> {
    let request = Client::new()
        .get(asking(answer.clone()))
        .tls(showing(identity.clone()));
    let response = request.send().await.unwrap();
    let said = explain(response.transcript());
    let body = response.text().await.unwrap();
    let url = asking(answer.clone());
    let blocking = tokio::task::spawn_blocking(move || {
        let request = blocking::Client::new().get(url).tls(showing(identity));
        let response = request.send().unwrap();
        let said = explain(response.transcript());
        (said, response.text().unwrap())
    });
    let (also, and) = blocking.await.unwrap();
    assert_eq!(
        said.as_ref().map(|it| &it.headline),
        also.as_ref().map(|it| &it.headline)
    );
    // What was looked at is the caller's all the same.
    let sent = String::from_utf8_lossy(answer.bytes()).into_owned();
    assert!(sent.ends_with(&body) && body == and, "{body:?}");
    said
}

#[tokio::test]
async fn what_nginx_answers_is_told_in_words() {
    let from = "signed by CN=identities of tests";
    for (status, body, identity, headline, hint) in [
        (
            "400 Bad Request",
            MISSING,
            None,
            "The server requires a client certificate, and none was sent (400)",
            from,
        ),
        (
            "496 SSL Certificate Required",
            MISSING,
            None,
            "none was sent (496)",
            from,
        ),
        (
            "400 Bad Request",
            REFUSED,
            Some(mallory()),
            "the client certificate of CN=mallory: it is signed by CN=another authority (400)",
            "that it accepts, signed by CN=identities of tests",
        ),
        (
            "400 Bad Request",
            REFUSED,
            Some(old()),
            "CN=old alice: it ended on 2002-01-01 00:00 UTC (400)",
            "Have the certificate renewed",
        ),
        (
            "400 Bad Request",
            REFUSED,
            Some(alice()),
            "the client certificate of CN=alice by ec (400)",
            "that it accepts",
        ),
        (
            "403 Forbidden",
            "no",
            None,
            "it has asked for a client certificate, and none was sent",
            from,
        ),
        (
            "401 Unauthorized",
            "no",
            None,
            "it has asked for a client certificate, and none was sent",
            from,
        ),
        (
            "403 Forbidden",
            "no",
            Some(alice()),
            "was shown the client certificate of CN=alice by ec, and does not allow it this",
            "permission",
        ),
    ] {
        let said = diagnosis(page(status, body), identity).await.unwrap();
        assert!(
            said.headline.contains(headline),
            "{status}: {}",
            said.headline
        );
        assert!(said.hint.as_ref().unwrap().contains(hint), "{said:?}");
        assert!(
            said.details
                .iter()
                .any(|it| it.starts_with("client certificate: asked for (from: CN=")),
            "{said:?}"
        );
    }
}

#[tokio::test]
async fn nothing_is_said_of_what_has_nothing_to_do_with_a_certificate() {
    for (answer, identity) in [
        (page("400 Bad Request", "id must be a number"), None),
        (
            page("400 Bad Request", "id must be a number"),
            Some(alice()),
        ),
        (page("404 Not Found", MISSING), None),
        (ok(MISSING), None),
    ] {
        assert_eq!(diagnosis(answer, identity).await, None);
    }
    // A challenge says more.
    let challenge = reply(
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=x\r\n",
        "",
    );
    let said = diagnosis(challenge, None).await.unwrap();
    assert_eq!(said.scheme.as_deref(), Some("basic"));
}

#[tokio::test]
async fn a_response_without_a_page_is_told_too() {
    let bare = Answer::Say(b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n".to_vec());
    let request = Client::new()
        .request("HEAD", asking(bare))
        .tls(showing(None));
    let response = request.send().await.unwrap();
    let said = explain(response.transcript()).unwrap();
    assert!(
        said.headline
            .contains("it has asked for a client certificate"),
        "{said:?}"
    );
}

/// A body is only looked at where it is short and its length is known.
#[tokio::test]
async fn a_long_body_is_the_callers_alone() {
    let long = MISSING.repeat(100);
    assert_eq!(diagnosis(page("400 Bad Request", &long), None).await, None);
    // A server that never ends its page does not hold up the head.
    let hanging = Answer::SayAndHang(
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html>".to_vec(),
    );
    let request = Client::new().get(asking(hanging)).tls(showing(None));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_server_that_asks_too_late_is_told_so() {
    let peer = Peer::start_tls([page("403 Forbidden", LATE)]);
    let url = peer.url("/").replacen("http", "https", 1);
    let request = Client::new().get(url).tls(showing(Some(alice())));
    let response = request.send().await.unwrap();
    let said = explain(response.transcript()).unwrap();
    assert!(
        said.headline.contains("for this path only"),
        "{}",
        said.headline
    );
    assert!(said.hint.unwrap().contains("first handshake"));
}

/// In TLS 1.3 a server looks at the certificate when the client believes that the handshake is over, and HTTP/2 is spoken.
#[tokio::test]
async fn a_late_alert_is_heard_over_http2() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let clients = clients_of(&authority(), false);
    let (config, _) = settings_asking(params("127.0.0.1"), Some(clients), &["h2"]);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            // It closes as soon as it has said what is wrong.
            assert!(acceptor.accept(socket).await.is_err());
        }
    });
    let client = Client::new();
    for _ in 0..20 {
        let get = |identity| client.get(&url).tls(showing(identity)).send();
        let none = get(None).await.unwrap_err();
        assert!(
            matches!(none, Error::Tls(TlsError::ClientCertificateRequired { .. })),
            "{none:?}"
        );
        let wrong = get(Some(mallory())).await.unwrap_err();
        assert!(
            matches!(&wrong, Error::Tls(TlsError::ClientCertificateRefused { subject, ended: None, .. })
                if subject == "CN=mallory"),
            "{wrong:?}"
        );
    }
}

/// Whoever has answered before has let the client in, and a connection that was idle may be dead for any reason.
#[tokio::test]
async fn a_dead_connection_is_not_taken_for_a_refusal() {
    let clients = clients_of(&authority(), true);
    let peer = Peer::start_asking(Some(clients), [ok("one"), Answer::Close, ok("two")]);
    let url = peer.url("/").replacen("http", "https", 1);
    let client = Client::new();
    for body in ["one", "two"] {
        let response = client.get(&url).tls(showing(None)).send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), body);
    }
}
