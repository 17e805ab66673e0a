//! What a client has for all its requests, and how one request does without it.

#![cfg(test)]

mod peer;

use gatepass::{Basic, Bearer, Client, RequestBuilder};
use peer::{Peer, ok};

/// Sends one request and returns what came.
async fn sent(peer: &Peer, request: RequestBuilder) -> peer::Seen {
    peer.give([ok("")]);
    request.send().await.unwrap();
    peer.requests().pop().unwrap()
}

#[tokio::test]
async fn a_request_can_replace_or_leave_out_each_of_them() {
    let peer = Peer::start([]);
    let client = Client::builder()
        .header("X-Trace", "client")
        .query("lang", "de")
        .query("page", "a b")
        .auth_for(peer.url("/"), Bearer::new("client-token").unwrap())
        .build()
        .unwrap();
    let url = peer.url("/x");

    let plain = sent(&peer, client.get(&url)).await;
    assert_eq!(plain.line(), "GET /x?lang=de&page=a%20b HTTP/1.1");
    assert_eq!(plain.header("X-Trace").as_deref(), Some("client"));
    assert_eq!(
        plain.header("Authorization").as_deref(),
        Some("Bearer client-token")
    );

    let own = client
        .get(format!("{url}?l%61ng=fr"))
        .query("page", "2")
        .header("x-trace", "own")
        .auth(Bearer::new("own-token").unwrap());
    let own = sent(&peer, own).await;
    assert_eq!(own.line(), "GET /x?l%61ng=fr&page=2 HTTP/1.1");
    assert_eq!(own.header("X-Trace").as_deref(), Some("own"));
    assert_eq!(
        own.header("Authorization").as_deref(),
        Some("Bearer own-token")
    );

    let none = client
        .get(&url)
        .without_query("lang")
        .without_query("page")
        .without_header("X-Trace")
        .no_auth();
    let none = sent(&peer, none).await;
    assert_eq!(none.line(), "GET /x HTTP/1.1");
    assert_eq!(
        (none.header("X-Trace"), none.header("Authorization")),
        (None, None)
    );
}

#[tokio::test]
async fn no_auth_sends_no_credential_wherever_it_is_from() {
    let peer = Peer::start([]);
    let with_user = peer.url("/").replace("://", "://alice:s3cret@");
    let request = Client::new()
        .get(with_user)
        .auth(Basic::new("alice", "s3cret").unwrap())
        .no_auth();
    assert_eq!(sent(&peer, request).await.header("Authorization"), None);
}
