//! What is printed, and where.

use std::fs;
use std::io::Read as _;

use crate::run::{command, gatepass};

#[test]
fn into_a_pipe_goes_the_body_as_it_came() {
    let run = gatepass(&["/base64/eyJhIjoxfQ=="]);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("{\"a\":1}", ""));
}

#[test]
fn the_parts_that_are_asked_for_are_the_answer() {
    let head = gatepass(&["-h", "/get"]).ok();
    assert!(
        head.starts_with("HTTP/1.1 200 OK\n") && !head.contains('{'),
        "{head}"
    );
    let all = gatepass(&["--print=HBhbm", "/post", "a=1"]).ok();
    for part in [
        "POST /post HTTP/1.1\nHost: ",
        "\n\n{\"a\":\"1\"}\n\nHTTP/1.1 200 OK\n",
        "\nElapsed time: 0.",
    ] {
        assert!(all.contains(part), "{part:?} is missing in\n{all}");
    }
    let heads = gatepass(&["--all", "-F", "-h", "/redirect/1"]).ok();
    assert!(
        heads.starts_with("HTTP/1.1 302") && heads.contains("\nHTTP/1.1 200 OK"),
        "{heads}"
    );
}

#[test]
fn verbose_tells_everything_beside_the_answer() {
    let run = gatepass(&[
        "-v",
        "/digest-auth/auth/alice/s3cret",
        "-A",
        "digest",
        "-a",
        "alice:s3cret",
    ]);
    assert!(
        run.err.matches("> GET /digest-auth").count() == 2,
        "{}",
        run.err
    );
    for words in [
        "< HTTP/1.1 401",
        "< HTTP/1.1 200 OK",
        "# A2: GET:/digest-auth/auth/alice/s3cret",
        "* Digest credential",
    ] {
        assert!(
            run.err.contains(words),
            "{words} is missing in\n{}",
            run.err
        );
    }
    assert_eq!(run.json()["authenticated"], true);
}

#[test]
fn pretty_can_be_forced_and_forbidden() {
    let run = |how: &str| gatepass(&["/base64/eyJhIjoxfQ==", "Accept:application/json", how]).ok();
    assert_eq!(
        run("--pretty=format"),
        "{\"a\":1}",
        "what does not say that it is JSON stays as it is"
    );
    let indented = gatepass(&["/post", "a=1", "--print=b", "--pretty=format"]).ok();
    assert!(
        indented.contains("\n    \"json\": {\n        \"a\": \"1\"\n    }"),
        "{indented}"
    );
    let colored = gatepass(&["/get", "--pretty=all"]).ok();
    assert!(colored.contains("\u{1b}["), "{colored}");
    assert!(
        !gatepass(&["/get", "--pretty=none"])
            .ok()
            .contains("\u{1b}[")
    );
}

#[test]
fn a_file_takes_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer");
    let path = path.to_str().unwrap();
    let run = gatepass(&["-o", path, "/bytes/5000?seed=1"]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""));
    assert_eq!(fs::read(path).unwrap().len(), 5000);
    let run = gatepass(&["-q", "-o", path, "/get"]);
    assert!(run.err.is_empty() && fs::read_to_string(path).unwrap().contains("args"));
}

#[test]
fn a_failed_request_leaves_the_file_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer");
    fs::write(&path, "precious and long").unwrap();
    let name = path.to_str().unwrap();
    gatepass(&["-o", name, "nothing.invalid"]).failed(1);
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious and long");
    gatepass(&["-o", name, "/base64/YQ=="]).ok();
    assert_eq!(fs::read_to_string(&path).unwrap(), "a");
    gatepass(&["-o", name, "/status/204"]).ok();
    assert_eq!(fs::read_to_string(&path).unwrap(), "");
}

#[test]
fn quiet_leaves_errors_only() {
    let run = gatepass(&["-q", "-v", "/status/401"]);
    assert_eq!(
        (run.out.as_str(), run.err.as_str(), run.code),
        ("", "", Some(0))
    );
    assert!(
        gatepass(&["-q", "nothing.invalid"])
            .failed(1)
            .contains("nothing.invalid")
    );
}

/// `gatepass … | head -1` ends without a word.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = command(&["/bytes/100000"]).spawn().unwrap();
    let mut pipe = child.stdout.take().unwrap();
    pipe.read_exact(&mut [0; 16]).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).as_ref()
        ),
        (Some(0), "")
    );
}
