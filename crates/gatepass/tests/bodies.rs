//! What is sent is what the transcript and the offline bytes say.

#![cfg(test)]

mod peer;

use gatepass::{Basic, Client, Error, Request};
use gatepass_request::Body;
use peer::{Answer, Peer, ok, reply};

#[tokio::test]
async fn a_plain_get_and_its_offline_twin_are_the_same_bytes() {
    let peer = Peer::start([ok("hello"), ok("again")]);
    let client = Client::new();
    let request = || {
        client
            .get(peer.url("/a%2fb/../c?x=é&y[]=1"))
            .header("x-mine", "yes")
            .header("X-Other", "1")
            .header("X-MINE", "too")
            .auth(Basic::new("alice", "s3cret").unwrap())
    };
    let offline = request().offline().unwrap();
    let response = request().send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.transcript().legs().len(), 1);
    assert_eq!(response.text().await.unwrap(), "hello");
    assert_eq!(
        request().send().await.unwrap().text().await.unwrap(),
        "again"
    );
    let seen = peer.requests();
    let text = String::from_utf8(offline.bytes().to_vec()).unwrap();
    assert_eq!(seen[0].text(), text);
    assert!(
        text.starts_with("GET /a%2fb/../c?x=%C3%A9&y[]=1 HTTP/1.1\r\nHost: 127.0.0.1:"),
        "{text}"
    );
    assert_eq!(
        seen[1].connection, seen[0].connection,
        "the connection is used again"
    );
}

#[tokio::test]
async fn json_and_forms_name_their_type() {
    let peer = Peer::start([ok("{\"a\": [1]}"), ok(""), ok("")]);
    let client = Client::new();
    let response = client
        .post(peer.url("/"))
        .json(&[1, 2])
        .send()
        .await
        .unwrap();
    let value: serde_json::Value = response.json().await.unwrap();
    assert_eq!(value["a"][0], 1);
    client
        .put(peer.url("/"))
        .form(&[("a b", "1+1"), ("é", "&")])
        .send()
        .await
        .unwrap();
    client
        .patch(peer.url("/"))
        .header("content-type", "application/x-mine")
        .json("x")
        .send()
        .await
        .unwrap();
    let seen = peer.requests();
    assert_eq!(
        (
            seen[0].header("Content-Type").unwrap().as_str(),
            seen[0].body().as_str()
        ),
        ("application/json", "[1,2]")
    );
    assert_eq!(seen[1].body(), "a+b=1%2B1&%C3%A9=%26");
    assert_eq!(
        seen[2].header("Content-Type").unwrap(),
        "application/x-mine"
    );
}

#[tokio::test]
async fn a_request_as_data_is_sent_as_it_says() {
    let peer = Peer::start([ok("")]);
    let mut request = Request::new("PUT", gatepass::Url::parse(&peer.url("/x")).unwrap())
        .with_header("X-Mine", "1")
        .with_body(Body::Form(vec![("a".to_owned(), "b c".to_owned())]));
    request.without.push("User-Agent".to_owned());
    Client::new().from_request(&request).send().await.unwrap();
    let seen = peer.requests();
    assert_eq!(
        (seen[0].line().as_str(), seen[0].body().as_str()),
        ("PUT /x HTTP/1.1", "a=b%20c")
    );
    assert!(seen[0].header("User-Agent").is_none() && seen[0].header("X-Mine").is_some());
    assert!(
        seen[0]
            .header("Content-Type")
            .unwrap()
            .starts_with("application/x-www-form-urlencoded")
    );
}

#[tokio::test]
async fn a_reader_is_sent_with_its_length_or_in_chunks() {
    let peer = Peer::start([ok(""), ok(""), ok("")]);
    let client = Client::new();
    client
        .post(peer.url("/"))
        .body_once(&b"hello"[..], Some(5))
        .send()
        .await
        .unwrap();
    client
        .post(peer.url("/"))
        .body_once(&b"hello"[..], None)
        .send()
        .await
        .unwrap();
    client.post(peer.url("/")).send().await.unwrap();
    let seen = peer.requests();
    assert_eq!(
        (
            seen[0].header("Content-Length").as_deref(),
            seen[0].body().as_str()
        ),
        (Some("5"), "hello")
    );
    assert_eq!(
        seen[1].header("Transfer-Encoding").as_deref(),
        Some("chunked")
    );
    assert_eq!(seen[1].body(), "5\r\nhello\r\n0\r\n\r\n");
    assert_eq!(seen[2].header("Content-Length").as_deref(), Some("0"));
    let short = client
        .post(peer.url("/"))
        .body_once(&b"hell"[..], Some(5))
        .send()
        .await
        .unwrap_err();
    assert!(
        short.to_string().contains("1 bytes before the length"),
        "{short}"
    );
}

#[tokio::test]
async fn chunks_offline_are_chunks_on_the_wire() {
    let peer = Peer::start([ok("")]);
    let client = Client::new();
    let request = || {
        client
            .post(peer.url("/"))
            .header("Transfer-Encoding", "chunked")
            .body("hello, twenty bytes!")
    };
    let offline = request().offline().unwrap();
    request().send().await.unwrap();
    assert_eq!(peer.requests()[0].bytes, offline.bytes());
}

