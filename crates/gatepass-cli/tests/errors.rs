//! Messages that people meet first: each says what is wrong, and what to type instead.

use std::net::TcpListener;

use gatepass_server::Server;

use crate::run::{gatepass, gatepass_with_env};
use crate::tls::serving;

/// Runs a command that fails, and checks the parts of what it says, and that it says it as a sentence.
#[track_caller]
pub(crate) fn assert_fails(args: &[&str], parts: &[&str]) {
    let run = gatepass(args);
    let said = run.failed(1);
    for part in parts {
        assert!(said.contains(part), "{part:?} is missing in:\n{said}");
    }
    assert!(said.starts_with("error: "), "{said}");
    for line in said.lines() {
        assert!(line.ends_with(['.', '?', '!']), "{line}");
    }
    for trace in ["os error", "Error(", "Some(", "{ ", "Kind"] {
        assert!(
            !said.contains(trace),
            "{trace:?} is for programmers:\n{said}"
        );
    }
}

/// Runs a command that is refused by the server, and checks the parts of what is said under the answer.
#[track_caller]
fn assert_refused(args: &[&str], parts: &[&str]) {
    let run = gatepass(args);
    assert_eq!(run.code, Some(0), "{run:?}");
    for part in parts {
        assert!(
            run.err.contains(part),
            "{part:?} is missing in:\n{}",
            run.err
        );
    }
}

#[test]
fn a_misspelt_url_scheme() {
    assert_fails(
        &["hppts://example.org"],
        &["\"hppts\"", "did you mean https://?"],
    );
}

/// A URL without a scheme is http, as in HTTPie; a secret does not go there.
#[test]
fn a_url_without_a_scheme() {
    for (scheme, credential) in [("basic", "alice:s3cret"), ("bearer", "s3cret")] {
        assert_fails(
            &["nothing.invalid/user", "-A", scheme, "-a", credential],
            &[
                "plain http",
                "http://nothing.invalid",
                "Write https://nothing.invalid",
                "--allow-plain-http",
            ],
        );
    }
    assert_fails(&["http:/nothing.invalid"], &["http://host/path"]);
}

#[test]
fn a_host_that_does_not_resolve() {
    assert_fails(
        &["https://nothing.invalid/x"],
        &[
            "the host nothing.invalid was not found",
            "Check the spelling",
        ],
    );
}

#[test]
fn a_refused_connection() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    assert_fails(
        &[&address],
        &[
            &address,
            "refused the connection",
            "whether the server is running",
        ],
    );
}

