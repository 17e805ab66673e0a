//! Each failure of TLS is told apart by both clients, on the straight way and through a tunnel.

#![cfg(test)]

mod peer;

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use gatepass::config::{Proxies, Proxy, Tls};
use gatepass::{Client, Error, blocking, error};
use gatepass_server::Server;
use peer::ok;
use peer::proxy::ProxyPeer;
use peer::tls::{TlsPeer, clients_of, params, settings_asking};
use rcgen::CertificateParams;
use tokio_rustls::TlsAcceptor;

/// A way to fail: where, by which settings, and how it is recognised.
struct Failure {
    name: &'static str,
    url: String,
    tls: Tls,
    is_it: fn(&error::Tls) -> bool,
}

const STRANGE_PIN: &str = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/// Sends the request by both clients on both ways, and returns each error with its way.
async fn errors(failure: &Failure) -> Vec<(&'static str, Error)> {
    let proxy = ProxyPeer::start([]);
    let through = Proxies::none().all(Proxy::parse(&proxy.url()).unwrap());
    let mut errors = Vec::new();
    for (way, proxies) in [("straight", Proxies::none()), ("tunnel", through)] {
        let request = Client::new().get(&failure.url).tls(failure.tls.clone());
        let sent = request.proxies(proxies.clone()).send().await;
        errors.push((way, sent.unwrap_err()));
        let (url, tls) = (failure.url.clone(), failure.tls.clone());
        let sent = tokio::task::spawn_blocking(move || {
            let request = blocking::Client::new().get(url).tls(tls);
            request.proxies(proxies).send().unwrap_err()
        });
        errors.push((way, sent.await.unwrap()));
    }
    assert_eq!(proxy.requests().len(), 2, "{}", failure.name);
    errors
}

/// A server with such a certificate, which is trusted.
async fn serving(params: CertificateParams) -> (TlsPeer, Tls) {
    let server = TlsPeer::start(params, &ok("")).await;
    let tls = Tls::without_system().trusting_pem(&server.pem).unwrap();
    (server, tls)
}

/// Answers everything by plain HTTP.
fn plain() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.unwrap();
            let _ = socket.read(&mut [0; 4096]);
            let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        }
    });
    url
}

/// Requires a certificate, and says so in TLS 1.3 when the handshake is over for the client.
async fn requiring() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/identities");
    let authority = std::fs::read_to_string(folder.join("ca.pem")).unwrap();
    let clients = clients_of(&authority, false);
    let (config, _) = settings_asking(params("127.0.0.1"), Some(clients), &["h2", "http/1.1"]);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let _ = acceptor.accept(socket).await;
        }
    });
    url
}

#[tokio::test]
async fn each_failure_is_told_apart_by_both_clients_on_both_ways() {
    let unknown = Server::builder().https(true).start().unwrap();
    let own = TlsPeer::start(params("127.0.0.1"), &ok("")).await;
    let mut old = params("127.0.0.1");
    old.not_before = rcgen::date_time_ymd(2001, 1, 1);
    old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    let (old, trusting_old) = serving(old).await;
    let mut early = params("127.0.0.1");
    early.not_before = rcgen::date_time_ymd(2901, 1, 1);
    early.not_after = rcgen::date_time_ymd(2902, 1, 1);
    let (early, trusting_early) = serving(early).await;
    let (other, trusting_other) = serving(params("other.example")).await;
    let failures = [
        Failure {
            name: "unknown issuer",
            url: unknown.https_url("/get").unwrap(),
            tls: Tls::system(),
            is_it: |it| matches!(it, error::Tls::UnknownIssuer { .. }),
        },
        Failure {
            name: "self-signed",
            url: own.url("/"),
            tls: Tls::system(),
            is_it: |it| matches!(it, error::Tls::SelfSigned { .. }),
        },
        Failure {
            name: "expired",
            url: old.url("/"),
            tls: trusting_old,
            is_it: |it| matches!(it, error::Tls::Expired { .. }),
        },
        Failure {
            name: "not yet valid",
            url: early.url("/"),
            tls: trusting_early,
            is_it: |it| matches!(it, error::Tls::NotYetValid { .. }),
        },
        Failure {
            name: "wrong name",
            url: other.url("/"),
            tls: trusting_other,
            is_it: |it| matches!(it, error::Tls::WrongName { .. }),
        },
        Failure {
            name: "pin",
            url: own.url("/"),
            tls: Tls::unverified().pin(STRANGE_PIN).unwrap(),
            is_it: |it| matches!(it, error::Tls::PinMismatch { .. }),
        },
        Failure {
            name: "TLS on a plain port",
            url: plain(),
            tls: Tls::system(),
            is_it: |it| matches!(it, error::Tls::NotTls { .. }),
        },
        Failure {
            name: "client certificate required",
            url: requiring().await,
            tls: Tls::unverified(),
            is_it: |it| matches!(it, error::Tls::ClientCertificateRequired { .. }),
        },
    ];
    for failure in &failures {
        let address = failure.url["https://".len()..].split('/').next().unwrap();
        for (way, error) in errors(failure).await {
            let name = failure.name;
            let Error::Tls(tls) = &error else {
                panic!("{name}, {way}: {error:?}");
            };
            assert!((failure.is_it)(tls), "{name}, {way}: {error:?}");
            assert!(
                error.to_string().contains(address),
                "{name}, {way}: {error}"
            );
            assert!(error.hint().is_some(), "{name}: {error}");
        }
    }
}
