//! Heads that are too long, and requests whose end is in doubt.

use gatepass_server::Server;

use crate::refused;
use crate::support::{connect, exchange, get, get_with};

#[test]
fn long_heads_are_refused() {
    let server = Server::start().unwrap();
    for length in [20_000, 100_000] {
        let value = "a".repeat(length);
        let request = format!("GET /get HTTP/1.1\r\nHost: h\r\nX: {value}\r\n\r\n");
        assert_eq!(refused(&server, request).status, 431, "{length}");
    }
    assert_eq!(
        get_with(&server, "/get", &format!("X: {}\r\n", "a".repeat(8000))).status,
        200
    );
}

#[test]
fn many_fields_are_refused() {
    let server = Server::start().unwrap();
    for count in [100, 2000] {
        let request = format!(
            "GET /get HTTP/1.1\r\nHost: h\r\n{}\r\n",
            "a: b\r\n".repeat(count)
        );
        assert_eq!(refused(&server, request).status, 431, "{count}");
    }
    assert_eq!(
        get_with(&server, "/get", &"a: b\r\n".repeat(99)).status,
        200
    );
}

#[test]
fn long_targets_are_refused() {
    let server = Server::start().unwrap();
    for length in [8 * 1024, 16 * 1024, 100_000] {
        let request = format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "a".repeat(length));
        assert_eq!(refused(&server, request).status, 414, "{length}");
    }
    let target = format!("/anything/{}", "a".repeat(8000));
    assert_eq!(get(&server, &target).status, 200);
}

#[test]
fn a_request_names_one_host() {
    let server = Server::start().unwrap();
    for lines in [
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a b\r\n",
        "Host: a/b\r\n",
        "Host: a@b\r\n",
    ] {
        let request = format!("GET /get HTTP/1.1\r\n{lines}\r\n");
        assert_eq!(refused(&server, request).status, 400, "{lines:?}");
    }
    assert_eq!(exchange(&server, "GET /get HTTP/1.0\r\n\r\n").status, 200);
}

#[test]
fn a_body_ends_in_one_place() {
    let server = Server::start().unwrap();
    for (status, lines) in [
        (400, "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
        (400, "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
        (400, "Content-Length: 4\r\nContent-Length: 4\r\n"),
        (400, "Content-Length: 4\r\nContent-Length: 5\r\n"),
        (400, "Content-Length: 4, 4\r\n"),
        (400, "Content-Length: +4\r\n"),
        (400, "Content-Length: -1\r\n"),
        (400, "Content-Length: 0x4\r\n"),
        (400, "Content-Length:\r\n"),
        (413, "Content-Length: 18446744073709551615\r\n"),
        (400, "Content-Length: 18446744073709551616\r\n"),
        (501, "Transfer-Encoding: gzip, chunked\r\n"),
        (
            501,
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        ),
        (501, "Transfer-Encoding: xchunked\r\n"),
        (400, "Content-Length : 4\r\n"),
        (400, " Content-Length: 4\r\n"),
    ] {
        // Were the body's end in doubt, what is in it would be answered as a request.
        let request = format!(
            "POST /post HTTP/1.1\r\nHost: h\r\n{lines}\r\n0\r\n\r\nGET /uuid HTTP/1.1\r\nHost: h\r\n\r\n"
        );
        assert_eq!(refused(&server, request).status, status, "{lines:?}");
    }
    let old = "POST /post HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(refused(&server, old).status, 400);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn requests_in_one_piece_are_told_apart() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    wire.send(
        "\r\nPOST /anything/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: t\r\n\r\n\
         POST /anything/2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\ndef\
         GET /anything/3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /anything/4 HTTP/1.1\r\nHost: h\r\n\r\n",
    );
    for (path, data) in [
        ("/anything/1", "abc"),
        ("/anything/2", "def"),
        ("/anything/3", ""),
    ] {
        let answer = wire.read().json();
        assert!(answer["url"].as_str().unwrap().ends_with(path), "{answer}");
        assert_eq!(answer["data"], data);
    }
    wire.expect_end();
}

#[test]
fn chunks_that_are_malformed_end_the_connection() {
    let server = Server::start().unwrap();
    for body in [
        "x\r\nabc\r\n",
        "3\r\nabcdef\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n",
        "-1\r\n",
    ] {
        let request =
            format!("POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        assert_eq!(refused(&server, request).status, 400, "{body:?}");
    }
}

#[test]
fn what_is_no_request_is_refused() {
    let server = Server::start().unwrap();
    for (status, request) in [
        (400, &b"\x00\x01\x02\x03\r\n\r\n"[..]),
        (400, b"GET\r\n\r\n"),
        (400, b"GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"),
        (505, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        (400, b"GET /get HTTP/1.1\r\nHost: h\r\nX\x00: a\r\n\r\n"),
        (400, b"GET /get HTTP/1.1\r\nHost: h\r\nX: a\x00\r\n\r\n"),
        (400, b"GET /get HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"),
    ] {
        assert_eq!(
            refused(&server, request).status,
            status,
            "{}",
            request.escape_ascii()
        );
    }
}

/// No line break comes here: the first byte is enough, and no time limit has to end the wait.
#[test]
fn tls_on_the_plain_port_is_refused_at_once() {
    let server = Server::start().unwrap();
    let answer = refused(&server, b"\x16\x03\x01\x02\x00\x01\x00");
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("TLS"), "{}", answer.text());
}
