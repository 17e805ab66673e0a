//! Clients that take their time, clients that send too much, and clients that come by the wrong door.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use gatepass_server::{Limits, Server};

use crate::refused;
use crate::support::{PATIENCE, connect, get};

fn with_limits(limits: Limits) -> Server {
    Server::builder().limits(limits).start().unwrap()
}

#[test]
fn a_slow_head_is_not_waited_for() {
    let server = with_limits(Limits {
        head_time: Duration::from_millis(200),
        ..Limits::default()
    });
    assert_eq!(
        refused(&server, "GET /get HTTP/1.1\r\nHost: h\r\n").status,
        408
    );
    // A byte now and then does not help.
    let mut wire = connect(&server);
    let mut drip = wire.stream.try_clone().unwrap();
    let writer = std::thread::spawn(move || {
        for byte in b"GET /get HTTP/1.1\r\nX: "
            .iter()
            .chain(std::iter::repeat_n(&b'a', 2000))
        {
            std::thread::sleep(Duration::from_millis(20));
            if drip.write_all(&[*byte]).is_err() {
                return;
            }
        }
    });
    assert_eq!(wire.read().status, 408);
    drop(wire);
    writer.join().unwrap();
}

#[test]
fn a_slow_body_is_not_waited_for() {
    let server = with_limits(Limits {
        body_time: Duration::from_millis(200),
        ..Limits::default()
    });
    for lines in [
        "Content-Length: 9\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ] {
        let mut wire = connect(&server);
        wire.send(format!("POST /post HTTP/1.1\r\nHost: h\r\n{lines}"));
        let answer = wire.read();
        assert_eq!(
            (answer.status, answer.header("connection")),
            (408, Some("close"))
        );
    }
}

#[test]
fn an_idle_connection_is_closed_and_a_busy_one_is_not() {
    let server = with_limits(Limits {
        idle_time: Duration::from_millis(200),
        ..Limits::default()
    });
    connect(&server).expect_end();
    let mut wire = connect(&server);
    wire.send("GET /delay/0.7 HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(wire.read().status, 200);
    wire.expect_end();
}

#[test]
fn a_long_body_is_refused() {
    let server = Server::start().unwrap();
    let length = 5 * 1024 * 1024;
    // It is refused before it is sent: a client that waits for `100 Continue` never sends it.
    let head = format!(
        "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
    );
    assert_eq!(refused(&server, head).status, 413);
    // A client that sends it all the same gets the answer.
    let mut wire = connect(&server);
    wire.send(format!(
        "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n"
    ));
    wire.send(vec![b'a'; length]);
    assert_eq!(wire.read().status, 413);
    // So does one that does not say how much it will be.
    let mut wire = connect(&server);
    wire.send("POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = [b"10000\r\n", &[b'a'; 0x10000][..], b"\r\n"].concat();
    for _ in 0..20 {
        wire.send(&chunk);
    }
    assert_eq!(wire.read().status, 413);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_body_within_the_limit_is_waited_for() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    wire.send(
        "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
    );
    assert_eq!(wire.read().status, 100);
    wire.send("abc");
    assert_eq!(wire.read().json()["data"], "abc");
}

#[test]
fn a_body_that_ends_early_is_not_taken_for_whole() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    wire.send("POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
    wire.stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(wire.read().status, 400);
    assert_eq!(server.requests().len(), 0);
}

#[test]
fn a_client_that_reads_nothing_is_given_up() {
    let server = with_limits(Limits {
        idle_time: Duration::from_millis(300),
        connections: 1,
        ..Limits::default()
    });
    let mut deaf = connect(&server);
    // More than the buffers between the two can hold.
    deaf.send("GET /bytes/102400 HTTP/1.1\r\nHost: h\r\n\r\n".repeat(200));
    // The only place is free when the first connection is gone.
    assert_eq!(get(&server, "/get").status, 200);
    drop(deaf);
}

#[test]
fn connections_are_counted() {
    let server = with_limits(Limits {
        connections: 1,
        ..Limits::default()
    });
    let mut first = connect(&server);
    first.send("GET /get HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(first.read().status, 200);
    let mut second = connect(&server);
    second.send("GET /get HTTP/1.1\r\nHost: h\r\n\r\n");
    second
        .stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    assert!(
        second.stream.read(&mut [0]).is_err(),
        "a second connection is served"
    );
    drop(first);
    second.stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(second.read().status, 200);
}

#[test]
fn plain_http_at_the_tls_port_is_answered_in_words() {
    let server = Server::builder().https_only().start().unwrap();
    let answer = get(&server, "/get");
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("https://"), "{answer:?}");
}

#[test]
fn a_handshake_that_stalls_is_not_waited_for() {
    let limits = Limits {
        handshake_time: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = Server::builder()
        .https_only()
        .limits(limits)
        .start()
        .unwrap();
    for bytes in [&b""[..], b"\x16\x03\x01"] {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(bytes).unwrap();
        assert!(matches!(stream.read(&mut [0; 64]), Ok(0)), "{bytes:?}");
    }
}
