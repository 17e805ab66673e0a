//! `gatepass import`, and other commands that take a request in another form.

use gatepass_server::Server;
use serde_json::json;

use crate::run::{gatepass, gatepass_with_env, gatepass_with_input};

const COMMAND: &str = "curl -u alice:s3cret-s3cret 'https://api.example/x?a=1' -H 'X-API-Key: k3y-k3y' -H \"X-Id: $ID\" -d a=1 -L -o out";

#[test]
fn what_is_understood_is_shown_without_secrets() {
    let shown = gatepass_with_input(&["import"], COMMAND.as_bytes()).ok();
    for words in [
        "POST https://api.example/x?a=1",
        "X-Id: ${ID}",
        "body: application/x-www-form-urlencoded; a=1",
        "auth: basic, username alice, password …⟨",
        "redirects: {\"follow\":true}",
        "variable: ID: no value",
        "note: -o: what becomes of the answer",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(
        !shown.contains("s3cret") && !shown.contains("k3y-k3y"),
        "{shown}"
    );
}

#[test]
fn header_fields_for_a_proxy_are_masked_and_stored_without_their_secrets() {
    let command = "curl -x http://p:1 --proxy-header 'Proxy-Authorization: Basic czNjcmV0LXMzY3JldA==' \
                   --proxy-header 'X-Api-Key: s3cret-key' --proxy-header 'X-Id: 7' http://h.example/";
    let shown = gatepass_with_input(&["import"], command.as_bytes()).ok();
    assert!(
        shown.contains("proxy header X-Id: 7") && shown.contains("proxy header X-Api-Key: …⟨"),
        "{shown}"
    );
    let printed = gatepass_with_input(&["import", "--json"], command.as_bytes()).ok();
    for secret in ["czNjcmV0LXMzY3JldA", "s3cret-key"] {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("PROXY_AUTHORIZATION") && printed.contains("X_API_KEY"));
}

#[test]
fn the_neutral_form_has_variables_in_place_of_secrets_and_is_read_again() {
    let printed = gatepass_with_input(&["import", "-", "--json"], COMMAND.as_bytes()).ok();
    assert!(
        !printed.contains("s3cret") && !printed.contains("k3y-k3y"),
        "{printed}"
    );
    let value: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(value["form"], "curl");
    assert_eq!(
        value["requests"][0]["secrets"],
        json!(["PASSWORD", "X_API_KEY"])
    );
    let again = gatepass_with_input(&["import", "-"], printed.as_bytes()).ok();
    assert!(
        again.contains("auth: basic, username alice, password env:PASSWORD"),
        "{again}"
    );
    assert!(again.contains("X-API-Key: ${X_API_KEY}"), "{again}");
}

#[test]
fn what_cannot_be_read_is_told() {
    let said = gatepass_with_input(&["import", "-"], b"nothing at all").failed(1);
    assert!(said.contains("curl command line"), "{said}");
    let said = gatepass_with_input(&["import", "-"], b"curl --foo=s3cret http://h/").failed(1);
    assert!(
        said.contains("no option --foo") && said.contains("^^^^^") && !said.contains("s3cret"),
        "{said}"
    );
    let said = gatepass(&["import", "missing.har"]).failed(1);
    assert!(said.contains("missing.har"), "{said}");
}

#[test]
fn other_commands_take_any_form_too() {
    let code = gatepass(&["code", "curl", "curl -d a=1 http://h.example/x"]).ok();
    assert!(code.contains("http://h.example/x"), "{code}");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.http");
    std::fs::write(
        &file,
        "### one\nGET http://h.example/1\n### two\nGET http://h.example/2\n",
    )
    .unwrap();
    let path = file.to_str().unwrap();
    let said = gatepass(&["code", "curl", "--from", path]).failed(1);
    assert!(said.contains("1: one, 2: two"), "{said}");
    let shown = gatepass(&["import", path]).ok();
    assert!(
        shown.contains("# 1: one\n") && shown.contains("# 2: two\n"),
        "{shown}"
    );
    for name in ["two", "2"] {
        let code = gatepass(&["code", "curl", "--from", path, "--request-name", name]).ok();
        assert!(code.contains("http://h.example/2"), "{code}");
    }
    let server = Server::start().unwrap();
    let text = format!(
        "GET {}\nAuthorization: Digest alice {{{{PW}}}}\n",
        server.url("/digest-auth/auth/alice/s3cret")
    );
    let answer = gatepass_with_env(&["curl", &text], &[("PW", "s3cret")]).json();
    assert_eq!(answer, json!({"authenticated": true, "user": "alice"}));
}

/// One request in every form, and the name that its form has for it.
fn forms() -> Vec<(&'static str, String)> {
    let har = json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [{"request": {
        "method": "PUT", "url": "https://h.example/x", "httpVersion": "HTTP/1.1", "headersSize": -1, "bodySize": -1,
        "cookies": [], "queryString": [], "headers": [{"name": "X-A", "value": "1"}]}}]}});
    let postman = json!({"info": {"name": "c", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "x", "request": {"method": "PUT", "url": "https://h.example/x",
            "header": [{"key": "X-A", "value": "1"}]}}]});
    vec![
        (
            "curl",
            "curl -X PUT https://h.example/x \\\n -H 'X-A: 1'".to_owned(),
        ),
        ("har", har.to_string()),
        ("postman", postman.to_string()),
        ("http_file", "PUT https://h.example/x\nX-A: 1\n".to_owned()),
    ]
}

