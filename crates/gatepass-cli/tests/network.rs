//! How a request gets there: proxies, addresses, versions, limits of time, retries.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::run::{gatepass, gatepass_with_env};

/// A server that gives these answers in turn, one on each connection, and keeps the heads that came.
struct Scripted {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (keep, answers) = (Arc::clone(&heads), answers.to_vec());
        std::thread::spawn(move || {
            for answer in answers {
                let Ok((socket, _)) = listener.accept() else {
                    return;
                };
                keep.lock().unwrap().push(head_of(&socket));
                let _ = (&socket).write_all(answer.as_bytes());
                let _ = socket.shutdown(std::net::Shutdown::Write);
                let _ = (&socket).read(&mut [0; 64]);
            }
        });
        Self { address, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

fn head_of(socket: &TcpStream) -> String {
    let mut lines = BufReader::new(socket).lines();
    let mut head = String::new();
    while let Some(Ok(line)) = lines.next() {
        if line.is_empty() {
            break;
        }
        head += &line;
        head.push('\n');
    }
    head
}

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const WHO: &str =
    "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n";
const BUSY: &str = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";

#[test]
fn a_proxy_is_named_and_authenticated_to() {
    for (option, user) in [("", "pat:s3cret@"), ("-U", "")] {
        let proxy = Scripted::start(&[WHO, OK]);
        let url = format!("http://{user}{}", proxy.address);
        let mut args = vec!["http://name.invalid/x", "-v", "--proxy", &url];
        if !option.is_empty() {
            args.extend([option, "pat:env:PROXY_PW"]);
        }
        let done = gatepass_with_env(&args, &[("PROXY_PW", "s3cret")]);
        let told = done.err;
        assert_eq!(done.out, "ok", "{told}");
        assert!(told.contains("through http://127.0.0.1:"), "{told}");
        assert!(
            !told.contains("s3cret") && !told.contains("cGF0OnMzY3JldA"),
            "{told}"
        );
        let heads = proxy.heads();
        assert!(
            heads[0].starts_with("GET http://name.invalid/x HTTP/1.1\n"),
            "{heads:?}"
        );
        assert!(
            heads[1].contains("Proxy-Authorization: Basic cGF0OnMzY3JldA=="),
            "{heads:?}"
        );
    }
}

#[test]
fn a_proxy_that_refuses_is_explained() {
    let proxy = Scripted::start(&[WHO]);
    let url = format!("http://{}", proxy.address);
    let done = gatepass(&["https://name.invalid/", "--proxy", &*url]);
    let told = done.err;
    assert_eq!(done.code, Some(1));
    assert!(
        told.contains("made no tunnel to https://name.invalid: it answered 407 Who"),
        "{told}"
    );
    assert!(
        told.contains("The proxy asks for Basic (407)") && told.contains("-U"),
        "{told}"
    );
    let proxy = Scripted::start(&[WHO, WHO]);
    let url = format!("http://pat:wr0ng@{}", proxy.address);
    let told = gatepass(&["http://name.invalid/", "--proxy", &*url]).err;
    let exchanged = "asked for: Basic realm=\"p\"; sent: Basic ";
    assert!(told.contains(exchanged), "{told}");
    assert!(
        !told.contains("wr0ng") && !told.contains("cGF0OndyMG5n"),
        "{told}"
    );
}

#[test]
fn the_environment_names_a_proxy_and_exceptions() {
    let proxy = Scripted::start(&[OK]);
    let variable = [("http_proxy", &*proxy.address.to_string())];
    let through = gatepass_with_env(&["http://name.invalid/"], &variable);
    assert_eq!(through.ok(), "ok");
    let server = Scripted::start(&[OK]);
    let nowhere = ("http_proxy", "http://127.0.0.1:1");
    let variables = [nowhere, ("NO_PROXY", "127.0.0.0/8")];
    let beside = gatepass_with_env(&[&format!("http://{}/", server.address)], &variables);
    assert_eq!(beside.ok(), "ok");
    let inside = gatepass_with_env(&["/get"], &[nowhere]);
    assert_eq!(inside.code, Some(0), "the built-in server needs no proxy");
    let broken = [("http_proxy", "ftp://u:s3cret@h")];
    let told = gatepass_with_env(&["http://name.invalid/"], &broken).failed(1);
    assert!(
        told.contains("http_proxy") && !told.contains("s3cret"),
        "{told}"
    );
}

#[test]
fn names_lead_where_they_are_told() {
    let server = Scripted::start(&[OK, OK]);
    let port = server.address.port();
    let url = format!("http://name.invalid:{port}/");
    let resolve = format!("name.invalid:{port}:127.0.0.1");
    let done = gatepass(&[&*url, "--resolve", &resolve]);
    assert_eq!(done.out, "ok");
    let elsewhere = format!("name.invalid::127.0.0.1:{port}");
    let done = gatepass(&["http://name.invalid:9/", "-4", "--connect-to", &elsewhere]);
    assert_eq!(done.out, "ok");
    assert!(server.heads()[1].contains("Host: name.invalid:9"));
    let wrong = gatepass(&[&*url, "--resolve", "name.invalid:80"]);
    let told = wrong.err;
    assert!(told.contains("HOST:PORT:ADDRESS"), "{told}");
    let none = gatepass(&["http://127.0.0.1:1/", "-6"]);
    assert!(none.err.contains("it has no IPv6 address"));
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_connected_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let server = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut head = [0; 1024];
        let read = socket.read(&mut head).unwrap();
        socket.write_all(OK.as_bytes()).unwrap();
        String::from_utf8_lossy(&head[..read]).into_owned()
    });
    let done = gatepass(&[
        "http://docker/info",
        "--unix-socket",
        path.to_str().unwrap(),
    ]);
    assert_eq!(done.out, "ok");
    assert!(
        server
            .join()
            .unwrap()
            .starts_with("GET /info HTTP/1.1\r\nHost: docker\r\n")
    );
}

