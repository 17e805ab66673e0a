//! The client without a runtime: the same conversations on the calling thread, limits of time, interruption.

#![cfg(test)]
#![cfg(unix)]

mod peer;

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gatepass::auth::Digest;
use gatepass::blocking::Client;
use gatepass::config::{Timeouts, Tls};
use gatepass::error::Network;
use gatepass::{Basic, Error};
use gatepass_server::Server;
use peer::tls::{TlsPeer, params};
use peer::{Answer, Peer, ok, redirect, refuse};

/// Longer than any test waits.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn a_challenge_is_answered_and_the_connection_used_again() {
    let server = Server::start().unwrap();
    let client = Client::builder()
        .auth_for(server.url("/"), Digest::new("alice", "s3cret"))
        .build()
        .unwrap();
    for legs in [2, 1, 1] {
        let url = server.url("/digest-auth/auth/alice/s3cret");
        let response = client.get(&url).send().unwrap();
        assert_eq!(response.status(), 200, "{}", response.transcript());
        assert_eq!(response.transcript().legs().len(), legs);
        assert_eq!(response.transcript().last().unwrap().connection(), 1);
        assert!(response.text().unwrap().contains("alice"));
    }
}

#[test]
fn redirects_are_followed_and_leave_the_credential_behind() {
    let to = Peer::start([ok("there")]);
    let from = Peer::start([redirect(302, &to.url("/to"))]);
    let request = Client::new().get(from.url("/from"));
    let response = request.auth(Basic::new("a", "b").unwrap()).send().unwrap();
    assert_eq!(response.text().unwrap(), "there");
    assert!(from.requests()[0].header("Authorization").is_some());
    assert!(to.requests()[0].header("Authorization").is_none());
}

#[test]
fn the_body_is_read_as_it_comes() {
    let server = Server::start().unwrap();
    let mut response = Client::new()
        .get(server.url("/bytes/100000"))
        .send()
        .unwrap();
    let mut first = [0; 10];
    response.read_exact(&mut first).unwrap();
    let mut rest = Vec::new();
    response.read_to_end(&mut rest).unwrap();
    assert_eq!(first.len() + rest.len(), 100_000);
    assert_eq!(response.read(&mut first).unwrap(), 0);
}

#[test]
fn a_body_goes_up_and_a_name_is_looked_up() {
    let server = Server::start().unwrap();
    let url = server.url("/post").replace("127.0.0.1", "localhost");
    let body = vec![b'x'; 900_000];
    let response = Client::new().post(&url).body(body).send().unwrap();
    assert_eq!(response.status(), 200);
    let timing = response.transcript().last().unwrap().timing();
    assert!(timing.lookup.is_some() && timing.connect.is_some() && timing.tls.is_none());
}

#[test]
fn tls_is_spoken() {
    // Only the peer lives in a runtime.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let peer = runtime.block_on(TlsPeer::start(params("127.0.0.1"), &ok("in secret")));
    let tls = Tls::system().trusting_pem(&peer.pem).unwrap();
    let client = Client::builder().tls(tls).build().unwrap();
    let response = client.get(peer.url("/")).send().unwrap();
    let timing = response.transcript().last().unwrap().timing();
    assert!(timing.tls.is_some());
    assert_eq!(response.text().unwrap(), "in secret");
}

#[test]
fn a_wrong_password_is_explained() {
    let peer = Peer::start([refuse("Basic realm=\"x\"")]);
    let request = Client::new().get(peer.url("/"));
    let response = request.auth(Basic::new("a", "b").unwrap()).send().unwrap();
    assert_eq!(response.status(), 401);
    assert!(gatepass::diagnose::explain(response.transcript()).is_some());
}

#[test]
fn limits_of_time_hold() {
    let half = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe".to_vec();
    let silent = || Answer::SayAndHang(Vec::new());
    let short = Duration::from_millis(80);
    let none = Timeouts::none();
    for (timeouts, answer, expected) in [
        (none.read(short), silent(), "sent nothing for 80ms"),
        (
            none.first_byte(short).read(LONG),
            silent(),
            "did not begin to answer within 80ms",
        ),
        (
            none.total(short).read(LONG),
            silent(),
            "took longer than 80ms",
        ),
        (
            none.read(short).first_byte(LONG),
            Answer::SayAndHang(half.clone()),
            "sent nothing for 80ms",
        ),
        (
            none.total(short),
            Answer::SayAndHang(half),
            "took longer than 80ms",
        ),
    ] {
        let peer = Peer::start([answer]);
        let client = Client::builder().timeouts(timeouts).build().unwrap();
        let start = Instant::now();
        let error = client
            .get(peer.url("/"))
            .send()
            .and_then(|it| it.bytes())
            .unwrap_err();
        assert!(
            error.is_timeout() && error.to_string().contains(expected),
            "{error}"
        );
        assert!(start.elapsed() >= short && start.elapsed() < LONG);
    }
}

#[test]
fn an_interrupted_wait_reaches_the_program() {
    let peer = Peer::start([Answer::SayAndHang(Vec::new()), ok("again")]);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let client = Client::builder()
        .on_interrupt(move || count.fetch_add(1, Ordering::Relaxed) == 0)
        .timeouts(Timeouts::none().total(LONG))
        .build()
        .unwrap();
    let error = client.get(peer.url("/")).send().unwrap_err();
    assert!(
        matches!(error, Error::Network(Network::Interrupted)),
        "{error}"
    );
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[test]
fn a_request_may_be_sent_while_another_reads_its_body() {
    let inner = Peer::start([ok("from inside")]);
    let outer = Peer::start([ok("from outside")]);
    let url = inner.url("/");
    let reader = Nested(Some(Box::new(move || {
        Client::new().get(&url).send().unwrap().text().unwrap()
    })));
    let request = Client::new().post(outer.url("/")).body_once(reader, None);
    assert_eq!(request.send().unwrap().text().unwrap(), "from outside");
    assert!(outer.requests()[0].body().contains("from inside"));
}

/// A reader that sends a request of its own when it is read.
struct Nested(Option<Box<dyn FnOnce() -> String + Send>>);

impl tokio::io::AsyncRead for Nested {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        if let Some(ask) = self.0.take() {
            buffer.put_slice(ask().as_bytes());
        }
        std::task::Poll::Ready(Ok(()))
    }
}

#[test]
fn many_threads_share_a_client() {
    let server = Server::start().unwrap();
    let client = Client::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let response = client.get(server.url("/get")).send().unwrap();
                    assert_eq!(response.status(), 200);
                    response.bytes().unwrap();
                }
            });
        }
    });
}
