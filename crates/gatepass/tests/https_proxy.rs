//! TLS with a proxy: whom it has to be vouched for by, and that neither the client's certificate for the origin goes to the
//! proxy nor the one for the proxy to the origin.

#![cfg(test)]

mod peer;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use gatepass::config::{Identity, Proxies, Proxy, Tls};
use gatepass::error::Tls as TlsError;
use gatepass::{Client, Error, blocking};
use gatepass_server::{ClientCertificates, Server};
use peer::proxy::{Do, ProxyPeer};
use peer::tls::{TlsPeer, clients_of, params, settings_asking};
use peer::{Peer, ok, reply};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/identities")
        .join(name)
}

fn identity(name: &str) -> Identity {
    let key = file(&format!("{name}.key"));
    Identity::read(file(&format!("{name}.pem")), Some(&key), None).unwrap()
}

/// A proxy behind TLS that asks for certificates of clients.
struct HttpsProxy {
    url: String,
    pem: String,
    inside: ProxyPeer,
    /// The certificates that it was shown, one for each connection.
    shown: Arc<Mutex<Vec<Option<Vec<u8>>>>>,
}

impl HttpsProxy {
    async fn start(optional: bool) -> Self {
        Self::start_doing(optional, []).await
    }

    /// Does these things in turn before it passes everything.
    async fn start_doing(optional: bool, deeds: impl IntoIterator<Item = Do>) -> Self {
        let inside = ProxyPeer::start(deeds);
        let authority = std::fs::read_to_string(file("ca.pem")).unwrap();
        let clients = clients_of(&authority, optional);
        let (config, pem) = settings_asking(params("127.0.0.1"), Some(clients), &[]);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let shown: Arc<Mutex<Vec<_>>> = Arc::default();
        let (keep, behind) = (Arc::clone(&shown), inside.url());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(socket).await else {
                    continue;
                };
                let first = stream.get_ref().1.peer_certificates();
                let first = first.and_then(|chain| chain.first());
                keep.lock().unwrap().push(first.map(|it| it.to_vec()));
                let mut there = TcpStream::connect(&behind["http://".len()..])
                    .await
                    .unwrap();
                tokio::spawn(async move {
                    let _ = tokio::io::copy_bidirectional(&mut stream, &mut there).await;
                });
            }
        });
        Self {
            url,
            pem,
            inside,
            shown,
        }
    }

    fn proxy(&self) -> Proxy {
        Proxy::parse(&self.url).unwrap()
    }

    /// Settings that believe it.
    fn trusting(&self) -> Tls {
        Tls::without_system().trusting_pem(&self.pem).unwrap()
    }
}

async fn send(url: &str, proxy: Proxy, tls: Tls) -> Result<gatepass::Response, Error> {
    let request = Client::new().get(url).tls(tls);
    request.proxies(Proxies::none().all(proxy)).send().await
}

/// The same by the blocking client; returns what went over the wire.
async fn send_blocking(url: &str, proxy: Proxy, tls: Tls) -> Result<String, Error> {
    let url = url.to_owned();
    let sent = tokio::task::spawn_blocking(move || {
        let request = blocking::Client::new().get(url).tls(tls);
        let response = request.proxies(Proxies::none().all(proxy)).send()?;
        Ok(response.transcript().to_string())
    });
    sent.await.unwrap()
}

/// A server over TLS that asks for certificates, and settings that believe it.
fn origin() -> (Server, Tls) {
    let server = Server::builder()
        .https(true)
        .client_certificates(ClientCertificates::Optional)
        .client_ca_pem(std::fs::read_to_string(file("ca.pem")).unwrap())
        .start()
        .unwrap();
    let tls = Tls::without_system();
    let tls = tls.trusting_pem(server.ca_pem().unwrap()).unwrap();
    (server, tls)
}

#[tokio::test]
async fn each_certificate_goes_where_it_belongs() {
    const OURS: &str = "sent that of CN=alice by ec,";
    const PROXYS: &str = "sent that of CN=alice by rsa,";

    let (server, trusting) = origin();
    let own = server.https_url("/get").unwrap();
    let behind = HttpsProxy::start(true).await;
    let for_proxy = behind.trusting();
    let known = for_proxy.clone().identity(identity("rsa"));
    let tls = trusting.clone().identity(identity("ec"));
    // The certificate for the origin alone, that for the proxy alone, and both.
    for (proxy, tls, at_proxy, at_origin) in [
        (&for_proxy, &tls, false, true),
        (&known, &trusting, true, false),
        (&known, &tls, true, true),
    ] {
        let proxy = behind.proxy().tls(proxy.clone());
        let response = send(&own, proxy.clone(), tls.clone()).await.unwrap();
        let told = response.transcript().to_string();
        let also = send_blocking(&own, proxy, tls.clone()).await.unwrap();
        for told in [told, also] {
            let (tunnel, request) = told.split_once("\n\n").unwrap();
            assert!(tunnel.contains("CONNECT "), "{told}");
            assert_eq!(tunnel.contains(PROXYS), at_proxy, "{told}");
            assert_eq!(request.contains(OURS), at_origin, "{told}");
            assert!(
                !tunnel.contains(OURS) && !request.contains(PROXYS),
                "{told}"
            );
        }
        for shown in behind.shown.lock().unwrap().drain(..) {
            let shown = shown.map(|it| String::from_utf8_lossy(&it).into_owned());
            assert_eq!(shown.is_some(), at_proxy);
            assert!(shown.is_none_or(|it| it.contains("alice by rsa")));
        }
    }
}

