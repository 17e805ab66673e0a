//! A silent peer ends in a typed error, never in a hang.

#![cfg(test)]

mod peer;

use std::time::Duration;

use gatepass::config::Timeouts;
use gatepass::error::Network;
use gatepass::{Client, Error};
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
            tokio::time::sleep(SHORT / 2).await;
            tokio::io::AsyncWriteExt::write_all(&mut writer, b"0123456789")
                .await
                .unwrap();
        }
    });
    let request = client(Timeouts::none().read(SHORT))
        .post(peer.url("/"))
        .body_once(reader, Some(60));
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(peer.requests()[0].body().len(), 60);
}
