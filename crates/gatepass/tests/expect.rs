//! Bodies that wait until the server wants them (RFC 9110 section 10.1.1).

#![cfg(test)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gatepass::auth::Digest;
use gatepass::config::{ExpectContinue, Timeouts};
use gatepass::error::{Misuse, Network};
use gatepass::{AnyOf, Basic, Body, Client, Error, RequestBuilder, Scheme, SentBody, blocking};
use gatepass_server::{Fault, Server};

/// What a server does when it has read a head.
#[derive(Clone, Copy)]
enum Does {
    /// Answers at once, and closes.
    Answers(&'static str),
    /// Wants the body, and answers when it has come.
    Wants,
    /// Says nothing, and answers when the body has come.
    Waits,
}

/// One request: its head, and its body if that came.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    expects: bool,
    authorized: bool,
    body: Option<String>,
}

/// Starts a server that does these things in turn.
fn server(plan: &'static [Does]) -> (String, Arc<Mutex<Vec<Seen>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    std::thread::spawn(move || {
        for does in plan {
            let (mut socket, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(socket.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).unwrap();
            }
            let has = |name: &str| head.to_ascii_lowercase().contains(name);
            let note = |body| {
                keep.lock().unwrap().push(Seen {
                    expects: has("\r\nexpect: 100-continue\r\n"),
                    authorized: has("\r\nauthorization: "),
                    body,
                });
            };
            if let Does::Answers(answer) = does {
                note(None);
                socket.write_all(answer.as_bytes()).unwrap();
                continue;
            }
            if matches!(does, Does::Wants) {
                let early = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
                socket.write_all(early.as_bytes()).unwrap();
            }
            let mut body = [0; 4];
            reader.read_exact(&mut body).unwrap();
            note(Some(String::from_utf8_lossy(&body).into_owned()));
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.write_all(answer.as_bytes()).unwrap();
        }
    });
    (format!("http://{address}/"), seen)
}

const UNAUTHORIZED: &str = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n\
    Content-Length: 3\r\nConnection: close\r\n\r\nwho";
const FAILED: &str =
    "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const TOO_LARGE: &str =
    "HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\nConnection: close\r\n\r\nlarge";
const ELSEWHERE: &str = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

fn once() -> Body {
    Body::reader(&b"body"[..], Some(4))
}