#[test]
fn every_command_takes_every_form_from_a_file_a_pipe_and_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let expected = "PUT /x HTTP/1.1";
    for (form, text) in forms() {
        let file = folder.path().join(form);
        std::fs::write(&file, &text).unwrap();
        let path = file.to_str().unwrap();
        let code = |out: String| assert!(out.contains("h.example/x"), "{form}: {out}");
        code(gatepass(&["code", "go", "--from", path]).ok());
        code(gatepass_with_input(&["code", "go", "--from", "-"], text.as_bytes()).ok());
        code(gatepass_with_input(&["code", "go", "-"], text.as_bytes()).ok());
        let sent = |out: String| {
            assert!(
                out.starts_with(expected) && out.contains("X-A: 1"),
                "{form}: {out}"
            );
        };
        sent(gatepass(&["--offline", "--from", path]).ok());
        sent(gatepass_with_input(&["--offline", "--from", "-"], text.as_bytes()).ok());
        sent(gatepass_with_input(&["--offline", "-"], text.as_bytes()).ok());
        if text.contains(' ') {
            code(gatepass(&["code", "go", &text]).ok());
            sent(gatepass(&["--offline", &text]).ok());
        }
        let shown = gatepass_with_input(&["import", "--json"], text.as_bytes()).json();
        assert_eq!(shown["form"], form);
    }
}

#[test]
fn a_curl_command_line_needs_no_quotes_behind_code() {
    let words = ["code", "--secrets", "literal", "python-requests"];
    let curl = [
        "curl",
        "-u",
        "alice:s3cret",
        "https://h.example/x",
        "-H",
        "X-A: a b",
    ];
    let code = gatepass(&[&words[..], &curl].concat()).ok();
    for words in [
        r#"requests.get("#,
        r#"auth=("alice", "s3cret")"#,
        r#""X-A": "a b""#,
    ] {
        assert!(code.contains(words), "{words}: {code}");
    }
    let code = gatepass(&[
        "code",
        "curl",
        "curl",
        "--data-urlencode",
        "a=b c",
        "http://h/",
    ])
    .ok();
    assert!(code.contains("a=b c"), "{code}");
    let said = gatepass(&["code", "go", "curl", "--no-such", "http://h/"]).failed(1);
    assert!(said.contains("no option --no-such"), "{said}");
    let said = gatepass(&["code", "go", "--from", "x", "curl", "http://h/"]).failed(1);
    assert!(said.contains("given twice"), "{said}");
    let next = ["curl", "http://h/1", "--next", "http://h/2"];
    let said = gatepass(&[&["code", "go"][..], &next].concat()).failed(1);
    assert!(said.contains("1: GET /1, 2: GET /2"), "{said}");
    let code = gatepass(&[&["code", "go", "--request-name", "2"][..], &next].concat()).ok();
    assert!(code.contains("http://h/2"), "{code}");
}

#[test]
fn a_request_in_another_form_is_sent_with_what_it_says_and_what_is_given_beside_it() {
    let server = Server::start().unwrap();
    let url = server.url("/basic-auth/alice/s3cret");
    let curl = format!("curl -u \"alice:$PW\" {url}");
    let answer = gatepass_with_env(&[&curl], &[("PW", "s3cret")]).json();
    assert_eq!(answer, json!({"authenticated": true, "user": "alice"}));
    let said = gatepass(&[&curl]).failed(1);
    assert!(said.contains("PW"), "{said}");
    let answer = gatepass(&[&curl, "-a", "alice:s3cret"]).json();
    assert_eq!(answer, json!({"authenticated": true, "user": "alice"}));
    let post = format!("POST {}\nX-A: 1\nX-B: 1\n\nhello", server.url("/post"));
    let answer = gatepass(&[&post, "X-B:2", "X-C:3", "page==4", "-H", "X-D: 5"]).json();
    for (name, value) in [("X-A", "1"), ("X-B", "2"), ("X-C", "3"), ("X-D", "5")] {
        assert_eq!(answer["headers"][name], value, "{answer}");
    }
    assert_eq!(answer["args"]["page"], "4");
    assert_eq!(answer["data"], "hello");
    for word in ["a=b", "@file"] {
        let said = gatepass(&[&post, word]).failed(1);
        assert!(said.contains("body from elsewhere"), "{said}");
    }
    let said = gatepass(&[&post, "https://h.example/"]).failed(1);
    assert!(said.contains("given twice"), "{said}");
    let piped = format!("curl {} -d @-", server.url("/post"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("piped.sh");
    std::fs::write(&file, piped).unwrap();
    let from = ["--from", file.to_str().unwrap()];
    let answer = gatepass_with_input(&from, b"a=1").json();
    assert_eq!(answer["form"], json!({"a": "1"}));
}

#[test]
fn settings_of_a_request_are_heeded_and_options_go_before_them() {
    let server = Server::start().unwrap();
    let redirect = format!("curl -L {}", server.url("/redirect/1"));
    let answer = gatepass(&["--check-status", &redirect]).ok();
    assert!(answer.contains("\"url\""), "{answer}");
    let slow = format!("curl -m 0.2 {}", server.url("/delay/1"));
    let said = gatepass(&[&slow]).failed(2);
    assert!(!said.is_empty());
    gatepass(&[&slow, "--max-time", "30"]).ok();
    let proxied = format!("curl -x http://127.0.0.1:1 {}", server.url("/get"));
    gatepass(&[&proxied]).failed(1);
    gatepass(&[&proxied, "--no-proxy", "*"]).ok();
    let folder = tempfile::tempdir().unwrap();
    let jar = folder.path().join("jar.txt");
    let jar = jar.to_str().unwrap();
    let set = format!("curl -c {jar} {}", server.url("/cookies/set?a=1"));
    gatepass(&[&set]).ok();
    let get = format!("curl -b {jar} {}", server.url("/cookies"));
    assert_eq!(gatepass(&[&get]).json(), json!({"cookies": {"a": "1"}}));
}