#[tokio::test]
async fn responses_are_read_in_every_framing() {
    for (answer, text) in [
        (reply("200 OK", "", "hello"), "hello"),
        (Answer::Say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n".to_vec()), "hello"),
        (Answer::SayAndClose(b"HTTP/1.0 200 OK\r\n\r\nhello".to_vec()), "hello"),
        (Answer::Say(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()), ""),
        (reply("200 OK", "Content-Type: text/plain; charset=ISO-8859-1\r\n", "hello"), "hello"),
    ] {
        let peer = Peer::start([answer]);
        let response = Client::new().get(peer.url("/")).send().await.unwrap();
        assert_eq!(response.text().await.unwrap(), text);
    }
}

#[tokio::test]
async fn a_broken_response_is_a_typed_error() {
    for (answer, is_expected) in [
        (
            Answer::SayAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello".to_vec()),
            false,
        ),
        (
            Answer::SayAndClose(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()),
            true,
        ),
        (
            Answer::SayAndClose(
                b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".to_vec(),
            ),
            true,
        ),
    ] {
        let peer = Peer::start([answer]);
        let outcome = match Client::new().get(peer.url("/")).send().await {
            Ok(response) => response.bytes().await.map(drop),
            Err(error) => Err(error),
        };
        let error = outcome.unwrap_err();
        assert_eq!(matches!(error, Error::Peer(_)), is_expected, "{error}");
        assert_eq!(matches!(error, Error::Network(_)), !is_expected, "{error}");
    }
}

#[tokio::test]
async fn what_http_cannot_carry_is_refused_before_it_is_sent() {
    let peer = Peer::start([]);
    let client = Client::new();
    for request in [
        client
            .get(peer.url("/"))
            .header("X-A", "s3cret\r\nX-Evil: 1"),
        client.get(peer.url("/")).header("X A", "s3cret"),
        client.request("GE T", peer.url("/")),
        client.get("hppts://h/"),
        client.get("h/x"),
    ] {
        let error = request.send().await.unwrap_err();
        assert!(matches!(error, Error::Misuse(_)), "{error}");
        assert!(!format!("{error}{error:?}").contains("s3cret"));
    }
    assert_eq!(peer.requests().len(), 0);
}

#[tokio::test]
async fn a_finished_request_leaves_its_connection_to_the_next() {
    let head = || Answer::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n".to_vec());
    let peer = Peer::start([ok("body"), ok("body"), head(), ok("body")]);
    let client = Client::new();
    client
        .get(peer.url("/"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    // Nobody reads this one, but all of it has come.
    drop(client.get(peer.url("/")).send().await.unwrap());
    client.head(peer.url("/")).send().await.unwrap();
    client.get(peer.url("/")).send().await.unwrap();
    assert!(peer.requests().iter().all(|seen| seen.connection == 0));
}

#[tokio::test]
async fn bytes_that_nobody_asked_for_end_a_connection() {
    // To a HEAD this body is no body, but the beginning of a response that somebody smuggles in.
    let peer = Peer::start([
        ok("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ok("mine"),
    ]);
    let client = Client::new();
    client.head(peer.url("/")).send().await.unwrap();
    let response = client.get(peer.url("/")).send().await.unwrap();
    assert_eq!(response.text().await.unwrap(), "mine");
}

#[tokio::test]
async fn a_connection_that_died_in_the_pool_is_replaced() {
    let close = Answer::SayAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec());
    let peer = Peer::start([close, ok("again")]);
    let client = Client::new();
    client
        .get(peer.url("/"))
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    // What the peer has closed is found out by looking, if it has come this far.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let response = client
        .post(peer.url("/"))
        .body("data")
        .send()
        .await
        .unwrap();
    assert_eq!(response.transcript().legs().len(), 1);
    assert_eq!(peer.requests()[1].connection, 1);
}

#[tokio::test]
async fn a_connection_that_dies_under_a_request_is_replaced_if_it_may_be_repeated() {
    let peer = Peer::start([
        ok(""),
        Answer::Close,
        ok("again"),
        Answer::Close,
        ok(""),
        Answer::Close,
    ]);
    let client = Client::new();
    client.get(peer.url("/")).send().await.unwrap();
    let response = client.put(peer.url("/")).body("data").send().await.unwrap();
    assert_eq!(
        response.transcript().legs().len(),
        1,
        "{}",
        response.transcript()
    );
    assert_eq!(response.text().await.unwrap(), "again");
    let connections: Vec<_> = peer.requests().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [0, 0, 1]);
    let error = client
        .put(peer.url("/"))
        .body_once(&b"data"[..], Some(4))
        .send()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Network(_)), "{error}");
    assert_eq!(peer.requests().len(), 4);
    // The server may have done what a POST asks before it went away.
    client.get(peer.url("/")).send().await.unwrap();
    let error = client.post(peer.url("/")).body("data").send().await;
    assert!(matches!(error, Err(Error::Network(_))));
    assert_eq!(peer.requests().len(), 6);
}
