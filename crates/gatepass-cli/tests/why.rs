//! `gatepass why`.

use gatepass_server::Server;

use crate::run::{gatepass, gatepass_with_input};

const QUOTED: &str = "GET / HTTP/1.1\nHost: api.example\nAuthorization: Bearer \"s3cr3t-s3cr3t\"\n\n\
                      HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer\n\n";

#[test]
fn what_was_recorded_is_explained() {
    let said = gatepass_with_input(&["why", "-"], QUOTED.as_bytes()).ok();
    for sentence in [
        "stands in quotation marks",
        "[quoted]",
        "type -A bearer -a env:TOKEN",
        "ruled out:",
        "credential-missing: a Bearer credential was sent",
    ] {
        assert!(said.contains(sentence), "{sentence:?}: {said}");
    }
    assert!(!said.contains("s3cr3t"), "{said}");
}

#[test]
fn programs_get_json_and_what_is_no_refusal_has_no_cause() {
    let said = gatepass_with_input(&["why", "--json", "-"], QUOTED.as_bytes()).ok();
    let value: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(value["cause"], "quoted");
    assert!(!said.contains("s3cr3t"), "{said}");
    let fine = b"GET / HTTP/1.1\nHost: h\n\nHTTP/1.1 200 OK\n\nhello";
    let said = gatepass_with_input(&["why", "-"], fine).ok();
    assert!(said.contains("Nothing says"), "{said}");
    let failed = gatepass_with_input(&["why", "-"], b"hello").failed(1);
    assert!(failed.contains("HAR file"), "{failed}");
}

#[test]
fn a_request_is_sent_and_the_fix_as_typed_is_let_in() {
    let server = Server::start().unwrap();
    let url = server.url("/basic-auth/alice/s3cret");
    let said = gatepass(&[
        "why",
        &url,
        "-A",
        "bearer",
        "-a",
        "tokentokentokentoken",
        "--probe",
    ]);
    let told = said.ok();
    assert!(
        told.contains("asks for Basic, and Bearer was sent [scheme-other]"),
        "{told}"
    );
    assert!(told.contains("type -A basic -a USER"), "{told}");
    assert!(
        told.contains("it is refused without a credential, too"),
        "{told}"
    );
    // The probes carried nothing.
    let requests = server.requests();
    assert!(
        requests[1..]
            .iter()
            .all(|request| request.headers.get("Authorization").is_none())
    );
    let fixed = gatepass(&["--check-status", &url, "-A", "basic", "-a", "alice:s3cret"]).ok();
    assert!(fixed.contains("authenticated"), "{fixed}");
}

#[test]
fn every_cause_is_listed() {
    let said = gatepass(&["why", "--list"]).ok();
    assert!(
        said.contains("token-expired") && said.lines().count() > 80,
        "{said}"
    );
}
