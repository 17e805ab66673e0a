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
