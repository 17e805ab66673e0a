//! What each endpoint answers, over a real connection.

mod support;

use gatepass_server::Server;
use serde_json::json;
use support::{exchange, get};

#[test]
fn get_answers_as_httpbin_does() {
    let server = Server::start().unwrap();
    let answer = exchange(
        &server,
        "GET /get?b=1&a=2&a=%C3%A9&c HTTP/1.1\r\nHost: example\r\nx-foo: 1\r\nX-FOO: 2\r\n\r\n",
    );
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    let expected = json!({
        "args": {"a": ["2", "é"], "b": "1", "c": ""},
        "headers": {"Host": "example", "X-Foo": "1,2"},
        "origin": "127.0.0.1",
        "url": "http://example/get?b=1&a=2&a=%C3%A9&c",
    });
    assert_eq!(answer.text(), format!("{expected:#}\n"));
}

#[test]
fn a_path_that_is_not_there_says_where_to_look() {
    let server = Server::start().unwrap();
    let answer = get(&server, "/nowhere");
    assert_eq!(answer.status, 404);
    assert!(answer.json()["detail"].as_str().unwrap().contains("GET /"));
}
