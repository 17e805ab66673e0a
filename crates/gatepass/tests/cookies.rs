//! A jar in conversation: what servers set on the way is kept, and goes where its attributes say.

#![cfg(test)]

mod peer;

use std::sync::Arc;

use gatepass::config::{Proxies, Proxy};
use gatepass::{ApiKey, Client, Jar};
use gatepass_auth::Digest;
use peer::proxy::{Do, ProxyPeer};
use peer::{Peer, ok, redirect, reply};

fn with_jar() -> (Client, Arc<Jar>) {
    let jar = Arc::new(Jar::new());
    let client = Client::builder().cookies(Arc::clone(&jar)).build().unwrap();
    (client, jar)
}

#[tokio::test]
async fn every_response_sets_cookies_challenges_and_redirects_too() {
    let challenge = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\nSet-Cookie: a=1\r\n";
    let peer = Peer::start([
        reply("401 Unauthorized", challenge, ""),
        reply("302 Found", "Location: /next\r\nSet-Cookie: b=2\r\n", ""),
        reply(
            "200 OK",
            "Set-Cookie: c=3\r\nSet-Cookie: a=; Max-Age=0\r\n",
            "",
        ),
        ok(""),
    ]);
    let (client, jar) = with_jar();
    let request = client
        .get(peer.url("/"))
        .auth(Digest::new("alice", "s3cret"));
    request.send().await.unwrap();
    client.get(peer.url("/")).send().await.unwrap();
    let sent: Vec<_> = peer
        .requests()
        .iter()
        .map(|it| it.header("Cookie"))
        .collect();
    let sent: Vec<_> = sent.iter().map(Option::as_deref).collect();
    assert_eq!(
        sent,
        [None, Some("a=1"), Some("a=1; b=2"), Some("b=2; c=3")]
    );
    assert_eq!(jar.len(), 2);
}

#[tokio::test]
async fn the_callers_cookie_the_jars_and_a_key_go_in_one_field() {
    let peer = Peer::start([reply("200 OK", "Set-Cookie: jar=1\r\n", ""), ok("")]);
    let (client, _) = with_jar();
    client.get(peer.url("/")).send().await.unwrap();
    let request = client
        .get(peer.url("/"))
        .header("Cookie", "mine=1")
        .auth(ApiKey::cookie("key", "s3cret-s3cret-s3cret").unwrap());
    let response = request.send().await.unwrap();
    let text = peer.requests()[1].text();
    assert!(
        text.contains("\r\nCookie: mine=1; jar=1; key=s3cret-s3cret-s3cret\r\n"),
        "{text}"
    );
    assert_eq!(text.to_lowercase().matches("\r\ncookie:").count(), 1);
    let shown = response.transcript().to_string();
    assert!(
        shown.contains("> Cookie: mine=…") && !shown.contains("s3cret"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_jars_cookies_are_bound_by_their_attributes_and_the_callers_to_its_origin() {
    let to = Peer::start([ok("")]);
    let other_port = redirect(302, &to.url("/to"));
    let from = Peer::start([reply("200 OK", "Set-Cookie: jar=1\r\n", ""), other_port]);
    let (client, _) = with_jar();
    client.get(from.url("/")).send().await.unwrap();
    let request = client.get(from.url("/")).header("Cookie", "mine=1");
    let response = request.send().await.unwrap();
    // Ports do not separate cookies, but they separate origins.
    assert_eq!(to.requests()[0].header("Cookie").as_deref(), Some("jar=1"));
    assert_eq!(response.transcript().legs()[1].withheld().len(), 1);

    let to = Peer::start([ok("")]);
    let there = to.url("/to").replace("127.0.0.1", "localhost");
    let from = Peer::start([reply(
        "302 Found",
        &format!("Location: {there}\r\nSet-Cookie: jar=2\r\n"),
        "",
    )]);
    client.get(from.url("/")).send().await.unwrap();
    assert_eq!(to.requests()[0].header("Cookie"), None);
}

#[tokio::test]
async fn a_request_can_have_another_jar_or_none() {
    let set = || reply("200 OK", "Set-Cookie: n=1; Path=/\r\n", "");
    let peer = Peer::start([set(), set(), ok(""), set()]);
    let (client, jar) = with_jar();
    let own = Arc::new(Jar::new());
    let url = peer.url("/");
    client
        .get(&url)
        .cookies(Arc::clone(&own))
        .send()
        .await
        .unwrap();
    assert_eq!((jar.len(), own.len()), (0, 1));
    client.get(&url).no_cookies().send().await.unwrap();
    assert!(jar.is_empty());
    Client::new().get(&url).cookies(own).send().await.unwrap();
    assert_eq!(peer.requests()[2].header("Cookie").as_deref(), Some("n=1"));
    client
        .get(&url)
        .without_header("Cookie")
        .send()
        .await
        .unwrap();
    assert_eq!(peer.requests()[3].header("Cookie"), None);
    assert_eq!(jar.len(), 1, "it is kept all the same");
}

#[tokio::test]
async fn several_cookie_fields_and_a_key_become_one() {
    let peer = Peer::start([ok("")]);
    let request = Client::new()
        .get(peer.url("/"))
        .header("Cookie", "a=1")
        .header("Cookie", "b=2")
        .auth(ApiKey::cookie("key", "k").unwrap());
    request.send().await.unwrap();
    let text = peer.requests()[0].text();
    assert!(text.contains("\r\nCookie: a=1; b=2; key=k\r\n"), "{text}");
}

#[tokio::test]
async fn what_is_not_kept_is_told_without_its_value() {
    let peer = Peer::start([reply(
        "200 OK",
        "Set-Cookie: n=s3cret; Domain=other.example\r\n",
        "",
    )]);
    let (client, jar) = with_jar();
    let response = client.get(peer.url("/")).send().await.unwrap();
    assert!(jar.is_empty());
    let shown = response.transcript().to_string();
    assert!(
        shown.contains("* the cookie n was not kept: its Domain is not one of this host's"),
        "{shown}"
    );
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn a_proxy_sets_no_cookies_for_an_origin() {
    let refusal = "Proxy-Authenticate: Basic realm=\"p\"\r\nSet-Cookie: a=1\r\n";
    let proxy = ProxyPeer::start([Do::Answer(reply("407 Who", refusal, ""))]);
    let jar = Arc::new(Jar::new());
    let proxies = Proxies::none().all(Proxy::parse(&proxy.url()).unwrap());
    let builder = Client::builder().proxies(proxies);
    let client = builder.cookies(Arc::clone(&jar)).build().unwrap();
    let response = client.get("http://a.example/").send().await.unwrap();
    assert_eq!((response.status(), jar.len()), (407, 0));
}
