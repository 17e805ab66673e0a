//! Cookies of one run and of files, and where credentials go on a redirect.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::Path;

use gatepass_server::Server;

use crate::run::{gatepass, gatepass_at};

#[test]
fn what_a_redirect_sets_goes_along() {
    let answer = gatepass(&["-F", "/cookies/set?theme=dark"]).json();
    assert_eq!(answer["cookies"]["theme"], "dark");
}

#[test]
fn a_jar_is_read_and_written_and_a_cookie_file_is_read() {
    let server = Server::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["jar.txt", "jar.json"] {
        let jar = folder.path().join(name);
        let path = jar.to_str().unwrap();
        gatepass(&["-c", path, &server.url("/cookies/set?theme=dark")]).ok();
        gatepass(&["--cookie-jar", path, &server.url("/cookies/set?sid=1")]).ok();
        let text = fs::read_to_string(&jar).unwrap();
        let is_json = text.trim_start().starts_with('[');
        assert_eq!(is_json, name == "jar.json", "{text}");
        let url = server.url("/cookies");
        let answer = gatepass(&["--cookie", path, "--cookie", "own=2", &url]).json();
        let expected = serde_json::json!({"theme": "dark", "sid": "1", "own": "2"});
        assert_eq!(answer["cookies"], expected);
        assert_eq!(fs::read_to_string(&jar).unwrap(), text);
    }
}

#[test]
fn a_file_that_is_none_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "buy milk\n").unwrap();
    let path = file.to_str().unwrap();
    for option in ["-c", "--cookie"] {
        let error = gatepass(&[option, path, "/get"]).failed(1);
        assert!(error.contains("line 1 has not seven fields"), "{error}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "buy milk\n");
    let error = gatepass(&["--cookie", "sid", "/get"]).failed(1);
    assert!(
        error.contains("no such file") && error.contains("NAME=VALUE"),
        "{error}"
    );
    let error = gatepass(&["-b", "sid=s3cret", "http://127.0.0.1:1/"]).failed(1);
    assert!(
        error.contains("curl's -b is --cookie here") && !error.contains("s3cret"),
        "{error}"
    );
}

#[test]
fn trust_widens_where_a_credential_goes() {
    let (from, to) = (Server::start().unwrap(), Server::start().unwrap());
    let there = to.url("/headers").replace("127.0.0.1", "localhost");
    let url = from.url(&format!("/redirect-to?url={there}"));
    let request = ["-F", &url, "-A", "bearer", "-a", "some-token"];
    let run = gatepass(&request);
    let note = "note: the Bearer credential was not sent to http://localhost:";
    assert!(run.err.starts_with(note), "{run:?}");
    assert!(run.json()["headers"].get("Authorization").is_none());
    let run = gatepass(&[&request[..], &["-v"]].concat());
    assert!(
        run.err
            .contains("the Bearer credential was not sent: it belongs to http://127.0.0.1:"),
        "{run:?}"
    );
    assert!(run.json()["headers"].get("Authorization").is_none());
    let sent = gatepass(&[&request[..], &["--trust-redirect", "localhost"]].concat()).json();
    assert_eq!(sent["headers"]["Authorization"], "Bearer some-token");
    let refused = to.url("/bearer").replace("127.0.0.1", "localhost");
    let url = from.url(&format!("/redirect-to?url={refused}"));
    let run = gatepass(&["-F", &url, "-A", "bearer", "-a", "some-token"]);
    let hint = format!(
        "add --trust-redirect {}",
        &to.url("").replace("127.0.0.1", "localhost")[7..]
    );
    assert!(run.err.contains(&hint), "{run:?}");
    let error = gatepass(&["--trust-redirect", "a/b", "/get"]).failed(1);
    assert!(error.contains("no place to trust"), "{error}");
}

/// Answers only when this many requests are there, each with a cookie of its own and one that all are given, and takes `old` away.
fn together(runs: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let waiting: Vec<_> = (0..runs)
            .map(|_| {
                let (socket, _) = listener.accept().unwrap();
                let mut lines = BufReader::new(&socket).lines();
                while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
                socket
            })
            .collect();
        for (number, mut socket) in waiting.into_iter().enumerate() {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: own{number}={number}\r\nSet-Cookie: all=1\r\n\
                 Set-Cookie: old=; Max-Age=0\r\nConnection: close\r\n\r\n"
            );
            socket.write_all(head.as_bytes()).unwrap();
        }
    });
    url
}

/// Runs as many processes at the same time, with these options.
fn at_once(runs: usize, home: &Path, options: &[&str]) {
    let url = together(runs);
    std::thread::scope(|scope| {
        for _ in 0..runs {
            scope.spawn(|| gatepass_at(home, &[options, &[&url]].concat()).ok());
        }
    });
}

/// Every run has read the file before any of them writes it.
#[test]
fn runs_at_the_same_time_lose_no_cookie() {
    const RUNS: usize = 8;

    let home = tempfile::tempdir().unwrap();
    for (option, name) in [
        ("-c", "jar.txt"),
        ("-c", "jar.json"),
        ("--session", "session.json"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        let path = file.to_str().unwrap();
        // One that was there before, and one that is taken away.
        let before =
            "127.0.0.1\tFALSE\t/\tFALSE\t0\tkept\t1\n127.0.0.1\tFALSE\t/\tFALSE\t0\told\t1\n";
        let jar = folder.path().join("before.txt");
        fs::write(&jar, before).unwrap();
        let cookies = ["--cookie", jar.to_str().unwrap(), option, path];
        at_once(1, home.path(), &cookies);
        at_once(RUNS, home.path(), &[option, path]);
        let text = fs::read_to_string(&file).unwrap();
        for cookie in (0..RUNS)
            .map(|number| format!("own{number}"))
            .chain(["kept", "all"].map(str::to_owned))
        {
            assert!(text.contains(&cookie), "{name}: {cookie} is lost:\n{text}");
        }
        assert!(!text.contains("old"), "{text}");
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 2, "no lock is left behind");
    }
}