#[test]
fn a_request_is_tried_again_if_that_was_asked_for() {
    let server = Scripted::start(&[BUSY, OK]);
    let url = format!("http://{}/", server.address);
    let done = gatepass(&[&*url, "--retry", "1", "--retry-delay", "0.01"]);
    assert_eq!(done.out, "ok");
    let once = Scripted::start(&[BUSY, OK]);
    let url = format!("http://{}/", once.address);
    gatepass(&[&*url]);
    assert_eq!(once.heads().len(), 1);
}

#[test]
fn limits_of_time_end_a_request_with_code_2() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    for (option, expected) in [
        ("--max-time", "took longer than 100ms"),
        (
            "--first-byte-timeout",
            "did not begin to answer within 100ms",
        ),
        ("--timeout", "sent nothing for 100ms"),
    ] {
        let done = gatepass(&[&*url, option, "0.1"]);
        let told = done.err;
        assert_eq!(done.code, Some(2), "{told}");
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn the_phases_are_printed() {
    let done = gatepass(&["/get", "--meta"]);
    let printed = done.out;
    assert!(
        printed.starts_with("Elapsed time: ") && printed.contains("\nFirst byte: 0."),
        "{printed}"
    );
    let with_body = gatepass(&["/get", "--print=bm"]);
    let printed = with_body.out;
    assert!(printed.contains("\nBody: 0."), "{printed}");
}

#[test]
fn the_exchange_is_archived() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchange.har");
    let path = path.to_str().unwrap();
    let done = gatepass(&[
        "/basic-auth/alice/s3cret",
        "-a",
        "alice:s3cret",
        "--har",
        path,
        "-v",
    ]);
    assert!(done.err.contains("> GET /basic-auth/"), "both hear of it");
    done.ok();
    let text = std::fs::read_to_string(path).unwrap();
    assert!(!text.contains("YWxpY2U6czNjcmV0"), "{text}");
    let archive: serde_json::Value = serde_json::from_str(&text).unwrap();
    let entry = &archive["log"]["entries"][0];
    assert!(
        entry["response"]["content"]["text"]
            .as_str()
            .unwrap()
            .contains("alice")
    );
    gatepass(&[
        "/basic-auth/alice/s3cret",
        "-a",
        "alice:s3cret",
        "--har",
        path,
        "--reveal",
    ])
    .ok();
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .contains("YWxpY2U6czNjcmV0")
    );
    let failed = gatepass(&["http://127.0.0.1:1/", "--har", "/no/such/folder/x.har"]);
    assert!(failed.failed(1).contains("refused the connection"));
}

/// `-v` tells each request as it happens, so that those before a failure are there too.
#[test]
fn what_happened_before_a_failure_is_told() {
    const LOOP: &str =
        "HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const ASKS: &str = "HTTP/1.1 401 Who\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\nContent-Length: 0\r\n\
                        Connection: close\r\n\r\n";
    const REFUSES: &str = "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\
                           Connection: close\r\n\r\n";

    let told = |args: &[&str], expected: &[&str], code| {
        let err = gatepass(&[&["-v"][..], args].concat()).failed(code);
        let mut rest = err.as_str();
        for part in expected {
            let at = rest.find(part);
            let at = at.unwrap_or_else(|| panic!("{part:?} is not there in its turn:\n{err}"));
            rest = &rest[at + part.len()..];
        }
    };
    let server = Scripted::start(&[LOOP, LOOP, LOOP]);
    let url = format!("http://{}/first", server.address);
    let legs = [
        "> GET /first HTTP/1.1",
        "< HTTP/1.1 302 Found",
        "> GET /next HTTP/1.1",
        "< HTTP/1.1 302 Found",
        "> GET /next HTTP/1.1",
        "< HTTP/1.1 302 Found",
        "error: the redirects go in a circle",
    ];
    told(&[&url, "-F", "--max-redirects=2"], &legs, 6);

    let proxy = Scripted::start(&[REFUSES, REFUSES]);
    let proxy = format!("http://{}", proxy.address);
    let legs = [
        "> CONNECT name.invalid:443 HTTP/1.1",
        "< HTTP/1.1 407 Who",
        "> CONNECT name.invalid:443 HTTP/1.1",
        "> Proxy-Authorization: Basic ",
        "< HTTP/1.1 407 Who",
        "error: the proxy http://",
    ];
    let through = ["https://name.invalid/", "--proxy", &proxy, "-U", "a:s3cret"];
    told(&through, &legs, 1);

    let server = Scripted::start(&[ASKS, ""]);
    let url = format!("http://{}/", server.address);
    let legs = [
        "> GET / HTTP/1.1",
        "< HTTP/1.1 401 Who",
        "> GET / HTTP/1.1",
        "> Authorization: Digest username=\"a\"",
        "# response: ",
        "< (no response: ",
        "error: the connection to 127.0.0.1:",
    ];
    told(&[&url, "-A", "digest", "-a", "a:s3cret"], &legs, 1);
}
