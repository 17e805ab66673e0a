//! Responses as they are on the wire, and what they are read as.

#![cfg(test)]

mod peer;

use std::io::Read as _;

use gatepass::auth::Digest;
use gatepass::config::Decoding;
use gatepass::error::Peer as PeerError;
use gatepass::{Client, Error, blocking};
use gatepass_server::Server;
use peer::{Answer, Peer, ok};
use serde_json::Value;

/// `printf hello | gzip -n`.
const HELLO: &[u8] = &[
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36,
    5, 0, 0, 0,
];

fn answer(headers: &str, body: &[u8]) -> Answer {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    Answer::Say([head.as_bytes(), body].concat())
}

fn gzip(body: &[u8]) -> Answer {
    answer("Content-Encoding: gzip\r\n", body)
}

#[tokio::test]
async fn every_coding_of_the_server_is_asked_for_and_undone() {
    let server = Server::start().unwrap();
    let client = Client::new();
    for (path, coding) in [
        ("/gzip", "gzip"),
        ("/deflate", "deflate"),
        ("/brotli", "br"),
        ("/zstd", "zstd"),
    ] {
        let response = client.get(server.url(path)).send().await.unwrap();
        assert_eq!(response.headers().get_str("Content-Encoding"), Some(coding));
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["method"], "GET");
        assert_eq!(
            answer["headers"]["Accept-Encoding"],
            "gzip, deflate, br, zstd"
        );
    }
    let thread = std::thread::spawn(move || {
        let response = blocking::Client::new()
            .get(server.url("/brotli"))
            .send()
            .unwrap();
        response.json::<Value>().unwrap()
    });
    assert_eq!(thread.join().unwrap()["brotli"], true);
}

#[tokio::test]
async fn a_coding_is_asked_for_only_where_it_can_be_undone() {
    let peer = Peer::start((0..5).map(|_| gzip(HELLO)));
    let client = Client::new();
    let get = || client.get(peer.url("/"));
    for (request, asked, body) in [
        (get(), Some("gzip, deflate, br, zstd"), &b"hello"[..]),
        (
            get().header("Accept-Encoding", "gzip;q=1"),
            Some("gzip;q=1"),
            b"hello",
        ),
        (get().without_header("accept-encoding"), None, b"hello"),
        (get().header("Range", "bytes=0-"), None, b"hello"),
        (get().decoding(Decoding::none()), None, HELLO),
    ] {
        let answer = request.send().await.unwrap().bytes().await.unwrap();
        let seen = peer.requests().pop().unwrap();
        assert_eq!(
            (seen.header("Accept-Encoding").as_deref(), &answer[..]),
            (asked, body)
        );
    }
}