fn seen(expects: bool, authorized: bool, body: Option<&str>) -> Seen {
    Seen {
        expects,
        authorized,
        body: body.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_body_that_can_be_read_once_survives_a_challenge() {
    static PLAN: [Does; 2] = [Does::Answers(UNAUTHORIZED), Does::Wants];
    let digest = || Arc::new(Digest::new("alice", "s3cret"));
    let schemes: [Arc<dyn Scheme>; 2] = [digest(), Arc::new(AnyOf::new([digest() as _]))];
    for scheme in schemes {
        let (url, requests) = server(&PLAN);
        let response = Client::new()
            .post(&url)
            .auth(scheme)
            .body(once())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{}", response.transcript());
        let expected = [seen(true, false, None), seen(true, true, Some("body"))];
        assert_eq!(*requests.lock().unwrap(), expected);
        let legs = response.transcript().legs();
        assert!(matches!(legs[0].body(), SentBody::Held(Some(4))));
        assert!(
            response
                .transcript()
                .to_string()
                .contains("(4 bytes, held back)")
        );
        assert!(matches!(legs[1].body(), SentBody::Elsewhere(Some(4))));
    }
}

#[test]
fn the_blocking_client_waits_as_well() {
    static PLAN: [Does; 3] = [Does::Answers(UNAUTHORIZED), Does::Waits, Does::Wants];
    let (url, requests) = server(&PLAN);
    let client = blocking::Client::builder()
        .auth_for(&url, Digest::new("alice", "s3cret"))
        .build()
        .unwrap();
    for _ in 0..2 {
        let body = Body::read(&b"body"[..], Some(4));
        assert_eq!(client.post(&url).body(body).send().unwrap().status(), 200);
    }
    let authorized = seen(true, true, Some("body"));
    let expected = [seen(true, false, None), authorized.clone(), authorized];
    assert_eq!(*requests.lock().unwrap(), expected);
}

#[tokio::test]
async fn whoever_says_nothing_gets_the_body_after_a_while() {
    static PLAN: [Does; 1] = [Does::Waits];
    let (url, requests) = server(&PLAN);
    let request = Client::new().put(&url).body("body").expect_continue(true);
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(*requests.lock().unwrap(), [seen(true, false, Some("body"))]);
}

#[tokio::test]
async fn a_refusal_and_a_redirect_come_before_the_body() {
    static LARGE: [Does; 1] = [Does::Answers(TOO_LARGE)];
    let (url, requests) = server(&LARGE);
    let request = Client::new().put(&url).body(once()).expect_continue(true);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 413);
    assert_eq!(response.text().await.unwrap(), "large");
    assert_eq!(*requests.lock().unwrap(), [seen(true, false, None)]);

    static MOVED: [Does; 2] = [Does::Answers(ELSEWHERE), Does::Wants];
    let (url, requests) = server(&MOVED);
    let request = Client::new()
        .put(&url)
        .body(once())
        .header("expect", "100-Continue");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let expected = [seen(true, false, None), seen(true, false, Some("body"))];
    assert_eq!(*requests.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_server_that_knows_no_expectation_is_asked_for_none() {
    static PLAN: [Does; 2] = [Does::Answers(FAILED), Does::Waits];
    let (url, requests) = server(&PLAN);
    let request = Client::new().put(&url).body(once()).expect_continue(true);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let expected = [seen(true, false, None), seen(false, false, Some("body"))];
    assert_eq!(*requests.lock().unwrap(), expected);
}

#[tokio::test]
async fn nobody_waits_where_that_saves_nothing() {
    static PLAN: [Does; 1] = [Does::Waits];
    let basic = || Basic::new("alice", "s3cret").unwrap();
    let client = Client::new();
    type Make<'a> = &'a dyn Fn(&str) -> RequestBuilder;
    let requests: [(Make<'_>, bool); 4] = [
        (&|url| client.put(url).body(once()), false),
        (&|url| client.put(url).auth(basic()).body(once()), true),
        (&|url| client.put(url).auth(basic()).body("body"), true),
        (
            &|url| client.put(url).auth(Digest::new("a", "b")).body("body"),
            false,
        ),
    ];
    for (request, authorized) in requests {
        let (url, seen_there) = server(&PLAN);
        assert_eq!(request(&url).send().await.unwrap().status(), 200);
        assert_eq!(
            *seen_there.lock().unwrap(),
            [seen(false, authorized, Some("body"))]
        );
    }
}

#[tokio::test]
async fn how_long_a_body_waits_and_which_can_be_said() {
    static PLAN: [Does; 1] = [Does::Waits];
    let ages = Duration::from_secs(3600);
    let short = ExpectContinue::new().patience(Duration::from_millis(1));
    let over = |bytes| ExpectContinue::over(bytes).patience(Duration::from_millis(1));
    type Make<'a> = &'a dyn Fn(RequestBuilder) -> RequestBuilder;
    let requests: [(Make<'_>, bool); 6] = [
        (&|it| it.body("body").expect_continue(over(3)), true),
        (&|it| it.body("body").expect_continue(over(4)), false),
        (&|it| it.body(once()).expect_continue(over(3)), true),
        (&|it| it.body(once()).expect_continue(over(4)), false),
        // What is said last counts, and what is not said again stays.
        (
            &|it| it.body("body").expect_continue(short).expect_continue(true),
            true,
        ),
        (
            &|it| {
                let it = it.body("body").header("Expect", "100-continue");
                it.expect_continue(false).expect_continue(short)
            },
            true,
        ),
    ];
    let patient = ExpectContinue::always().patience(ages);
    let client = Client::builder().expect_continue(patient).build().unwrap();
    for (number, (request, expects)) in requests.into_iter().enumerate() {
        let (url, seen_there) = server(&PLAN);
        let request = request(client.put(&url));
        assert_eq!(request.send().await.unwrap().status(), 200, "{number}");
        let expected = [seen(expects, false, Some("body"))];
        assert_eq!(*seen_there.lock().unwrap(), expected, "{number}");
    }
}

#[tokio::test]
async fn waiting_to_be_told_is_no_silence_of_the_server() {
    static PLAN: [Does; 1] = [Does::Waits];
    let (url, _) = server(&PLAN);
    let mut limits = Timeouts::none().read(Duration::from_millis(100));
    limits.first_byte = Some(Duration::from_millis(80));
    let patience = ExpectContinue::always().patience(Duration::from_millis(400));
    let request = Client::new().put(&url).body("body").timeouts(limits);
    let response = request.expect_continue(patience).send().await.unwrap();
    assert_eq!(response.status(), 200);
    // The limit of the whole holds all the same.
    let (url, _) = server(&PLAN);
    let limits = Timeouts::none().total(Duration::from_millis(100));
    let patience = ExpectContinue::always().patience(Duration::from_secs(3600));
    let request = Client::new().put(&url).body("body").timeouts(limits);
    let error = request.expect_continue(patience).send().await.unwrap_err();
    assert!(
        matches!(error, Error::Network(Network::TotalTimeout { .. })),
        "{error}"
    );
}

#[test]
fn a_connection_whose_body_was_held_back_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let peer = std::thread::spawn(move || {
        let mut rest = Vec::new();
        for answer in ["413 Content Too Large", "200 OK"] {
            let (mut socket, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(socket.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).unwrap();
            }
            // Nothing says that the connection ends.
            let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 2\r\n\r\nok");
            socket.write_all(answer.as_bytes()).unwrap();
            // The end comes while the client lives, and no byte of the body before it.
            if head.starts_with("PUT") {
                reader.read_to_end(&mut rest).unwrap();
            }
        }
        rest
    });
    let client = blocking::Client::new();
    let request = client.put(&url).body("body").expect_continue(true);
    assert_eq!(request.send().unwrap().text().unwrap(), "ok");
    assert_eq!(client.get(&url).send().unwrap().text().unwrap(), "ok");
    assert_eq!(peer.join().unwrap(), b"");
}

#[tokio::test]
async fn whoever_says_continue_for_ever_is_given_up() {
    let server = Server::builder().faults(true).start().unwrap();
    let url = server.fault_url(Fault::EndlessContinues).unwrap();
    let limits = Timeouts::none().total(Duration::from_secs(20));
    let request = Client::new().put(&url).body("body").timeouts(limits);
    let error = request.expect_continue(true).send().await.unwrap_err();
    assert!(!error.is_timeout(), "{error}");
}

#[tokio::test]
async fn a_challenge_that_comes_too_late_is_told() {
    static PLAN: [Does; 1] = [Does::Waits];
    let digest = || Digest::new("alice", "s3cret");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}/", listener.local_addr().unwrap());
    let put = || Client::new().put(&nobody).auth(digest()).body(once());
    for request in [put().expect_continue(false), put().without_header("Expect")] {
        let error = request.send().await.unwrap_err();
        assert!(matches!(error, Error::Misuse(Misuse::Auth(_))), "{error}");
    }
    // A server that says nothing gets the body, and cannot have it again.
    let (url, _) = server(&PLAN);
    let request = Client::new().put(&url).auth(digest()).body(once());
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_test_server_answers_before_it_has_the_body() {
    let server = Server::start().unwrap();
    let large = vec![7; 2 << 20];
    let request = |path: &str, length: usize| {
        let body = Body::reader(
            std::io::Cursor::new(large[..length].to_vec()),
            Some(length as u64),
        );
        Client::new()
            .post(server.url(path))
            .auth(Digest::new("alice", "s3cret"))
            .body(body)
    };
    let response = request("/auth/digest", 1000).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.transcript());
    let sizes: Vec<_> = server
        .requests()
        .iter()
        .map(|seen| seen.body.len())
        .collect();
    assert_eq!(sizes, [0, 1000]);
    // Too large, which it says at once.
    let response = request("/post", 2 << 20).send().await.unwrap();
    assert_eq!(response.status(), 413);
    assert!(matches!(
        response.transcript().legs()[0].body(),
        SentBody::Held(_)
    ));
}