#[test]
fn a_self_signed_certificate() {
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let (port, pem) = serving(params);
    let url = format!("https://localhost:{port}/");
    assert_fails(
        &[&url],
        &[
            "self-signed",
            "If it is your server",
            "--verify FILE",
            "--verify no",
        ],
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.pem");
    std::fs::write(&file, pem).unwrap();
    for option in ["no", file.to_str().unwrap()] {
        assert_eq!(
            gatepass(&["-h", "--verify", option, &url])
                .ok()
                .lines()
                .next(),
            Some("HTTP/1.1 204 No Content")
        );
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for() {
    let server = Server::builder().https(true).start().unwrap();
    let url = server.https_url("/get").unwrap();
    assert_fails(&[&url], &["certificate", "--verify FILE", "--verify no"]);
    assert_eq!(gatepass(&["-k", &url]).json()["url"], url);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, server.ca_pem().unwrap()).unwrap();
    assert_eq!(
        gatepass(&["--verify", file.to_str().unwrap(), &url]).json()["url"],
        url
    );
    assert_fails(
        &["--verify", "no-such-file", &url],
        &["there is no such file", "--verify=no"],
    );
}

#[test]
fn http_where_tls_is_spoken_and_the_reverse() {
    let server = Server::builder().https(true).start().unwrap();
    let https = server.https_port().unwrap();
    assert_fails(
        &[&format!("https://127.0.0.1:{}", server.port())],
        &[&format!("http://127.0.0.1:{}", server.port())],
    );
    let run = gatepass(&[&format!("http://127.0.0.1:{https}/get")]);
    assert_ne!(run.code, None, "{run:?}");
}

#[test]
fn a_wrong_password() {
    assert_refused(
        &["/basic-auth/alice/s3cret", "-a", "alice:wr0ng"],
        &[
            "401: ",
            "the user name or the password is wrong",
            "asked for: Basic realm=",
            "sent: Basic of user \"alice\"",
            "hint: ",
        ],
    );
    assert_refused(
        &[
            "/digest-auth/auth/alice/s3cret",
            "-A",
            "digest",
            "-a",
            "alice:wr0ng",
        ],
        &[
            "401: ",
            "the user name or the password is wrong",
            "asked for: Digest realm=",
            "sent: Digest username=\"alice\"",
        ],
    );
}

#[test]
fn the_wrong_scheme_word() {
    assert_refused(
        &["/auth/bearer", "-A", "token", "-a", "mF_9.B5f-4.1JqM"],
        &[
            "The server asks for Bearer, and Token was sent",
            "type -A bearer",
        ],
    );
    assert_refused(
        &[
            "/digest-auth/auth/alice/s3cret",
            "-A",
            "basic",
            "-a",
            "alice:s3cret",
        ],
        &[
            "The server asks for Digest, and Basic was sent",
            "type -A digest",
        ],
    );
}

#[test]
fn no_credential() {
    assert_refused(
        &["/basic-auth/alice/s3cret"],
        &[
            "401: The server asks for Basic",
            "sent: no credential",
            "type -A basic -a USER",
        ],
    );
}

#[test]
fn a_missing_secret() {
    assert_fails(
        &["/get", "-A", "bearer"],
        &["bearer needs token", "-a token=env:NAME"],
    );
    assert_fails(
        &["/get", "-A", "bearer", "-a", "env:GATEPASS_NOT_SET"],
        &[
            "environment variable GATEPASS_NOT_SET",
            "it is not set",
            "export",
        ],
    );
    assert_fails(
        &["/get", "-A", "bearer", "-a", "@no-such-file"],
        &["no-such-file"],
    );
}

#[test]
fn an_empty_token() {
    assert_fails(
        &["/get", "-A", "bearer", "-a", ""],
        &["the token is empty", "Was a variable in the command empty?"],
    );
    let run = gatepass_with_env(
        &["/get", "-A", "bearer", "-a", "env:GATEPASS_EMPTY"],
        &[("GATEPASS_EMPTY", "")],
    );
    assert!(run.failed(1).contains("GATEPASS_EMPTY"));
}

#[test]
fn a_token_with_its_word() {
    assert_fails(
        &["/get", "-A", "bearer", "-a", "Bearer abc"],
        &["begins with \"Bearer\"", "Leave the leading"],
    );
}

#[test]
fn a_misspelt_option() {
    assert_fails(
        &["/get", "--folow"],
        &["there is no option --folow", "Did you mean --follow?"],
    );
    assert_fails(
        &["/get", "--chek-status"],
        &["Did you mean --check-status?"],
    );
    assert_fails(
        &["/get", "--zzz"],
        &["gatepass --help explains every option"],
    );
}

#[test]
fn an_option_of_curl_that_is_none_here() {
    assert_fails(&["/get", "--digest"], &["Write -A digest"]);
    assert_fails(&["/get", "-s"], &["-q hides everything"]);
    assert_fails(
        &["/get", "--oauth2-bearer", "x"],
        &["-A bearer -a env:NAME"],
    );
    assert_fails(&["schemes", "-h"], &["Write --help"]);
    assert_fails(
        &["-d", "http://127.0.0.1/file"],
        &["there is no URL", "--download here"],
    );
}

#[test]
fn a_misspelt_scheme() {
    assert_fails(
        &["/get", "-A", "bsaic", "-a", "a:b"],
        &[
            "\"bsaic\"",
            "did you mean basic?",
            "gatepass schemes lists them all",
        ],
    );
    assert_fails(
        &["/get", "-A", "oauth1", "-a", "consumer_kee=x"],
        &["did you mean consumer_key?"],
    );
}

#[test]
fn a_misspelt_command() {
    assert_fails(&["decod.invalid"], &["was not found"]);
    assert_fails(&["serv.invalid", "a=b"], &["was not found"]);
    assert_fails(&["decod", "nothing.invalid"], &["write gatepass decode"]);
}

#[test]
fn values_of_options() {
    assert_fails(
        &["/get", "--timeout", "soon"],
        &["--timeout cannot be \"soon\"", "number of seconds"],
    );
    assert_fails(&["/get", "--at", "yesterday"], &["2026-11-22T16:00:00Z"]);
    assert_fails(&["/get", "--pretty=very"], &["all, colors, format, none"]);
    assert_fails(&["/get", "--print"], &["--print needs a value"]);
    assert_fails(&["/get", "-j", "-f"], &["exclude each other"]);
    assert_fails(
        &["-X", "GET", "post", "/get"],
        &["the method is given twice"],
    );
    assert_fails(&["/get", "no-item"], &["no request item", "query==value"]);
}

#[test]
fn nothing_at_all() {
    assert_fails(&[], &["there is no URL", "gatepass --help"]);
}