#[tokio::test]
async fn a_body_can_be_had_as_it_is_on_the_wire() {
    let part = [
        &b"HTTP/1.1 206 Partial Content\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n"[..],
        &HELLO[3..8],
    ]
    .concat();
    let peer = Peer::start([
        gzip(HELLO),
        Answer::Say(part),
        answer("Content-Encoding: compress\r\n", b"x"),
    ]);
    let client = Client::new();
    let response = client.get(peer.url("/")).send().await.unwrap().undecoded();
    assert!(
        response
            .transcript()
            .to_string()
            .contains("< Content-Encoding: gzip")
    );
    assert_eq!(response.bytes().await.unwrap(), HELLO);
    for body in [&HELLO[3..8], b"x"] {
        assert_eq!(
            client
                .get(peer.url("/"))
                .send()
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap(),
            body
        );
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told_by_whoever_notices() {
    let short = answer("Content-Encoding: gzip\r\n", &HELLO[..20]);
    let Answer::Say(cut) = gzip(HELLO) else {
        unreachable!()
    };
    let cut = Answer::SayAndClose(cut[..cut.len() - 3].to_vec());
    let peer = Peer::start([short, cut, ok("again")]);
    let client = Client::new();
    let error = client
        .get(peer.url("/"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Peer(PeerError::Coding { coding: "gzip", .. })),
        "{error}"
    );
    let error = client
        .get(peer.url("/"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Network(_)), "{error}");
    let again = client.get(peer.url("/")).send().await.unwrap();
    assert_eq!(again.text().await.unwrap(), "again");
}

#[tokio::test]
async fn a_compressed_body_leaves_its_connection_to_the_next_request() {
    let chunked = |body: &[u8]| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n";
        let chunk = match body {
            [] => Vec::new(),
            some => [format!("{:x}\r\n", some.len()).as_bytes(), some, b"\r\n"].concat(),
        };
        Answer::Say([&head[..], &chunk, b"0\r\nX: y\r\n\r\n"].concat())
    };
    let head = Answer::Say(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n".to_vec(),
    );
    let peer = Peer::start([gzip(HELLO), chunked(HELLO), chunked(b""), head, ok("plain")]);
    let client = Client::new();
    for (method, text) in [
        ("GET", "hello"),
        ("GET", "hello"),
        ("GET", ""),
        ("HEAD", ""),
        ("GET", "plain"),
    ] {
        let response = client.request(method, peer.url("/")).send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), text);
    }
    assert!(peer.requests().iter().all(|seen| seen.connection == 0));
}

#[tokio::test]
async fn what_swells_too_far_is_an_error_that_says_so() {
    let peer = Peer::start([gzip(HELLO), ok("next"), gzip(HELLO)]);
    let client = Client::builder()
        .decoding(Decoding::new().max_size(4))
        .build()
        .unwrap();
    let error = client
        .get(peer.url("/"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Peer(PeerError::Swollen { wire: 25, limit: 4 })
        ),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("allow more"));
    let next = client.get(peer.url("/")).send().await.unwrap();
    assert_eq!(next.text().await.unwrap(), "next");
    let more = client.get(peer.url("/")).decoding(Decoding::new());
    assert_eq!(more.send().await.unwrap().text().await.unwrap(), "hello");
}

#[tokio::test]
async fn pieces_come_as_they_are_sent() {
    let first = Answer::SayAndHang(
        [
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n",
            HELLO,
        ]
        .concat(),
    );
    let peer = Peer::start([first]);
    let mut response = Client::new().get(peer.url("/")).send().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "hello");
}

#[test]
fn a_reader_reads_what_was_decoded() {
    let peer = Peer::start([gzip(HELLO)]);
    let mut response = blocking::Client::new().get(peer.url("/")).send().unwrap();
    let mut buffer = [0; 2];
    let mut all = Vec::new();
    loop {
        match response.read(&mut buffer).unwrap() {
            0 => break,
            read => all.extend_from_slice(&buffer[..read]),
        }
    }
    assert_eq!(all, b"hello");
}

#[tokio::test]
async fn a_scheme_that_signs_the_answer_signs_what_is_on_the_wire() {
    // auth-int: the body is read before the caller asks for it, as it came.
    let server = Server::start().unwrap();
    let request = Client::new()
        .get(server.url("/digest-auth/auth-int/alice/s3cret"))
        .auth(Digest::new("alice", "s3cret"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["authenticated"], true);
}

#[tokio::test]
async fn text_is_read_in_its_own_encoding() {
    let peer = Peer::start([
        answer("Content-Type: text/html; charset=windows-1251\r\n", b"\xcf"),
        answer(
            "Content-Type: application/json\r\n",
            b"[\0\"\0\xe9\0\"\0]\0",
        ),
        answer("Content-Type: text/plain; charset=klingon\r\n", b"x"),
    ]);
    let client = Client::new();
    assert_eq!(
        client
            .get(peer.url("/"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "П"
    );
    let json: Value = client
        .get(peer.url("/"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(json[0], "é");
    let error = client
        .get(peer.url("/"))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Peer(PeerError::Charset { .. })),
        "{error}"
    );
}
