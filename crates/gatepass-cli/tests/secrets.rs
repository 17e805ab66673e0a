//! No secret is printed, whatever is asked for, unless it is revealed on purpose; and none stands in a list of processes.

use gatepass_server::Server;

use crate::run::{command, gatepass, gatepass_with_env};

const SECRET: &str = "hunter2-hunter2-hunter2";

/// `alice:` and the secret in base64.
const BASIC: &str = "YWxpY2U6aHVudGVyMi1odW50ZXIyLWh1bnRlcjI=";

#[track_caller]
fn assert_hidden(args: &[&str]) {
    let run = gatepass(args);
    for text in [&run.out, &run.err] {
        assert!(
            !text.contains(SECRET) && !text.contains(BASIC),
            "{args:?} shows the secret:\n{text}"
        );
    }
}

#[test]
fn verbose_masks_secrets() {
    let basic = format!("alice:{SECRET}");
    let secret = format!("consumer_secret={SECRET}");
    let header = format!("Authorization:Bearer {SECRET}");
    let key = format!("X-API-Key:{SECRET}");
    let server = Server::start().unwrap();
    let url = server.url("/status/401");
    let with_user = url.replace("http://", &format!("http://alice:{SECRET}@"));
    for args in [
        &["-A", "basic", "-a", &basic][..],
        &["-A", "digest", "-a", &basic],
        &["-A", "bearer", "-a", SECRET],
        &["-A", "token", "-a", SECRET],
        &["-A", "apikey:header:X-Mine", "-a", SECRET],
        &["-A", "apikey:query:key", "-a", SECRET],
        &["-A", "apikey:cookie:sid", "-a", SECRET],
        &["-A", "oauth1", "-a", "consumer_key=k", "-a", &secret],
        &[
            "-A",
            "oauth1",
            "-a",
            "consumer_key=k",
            "-a",
            &secret,
            "-a",
            "method=PLAINTEXT",
        ],
        &[&header],
        &[&key],
    ] {
        let mut all = vec![url.as_str()];
        // Options may stand behind items.
        all.extend(args);
        assert_hidden(&[&all[..], &["-v"]].concat());
        assert_hidden(&[&all[..], &["--print=Hh"]].concat());
    }
    assert_hidden(&[&with_user, "-v"]);
}

#[test]
fn reveal_shows_them() {
    let run = gatepass(&[
        "/status/401",
        "-v",
        "--reveal",
        "-A",
        "basic",
        "-a",
        &format!("alice:{SECRET}"),
    ]);
    assert!(run.err.contains(BASIC), "{}", run.err);
}

#[test]
fn errors_hold_no_secret() {
    let spaced = format!("{SECRET} {SECRET}");
    for args in [
        &["/get", "-A", "bearer", "-a", &spaced][..],
        &["nothing.invalid", "-A", "bearer", "-a", SECRET],
        &["/get", "-A", "oauth1", "-a", SECRET],
        &["/get", "-A", SECRET],
        &[&format!("http://alice:{SECRET}@nothing.invalid:x")],
        &["/get", &format!("X-Mine:{SECRET}\u{1}")],
        &["/get", &format!("a:={SECRET}")],
        &["/get", SECRET],
    ] {
        if args[1..] != ["-A", SECRET] {
            assert_hidden(args);
        }
        assert_eq!(gatepass(args).code, Some(1), "{args:?}");
    }
}

/// What is read from a variable never becomes an argument of anything.
#[test]
fn a_secret_from_a_variable_stands_in_no_command_line() {
    let server = Server::start().unwrap();
    let mut child = command(&[
        &server.url("/delay/2"),
        "-A",
        "bearer",
        "-a",
        "env:GATEPASS_SECRET",
    ])
    .env("GATEPASS_SECRET", SECRET)
    .spawn()
    .unwrap();
    // The request has arrived, so the secret was resolved.
    while server.requests().is_empty() && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(10));
        if std::fs::read(format!("/proc/{}/cmdline", child.id()))
            .is_ok_and(|line| contains(&line, SECRET))
        {
            panic!("the secret stands in the command line");
        }
    }
    let seen = server.requests();
    assert!(child.wait().unwrap().success());
    let seen = if seen.is_empty() {
        server.requests()
    } else {
        seen
    };
    assert_eq!(
        seen[0].headers.get_str("Authorization"),
        Some(format!("Bearer {SECRET}").as_str())
    );
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[test]
fn a_header_from_a_variable_is_a_secret() {
    let run = gatepass_with_env(
        &["-v", "/get", "X-Mine:@env:GATEPASS_SECRET"],
        &[("GATEPASS_SECRET", SECRET)],
    );
    assert!(
        !run.err.contains(SECRET) && run.err.contains("X-Mine: hun…⟨"),
        "{}",
        run.err
    );
}

#[cfg(unix)]
#[test]
fn a_command_that_does_not_end_is_not_waited_for_longer_than_the_request() {
    for command in [
        "exec 2>/dev/null; sleep 60; echo t",
        "exec 2>/dev/null; echo t; exec >&-; sleep 60",
        "while :; do sleep 1; done",
    ] {
        let token = format!("token=cmd:{command}");
        let args = [
            "--max-time",
            "0.3",
            "-A",
            "bearer",
            "-a",
            &token,
            "http://127.0.0.1:9/",
        ];
        let said = gatepass(&args).failed(1);
        assert!(said.contains("did not end within 0.3 s"), "{said}");
    }
}
