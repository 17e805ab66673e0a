//! `--download`: what becomes a file, what is kept of a transfer that breaks off, and the command that goes on.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use gatepass_server::{Fault, Server};
use tempfile::tempdir;

use crate::run::{Outcome, command, outcome};

/// Runs the command in a folder.
fn download<A: AsRef<str>>(folder: &Path, args: &[A]) -> Outcome {
    outcome(command(args).current_dir(folder).output().unwrap())
}

/// Returns the names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Gives these answers in turn, each over a connection of its own, which it closes, and keeps the heads of the requests. An
/// answer that ends with three dots is not ended.
pub(crate) fn peer(answers: Vec<String>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    std::thread::spawn(move || {
        for answer in answers {
            let (mut socket, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(socket.try_clone().unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                reader.read_line(&mut head).unwrap();
            }
            keep.lock().unwrap().push(head);
            let bytes = answer.strip_suffix("...").unwrap_or(&answer);
            socket.write_all(bytes.as_bytes()).unwrap();
            if bytes.len() < answer.len() {
                let _ = reader.read(&mut [0]);
            }
        }
    });
    (url, seen)
}

/// The first half of ten bytes.
fn half() -> String {
    "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 10\r\n\r\n01234".to_owned()
}

/// The second half.
fn rest() -> String {
    let head = "HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes 5-9/10\r\n";
    format!("{head}Content-Length: 5\r\nConnection: close\r\n\r\n56789")
}

fn challenge() -> String {
    let head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n";
    format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n")
}

#[test]
fn the_body_is_saved_under_the_name_that_the_server_gives() {
    let folder = tempdir().unwrap();
    let path = "/response-headers?Content-Disposition=attachment;%20filename=%22..%2Fa%20b.json%22";
    for name in ["a b.json", "a b-1.json"] {
        let outcome = download(folder.path(), &["--download", path]);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(0), ""));
        assert!(
            outcome.err.starts_with(&format!("Saved {name}: ")),
            "{outcome:?}"
        );
        // No terminal, no bar.
        assert!(!outcome.err.contains(['\r', '\u{1b}']), "{outcome:?}");
        assert_eq!(outcome.err.lines().count(), 1, "{outcome:?}");
    }
    let outcome = download(
        folder.path(),
        &["--download", "-q", "-o", "x", "/range/1000"],
    );
    assert_eq!((outcome.code, outcome.err.as_str()), (Some(0), ""));
    assert_eq!(fs::read(folder.path().join("x")).unwrap().len(), 1000);
    // Redirects are followed, and into a folder goes what the server names.
    fs::create_dir(folder.path().join("in")).unwrap();
    let to = "/redirect-to?url=/range/5";
    download(folder.path(), &["--download", "-o", "in", to]).ok();
    assert_eq!(fs::read(folder.path().join("in/5")).unwrap(), b"abcde");
    assert_eq!(names(folder.path()), ["a b-1.json", "a b.json", "in", "x"]);
}

#[test]
fn a_broken_transfer_says_how_to_go_on_and_that_works() {
    let folder = tempdir().unwrap();
    let (url, seen) = peer(vec![challenge(), half(), challenge(), rest()]);
    let url = format!("{url}/a%20file?x='y'");
    let args = ["-A", "digest", "-a", "alice:env:PW", "--download", &url];
    let mut first = command(&args);
    first.current_dir(folder.path()).env("PW", "s3cret");
    let said = outcome(first.output().unwrap()).failed(1);
    assert!(
        said.contains("5 B of 10 B came, and are in a file.part. To go on:\n  gatepass "),
        "{said}"
    );
    assert_eq!(names(folder.path()), ["a file.part", "a file.part.json"]);
    // What stands there is typed as it is.
    let line = said.lines().last().unwrap().trim();
    let line = line.replacen("gatepass", env!("CARGO_BIN_EXE_gatepass"), 1);
    let mut again = command::<&str>(&[]);
    let environment: Vec<_> = again
        .get_envs()
        .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
        .collect();
    again = Command::new("sh");
    again
        .args(["-c", &line])
        .current_dir(folder.path())
        .env("PW", "s3cret");
    for (name, value) in environment {
        match value {
            Some(value) => again.env(name, value),
            None => again.env_remove(name),
        };
    }
    let outcome = outcome(again.output().unwrap());
    assert!(
        outcome.err.contains("behind 5 B from before"),
        "{outcome:?}"
    );
    outcome.ok();
    assert_eq!(names(folder.path()), ["a file"]);
    assert_eq!(
        fs::read_to_string(folder.path().join("a file")).unwrap(),
        "0123456789"
    );
    let seen = seen.lock().unwrap();
    for request in &seen[2..] {
        assert!(request.contains("\r\nRange: bytes=5-\r\n"), "{request}");
        assert!(request.contains("\r\nIf-Range: \"v1\"\r\n"), "{request}");
        assert!(
            request.contains("\r\nAccept-Encoding: identity\r\n"),
            "{request}"
        );
    }
    assert!(seen[3].contains("\r\nAuthorization: Digest "), "{seen:?}");
}

