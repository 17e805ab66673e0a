//! Sending: every scheme against the built-in server, sources of secrets, items, options.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use gatepass_server::Server;
use serde_json::json;

use crate::run::{command, gatepass, gatepass_with_env, gatepass_with_input};

#[test]
fn a_path_alone_goes_to_the_built_in_server() {
    let answer = gatepass(&[
        "/digest-auth/auth/alice/s3cret",
        "-A",
        "digest",
        "-a",
        "alice:s3cret",
    ])
    .json();
    assert_eq!(answer, json!({"authenticated": true, "user": "alice"}));
    let answer = gatepass(&["get", "/get", "a==1", "X-Mine:2"]).json();
    assert_eq!(
        (&answer["args"]["a"], &answer["headers"]["X-Mine"]),
        (&json!("1"), &json!("2"))
    );
}

#[test]
fn schemes_are_performed() {
    for (path, scheme, credentials) in [
        ("/basic-auth/alice/s3cret", "basic", &["alice:s3cret"][..]),
        ("/digest-auth/auth/alice/s3cret", "auto", &["alice:s3cret"]),
        (
            "/digest-auth/auth-int/alice/s3cret/SHA-256",
            "digest",
            &["alice:s3cret"],
        ),
        ("/auth/bearer", "BEARER", &["mF_9.B5f-4.1JqM"]),
        ("/auth/bearer/JWT", "bearer:JWT", &["mF_9.B5f-4.1JqM"]),
        ("/auth/apikey", "apikey", &["3f2a9c-example-key"]),
        (
            "/auth/apikey/query/key",
            "apikey:query:key",
            &["3f2a9c-example-key"],
        ),
        (
            "/oauth1",
            "oauth1",
            &[
                "consumer_key=RKCGzna7bv9YD57c",
                "consumer_secret=D+EdQ-gs$-%@2Nu7",
            ],
        ),
    ] {
        let mut args = vec![path, "-A", scheme, "--check-status"];
        credentials
            .iter()
            .for_each(|value| args.extend(["-a", value]));
        let run = gatepass(&args);
        assert_eq!(run.code, Some(0), "{scheme} at {path}: {run:?}");
    }
}

#[test]
fn without_a_scheme_basic_goes_at_once_and_a_challenge_is_answered() {
    let server = Server::start().unwrap();
    gatepass(&[
        &server.url("/basic-auth/alice/s3cret"),
        "-u",
        "alice:s3cret",
    ])
    .ok();
    assert_eq!(server.requests().len(), 1);
    let answer = gatepass(&[
        &server.url("/digest-auth/auth/alice/s3cret"),
        "-a",
        "alice:s3cret",
    ])
    .json();
    assert_eq!(answer["authenticated"], true);
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_secret_comes_from_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    // Editors end a file with a line break.
    fs::write(&file, "s3cret\n").unwrap();
    let from_file = format!("alice:@{}", file.display());
    let target = "/basic-auth/alice/s3cret";
    assert_eq!(
        gatepass(&[target, "-a", &from_file]).json()["authenticated"],
        true
    );
    let run = gatepass_with_env(
        &[target, "-a", "alice:env:GATEPASS_TEST"],
        &[("GATEPASS_TEST", "s3cret")],
    );
    assert_eq!(run.json()["authenticated"], true);
    assert_eq!(
        gatepass_with_input(&[target, "-a", "alice:-"], b"s3cret\n").json()["authenticated"],
        true
    );
    assert_eq!(
        gatepass_with_input(&[target, "-a", "-"], b"alice:s3cret\n").json()["authenticated"],
        true
    );
    assert_eq!(
        gatepass(&["/basic-auth/alice/@x", "-a", "alice:text:@x"]).json()["authenticated"],
        true
    );
    let said = gatepass_with_input(&["/post", "-a", "alice:-", "@-"], b"x").failed(1);
    assert!(
        said.contains("cannot be both the secret and the body"),
        "{said}"
    );
}

#[test]
fn bodies_are_made_of_items() {
    let answer = gatepass(&["/post", "name=Ada", "age:=36", "tags[]=x"]).json();
    assert_eq!(
        answer["json"],
        json!({"name": "Ada", "age": 36, "tags": ["x"]})
    );
    let answer = gatepass(&["put", "/put", "--form", "name=Ada Lovelace"]).json();
    assert_eq!(answer["form"]["name"], "Ada Lovelace");
    let answer = gatepass(&["/post", "--raw", "plain", "Content-Type:text/plain"]).json();
    assert_eq!(answer["data"], "plain");
}

#[test]
fn curls_spellings_are_understood() {
    let answer = gatepass(&[
        "-X",
        "put",
        "-H",
        "X-Mine: 2",
        "-d",
        "a=1",
        "-d",
        "b=2",
        "/anything",
    ])
    .json();
    assert_eq!(answer["method"], "PUT");
    assert_eq!(answer["form"], json!({"a": "1", "b": "2"}));
    assert_eq!(answer["headers"]["X-Mine"], "2");
    assert_eq!(
        gatepass(&["-d", "a=1", "/anything"]).json()["method"],
        "POST"
    );
    assert_eq!(gatepass(&["-L", "/redirect/1"]).json()["args"], json!({}));
    let answer = gatepass(&["/get", "-H", "User-Agent:"]).json();
    assert!(answer["headers"].get("User-Agent").is_none(), "{answer}");
    let head = gatepass(&["-i", "/get"]).ok();
    assert!(
        head.starts_with("HTTP/1.1 200 OK\n") && head.contains("\n\n{"),
        "{head}"
    );
}

