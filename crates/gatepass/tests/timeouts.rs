//! A silent peer ends in a typed error, never in a hang.

#![cfg(test)]

mod peer;

use std::sync::Arc;
use std::time::Duration;

use gatepass::config::Timeouts;
use gatepass::error::Network;
use gatepass::{AnyOf, Basic, Client, Error, Scheme, blocking};
use peer::{Answer, Peer};

const SHORT: Duration = Duration::from_millis(60);
const LONG: Duration = Duration::from_secs(30);

fn client(timeouts: Timeouts) -> Client {
    Client::builder().timeouts(timeouts).build().unwrap()
}

#[tokio::test]
async fn silence_before_the_head() {
    let peer = Peer::start([Answer::SayAndHang(b"HTTP/1.1 200 OK\r\n".to_vec())]);
    let error = client(Timeouts::none().read(SHORT))
        .get(peer.url("/"))
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Network(Network::ReadTimeout { after: SHORT, .. })
        ),
        "{error}"
    );
    assert!(error.is_timeout());
}

#[tokio::test]
async fn silence_within_the_body() {
    let peer = Peer::start([Answer::SayAndHang(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello".to_vec(),
    )]);
    let mut response = client(Timeouts::none().read(SHORT))
        .get(peer.url("/"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "hello");
    let error = response.chunk().await.unwrap_err();
    assert!(
        matches!(error, Error::Network(Network::ReadTimeout { .. })),
        "{error}"
    );
    assert!(
        response.chunk().await.unwrap().is_none(),
        "and then it is over"
    );
}

#[tokio::test]
async fn the_whole_has_a_limit_too() {
    let peer = Peer::start([Answer::SayAndHang(Vec::new())]);
    let error = client(Timeouts::none().read(LONG).total(SHORT))
        .get(peer.url("/"))
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Network(Network::TotalTimeout { after: SHORT })
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_handshake_that_does_not_end() {
    // It reads the greeting as a request that never ends, and says nothing.
    let peer = Peer::start([]);
    let url = peer.url("/").replace("http://", "https://");
    let error = client(Timeouts::none().connect(SHORT))
        .get(url)
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Network(Network::ConnectTimeout { .. })),
        "{error}"
    );
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_slow_upload_is_no_silence() {
    let peer = Peer::start([peer::ok("")]);
    let (reader, mut writer) = tokio::io::duplex(16);
    tokio::spawn(async move {
        for _ in 0..6 {
            tokio::time::sleep(SHORT * 3).await;
            tokio::io::AsyncWriteExt::write_all(&mut writer, b"0123456789")
                .await
                .unwrap();
        }
    });
    // The whole takes longer than the limit, and no pause comes near it.
    let request = client(Timeouts::none().read(SHORT * 12))
        .post(peer.url("/"))
        .body_once(reader, Some(60));
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(peer.requests()[0].body().len(), 60);
}

#[tokio::test]
async fn a_stream_without_end_or_pause() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
        let mut sent = tokio::io::AsyncWriteExt::write_all(&mut socket, head).await;
        while sent.is_ok() {
            sent = tokio::io::AsyncWriteExt::write_all(&mut socket, &[b'x'; 1 << 16]).await;
        }
    });
    let mut response = client(Timeouts::none().total(SHORT))
        .get(url)
        .send()
        .await
        .unwrap();
    let error = loop {
        match response.chunk().await {
            Ok(chunk) => assert!(chunk.is_some()),
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, Error::Network(Network::TotalTimeout { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn a_limit_beyond_all_time_is_none() {
    let peer = Peer::start([peer::ok("")]);
    let forever = Timeouts::none()
        .connect(Duration::MAX)
        .read(Duration::MAX)
        .total(Duration::MAX);
    assert_eq!(
        client(forever)
            .get(peer.url("/"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

/// A response that nobody wants and that never ends costs its connection, and not the request, whatever the client waits for
/// otherwise.
#[test]
fn what_is_not_wanted_is_not_waited_for() {
    let ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec();
    for head in [
        "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"",
        "302 Found\r\nLocation: /there",
    ] {
        let endless = format!("HTTP/1.1 {head}\r\nContent-Length: 60000\r\n\r\nand so on");
        let answers = || {
            [
                Answer::SayAndHang(endless.clone().into()),
                Answer::Say(ok.clone()),
            ]
        };
        let scheme = || {
            let basic: Arc<dyn Scheme> = Arc::new(Basic::new("alice", "s3cret").unwrap());
            AnyOf::new([basic])
        };
        let peer = Peer::start(answers());
        let client = blocking::Client::builder()
            .timeouts(Timeouts::none())
            .build()
            .unwrap();
        let response = client.get(peer.url("/")).auth(scheme()).send().unwrap();
        assert_eq!(response.status(), 200, "{head}");
        let peer = Peer::start(answers());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let sent = client_of_none().get(peer.url("/")).auth(scheme()).send();
        assert_eq!(runtime.block_on(sent).unwrap().status(), 200, "{head}");
    }
}

fn client_of_none() -> Client {
    client(Timeouts::none())
}
