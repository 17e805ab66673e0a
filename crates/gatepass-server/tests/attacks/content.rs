//! What a client would like to have in an answer: header fields, redirects, scripts.

use gatepass_server::Server;

use crate::support::{exchange, get, get_with};

#[test]
fn no_field_is_smuggled_into_an_answer() {
    let server = Server::start().unwrap();
    for target in [
        "/response-headers?X=1%0d%0aSet-Cookie:%20a=b",
        "/response-headers?X%0d%0aSet-Cookie:%20a=b",
        "/response-headers?X=1%00",
        "/redirect-to?url=/get%0d%0aSet-Cookie:%20a=b",
        "/cookies/set?a=b%0d%0aSet-Cookie:%20c=d",
        "/cookies/set?a=b;%20Domain=example.com",
        "/cookies/set/a/b%3B%20Path=%2F",
    ] {
        let answer = get(&server, target);
        assert_eq!(
            (answer.status, answer.header("set-cookie")),
            (400, None),
            "{target}"
        );
    }
}

#[test]
fn a_client_does_not_say_where_an_answer_ends() {
    let server = Server::start().unwrap();
    for name in [
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Trailer",
        "TE",
        "Upgrade",
        "Keep-Alive",
        "content-security-policy",
        "X-Content-Type-Options",
    ] {
        let answer = get(&server, &format!("/response-headers?{name}=3"));
        assert_eq!(answer.status, 400, "{name}");
    }
}

#[test]
fn redirects_stay_here() {
    let server = Server::start().unwrap();
    let here = server.address().to_string();
    for (url, allowed) in [
        ("/get", true),
        (&*format!("http://{here}/get"), true),
        ("http://localhost:1/x", true),
        ("https://[::1]/x", true),
        ("http://evil.example/", false),
        ("//evil.example/", false),
        ("/\\evil.example/", false),
        ("\\\\evil.example/", false),
        ("https:///evil.example", false),
        ("http:///evil.example", false),
        ("https:evil.example", false),
        ("javascript:alert(1)", false),
        ("data:text/html,x", false),
        ("file:///etc/passwd", false),
        (&*format!("http://{here}@evil.example/"), false),
        (&*format!("http://evil.example@{here}/"), false),
        (&*format!("http://{here}.evil.example/"), false),
        ("\thttp://evil.example/", false),
    ] {
        let encoded = gatepass_auth::percent::encode(url.as_bytes());
        let answer = get(&server, &format!("/redirect-to?url={encoded}"));
        assert_eq!(answer.status, if allowed { 302 } else { 400 }, "{url}");
        assert_eq!(answer.header("location"), allowed.then_some(url), "{url}");
    }
    // What parsers read differently is written as this one has read it.
    let answer = get(&server, "/redirect-to?url=http:get");
    assert_eq!(
        answer.header("location"),
        Some(&*format!("http://{here}/get"))
    );
    let lenient = Server::builder().lenient(true).start().unwrap();
    assert_eq!(
        get(&lenient, "/redirect-to?url=http://other.example/").status,
        302
    );
    assert_eq!(
        get(&lenient, "/redirect-to?url=javascript:alert(1)").status,
        400
    );
}

#[test]
fn no_script_of_a_client_runs() {
    let server = Server::start().unwrap();
    // <script>alert(1)</script>
    let script = get(&server, "/base64/PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==");
    assert_eq!(script.text(), "<script>alert(1)</script>");
    let chosen = get(
        &server,
        "/response-headers?Content-Type=text/html&x=%3Cscript%3E",
    );
    let vector = get(
        &server,
        "/response-headers?Content-Type=image/svg%2Bxml&x=%3Cscript%3E",
    );
    for answer in [script, chosen, vector] {
        assert_eq!(answer.status, 200);
        assert!(
            answer
                .header("content-type")
                .unwrap()
                .starts_with("text/plain"),
            "{answer:?}"
        );
        assert!(
            answer
                .header("content-security-policy")
                .unwrap()
                .contains("sandbox")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    for target in [
        "/%3Cscript%3E",
        "/status/%3Cscript%3E",
        "/auth/%3Cscript%3E",
        "/anything/%3Cscript%3E",
    ] {
        let answer = get(&server, target);
        assert_eq!(
            answer.header("content-type"),
            Some("application/json"),
            "{target}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    let page = exchange(
        &server,
        "GET /oauth1/authorize?oauth_token=%3Cscript%3E HTTP/1.1\r\nHost: h\r\n\r\n",
    );
    assert!(!page.text().contains("<script>"));
}

#[test]
fn other_origins_are_named_only_when_they_ask() {
    let server = Server::start().unwrap();
    assert_eq!(
        get(&server, "/get").header("access-control-allow-origin"),
        None
    );
    let answer = get_with(&server, "/get", "Origin: http://page.example\r\n");
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://page.example")
    );
    assert_eq!(answer.header("vary"), Some("Origin"));
    let preflight = exchange(
        &server,
        "OPTIONS /get HTTP/1.1\r\nHost: h\r\nOrigin: http://page.example\r\nAccess-Control-Request-Headers: x-a\r\n\r\n",
    );
    assert_eq!(
        (preflight.status, preflight.header("allow")),
        (200, Some("GET, HEAD, OPTIONS"))
    );
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        Some("x-a")
    );
    assert!(
        preflight
            .header("access-control-allow-methods")
            .unwrap()
            .contains("PATCH")
    );
}

#[test]
fn a_client_does_not_choose_its_address() {
    let server = Server::start().unwrap();
    let lines = "X-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n";
    assert_eq!(
        get_with(&server, "/ip", lines).json()["origin"],
        "127.0.0.1"
    );
}
