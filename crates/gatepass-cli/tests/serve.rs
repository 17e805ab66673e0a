//! `gatepass serve`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use crate::run::{command, gatepass};

/// A server that ends with the test.
struct Running {
    child: Child,
    urls: Vec<String>,
}

impl Running {
    fn start(args: &[&str], urls: usize) -> Self {
        let mut child = command(&[&["serve", "--port=0"], args].concat())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let urls = lines.take(urls).map(Result::unwrap).collect();
        Self { child, urls }
    }

    /// Sends a signal, and returns how the process ended and what it said.
    fn signal(mut self, name: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &id])
                .status()
                .unwrap()
                .success()
        );
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_serves_until_a_signal_and_logs_no_secret() {
    for name in ["TERM", "INT"] {
        let server = Running::start(&[], 1);
        let url = format!("{}basic-auth/alice/s3cret", server.urls[0]);
        assert_eq!(
            gatepass(&[&url, "-a", "alice:s3cret"]).json()["authenticated"],
            true
        );
        let (code, log) = server.signal(name);
        assert_eq!(code, Some(0));
        assert!(log.contains("GET") && log.contains("200"), "{log}");
        assert!(!log.contains("YWxpY2U6czNjcmV0"), "{log}");
    }
}

#[test]
fn https_with_a_certificate_to_trust() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    let file = file.to_str().unwrap();
    let server = Running::start(&["--https-port=0", "--ca-file", file, "--quiet"], 2);
    assert!(server.urls[1].starts_with("https://"), "{:?}", server.urls);
    let answer = gatepass(&["--verify", file, &format!("{}get", server.urls[1])]).json();
    assert_eq!(answer["url"], format!("{}get", server.urls[1]));
    assert_eq!(server.signal("TERM"), (Some(0), String::new()));
}

#[test]
fn faults_are_served_where_they_are_wanted() {
    let server = Running::start(&["--faults", "--quiet"], 1);
    let list = gatepass(&[&format!("{}faults", server.urls[0])]).out;
    assert!(list.contains("/faults/close-in-chunk "), "{list}");
    let said = gatepass(&[&format!("{}faults/close-before-head", server.urls[0])]).failed(1);
    assert!(said.contains("the server closed it"), "{said}");
    let server = Running::start(&["--quiet"], 1);
    let said = gatepass(&[&format!("{}faults", server.urls[0])]).out;
    assert!(said.contains("--faults"), "{said}");
}

#[test]
fn a_port_that_is_taken() {
    let server = Running::start(&[], 1);
    let port = server.urls[0]
        .trim_end_matches('/')
        .rsplit_once(':')
        .unwrap()
        .1
        .to_owned();
    let said = gatepass(&["serve", "--port", &port]).failed(1);
    assert!(
        said.contains("something else listens there") && said.contains("--port=0"),
        "{said}"
    );
}
