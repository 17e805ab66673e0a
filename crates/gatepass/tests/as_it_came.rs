//! Requests go out as they were meant, and responses are kept as they came.

#![cfg(test)]

mod peer;

use std::fmt::Write as _;

use gatepass::{Client, Head, Headers, RequestBuilderOf, blocking};
use peer::{Answer, Peer, ok};

fn spelt<M: gatepass::Mode>(request: RequestBuilderOf<M>) -> RequestBuilderOf<M> {
    request
        .header("x-api-KEY", "1")
        .header("ETag", "a")
        .header("X-Api-Key", "2")
        .header("DNT", "1")
        .header("accept", "text/plain")
}

const SPELT: &str =
    "x-api-KEY: 1\r\nETag: a\r\nX-Api-Key: 2\r\nDNT: 1\r\naccept: text/plain\r\n\r\n";

#[tokio::test]
async fn names_go_out_as_they_are_spelt_and_in_their_order() {
    let peer = Peer::start([ok("a"), ok("b")]);
    let response = spelt(Client::new().get(peer.url("/")))
        .send()
        .await
        .unwrap();
    let transcript = response.transcript().to_string();
    let url = peer.url("/");
    let thread = std::thread::spawn(move || {
        spelt(blocking::Client::new().get(url)).send().unwrap();
    });
    thread.join().unwrap();
    for seen in peer.requests() {
        assert!(seen.text().ends_with(SPELT), "{}", seen.text());
    }
    // What is shown and what is sent are one thing.
    assert!(transcript.contains("> ETag: a\n"), "{transcript}");
    let offline = spelt(Client::new().get(peer.url("/"))).offline().unwrap();
    assert!(String::from_utf8_lossy(offline.bytes()).ends_with(SPELT));
}

const ANSWER: &[u8] = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 F\xc3\xafne\r\nWWW-Authenticate: Basic\r\nx-B: 1\r\nETag: \"e\"\r\n\
    X-b: \xff\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-Sum: 9\r\n\r\n";

fn pairs(headers: &Headers) -> Vec<(&str, &[u8])> {
    headers.iter().map(|it| (it.name(), it.value())).collect()
}

fn check(head: &Head) {
    assert_eq!((head.status, head.reason.as_str()), (200, "Fïne"));
    let expected: [(&str, &[u8]); 5] = [
        ("WWW-Authenticate", b"Basic"),
        ("x-B", b"1"),
        ("ETag", b"\"e\""),
        ("X-b", b"\xff"),
        ("Transfer-Encoding", b"chunked"),
    ];
    assert_eq!(pairs(&head.headers), expected);
    let [early] = head.informational() else {
        panic!("one informational head was expected");
    };
    assert_eq!((early.status, early.reason.as_str()), (103, "Early Hints"));
    assert_eq!(pairs(&early.headers), [("Link", &b"</a>"[..])]);
}

#[tokio::test]
async fn a_response_is_kept_as_it_came_with_early_heads_and_trailers() {
    let peer = Peer::start([Answer::Say(ANSWER.to_vec()), Answer::Say(ANSWER.to_vec())]);
    let client = Client::new();
    let mut response = client.get(peer.url("/")).send().await.unwrap();
    let head = |response: &gatepass::Response| {
        let leg = response.transcript().last().unwrap();
        leg.response().unwrap().clone()
    };
    check(&head(&response));
    assert!(head(&response).trailers.is_empty());
    while response.chunk().await.unwrap().is_some() {}
    assert_eq!(pairs(&head(&response).trailers), [("x-Sum", &b"9"[..])]);
    let shown = response.transcript().to_string();
    let early = "< HTTP/1.1 103 Early Hints\n< Link: </a>\n< HTTP/1.1 200 Fïne\n< WWW-Authenticate: Basic\n";
    assert!(shown.contains(early), "{shown}");
    let url = peer.url("/");
    let thread = std::thread::spawn(move || {
        let response = blocking::Client::new().get(url).send().unwrap();
        check(response.transcript().last().unwrap().response().unwrap());
        assert_eq!(response.text().unwrap(), "hi");
    });
    thread.join().unwrap();
}

#[tokio::test]
async fn more_than_a_hundred_fields_are_read() {
    let mut head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n".to_owned();
    for number in 0..500 {
        write!(head, "X-{number}: {number}\r\n").unwrap();
    }
    let peer = Peer::start([Answer::Say(format!("{head}\r\n").into_bytes())]);
    let response = Client::new().get(peer.url("/")).send().await.unwrap();
    assert_eq!(response.headers().len(), 501);
    assert_eq!(response.headers().get_str("x-499"), Some("499"));
}

/// What came before the request that it would answer is nobody's answer.
#[tokio::test]
async fn nothing_of_a_response_goes_to_the_next_request() {
    let two = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
    let late = "HTTP/1.1 204 No\r\n\r\nforged";
    for answer in [two, late] {
        let peer = Peer::start([Answer::Say(answer.as_bytes().to_vec()), ok("mine")]);
        let client = Client::new();
        let first = client.get(peer.url("/")).send().await.unwrap();
        first.bytes().await.unwrap();
        let second = client.get(peer.url("/")).send().await.unwrap();
        assert_eq!(second.text().await.unwrap(), "mine");
        assert_eq!(peer.requests()[1].connection, 1);
    }
}
