//! How a server is started, asked, and stopped.

mod support;

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use gatepass_auth::Accounts;
use gatepass_server::{Limits, Server, ServerError};
use support::{connect, exchange, get, get_with, https};

#[test]
fn a_stopped_server_leaves_its_ports_free() {
    let server = Server::builder().https(true).start().unwrap();
    let addresses =
        [server.port(), server.https_port().unwrap()].map(|port| (Ipv4Addr::LOCALHOST, port));
    let mut idle = connect(&server);
    idle.send("GET /get HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(idle.read().status, 200);
    drop(server);
    idle.expect_end();
    for address in addresses {
        TcpListener::bind(address).unwrap();
    }
}

#[test]
fn a_request_in_progress_may_end() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    wire.send("GET /delay/0.2 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_for_request(&server);
    server.stop();
    let answer = wire.read();
    assert_eq!(
        (answer.status, answer.header("connection")),
        (200, Some("close"))
    );
}

#[test]
fn a_request_without_end_does_not_hold_the_server_up() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    wire.send("GET /delay/10 HTTP/1.1\r\nHost: h\r\n\r\n");
    wait_for_request(&server);
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(8));
}

fn wait_for_request(server: &Server) {
    while server.requests().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_server_waits_until_it_is_stopped_from_elsewhere() {
    let server = Server::start().unwrap();
    let (stopper, address) = (server.stopper(), server.address());
    let waiting = std::thread::spawn(move || server.wait());
    TcpStream::connect(address).unwrap();
    stopper.stop();
    waiting.join().unwrap();
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn https_is_trusted_through_the_authority_and_by_nothing_else() {
    let server = Server::builder().https(true).start().unwrap();
    for name in ["localhost", "127.0.0.1", "::1"] {
        let mut wire = https(&server, name, server.ca_pem());
        wire.send("GET /get HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert_eq!(wire.read().json()["url"], "https://localhost/get", "{name}");
    }
    assert!(
        https(&server, "example.com", server.ca_pem())
            .stream
            .write_all(b"x")
            .is_err()
    );
    assert!(
        https(&server, "localhost", None)
            .stream
            .write_all(b"x")
            .is_err()
    );
    assert_eq!(get(&server, "/get").status, 200, "plain HTTP beside it");
    assert_eq!(Server::start().unwrap().https_url("/"), None);
    let only = Server::builder().https_only().start().unwrap();
    assert_eq!(only.url("/x"), only.https_url("/x").unwrap());
    assert!(only.url("/x").starts_with("https://127.0.0.1:"));
}

#[test]
fn the_journal_keeps_requests_as_they_came() {
    let limits = Limits {
        journal: 2,
        ..Limits::default()
    };
    let server = Server::builder().limits(limits).start().unwrap();
    get(&server, "/forgotten");
    exchange(
        &server,
        "POST /post?q=%20 HTTP/1.1\r\nx-LOWER: 1\r\nHOST: h\r\nTransfer-Encoding: chunked\r\nX-Lower: 2\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    );
    get(&server, "/last");
    let requests = server.requests();
    let [first, last] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(
        (
            first.method.as_str(),
            first.target.as_str(),
            &first.body[..]
        ),
        ("POST", "/post?q=%20", &b"abc"[..])
    );
    let names: Vec<_> = first.headers.iter().map(|header| header.name()).collect();
    assert_eq!(names, ["x-LOWER", "HOST", "Transfer-Encoding", "X-Lower"]);
    assert_eq!(last.target, "/last");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let first = Server::start().unwrap();
    let error = Server::builder().port(first.port()).start().unwrap_err();
    assert!(matches!(error, ServerError::Bind { .. }));
    let text = error.to_string();
    assert!(
        text.contains(&first.address().to_string()) && text.contains("another port"),
        "{text}"
    );
}

#[test]
fn accounts_and_realm_are_the_builders() {
    let accounts = Accounts::new().with_user("carol", "pw");
    let server = Server::builder()
        .accounts(accounts)
        .realm("here")
        .start()
        .unwrap();
    let carol = get_with(
        &server,
        "/auth/basic",
        "Authorization: Basic Y2Fyb2w6cHc=\r\n",
    );
    assert_eq!(carol.json()["user"], "carol");
    let alice = get_with(
        &server,
        "/auth/basic",
        "Authorization: Basic YWxpY2U6czNjcmV0\r\n",
    );
    assert_eq!(alice.status, 401);
    assert!(
        alice
            .header("www-authenticate")
            .unwrap()
            .contains("realm=\"here\"")
    );
}

#[test]
fn every_address_of_this_machine_will_do() {
    let server = Server::builder()
        .bind(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
        .start()
        .unwrap();
    assert!(server.url("/").starts_with("http://127.0.0.1:"));
    // A machine may be without IPv6.
    if let Ok(server) = Server::builder()
        .bind(IpAddr::V6(Ipv6Addr::LOCALHOST))
        .start()
    {
        assert!(server.url("/").starts_with("http://[::1]:"));
        assert_eq!(get(&server, "/ip").json()["origin"], "::1");
    }
}

#[test]
fn a_client_that_ends_its_side_is_answered() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    wire.send("GET /delay/0.05 HTTP/1.1\r\nHost: h\r\n\r\n");
    wire.stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(wire.read().status, 200);
    assert_eq!(wire.stream.read(&mut [0]).unwrap(), 0);
}
