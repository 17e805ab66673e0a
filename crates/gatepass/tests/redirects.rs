//! Redirects go where they lead, with the method and body that they call for, and they end.

#![cfg(test)]

mod peer;

use gatepass::config::Redirects;
use gatepass::{Client, Error, Kind};
use gatepass_auth::Digest;
use peer::{Peer, ok, redirect, refuse, reply};

#[tokio::test]
async fn bodies_go_along_or_stay() {
    for (status, line, body) in [
        (301, "GET /to HTTP/1.1", ""),
        (303, "GET /to HTTP/1.1", ""),
        (307, "POST /to HTTP/1.1", "{\"a\":1}"),
        (308, "POST /to HTTP/1.1", "{\"a\":1}"),
    ] {
        let peer = Peer::start([redirect(status, "/to#part"), ok("there")]);
        let body_sent = serde_json::json!({"a": 1});
        let response = Client::new()
            .post(peer.url("/from"))
            .json(&body_sent)
            .send()
            .await
            .unwrap();
        let last = &peer.requests()[1];
        assert_eq!(
            (last.line().as_str(), last.body().as_str()),
            (line, body),
            "{status}"
        );
        assert_eq!(
            last.header("Content-Type").is_some(),
            !body.is_empty(),
            "{status}"
        );
        assert_eq!(response.url().to_string(), peer.url("/to#part"));
        assert_eq!(last.connection, 0, "the connection is used again");
    }
}

#[tokio::test]
async fn locations_are_resolved_against_the_last_url() {
    let peer = Peer::start([
        redirect(302, "../b?x=1"),
        redirect(302, "?y=é"),
        redirect(302, "c%2fd"),
        ok(""),
    ]);
    Client::new().get(peer.url("/a/a/a")).send().await.unwrap();
    let lines: Vec<_> = peer.requests().iter().map(peer::Seen::line).collect();
    assert_eq!(lines[1], "GET /a/b?x=1 HTTP/1.1");
    assert_eq!(lines[2], "GET /a/b?y=%C3%A9 HTTP/1.1");
    assert_eq!(lines[3], "GET /a/c%2fd HTTP/1.1");
}

#[tokio::test]
async fn a_circle_is_an_error_that_names_it() {
    let peer = Peer::start((0..9).map(|at| redirect(302, if at % 2 == 0 { "/b" } else { "/a" })));
    let request = Client::new()
        .get(peer.url("/a"))
        .redirects(Redirects::limit(5));
    let error = request.send().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Peer);
    let (a, b) = (peer.url("/a"), peer.url("/b"));
    let expected = format!("in a circle, which was left after 5: {a} → {b} → {a}");
    assert!(error.to_string().contains(&expected), "{error}");
    assert_eq!(peer.requests().len(), 6);
}

#[tokio::test]
async fn not_following_returns_the_redirect() {
    let peer = Peer::start([redirect(302, "/b")]);
    let client = Client::builder()
        .redirects(Redirects::none())
        .build()
        .unwrap();
    let response = client.get(peer.url("/a")).send().await.unwrap();
    assert_eq!(
        (response.status(), response.headers().get_str("Location")),
        (302, Some("/b"))
    );
}

#[tokio::test]
async fn a_location_that_is_no_url_is_the_peers_fault() {
    let peer = Peer::start([redirect(302, "javascript:alert(1)")]);
    let error = Client::new().get(peer.url("/")).send().await.unwrap_err();
    assert!(
        matches!(
            error,
            Error::Peer(gatepass::error::Peer::BadRedirect { .. })
        ),
        "{error}"
    );
}

#[tokio::test]
async fn the_history_is_there() {
    let peer = Peer::start([
        refuse("Digest realm=\"r\", nonce=\"n\""),
        redirect(302, "/b#part"),
        redirect(303, "/c"),
        reply("201 Created", "Location: /made\r\n", ""),
    ]);
    let request = Client::new()
        .post(peer.url("/a"))
        .auth(Digest::new("alice", "s3cret"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    let history: Vec<_> = response
        .transcript()
        .redirects()
        .map(|leg| (leg.target().to_owned(), leg.leads_to().unwrap().to_string()))
        .collect();
    let expected = [("/a", "/b#part"), ("/b", "/c#part")];
    assert_eq!(
        history,
        expected.map(|(from, to)| (from.to_owned(), peer.url(to)))
    );
    assert_eq!(response.url().to_string(), peer.url("/c#part"));
}

#[tokio::test]
async fn a_body_that_is_read_once_is_not_sent_twice_and_not_left_out() {
    for (status, expected) in [(303, None), (307, Some("can be sent only once"))] {
        let peer = Peer::start([redirect(status, "/to"), ok("")]);
        let request = Client::new()
            .post(peer.url("/from"))
            .body_once(&b"body"[..], Some(4));
        let outcome = request.send().await;
        match expected {
            None => assert_eq!(outcome.unwrap().status(), 200),
            Some(text) => assert!(outcome.unwrap_err().to_string().contains(text)),
        }
    }
}

#[tokio::test]
async fn a_referer_names_where_the_redirect_was_without_its_secrets() {
    let peer = Peer::start([redirect(302, "/b"), redirect(307, "/c"), ok("")]);
    let mut redirects = Redirects::default();
    redirects.referer = true;
    let client = Client::builder().redirects(redirects).build().unwrap();
    let url = peer
        .url("/a?x=1#part")
        .replace("http://", "http://u:s3cret@");
    client.get(url).send().await.unwrap();
    let seen: Vec<_> = peer
        .requests()
        .iter()
        .map(|it| it.header("Referer"))
        .collect();
    let expected = [None, Some(peer.url("/a?x=1")), Some(peer.url("/b"))];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_post_stays_one_and_a_scheme_is_left_out_where_that_is_wanted() {
    let peer = Peer::start([redirect(301, "/b"), ok("")]);
    let redirects = Redirects::default().keeping_post(&[301]);
    let client = Client::builder().redirects(redirects).build().unwrap();
    client.post(peer.url("/a")).body("x").send().await.unwrap();
    let last = peer.requests().remove(1);
    assert_eq!(
        (last.line().as_str(), last.body().as_str()),
        ("POST /b HTTP/1.1", "x")
    );

    let peer = Peer::start([redirect(302, "/b")]);
    let redirects = Redirects::default().only_to(&["https"]);
    let client = Client::builder().redirects(redirects).build().unwrap();
    let error = client.get(peer.url("/a")).send().await.unwrap_err();
    assert!(
        matches!(&error, Error::Peer(gatepass::error::Peer::ForbiddenRedirect { scheme, .. }) if scheme == "http"),
        "{error}"
    );
}
