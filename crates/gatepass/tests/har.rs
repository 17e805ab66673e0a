//! An exchange as an archive: every request of it, and no secret unless that is wanted.

#![cfg(test)]

use std::sync::Arc;

use gatepass::har::Recorder;
use gatepass::{ApiKey, Basic, Client};
use gatepass_server::Server;
use serde_json::Value;

const SECRET: &str = "s3cret-s3cret";

async fn record(recorder: Recorder, path: &str, key: bool) -> (Value, String) {
    let server = Server::start().unwrap();
    let recorder = Arc::new(recorder);
    let client = Client::builder()
        .observer(Arc::clone(&recorder))
        .build()
        .unwrap();
    let request = client.get(server.url(path));
    let request = if key {
        request.auth(ApiKey::query("odd", SECRET).unwrap())
    } else {
        request.auth(Basic::new("alice", SECRET).unwrap())
    };
    let response = request.send().await.unwrap();
    recorder.set_body(&response.bytes().await.unwrap());
    let text = recorder.to_json();
    (serde_json::from_str(&text).unwrap(), text)
}

#[tokio::test]
async fn every_request_is_an_entry() {
    let (archive, _) = record(Recorder::masking(), "/redirect/2", false).await;
    let log = &archive["log"];
    assert_eq!(log["version"], "1.2");
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    assert_eq!(entries[0]["response"]["status"], 302);
    assert!(
        entries[0]["response"]["redirectURL"]
            .as_str()
            .unwrap()
            .ends_with("redirect/1")
    );
    let last = &entries[2];
    assert!(
        last["response"]["content"]["text"]
            .as_str()
            .unwrap()
            .contains("\"url\"")
    );
    assert!(last["timings"]["wait"].as_f64().unwrap() > 0.0);
    assert_eq!(last["timings"]["dns"], -1, "the connection was there");
    assert!(last["startedDateTime"].as_str().unwrap().ends_with('Z'));
    assert_eq!(last["request"]["httpVersion"], "HTTP/1.1");
}

#[tokio::test]
async fn secrets_are_masked_unless_they_are_wanted() {
    let basic = "YWxpY2U6czNjcmV0LXMzY3JldA";
    for key in [false, true] {
        let (_, masked) = record(Recorder::masking(), "/status/204", key).await;
        assert!(
            !masked.contains(SECRET) && !masked.contains(basic),
            "{masked}"
        );
        let (_, open) = record(Recorder::revealing(), "/status/204", key).await;
        assert!(open.contains(SECRET) || open.contains(basic), "{open}");
    }
    let recorder = Recorder::revealing();
    assert!(!format!("{recorder:?}").contains("s3cret"));
}
