//! No credential crosses from one origin to another, in whichever way it was given: to another host, port or scheme.

#![cfg(test)]

mod peer;

use gatepass::config::{Redirects, Tls};
use gatepass::{ApiKey, Basic, Bearer, Client, RequestBuilder};
use gatepass_auth::mask::CREDENTIAL_HEADERS;
use peer::tls::{TlsPeer, params};
use peer::{Peer, ok, redirect};

const SECRET: &str = "s3cret-s3cret-s3cret";

type Give = fn(RequestBuilder) -> RequestBuilder;

/// Every way of giving a credential but those of the URL and the client.
const WAYS: &[(&str, Give)] = &[
    ("basic", |request| {
        request.auth(Basic::new("alice", SECRET).unwrap())
    }),
    ("bearer", |request| {
        request.auth(Bearer::new(SECRET).unwrap())
    }),
    ("key in a header", |request| {
        request.auth(ApiKey::header("X-Odd", SECRET).unwrap())
    }),
    ("key in the query", |request| {
        request.auth(ApiKey::query("odd", SECRET).unwrap())
    }),
    ("key in a cookie", |request| {
        request.auth(ApiKey::cookie("odd", SECRET).unwrap())
    }),
    ("a closure", |request| {
        request
            .auth(|message: &mut gatepass_auth::Outgoing<'_>| message.headers.set("X-Odd", SECRET))
    }),
    ("a secret header", |request| {
        request.secret_header("X-Odd", SECRET)
    }),
];

/// Sends to `from`, which redirects to `to`, and returns what `to` got.
async fn follow(client: &Client, from: &Peer, to: &Peer, give: Give) -> String {
    let response = give(client.get(from.url("/from"))).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.transcript());
    let first = from.requests()[0].text();
    assert!(
        first.contains(SECRET) || first.contains("Basic "),
        "the first origin gets it: {first}"
    );
    let last = response.transcript().last().unwrap();
    assert!(!last.withheld().is_empty(), "{last}");
    to.requests()[0].text()
}

fn is_clean(received: &str) -> bool {
    let lower = received.to_ascii_lowercase();
    !received.contains(SECRET)
        && !lower.contains("\r\nauthorization:")
        && !lower.contains("\r\ncookie:")
}

#[tokio::test]
async fn to_another_port() {
    let client = Client::new();
    for (name, give) in WAYS {
        let to = Peer::start([ok("")]);
        let from = Peer::start([redirect(307, &to.url("/to"))]);
        let received = follow(&client, &from, &to, *give).await;
        assert!(is_clean(&received), "{name}: {received}");
    }
}

#[tokio::test]
async fn to_another_host() {
    let client = Client::new();
    for (name, give) in WAYS {
        let to = Peer::start([ok("")]);
        let there = to.url("/to").replace("127.0.0.1", "localhost");
        let from = Peer::start([redirect(302, &there)]);
        let received = follow(&client, &from, &to, *give).await;
        assert!(is_clean(&received), "{name}: {received}");
    }
}

#[tokio::test]
async fn to_another_scheme() {
    let to = Peer::start(WAYS.iter().map(|_| ok("")));
    let from = TlsPeer::start(params("127.0.0.1"), &redirect(307, &to.url("/to"))).await;
    let tls = Tls::system().trusting_pem(&from.pem).unwrap();
    let client = Client::builder().tls(tls).build().unwrap();
    for (at, (name, give)) in WAYS.iter().enumerate() {
        let response = give(client.get(from.url("/from"))).send().await.unwrap();
        assert_eq!(
            response.transcript().legs().len(),
            2,
            "{}",
            response.transcript()
        );
        assert!(
            !response.transcript().legs()[1].withheld().is_empty(),
            "{name}"
        );
        let received = to.requests()[at].text();
        assert!(is_clean(&received), "{name}: {received}");
    }
}

#[tokio::test]
async fn headers_that_carry_credentials_by_their_name() {
    let client = Client::new();
    for name in CREDENTIAL_HEADERS {
        let to = Peer::start([ok("")]);
        let from = Peer::start([redirect(308, &to.url("/to"))]);
        client
            .get(from.url("/"))
            .header(*name, SECRET)
            .send()
            .await
            .unwrap();
        assert_eq!(from.requests()[0].header(name).as_deref(), Some(SECRET));
        assert!(is_clean(&to.requests()[0].text()), "{name}");
    }
}

#[tokio::test]
async fn from_the_url_and_from_the_client() {
    let to = Peer::start([ok(""), ok("")]);
    let from = Peer::start([redirect(302, &to.url("/to")), redirect(302, &to.url("/to"))]);
    let with_user = from
        .url("/")
        .replace("http://", &format!("http://alice:{SECRET}@"));
    Client::new().get(with_user).send().await.unwrap();
    let client = Client::builder()
        .auth_for(from.url("/"), Bearer::new(SECRET).unwrap())
        .header("X-Api-Key", SECRET)
        .build()
        .unwrap();
    let response = client.get(from.url("/")).send().await.unwrap();
    let withheld = response.transcript().legs()[1].withheld();
    assert_eq!(withheld.len(), 2, "{withheld:?}");
    assert!(
        from.requests()[0]
            .header("Authorization")
            .unwrap()
            .starts_with("Basic ")
    );
    assert!(from.requests()[1].text().matches(SECRET).count() == 2);
    assert!(
        to.requests()
            .iter()
            .all(|received| is_clean(&received.text()))
    );
}

