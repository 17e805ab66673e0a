//! HTTP/2: settled by the TLS handshake or known before, shared by requests, and left when the peer goes away.

#![cfg(test)]

mod peer;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use gatepass::auth::Digest;
use gatepass::config::{Dial, ExpectContinue, Timeouts, Tls, Version};
use gatepass::error::{Misuse, Network, Peer as PeerError};
use gatepass::{Client, Error};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use peer::{Peer, ok};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// A server that speaks HTTP/2 and says what it got.
struct Server2 {
    address: SocketAddr,
    pem: String,
    connections: Arc<AtomicUsize>,
    /// How many of them have ended.
    ended: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
    most_at_once: Arc<AtomicUsize>,
}

impl Server2 {
    /// Takes `streams` requests at once over a connection. After `goes_away_after` requests a connection says goodbye.
    async fn start(tls: bool, streams: u32, goes_away_after: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = peer::tls::params("127.0.0.1").self_signed(&key).unwrap();
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let server = Self {
            address: listener.local_addr().unwrap(),
            pem: certificate.pem(),
            connections: Arc::default(),
            ended: Arc::default(),
            seen: Arc::default(),
            most_at_once: Arc::default(),
        };
        let connections = Arc::clone(&server.connections);
        let ended = Arc::clone(&server.ended);
        let (seen, most) = (Arc::clone(&server.seen), Arc::clone(&server.most_at_once));
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::Relaxed);
                let (seen, most, acceptor) =
                    (Arc::clone(&seen), Arc::clone(&most), acceptor.clone());
                let ended = Arc::clone(&ended);
                tokio::spawn(async move {
                    if tls {
                        let stream = acceptor.accept(socket).await.unwrap();
                        serve(TokioIo::new(stream), streams, goes_away_after, seen, most).await;
                    } else {
                        serve(TokioIo::new(socket), streams, goes_away_after, seen, most).await;
                    }
                    ended.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
        server
    }

    fn url(&self, scheme: &str, path: &str) -> String {
        format!("{scheme}://{}{path}", self.address)
    }

    fn client(&self, version: Version) -> Client {
        let tls = Tls::system().trusting_pem(&self.pem).unwrap();
        let dial = Dial::new().http(version);
        Client::builder().tls(tls).dial(dial).build().unwrap()
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

async fn serve<I>(
    io: I,
    streams: u32,
    goes_away_after: usize,
    seen: Arc<Mutex<Vec<String>>>,
    most: Arc<AtomicUsize>,
) where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (answered, goodbye) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(tokio::sync::Notify::new()),
    );
    let (count, notify) = (Arc::clone(&answered), Arc::clone(&goodbye));
    let now = Arc::new(AtomicUsize::new(0));
    let service = service_fn(move |request: Request<Incoming>| {
        let (seen, most, now) = (Arc::clone(&seen), Arc::clone(&most), Arc::clone(&now));
        let (count, notify) = (Arc::clone(&count), Arc::clone(&notify));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let (head, body) = request.into_parts();
            let line = format!("{} {} {:?}", head.method, head.uri, head.headers);
            seen.lock().unwrap().push(line);
            let body = body
                .collect()
                .await
                .map(|it| it.to_bytes())
                .unwrap_or_default();
            if head.uri.path() == "/slow" {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            if head.uri.path() == "/never" {
                std::future::pending::<()>().await;
            }
            now.fetch_sub(1, Ordering::SeqCst);
            if count.fetch_add(1, Ordering::SeqCst) + 1 == goes_away_after {
                notify.notify_one();
            }
            let authorized = head.headers.contains_key("authorization");
            let (status, challenge) = match head.uri.path() {
                "/digest" if !authorized => (401, "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""),
                _ => (200, ""),
            };
            let answer = Response::builder()
                .status(status)
                .header("www-authenticate", challenge)
                .body(Full::new(if body.is_empty() {
                    Bytes::from("hello")
                } else {
                    body
                }))
                .unwrap();
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
        .max_concurrent_streams(streams)
        .serve_connection(io, service);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => drop(ended),
        () = goodbye.notified() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

#[tokio::test]
async fn the_handshake_settles_the_version() {
    let server = Server2::start(true, 100, usize::MAX).await;
    let client = server.client(Version::Any);
    for _ in 0..2 {
        let request = client
            .get(server.url("https", "/a?b=c"))
            .header("X-Odd", "1");
        let response = request
            .header("Connection", "keep-alive")
            .send()
            .await
            .unwrap();
        assert_eq!((response.status(), response.version()), (200, "HTTP/2"));
        let leg = response.transcript().last().unwrap();
        assert_eq!(leg.version(), "HTTP/2");
        assert!(leg.to_string().contains("> GET /a?b=c HTTP/2\n"), "{leg}");
        assert_eq!(response.text().await.unwrap(), "hello");
    }
    assert_eq!(server.connections(), 1);
    let seen = server.seen.lock().unwrap()[0].clone();
    assert!(
        seen.contains("x-odd") && !seen.contains("connection") && !seen.contains("\"host"),
        "{seen}"
    );
    assert!(
        seen.starts_with(&format!("GET https://{}/a?b=c", server.address)),
        "{seen}"
    );
}

#[tokio::test]
async fn the_settings_choose_another_version() {
    let server = Server2::start(true, 100, usize::MAX).await;
    // The server speaks HTTP/2 whatever is settled, so that HTTP/1.1 fails, which shows that it was chosen.
    let request = server.client(Version::Http1).get(server.url("https", "/"));
    assert!(request.send().await.is_err());
    let plain = Server2::start(false, 100, usize::MAX).await;
    let response = plain
        .client(Version::Http2)
        .get(plain.url("http", "/"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.version(), "HTTP/2", "known before");
    let old = peer::tls::TlsPeer::start(peer::tls::params("127.0.0.1"), &ok("old")).await;
    let tls = Tls::system().trusting_pem(&old.pem).unwrap();
    let dial = Dial::new().http(Version::Http2);
    let client = Client::builder().tls(tls).dial(dial).build().unwrap();
    let error = client.get(old.url("/")).send().await.unwrap_err();
    assert!(
        matches!(error, Error::Peer(PeerError::NotHttp2 { .. })),
        "{error}"
    );
    let http1 = Peer::start([ok("")]);
    let error = client.get(http1.url("/")).send().await.unwrap_err();
    assert!(
        matches!(error, Error::Peer(_) | Error::Network(_)),
        "{error}"
    );
}

#[tokio::test]
async fn challenges_are_answered_and_bodies_sent() {
    let server = Server2::start(true, 100, usize::MAX).await;
    let client = server.client(Version::Any);
    let digest = Digest::new("alice", "s3cret");
    let request = client
        .post(server.url("https", "/digest"))
        .auth(digest)
        .body(vec![b'x'; 300_000]);
    let response = request.send().await.unwrap();
    assert_eq!(response.transcript().legs().len(), 2);
    assert_eq!(response.bytes().await.unwrap().len(), 300_000);
    let stream = tokio::io::AsyncReadExt::take(tokio::io::repeat(b'y'), 200_000);
    let request = client.put(server.url("https", "/")).body_once(stream, None);
    assert_eq!(
        request.send().await.unwrap().bytes().await.unwrap().len(),
        200_000
    );
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_body_does_not_wait_to_be_wanted() {
    let server = Server2::start(true, 100, usize::MAX).await;
    let client = server.client(Version::Any);
    let patient = ExpectContinue::always().patience(Duration::from_secs(3600));
    let stream = tokio::io::AsyncReadExt::take(tokio::io::repeat(b'y'), 200_000);
    let request = client.put(server.url("https", "/")).body_once(stream, None);
    let response = request.expect_continue(patient).send().await.unwrap();
    assert_eq!(response.bytes().await.unwrap().len(), 200_000);
    assert!(!server.seen.lock().unwrap()[0].contains("expect"));
}

#[tokio::test]
async fn requests_share_a_connection_within_the_peers_limit() {
    let server = Server2::start(true, 2, usize::MAX).await;
    let client = server.client(Version::Any);
    client
        .get(server.url("https", "/"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let request = client.get(server.url("https", "/slow"));
            tokio::spawn(async move { request.send().await.unwrap().bytes().await.unwrap() })
        })
        .collect();
    for task in tasks {
        assert_eq!(&task.await.unwrap()[..], b"hello");
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(server.most_at_once.load(Ordering::SeqCst), 2);
}

/// Sends an order, and has it confirmed.
async fn order(client: &Client, server: &Server2) {
    let request = client.post(server.url("https", "/")).body("order");
    let response = request
        .send()
        .await
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(response.bytes().await.unwrap(), "order");
}

#[tokio::test]
async fn a_connection_that_says_goodbye_is_replaced() {
    let server = Server2::start(true, 100, 3).await;
    let client = server.client(Version::Any);
    for round in 0..4 {
        for _ in 0..3 {
            order(&client, &server).await;
        }
        // The goodbye takes its time.
        while server.ended.load(Ordering::Relaxed) <= round {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(server.connections(), 4);
    assert_eq!(server.seen.lock().unwrap().len(), 12, "none was done twice");
}

#[tokio::test]
async fn a_goodbye_while_requests_go_on_costs_none_of_them() {
    let server = Server2::start(true, 100, 3).await;
    let client = server.client(Version::Any);
    for _ in 0..60 {
        order(&client, &server).await;
    }
    assert!(server.connections() >= 2);
    assert_eq!(server.seen.lock().unwrap().len(), 60, "none was done twice");
}

#[tokio::test]
async fn silence_ends_a_request_and_not_its_neighbours() {
    let server = Server2::start(true, 100, usize::MAX).await;
    let client = server.client(Version::Any);
    client
        .get(server.url("https", "/"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let limits = Timeouts::none().read(Duration::from_millis(100));
    let request = client.get(server.url("https", "/never")).timeouts(limits);
    let error = request.send().await.unwrap_err();
    assert!(
        matches!(error, Error::Network(Network::ReadTimeout { .. })),
        "{error}"
    );
    let response = client.get(server.url("https", "/")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(server.connections(), 1);
}

#[cfg(unix)]
#[test]
fn a_blocking_client_says_that_it_speaks_http_1_only() {
    let dial = Dial::new().http(Version::Http2);
    let client = gatepass::blocking::Client::builder()
        .dial(dial)
        .build()
        .unwrap();
    let error = client.get("http://127.0.0.1:1/").send().unwrap_err();
    assert!(
        matches!(error, Error::Misuse(Misuse::BadSetting { .. })),
        "{error}"
    );
}
