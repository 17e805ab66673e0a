//! `gatepass web`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::run::{command, gatepass};

/// A page that ends with the test.
struct Page(Child);

impl Drop for Page {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_prints_its_address_serves_the_page_and_stops_on_a_signal() {
    let mut child = command(&["web"]).stderr(Stdio::null()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let mut page = Page(child);
    let url = BufReader::new(stdout).lines().next().unwrap().unwrap();
    let (address, token) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once("/#token=")
        .unwrap();
    assert!(
        address.starts_with("127.0.0.1:") && token.len() >= 32,
        "{url}"
    );
    let answer = get(address, "/");
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("<title>gatepass"),
        "{answer}"
    );
    assert!(!answer.contains(token));
    let id = page.0.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-s", "TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(page.0.wait().unwrap().code(), Some(0));
}

#[test]
fn an_address_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = gatepass(&["web", "--port", &port]);
    assert_eq!(run.code, Some(1));
    assert!(
        run.err.contains(&port) && run.err.contains("--port=0"),
        "{}",
        run.err
    );
}
