//! Bodies from files, in parts, and from standard input.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;

use gatepass_server::{Fault, Limits, Server};
use serde_json::json;
use tempfile::tempdir;

use crate::run::{command, gatepass, gatepass_with_input};

/// More than is held in memory before a request is sent.
const LARGE: usize = 3 << 20;

fn server() -> Server {
    let limits = Limits {
        body: 2 * LARGE,
        ..Limits::default()
    };
    Server::builder().limits(limits).start().unwrap()
}

#[test]
fn files_are_fields_of_a_form() {
    let folder = tempdir().unwrap();
    let path = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let (text, picture) = (path("nä\"me.txt", b"hello"), path("x.png", &[0x89, 0]));
    let file = format!("f@{text}");
    let renamed = format!("g@{picture};filename=a b.csv;type=text/x");
    let answer = gatepass(&["/post", "a=1", "n:=2", &file, &renamed]).json();
    assert_eq!(answer["form"], json!({"a": "1", "n": "2"}));
    assert_eq!(answer["files"]["f"], "hello");
    assert_eq!(answer["files"]["g"], "data:text/x;base64,iQA=");
    let sent = gatepass(&["--offline", "h/", "--boundary", "xyz", &file]).ok();
    let expected = "\r\n\r\n--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"nä%22me.txt\"\r\n\
        Content-Type: text/plain\r\n\r\nhello\r\n--xyz--\r\n";
    assert!(sent.ends_with(expected), "{sent}");
    assert!(sent.contains("Content-Type: multipart/form-data; boundary=xyz\r\n"));
    let plain = gatepass(&["/post", "--multipart", "a=1"]).json();
    assert_eq!(plain["form"], json!({"a": "1"}));
    let stdin = gatepass_with_input(&["/post", "f@-;filename=log.txt"], b"piped").json();
    assert_eq!(stdin["files"]["f"], "piped");
}

#[test]
fn a_file_that_cannot_be_sent_says_why() {
    for (word, expected) in [
        (
            "f@/no/such/file",
            "\"/no/such/file\" cannot be read: No such file",
        ),
        (
            "@/no/such/file",
            "\"/no/such/file\" cannot be read: No such file",
        ),
        ("@/", "cannot be read: is a directory"),
    ] {
        let said = gatepass(&["/post", word]).failed(1);
        assert!(said.contains(expected), "{word}: {said}");
    }
    let said = gatepass(&["--json", "/post", "f@/x"]).failed(1);
    assert!(said.contains("leave --json out"), "{said}");
    let said = gatepass(&["/post", "a=1", "--multipart", "--boundary", "a\"b"]).failed(1);
    assert!(said.contains("1 to 70 letters"), "{said}");
}

#[test]
fn a_large_file_answers_a_challenge_and_a_redirect() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("large.bin");
    fs::write(&path, vec![7; LARGE]).unwrap();
    let server = server();
    let target = server.url("/auth/digest");
    let url = server.url(&format!("/redirect-to?status_code=308&url={target}"));
    let whole = format!("@{}", path.display());
    let part = format!("f@{}", path.display());
    let credential = ["-A", "digest", "-a", "alice:s3cret", "--follow"];
    for word in [&whole, &part] {
        let args: Vec<&str> = [&url, &word[..]].into_iter().chain(credential).collect();
        assert_eq!(gatepass(&args).json()["authenticated"], true);
    }
    let mut redirected = command(&[&[&url[..]][..], &credential].concat());
    redirected.stdin(File::open(&path).unwrap());
    let output = redirected.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let sizes = server.requests();
    let sizes: Vec<_> = sizes.iter().map(|seen| seen.body.len()).collect();
    // The journal keeps the last ones only. A challenge comes before the body.
    assert!(
        sizes.contains(&0) && sizes.iter().all(|&size| size == 0 || size >= LARGE),
        "{sizes:?}"
    );
}

#[test]
fn a_short_pipe_is_sent_again_and_a_long_one_once() {
    let server = server();
    let url = server.url("/auth/digest");
    let args = [&url[..], "-A", "digest", "-a", "alice:s3cret"];
    let answer = gatepass_with_input(&args, b"short").json();
    assert_eq!(answer["authenticated"], true);
    // The server is asked before it gets the long one.
    let answer = gatepass_with_input(&args, &vec![7; LARGE]).json();
    assert_eq!(answer["authenticated"], true);
    let sizes: Vec<_> = server
        .requests()
        .iter()
        .map(|seen| seen.body.len())
        .collect();
    assert_eq!(sizes, [5, 5, 0, LARGE]);
    let unasked = [&args[..], &["Expect:"]].concat();
    let said = gatepass_with_input(&unasked, &vec![7; LARGE]).failed(1);
    assert!(
        said.contains("sent only once") && said.contains("send that with @FILE"),
        "{said}"
    );
    let asked = gatepass_with_input(&[&server.url("/post"), "--expect-continue"], b"short").json();
    assert_eq!(asked["headers"]["Expect"], "100-continue");
    let post = server.url("/post");
    let answer = gatepass_with_input(&[&post], &vec![b'x'; LARGE]).json();
    assert_eq!(answer["headers"]["Transfer-Encoding"], "chunked");
    assert_eq!(answer["data"].as_str().unwrap().len(), LARGE);
    let answer = gatepass_with_input(&[&post], b"short").json();
    assert_eq!(answer["headers"]["Content-Length"], "5");
}