/// What a proxy forwards is read by it, and the certificate for an origin is not for it.
#[tokio::test]
async fn the_certificate_for_an_origin_is_not_shown_to_a_proxy_that_forwards() {
    let server = Server::start().unwrap();
    let behind = HttpsProxy::start(true).await;
    let tls = behind.trusting().identity(identity("ec"));
    let response = send(&server.url("/get"), behind.proxy(), tls).await;
    assert_eq!(response.unwrap().status(), 200);
    assert_eq!(*behind.shown.lock().unwrap(), [None]);
    let line = behind.inside.requests()[0].line();
    assert!(line.starts_with("GET http://127.0.0.1:"), "{line}");
}

#[tokio::test]
async fn who_lets_a_server_pass_unseen_does_not_let_the_proxy() {
    let origin = Peer::start_tls([ok(""), ok("")]);
    let url = origin.url("/").replacen("http", "https", 1);
    let behind = HttpsProxy::start(true).await;
    for error in [
        send(&url, behind.proxy(), Tls::unverified())
            .await
            .unwrap_err(),
        send_blocking(&url, behind.proxy(), Tls::unverified())
            .await
            .unwrap_err(),
    ] {
        let Error::Tls(TlsError::AtProxy(inner)) = &error else {
            panic!("{error:?}");
        };
        assert!(matches!(**inner, TlsError::SelfSigned { .. }), "{error:?}");
        let shown = error.to_string();
        assert!(
            shown.starts_with("the proxy: the certificate of 127.0.0.1:"),
            "{shown}"
        );
        assert!(error.hint().unwrap().contains("trust its certificate"));
    }
    // Nothing was said to it.
    assert!(behind.inside.requests().is_empty());
    let unseen = behind.proxy().tls(Tls::unverified());
    send(&url, unseen.clone(), Tls::unverified()).await.unwrap();
    // And the other way round.
    let error = send(&url, unseen, Tls::system()).await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(TlsError::SelfSigned { .. })),
        "{error:?}"
    );
}

/// Whom one believes at the origin, one believes on the way, unless something else is said.
#[tokio::test]
async fn authorities_are_believed_at_the_proxy_too() {
    let peer = TlsPeer::start(params("127.0.0.1"), &ok("")).await;
    let behind = HttpsProxy::start(true).await;
    let both = behind.trusting().trusting_pem(&peer.pem).unwrap();
    let response = send(&peer.url("/"), behind.proxy(), both.clone()).await;
    assert_eq!(response.unwrap().status(), 200);
    let only_other = Tls::without_system().trusting_pem(&peer.pem).unwrap();
    let proxy = behind.proxy().tls(only_other);
    let error = send(&peer.url("/"), proxy, both).await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(TlsError::AtProxy(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_proxy_that_requires_a_certificate_is_named() {
    let (server, trusting) = origin();
    let behind = HttpsProxy::start(false).await;
    let url = server.https_url("/get").unwrap();
    let tls = trusting.identity(identity("ec"));
    let proxy = behind.proxy().tls(behind.trusting());
    for error in [
        send(&url, proxy.clone(), tls.clone()).await.unwrap_err(),
        send_blocking(&url, proxy, tls.clone()).await.unwrap_err(),
    ] {
        let shown = error.to_string();
        let address = &behind.url["https://".len()..];
        assert_eq!(
            shown,
            format!("the proxy: {address} requires a client certificate, and none was given")
        );
    }
    let known = behind
        .proxy()
        .tls(behind.trusting().identity(identity("rsa")));
    assert_eq!(send(&url, known, tls).await.unwrap().status(), 200);
}

/// A proxy that asks, lets everybody in, and then makes no tunnel.
#[tokio::test]
async fn a_proxy_that_makes_no_tunnel_without_a_certificate_is_named() {
    let (server, trusting) = origin();
    let refuses = Do::Answer(reply("403 Forbidden", "", "no"));
    let behind = HttpsProxy::start_doing(true, [refuses]).await;
    let proxy = behind.proxy().tls(behind.trusting());
    let url = server.https_url("/get").unwrap();
    let error = send(&url, proxy, trusting).await.unwrap_err();
    let shown = error.to_string();
    assert!(
        shown
            .contains("The proxy refuses the request (403); it has asked for a client certificate"),
        "{shown}"
    );
    let hint = error.hint().unwrap();
    assert!(hint.contains("signed by CN=identities of tests"), "{hint}");
}

#[test]
fn settings_of_tls_tell_proxies_apart() {
    let proxy = |tls| Proxy::parse("https://proxy.example").unwrap().tls(tls);
    let known = Tls::system().identity(identity("ec"));
    assert_eq!(proxy(known.clone()), proxy(known.clone()));
    assert_ne!(proxy(known), proxy(Tls::system()));
}