#[test]
fn standard_input_is_the_body_where_something_comes() {
    let answer = gatepass_with_input(&["/anything"], b"{\"a\": 1}").json();
    assert_eq!(
        (&answer["method"], &answer["json"]),
        (&json!("POST"), &json!({"a": 1}))
    );
    let answer = gatepass_with_input(&["/anything"], b"").json();
    assert_eq!(answer["method"], "GET", "an empty input is no body");
    let answer = gatepass_with_input(&["-I", "/anything"], b"{}").json();
    assert_eq!(answer["method"], "GET");
    let answer = gatepass_with_input(&["/anything", "a=1"], b"other").json();
    assert_eq!(
        answer["json"],
        json!({"a": "1"}),
        "a body from items is the only one"
    );
    let answer = gatepass_with_input(&["/anything", "@-"], b"whole").json();
    assert_eq!(answer["data"], "whole");
}

/// A pipe that stays open and silent must not hold up a request without a body.
#[test]
fn an_idle_pipe_is_passed_over() {
    let mut child = command(&["/anything"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let idle = child.stdin.take();
    let mut answer = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut answer)
        .unwrap();
    assert!(answer.contains("\"method\": \"GET\""), "{answer}");
    assert!(child.wait().unwrap().success());
    drop(idle);
}

#[test]
fn offline_prints_the_bytes_and_sends_nothing() {
    let server = Server::start().unwrap();
    let url = server.url("/post?x=1");
    let bytes = gatepass(&["--offline", "post", &url, "-a", "alice:s3cret", "a=1"]).ok();
    let host = server.address();
    let expected = format!("POST /post?x=1 HTTP/1.1\r\nHost: {host}\r\n");
    assert!(bytes.starts_with(&expected), "{bytes}");
    assert!(
        bytes.contains("\r\nAuthorization: Basic YWxpY2U6czNjcmV0\r\n"),
        "{bytes}"
    );
    assert!(bytes.ends_with("\r\n\r\n{\"a\":\"1\"}"), "{bytes}");
    assert_eq!(server.requests().len(), 0);
    let head = gatepass(&["--offline", "--print=H", "post", &url, "a=1"]).ok();
    assert!(head.ends_with("\r\n\r\n"), "{head}");
}

/// What is printed is what goes over the wire.
#[test]
fn offline_and_online_are_the_same() {
    let server = Server::start().unwrap();
    let url = server.url("/anything?b=2&a=1");
    let args = [
        &url,
        "-A",
        "oauth1",
        "-a",
        "consumer_key=k",
        "-a",
        "consumer_secret=s",
        "--at=1700000000",
        "--nonce=n",
        "--form",
        "c=3",
    ];
    let offline = gatepass(&[&["--offline"], &args[..]].concat()).ok();
    gatepass(&args).ok();
    let requests = server.requests();
    let sent = requests[0].headers.get_str("Authorization").unwrap();
    assert!(
        offline.contains(&format!("\r\nAuthorization: {sent}\r\n")),
        "{offline}\n{sent}"
    );
}

#[test]
fn a_moment_and_a_nonce_make_a_signature_reproducible() {
    let args = |at| {
        [
            "--offline",
            "https://api.example/user",
            "-A",
            "oauth1",
            "-a",
            "consumer_key=k",
            "-a",
            "consumer_secret=s",
            "--nonce=n",
            "--at",
            at,
        ]
    };
    let first = gatepass(&args("2023-11-14T22:13:20Z")).ok();
    assert!(
        first.contains("oauth_timestamp=\"1700000000\"") && first.contains("oauth_nonce=\"n\""),
        "{first}"
    );
    assert_eq!(first, gatepass(&args("@1700000000")).ok());
    assert_ne!(first, gatepass(&args("1700000001")).ok());
}

#[test]
fn redirects_are_followed_when_wanted_and_counted() {
    assert_eq!(gatepass(&["/redirect/2", "--check-status"]).code, Some(3));
    assert!(gatepass(&["-F", "/redirect/2"]).ok().contains("/get"));
    let said = gatepass(&["-F", "--max-redirects=2", "/redirect/5"]).failed(6);
    assert!(said.contains("--max-redirects"), "{said}");
}

/// A credential stays at its origin, and that is told.
#[test]
fn a_credential_does_not_follow_a_redirect_to_another_origin() {
    let (first, second) = (Server::start().unwrap(), Server::start().unwrap());
    let url = first.url(&format!(
        "/redirect-to?url={}",
        second.url("/basic-auth/alice/s3cret")
    ));
    let run = gatepass(&["-F", &url, "-A", "basic", "-a", "alice:s3cret"]);
    assert!(
        run.err.contains("401:") && run.err.contains(&second.url("")),
        "{run:?}"
    );
    assert!(first.requests()[0].headers.contains("Authorization"));
    assert!(!second.requests()[0].headers.contains("Authorization"));
}

#[test]
fn exit_codes_are_those_of_httpie() {
    for (args, code) in [
        (&["/status/200", "--check-status"][..], 0),
        (&["/status/404"], 0),
        (&["/status/301", "--check-status"], 3),
        (&["/status/404", "--check-status"], 4),
        (&["/status/500", "--check-status"], 5),
        (&["/delay/5", "--timeout=0.2"], 2),
        (&["/get", "--no-such-option"], 1),
    ] {
        assert_eq!(gatepass(args).code, Some(code), "{args:?}");
    }
}