#[test]
fn a_compressed_answer_is_read_and_can_be_left_alone() {
    for (path, member) in [
        ("/gzip", "gzipped"),
        ("/deflate", "deflated"),
        ("/brotli", "brotli"),
        ("/zstd", "zstd"),
    ] {
        assert_eq!(gatepass(&[path]).json()[member], true);
    }
    let raw = gatepass(&["/gzip", "--decode=no", "--print=Hb"]).ok();
    assert!(
        !raw.contains("Accept-Encoding") && raw.contains("\u{1f}\u{fffd}\u{8}"),
        "{raw}"
    );
}

#[test]
fn a_body_that_cannot_be_decoded_says_what_to_type() {
    let server = Server::builder().faults(true).start().unwrap();
    for fault in [Fault::GzipBomb, Fault::BrotliBomb, Fault::ZstdBomb] {
        let said = gatepass(&[server.fault_url(fault).unwrap()]).failed(1);
        assert!(said.contains("when they are decoded"), "{fault:?}: {said}");
        assert!(said.contains("add --decode=unlimited"), "{fault:?}: {said}");
    }
    let liar = "/response-headers?Content-Encoding=gzip";
    let said = gatepass(&[liar]).failed(1);
    assert!(
        said.contains("no proper gzip") && said.contains("--decode=no"),
        "{said}"
    );
    let raw = gatepass(&[liar, "--decode=no"]).ok();
    assert!(raw.contains("Content-Encoding"), "{raw}");
    let said = gatepass(&["--response-charset=klingon", liar]).failed(1);
    assert!(said.contains("rite an encoding of the web"), "{said}");
}

#[test]
fn a_body_is_compressed_where_that_saves_something() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("large.txt");
    let text = "a line of text\n".repeat(LARGE / 15);
    fs::write(&path, &text).unwrap();
    let file = format!("@{}", path.display());
    let server = server();
    let url = server.url("/anything");
    let runs: [(&[&str], bool); 5] = [
        (&["PUT", &url, "-x", "--raw", &text[..5000]], true),
        (&["PUT", &url, "-x", "--raw", "short"], false),
        (&["PUT", &url, "-xx", "--raw", "short"], true),
        (&["PUT", &url, "--compress", &file], true),
        (&["GET", &url, "-xx"], false),
    ];
    for (args, is_compressed) in runs {
        gatepass(args).ok();
        let seen = server.requests().pop().unwrap();
        let coding = seen.headers.get_str("Content-Encoding");
        assert_eq!(coding, is_compressed.then_some("deflate"), "{args:?}");
        assert!(seen.body.len() < 20_000, "{args:?}: {}", seen.body.len());
        let zlib = seen.body.first() == Some(&0x78);
        assert_eq!(zlib, is_compressed, "{args:?}");
    }
    let said = gatepass(&["-x", "http://proxy:3128", "http://example.org/"]).failed(1);
    assert!(
        said.contains("is no method") && said.contains("--proxy URL"),
        "{said}"
    );
}

#[test]
fn chunks_go_out_as_they_come() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut command = command(&["--chunked", "POST", &url, "@-"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(b"first").unwrap();
    let (mut socket, _) = listener.accept().unwrap();
    let mut seen = String::new();
    let mut read_until = |end: &str| {
        while !seen.ends_with(end) {
            let mut byte = [0];
            socket.read_exact(&mut byte).unwrap();
            seen.push(byte[0].into());
        }
    };
    // The request is on its way while its body is not complete.
    read_until("\r\n\r\n5\r\nfirst\r\n");
    pipe.write_all(b"second").unwrap();
    drop(pipe);
    read_until("6\r\nsecond\r\n0\r\n\r\n");
    assert!(
        seen.contains("\r\nTransfer-Encoding: chunked\r\n"),
        "{seen}"
    );
    socket
        .write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
        .unwrap();
    assert!(child.wait().unwrap().success());
}