#[test]
fn a_command_with_a_secret_is_not_repeated() {
    let folder = tempdir().unwrap();
    let secrets: [&[&str]; 7] = [
        &["-a", "alice:s3cret"],
        &["X-API-Key:s3cret"],
        &["-H", "Authorization: Bearer s3cret"],
        &["api_key==s3cret"],
        &["--cookie", "sid=s3cret"],
        &["password=s3cret"],
        &["--no-proxy", "*", "--proxy", "http://u:s3cret@127.0.0.1:1"],
    ];
    for secret in secrets {
        let (url, _) = peer(vec![half()]);
        let args = [&["--download", &url, "-o", "x"][..], secret].concat();
        let said = download(folder.path(), &args).failed(1);
        assert!(
            said.contains("type the same command, with --continue"),
            "{said}"
        );
        assert!(!said.contains("s3cret"), "{said}");
    }
    let (url, _) = peer(vec![half()]);
    let said = download(
        folder.path(),
        &["--download", "-o", "y", &format!("{url}?token=s3cret")],
    );
    assert!(!said.failed(1).contains("s3cret"));
}

#[test]
fn what_cannot_go_on_begins_anew() {
    let folder = tempdir().unwrap();
    let changed =
        "HTTP/1.1 200 OK\r\nETag: \"v2\"\r\nContent-Length: 3\r\nConnection: close\r\n\r\nnew";
    let (url, seen) = peer(vec![
        half().replace("ETag: \"v1\"\r\n", ""),
        half(),
        changed.to_owned(),
        half(),
        rest().replace("\"v1\"", "\"v2\""),
    ]);
    // curl's dash is understood.
    let go_on = ["-C", "-", &url, "-o", "x"];
    let said = download(folder.path(), &go_on).failed(1);
    assert!(said.contains("the same command begins anew"), "{said}");
    download(folder.path(), &go_on).failed(1);
    let anew = download(folder.path(), &go_on);
    assert!(anew.err.contains("it begins anew"), "{anew:?}");
    anew.ok();
    assert_eq!(fs::read_to_string(folder.path().join("x")).unwrap(), "new");
    download(folder.path(), &["--download", &url, "-o", "x"]).failed(1);
    // The server has another file, and gives its rest.
    let said = download(folder.path(), &go_on).failed(1);
    assert!(
        said.contains("the file has changed") && said.contains("without --continue"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(folder.path().join("x")).unwrap(), "new");
    let ranges: Vec<_> = seen
        .lock()
        .unwrap()
        .iter()
        .map(|head| head.contains("\r\nRange: "))
        .collect();
    assert_eq!(ranges, [false, false, true, false, true]);
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_came_and_says_how_to_go_on() {
    let folder = tempdir().unwrap();
    let (url, _) = peer(vec![half() + "..."]);
    let mut command = command(&["--download", &url, "-o", "x"]);
    let child = command.current_dir(folder.path()).spawn().unwrap();
    let part = folder.path().join("x.part");
    while fs::metadata(&part).map_or(0, |about| about.len()) < 5 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let said = outcome(child.wait_with_output().unwrap()).failed(130);
    assert!(
        said.contains("5 B of 10 B came, and are in x.part. To go on:\n  gatepass --download"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&part).unwrap(), "01234");
}

#[test]
fn an_error_is_printed_and_not_saved() {
    let folder = tempdir().unwrap();
    for (status, code) in [(404, 4), (500, 5), (304, 3)] {
        let outcome = download(
            folder.path(),
            &["--download", "-o", "x", &format!("/status/{status}")],
        );
        assert_eq!(outcome.code, Some(code), "{outcome:?}");
    }
    let outcome = download(folder.path(), &["--download", "/basic-auth/alice/s3cret"]);
    assert_eq!(outcome.code, Some(4));
    assert!(
        outcome.err.contains("401: The server asks for Basic"),
        "{outcome:?}"
    );
    assert_eq!(names(folder.path()).len(), 0);
    for args in [
        &["--download", "-o", "-", "/get"][..],
        &["--download", "-b", "/get"],
    ] {
        download(folder.path(), args).failed(1);
    }
    let outcome = download(folder.path(), &["--download", "-o", "missing/x", "/get"]);
    assert!(outcome.failed(1).contains("missing/x"));
}

#[test]
fn a_server_that_misbehaves_leaves_no_file_that_looks_complete() {
    let server = Server::builder().faults(true).start().unwrap();
    let faults: [(Fault, i32, &str); 9] = [
        (Fault::CloseAfterHead, 1, ""),
        (Fault::CloseInBody, 1, "four"),
        (Fault::CloseInChunk, 1, "whole"),
        (Fault::CloseBetweenChunks, 1, "whole"),
        (Fault::ResetInBody, 1, "four"),
        (Fault::SilentInBody, 2, "four"),
        (Fault::ConflictingLengths, 1, ""),
        (Fault::ChunkTooLong, 1, "who"),
        (Fault::EndlessBody, 2, "."),
    ];
    for (fault, code, kept) in faults {
        let folder = tempdir().unwrap();
        let url = server.fault_url(fault).unwrap();
        let outcome = download(
            folder.path(),
            &["--download", "-o", "x", "--max-time", "1", &url],
        );
        assert_eq!(outcome.code, Some(code), "{fault:?}: {outcome:?}");
        assert!(!folder.path().join("x").exists(), "{fault:?}");
        let there = fs::read_to_string(folder.path().join("x.part")).unwrap_or_default();
        assert!(there.starts_with(kept), "{fault:?}: {there}");
        assert_eq!(there.is_empty(), kept.is_empty(), "{fault:?}");
        assert_eq!(
            outcome.err.contains("x.part"),
            !kept.is_empty(),
            "{outcome:?}"
        );
    }
    let folder = tempdir().unwrap();
    let url = server.fault_url(Fault::LongBody).unwrap();
    download(folder.path(), &["--download", "-o", "x", &url]).ok();
    assert_eq!(
        fs::read_to_string(folder.path().join("x")).unwrap(),
        "whole\n"
    );
}

/// What another user of the same folder may have put where an unfinished file will be.
#[cfg(unix)]
#[test]
fn what_was_planted_beside_the_file_is_neither_written_nor_gone_on_with() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let server = Server::start().unwrap();
    let url = server.url("/range/10");
    let folder = tempdir().unwrap();
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    for end in ["part", "part.json"] {
        let planted = folder.path().join(format!("x.{end}"));
        symlink(&victim, &planted).unwrap();
        for more in [&["--download"][..], &["--download", "--continue"]] {
            let run = download(folder.path(), &[more, &["-o", "x", &url]].concat());
            assert_eq!(fs::read_to_string(&victim).unwrap(), "precious", "{run:?}");
            let written = fs::read_to_string(folder.path().join("x"));
            match end {
                "part" => {
                    assert!(run.failed(1).contains("x.part: it is a symbolic link"));
                    assert!(written.is_err());
                }
                _ => assert_eq!(written.unwrap(), "abcdefghij"),
            }
        }
        let _ = fs::remove_file(planted);
        let _ = fs::remove_file(folder.path().join("x"));
    }
    // Under a name that the server chooses, another one is taken.
    symlink(&victim, folder.path().join("10.part")).unwrap();
    download(folder.path(), &["--download", &url]).ok();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    let plain = fs::metadata(folder.path().join("victim")).unwrap();
    let saved = fs::metadata(folder.path().join("10-1")).unwrap();
    assert_eq!(saved.permissions().mode(), plain.permissions().mode());
    // Only the superuser can plant a file of another user's.
    fs::write(folder.path().join("y.part"), "PLANTED").unwrap();
    let notes = r#"{"validator":"\"range10\"","total":10}"#;
    fs::write(folder.path().join("y.part.json"), notes).unwrap();
    for end in ["y.part", "y.part.json"] {
        if std::os::unix::fs::chown(folder.path().join(end), Some(12345), None).is_err() {
            return;
        }
    }
    let run = download(
        folder.path(),
        &["--download", "--continue", "-o", "y", &url],
    );
    assert!(run.failed(1).contains("y.part is there beside it"));
    assert_eq!(
        names(folder.path())
            .iter()
            .filter(|name| *name == "y")
            .count(),
        0
    );
}