#[tokio::test]
async fn a_location_brings_no_credential_of_its_own() {
    let to = Peer::start([ok("")]);
    let there = to.url("/to").replace("http://", "http://mallory:choice@");
    let from = Peer::start([redirect(302, &there)]);
    let response = Client::new().get(from.url("/")).send().await.unwrap();
    assert!(to.requests()[0].header("Authorization").is_none());
    assert!(!response.url().to_string().contains("mallory"));
    let withheld = response.transcript().legs()[1].withheld();
    assert_eq!(withheld[0].what, "the user name in the Location");
}

#[tokio::test]
async fn what_is_trusted_gets_it() {
    for (name, give) in WAYS {
        let to = Peer::start([ok("")]);
        let there = to.url("/to").replace("127.0.0.1", "localhost");
        let from = Peer::start([redirect(302, &there)]);
        let client = Client::builder()
            .redirects(Redirects::default().trusting("localhost").unwrap())
            .build()
            .unwrap();
        let request = give(client.get(from.url("/from"))).header("Host", "odd.example");
        let response = request.send().await.unwrap();
        let received = to.requests()[0].text();
        assert!(
            received.contains(SECRET) || received.contains("Basic "),
            "{name}: {received}"
        );
        assert!(!received.contains("odd.example"), "{name}: {received}");
        let last = response.transcript().last().unwrap();
        assert!(last.withheld().is_empty(), "{name}: {last}");
    }
}

#[tokio::test]
async fn trust_does_not_reach_from_https_to_http() {
    for allowed in [false, true] {
        let to = Peer::start(WAYS.iter().map(|_| ok("")));
        let from = TlsPeer::start(params("127.0.0.1"), &redirect(307, &to.url("/to"))).await;
        let client = Client::builder()
            .tls(Tls::system().trusting_pem(&from.pem).unwrap())
            .redirects(Redirects::default().trusting("127.0.0.1").unwrap())
            .allow_plain_http(allowed)
            .build()
            .unwrap();
        for (at, (name, give)) in WAYS.iter().enumerate() {
            let response = give(client.get(from.url("/from"))).send().await.unwrap();
            let received = to.requests()[at].text();
            assert_eq!(is_clean(&received), !allowed, "{name}: {received}");
            let withheld = response.transcript().legs()[1].withheld();
            assert_eq!(withheld.len(), usize::from(!allowed), "{name}");
            assert!(withheld.iter().all(|it| it.trusted), "{name}");
        }
    }
}

#[tokio::test]
async fn back_home_it_is_sent_again() {
    for (name, give) in WAYS {
        let home = Peer::start([]);
        let other = Peer::start([redirect(302, &home.url("/back"))]);
        home.give([redirect(302, &other.url("/other")), ok("")]);
        let response = give(Client::new().get(home.url("/"))).send().await.unwrap();
        assert!(is_clean(&other.requests()[0].text()), "{name}");
        let again = home.requests()[1].text();
        assert!(
            again.contains(SECRET) || again.contains("Basic "),
            "{name}: {again}"
        );
        let withheld: Vec<_> = response
            .transcript()
            .legs()
            .iter()
            .map(|leg| leg.withheld().len())
            .collect();
        assert_eq!(withheld, [0, 1, 0], "{name}");
    }
}

#[tokio::test]
async fn each_origin_gets_its_own() {
    let to = Peer::start([ok("")]);
    let from = Peer::start([redirect(302, &to.url("/to"))]);
    let client = Client::builder()
        .auth_for(from.url("/"), Bearer::new("first-token").unwrap())
        .auth_for(to.url("/"), Bearer::new("second-token").unwrap())
        .build()
        .unwrap();
    client.get(from.url("/")).send().await.unwrap();
    assert_eq!(
        from.requests()[0].header("Authorization").as_deref(),
        Some("Bearer first-token")
    );
    assert_eq!(
        to.requests()[0].header("Authorization").as_deref(),
        Some("Bearer second-token")
    );
}

#[tokio::test]
async fn what_is_sent_again_to_the_same_origin_is_sent_whole() {
    let peer = Peer::start([redirect(302, "/next"), ok("")]);
    let request = Client::new()
        .get(peer.url("/"))
        .auth(Bearer::new(SECRET).unwrap())
        .header("X-Api-Key", "k");
    request.send().await.unwrap();
    let again = &peer.requests()[1];
    assert!(again.header("Authorization").is_some() && again.header("X-Api-Key").is_some());
}
