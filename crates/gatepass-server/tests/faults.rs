//! A server that misbehaves does exactly that, and nothing when it was not asked to.

#![expect(clippy::unwrap_used, reason = "a test panics when it fails")]

mod support;

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use gatepass_server::{Fault, Limits, Server};
use support::{PATIENCE, Wire, connect, exchange, get};

fn server() -> Server {
    Server::builder().faults(true).start().unwrap()
}

/// Connects to where the fault is and asks for it.
fn ask(server: &Server, fault: Fault) -> TcpStream {
    let url = server.fault_url(fault).unwrap();
    let (authority, path) = url.split_once("//").unwrap().1.split_once('/').unwrap();
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    // A fault on connecting may be over before this comes.
    let _ = stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes());
    stream
}

/// Returns what is said until the connection is closed, and whether it was reset.
fn all_of(mut stream: TcpStream) -> (String, bool) {
    let mut said = Vec::new();
    let result = stream.read_to_end(&mut said);
    let reset = result.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset);
    (String::from_utf8_lossy(&said).into_owned(), reset)
}

#[test]
fn what_is_said_before_a_close_or_a_reset() {
    let server = server();
    for (fault, said, reset) in [
        (Fault::CloseBeforeHead, "", false),
        (Fault::CloseInHead, "HTTP/1.1 200 OK\r\nContent-Ty", false),
        (
            Fault::CloseInChunk,
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n6\r\nhal",
            false,
        ),
        (Fault::ResetBeforeHead, "", true),
        (
            Fault::ResetInBody,
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour",
            true,
        ),
        (
            Fault::Early413,
            "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 6\r\n\r\nlarge\n",
            false,
        ),
        (Fault::TlsAlert, "\u{15}\u{3}\u{3}\0\u{2}\u{2}(", false),
    ] {
        assert_eq!(
            all_of(ask(&server, fault)),
            (said.to_owned(), reset),
            "{fault:?}"
        );
    }
    for fault in [Fault::CloseOnConnect, Fault::ResetOnConnect] {
        assert_eq!(all_of(ask(&server, fault)).0, "", "{fault:?}");
    }
}

#[test]
fn what_never_ends_ends_with_the_client() {
    let server = server();
    for fault in [
        Fault::EndlessContinues,
        Fault::EndlessHead,
        Fault::EndlessBody,
    ] {
        let mut stream = ask(&server, fault);
        let mut much = vec![0; 1 << 20];
        stream.read_exact(&mut much).unwrap();
    }
    // It stands still otherwise: there is one thread.
    assert_eq!(get(&server, "/get").status, 200);
}

#[test]
fn a_connection_that_survives_takes_the_next_request_whatever_it_is() {
    let server = server();
    let mut wire = connect(&server);
    for (path, status) in [
        ("/get", 200),
        ("/faults/endless-401", 401),
        ("/faults/endless-401", 401),
        ("/status/418", 418),
        ("/faults/proxy-challenge?x=1", 407),
        ("/get", 200),
    ] {
        wire.send(format!(
            "POST {path} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        ));
        let answer = wire.read();
        let expected = if path == "/get" { 405 } else { status };
        assert_eq!(answer.status, expected, "{path}");
    }
    // All at once, too.
    let (fault, get) = ("GET /faults/endless-401", "GET /get");
    let all = [get, fault, get].map(|line| format!("{line} HTTP/1.1\r\nHost: h\r\n\r\n"));
    wire.send(all.concat());
    let statuses = [(); 3].map(|()| wire.read().status);
    assert_eq!(statuses, [200, 401, 200]);
    assert_eq!(server.requests().len(), 9, "the journal has them all");
}

#[test]
fn a_body_that_is_waited_for_is_asked_for() {
    let server = server();
    let mut wire = connect(&server);
    wire.send("POST /faults/endless-401 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    let mut go_on = [0; 25];
    wire.stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    wire.send("hello");
    assert_eq!(wire.read().status, 401);
}

#[test]
fn the_list_names_every_place() {
    let server = Server::builder().faults(true).https(true).start().unwrap();
    let list = get(&server, "/faults").text();
    assert_eq!(get(&server, "/faults/").text(), list);
    for fault in Fault::ALL {
        let url = server.fault_url(*fault).unwrap();
        let place = url.replace(&server.url(""), "");
        let place = place.replace(&server.https_url("").unwrap(), "");
        let line = |line: &str| line.starts_with(&place) && line.ends_with(fault.summary());
        assert!(list.lines().any(line), "{fault:?} at {place}:\n{list}");
    }
    assert!(get(&server, "/").text().contains("/faults "));
    for (path, status) in [
        ("/faults/close-in-tls-record", 400),
        ("/faults/tls-alert", 400),
        ("/faults/none-such", 404),
    ] {
        assert_eq!(get(&server, path).status, status, "{path}");
    }
}

#[test]
fn a_server_behaves_unless_it_is_told_otherwise() {
    let server = Server::start().unwrap();
    assert_eq!(server.fault_url(Fault::CloseBeforeHead), None);
    let answer = get(&server, "/faults/close-before-head");
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("--faults"), "{}", answer.text());
    assert!(!get(&server, "/").text().contains("/faults"));
    let only_http = crate::server();
    assert_eq!(only_http.fault_url(Fault::CloseInTlsRecord), None);
}

#[test]
fn faults_do_not_hold_the_server_up() {
    let limits = Limits {
        stop_time: PATIENCE * 2,
        ..Limits::default()
    };
    let builder = Server::builder().faults(true).limits(limits);
    let server = builder.start().unwrap();
    let endless: Vec<_> = [
        Fault::Silent,
        Fault::SlowBody,
        Fault::EndlessBody,
        Fault::TlsSilent,
    ]
    .map(|fault| ask(&server, fault))
    .into();
    std::thread::sleep(Duration::from_millis(50));
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < PATIENCE);
    drop(endless);
}

#[test]
fn the_log_has_a_line_for_each_fault() {
    #[derive(Clone, Default)]
    struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let builder = Server::builder().faults(true);
    let server = builder.access_log(Box::new(log.clone())).start().unwrap();
    let request = "GET /faults/endless-401?token=s3cret HTTP/1.1\r\nHost: h\r\n\r\n";
    assert_eq!(exchange(&server, request).status, 401);
    server.stop();
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.starts_with("127.0.0.1 GET /faults/endless-401?token=*** - - "),
        "{log}"
    );
}

#[test]
fn tls_is_broken_off_without_its_farewell() {
    let server = Server::builder().faults(true).https(true).start().unwrap();
    for (fault, said) in [
        (Fault::CloseWithoutNotify, "half"),
        (Fault::CloseInTlsRecord, "four"),
        // What came before may be lost with it.
        (Fault::PlainInTls, ""),
    ] {
        let mut wire: Wire<_> = support::https(&server, "localhost", server.ca_pem());
        let path = server.fault_url(fault).unwrap();
        let path = path.split_at(path.find("/faults").unwrap()).1;
        wire.send(format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n"));
        let mut bytes = Vec::new();
        wire.stream.read_to_end(&mut bytes).unwrap_err();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with(said), "{fault:?}: {text}");
    }
}
