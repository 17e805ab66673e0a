//! Requests that are tried again: after which failures, after how long, and how often.

#![cfg(test)]

mod peer;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use gatepass::config::{Retries, Timeouts};
use gatepass::{Client, Error, error::Network};
use peer::{Answer, Peer, ok, redirect, reply};

fn client(retries: Retries) -> Client {
    let retries = retries.first_wait(Duration::from_millis(1));
    Client::builder().retries(retries).build().unwrap()
}

fn busy(headers: &str) -> Answer {
    reply("503 Busy", headers, "later")
}

#[tokio::test]
async fn a_busy_server_is_asked_again() {
    let peer = Peer::start([busy(""), busy("Retry-After: 0\r\n"), ok("now")]);
    let request = client(Retries::times(2)).get(peer.url("/"));
    let response = request.send().await.unwrap();
    assert_eq!(response.transcript().legs().len(), 3);
    assert_eq!(response.text().await.unwrap(), "now");
    let connections: Vec<_> = peer.requests().iter().map(|it| it.connection).collect();
    assert_eq!(connections, [0, 0, 0], "on the same connection");
}

#[tokio::test]
async fn the_last_answer_is_the_callers() {
    let peer = Peer::start([busy(""), busy(""), busy("")]);
    let response = client(Retries::times(1))
        .get(peer.url("/"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 503);
    assert_eq!(peer.requests().len(), 2);
    let once = client(Retries::none())
        .get(peer.url("/"))
        .send()
        .await
        .unwrap();
    assert_eq!((once.status(), peer.requests().len()), (503, 3));
}

#[tokio::test]
async fn a_post_is_sent_once_unless_it_says_otherwise() {
    let peer = Peer::start([busy(""), busy(""), ok("done")]);
    let client = client(Retries::times(1));
    let post = || client.post(peer.url("/")).body("order");
    assert_eq!(post().send().await.unwrap().status(), 503);
    let keyed = post().header("Idempotency-Key", "7");
    assert_eq!(keyed.send().await.unwrap().status(), 200);
    assert_eq!(peer.requests()[2].body(), "order");
}

#[tokio::test]
async fn a_broken_connection_and_a_refused_one_are_tried_again() {
    let peer = Peer::start([Answer::Close, ok("now")]);
    let response = client(Retries::times(1))
        .get(peer.url("/"))
        .send()
        .await
        .unwrap();
    let legs = response.transcript().legs();
    assert!(
        legs[0].failure().unwrap().contains("broke"),
        "{}",
        response.transcript()
    );
    assert_eq!(response.status(), 200);
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let request = client(Retries::times(2))
        .post(format!("http://{closed}/"))
        .body("x");
    let error = request.send().await.unwrap_err();
    assert!(
        matches!(error, Error::Network(Network::Refused { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn a_wait_counts_and_a_long_one_is_not_made() {
    let peer = Peer::start([busy("Retry-After: 20\r\n"), busy("Retry-After: 40\r\n")]);
    let client = client(Retries::times(1));
    let start = Instant::now();
    let limited = Timeouts::new().total(Duration::from_millis(200));
    let error = client
        .get(peer.url("/"))
        .timeouts(limited)
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Network(Network::TotalTimeout { .. })),
        "{error}"
    );
    let response = client.get(peer.url("/")).send().await.unwrap();
    assert_eq!(response.status(), 503);
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[tokio::test]
async fn redirects_and_repetitions_go_together() {
    let peer = Peer::start([busy(""), redirect(302, "/there"), busy(""), ok("at last")]);
    let response = client(Retries::times(2))
        .get(peer.url("/"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.text().await.unwrap(), "at last");
    let lines: Vec<_> = peer.requests().iter().map(|it| it.line()).collect();
    assert_eq!(lines[3], "GET /there HTTP/1.1", "{lines:?}");
}

#[tokio::test]
async fn all_requests_of_a_client_share_a_budget() {
    let peer = Peer::start(std::iter::repeat_n(busy(""), 200));
    let client = client(Retries::times(3));
    for _ in 0..30 {
        client.get(peer.url("/")).send().await.unwrap();
    }
    let sent = peer.requests().len();
    assert!((40..=47).contains(&sent), "{sent}");
}
