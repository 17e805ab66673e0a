//! What is sent is what the transcript and the offline bytes say.

mod peer;

use gatepass::{Basic, Client};
use peer::Peer;

#[tokio::test]
async fn a_plain_get_and_its_offline_twin_are_the_same_bytes() {
    let peer = Peer::start([peer::ok("hello"), peer::ok("again")]);
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
