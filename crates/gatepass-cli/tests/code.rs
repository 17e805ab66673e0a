//! `gatepass code`.

use gatepass_snippet::ALL;

use crate::run::gatepass;

#[test]
fn a_request_becomes_code_without_its_secret() {
    let code = gatepass(&[
        "code",
        "python",
        "https://api.example/user",
        "-a",
        "alice:s3cret",
        "n:=1",
    ])
    .ok();
    for words in [
        "requests.post(",
        r#"auth=("alice", os.environ["API_PASSWORD"].encode())"#,
        r#"json={"n": 1}"#,
        "export API_PASSWORD='the password'",
    ] {
        assert!(code.contains(words), "{words} is missing:\n{code}");
    }
    assert!(!code.contains("s3cret"), "{code}");
    let words = [
        "code",
        "curl",
        "https://api.example/user",
        "-a",
        "alice:s3cret",
    ];
    let literal = gatepass(&[&words[..], &["--secrets", "literal", "-k", "-L"]].concat());
    assert!(
        literal.err.contains("note: the secret stands in the code"),
        "{literal:?}"
    );
    assert!(
        literal
            .err
            .contains("note: TLS certificates are not verified"),
        "{literal:?}"
    );
    let code = literal.ok();
    assert!(code.contains("--user alice:s3cret"), "{code}");
    assert!(
        code.contains("--insecure") && code.contains("--location"),
        "{code}"
    );
}

#[test]
fn a_refusal_names_the_reason_and_a_target_that_can() {
    let words = ["code", "curl", "https://api.example/", "-A", "oauth1"];
    let said = gatepass(
        &[
            &words[..],
            &["-a", "consumer_key=k", "-a", "consumer_secret=s"],
        ]
        .concat(),
    )
    .failed(1);
    assert!(
        said.contains("curl cannot do OAuth 1.0a") && said.contains("use python-requests"),
        "{said}"
    );
    let said = gatepass(&["code", "pyton-requests", "https://api.example/"]).failed(1);
    assert!(
        said.contains("error: TARGET cannot be") && said.contains("Did you mean python-requests?"),
        "{said}"
    );
    let said = gatepass(&["code", "curl"]).failed(1);
    assert!(said.contains("there is no URL"), "{said}");
}

#[test]
fn the_list_has_every_target() {
    let list = gatepass(&["code", "--list"]).ok();
    for target in ALL {
        let id = target.info().id;
        let line = |line: &str| line.split_whitespace().next() == Some(id);
        assert!(list.lines().any(line), "{id} is missing:\n{list}");
    }
}

/// What is sent is what is written.
#[test]
fn a_key_that_the_request_has_itself_is_the_only_one() {
    let scheme = ["-A", "apikey:header:X-API-Key", "-a", "env:FROM_SCHEME"];
    for url in ["https://a.example/", "https://a.example/?x-api-key=1"] {
        let args = [&["code", "curl", url, "X-API-Key:by-hand"][..], &scheme].concat();
        let code = gatepass(&args).ok();
        assert!(
            code.contains("X-API-Key: ") && !code.contains("FROM_SCHEME"),
            "{code}"
        );
    }
    let scheme = ["-A", "apikey:query:key", "-a", "env:FROM_SCHEME"];
    let args = [&["code", "curl", "https://a.example/?key=1"][..], &scheme].concat();
    let code = gatepass(&args).ok();
    assert!(!code.contains("FROM_SCHEME"), "{code}");
}
