//! Bodies that are read while they are sent, and what becomes of them when they are wanted twice.

#![cfg(test)]

mod peer;

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass::auth::{Digest, Hash, OAuth1, percent, schemes::oauth1::BodyHash};
use gatepass::config::{Compression, Timeouts};
use gatepass::{AnyOf, Basic, Body, Client, Error, Multipart, Part, Request, Scheme};
use gatepass_request::Content;
use gatepass_server::Server;
use peer::{Answer, Peer, ok, redirect};
use serde_json::Value;
use tempfile::{NamedTempFile, TempDir, tempdir};
use tokio::io::AsyncWriteExt as _;

/// More than is ever read before a request is sent.
const LARGE: usize = 3 << 20;

fn file(content: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::with_suffix(".txt").unwrap();
    file.write_all(content).unwrap();
    file
}

fn large() -> NamedTempFile {
    file(&b"0123456789abcde\n".repeat(LARGE / 16))
}

fn server() -> Server {
    let limits = gatepass_server::Limits {
        body: 2 * LARGE,
        ..Default::default()
    };
    Server::builder().limits(limits).start().unwrap()
}

#[tokio::test]
async fn a_file_goes_out_with_its_length_and_type() {
    let small = file(b"hello");
    let large = large();
    for (file, length) in [(&small, 5), (&large, LARGE)] {
        let peer = Peer::start([ok("")]);
        let request = Client::new().put(peer.url("/")).file(file.path());
        request.send().await.unwrap();
        let seen = &peer.requests()[0];
        assert_eq!(seen.header("Content-Type").as_deref(), Some("text/plain"));
        assert_eq!(seen.header("Content-Length"), Some(length.to_string()));
        assert_eq!(seen.body().as_bytes(), std::fs::read(file.path()).unwrap());
    }
    let missing = Client::new()
        .put("http://127.0.0.1:1/")
        .file("/no/such/file");
    let error = missing.send().await.unwrap_err();
    assert!(matches!(error, Error::Misuse(_)), "{error}");
    assert!(
        error
            .to_string()
            .contains("\"/no/such/file\" cannot be read: No such file")
    );
}

#[tokio::test]
async fn a_file_is_sent_again_after_a_challenge_and_a_redirect() {
    let server = server();
    let large = large();
    let length = LARGE.to_string();
    let target = server.url("/auth/digest");
    let url = server.url(&format!("/redirect-to?status_code=307&url={target}"));
    let digest = || Arc::new(Digest::new("alice", "s3cret"));
    let schemes: [Arc<dyn Scheme>; 2] = [digest(), Arc::new(AnyOf::new([digest() as _]))];
    for scheme in schemes {
        let client = Client::builder()
            .auth_for(server.url(""), scheme)
            .build()
            .unwrap();
        let request = client.post(&url).file(large.path());
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{}", response.transcript());
        let statuses = response.transcript().legs().iter();
        let statuses: Vec<_> = statuses.map(|leg| leg.response().unwrap().status).collect();
        assert_eq!(statuses, [307, 401, 200]);
        for leg in response.transcript().legs() {
            assert_eq!(leg.headers().get_str("Content-Length"), Some(&length[..]));
        }
    }
}

#[tokio::test]
async fn a_file_that_changes_in_between_is_not_sent_as_something_else() {
    let large = large();
    let peer = Peer::start([redirect(307, "/again"), ok("")]);
    let request = Client::new().post(peer.url("/")).file(large.path());
    large.as_file().set_len(2_000_000).unwrap();
    let error = request.send().await.unwrap_err();
    assert!(matches!(error, Error::Network(_)), "{error}");
    assert!(
        error
            .to_string()
            .contains("before the length that was given"),
        "{error}"
    );
}

#[tokio::test]
async fn a_stream_of_unknown_length_goes_out_in_chunks_each_time() {
    let peer = Peer::start([redirect(308, "/again"), ok("")]);
    let body = Body::replayable(None, || Ok(Body::read(&b"hello"[..], None)));
    let request = Client::new().post(peer.url("/")).body(body);
    assert_eq!(request.send().await.unwrap().status(), 200);
    let seen = peer.requests();
    assert_eq!(seen.len(), 2);
    for seen in seen {
        assert_eq!(seen.header("Transfer-Encoding").as_deref(), Some("chunked"));
        assert_eq!(seen.body(), "5\r\nhello\r\n0\r\n\r\n");
    }
}

#[tokio::test]
async fn a_pipe_is_sent_once_and_never_empty() {
    for body in [
        Body::reader(&b"hello"[..], Some(5)),
        Body::read(&b"hello"[..], None),
    ] {
        let peer = Peer::start([redirect(307, "/again"), ok("")]);
        let error = Client::new()
            .post(peer.url("/"))
            .body(body)
            .send()
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("the body can be sent only once"),
            "{error}"
        );
        assert_eq!(peer.requests().len(), 1);
    }
}

fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("naïve \"x\".png"), "png").unwrap();
    folder
}

#[tokio::test]
async fn a_form_in_parts_is_what_browsers_send() {
    let folder = folder();
    let peer = Peer::start([ok("")]);
    let form = Multipart::new()
        .text("a", "1\n2")
        .file("f", folder.path().join("naïve \"x\".png"))
        .part(
            Part::new("b", vec![0, 255])
                .file_name("z")
                .header("X-A", "1"),
        )
        .part(Part::new("c", Body::read(&b"read"[..], Some(4))).content_type("x/y"))
        .boundary("xyz");
    Client::new()
        .post(peer.url("/"))
        .multipart(form)
        .send()
        .await
        .unwrap();
    let seen = &peer.requests()[0];
    assert_eq!(
        seen.header("Content-Type").as_deref(),
        Some("multipart/form-data; boundary=xyz")
    );
    let expected = [
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\n2\r\n",
        "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"naïve %22x%22.png\"\r\n",
        "Content-Type: image/png\r\n\r\npng\r\n",
        "--xyz\r\nContent-Disposition: form-data; name=\"b\"; filename=\"z\"\r\n",
        "Content-Type: application/octet-stream\r\nX-A: 1\r\n\r\n\0\u{fffd}\r\n",
        "--xyz\r\nContent-Disposition: form-data; name=\"c\"\r\nContent-Type: x/y\r\n\r\nread\r\n",
        "--xyz--\r\n",
    ]
    .concat();
    assert_eq!(seen.body(), expected);
    let length: usize = seen.header("Content-Length").unwrap().parse().unwrap();
    // The replacement character is longer than the byte that it stands for.
    assert_eq!(length, expected.len() - 2);
}

#[tokio::test]
async fn a_form_with_a_large_file_is_streamed_and_sent_again() {
    let server = server();
    let large = large();
    let client = Client::builder()
        .auth_for(server.url(""), Digest::new("alice", "s3cret"))
        .build()
        .unwrap();
    let form = || Multipart::new().text("a", "1").file("f", large.path());
    let boundary = |leg: &gatepass::Leg| leg.headers().get_str("Content-Type").unwrap().to_owned();
    let response = client
        .post(server.url("/auth/digest"))
        .multipart(form())
        .send()
        .await
        .unwrap();
    let legs = response.transcript().legs();
    assert_eq!((response.status(), legs.len()), (200, 2));
    assert_eq!(boundary(&legs[0]), boundary(&legs[1]));
    let response = client
        .post(server.url("/post"))
        .multipart(form())
        .send()
        .await
        .unwrap();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["form"]["a"], "1");
    assert_eq!(answer["files"]["f"].as_str().unwrap().len(), LARGE);
}

#[tokio::test]
async fn a_form_with_its_own_type_gets_the_boundary() {
    let peer = Peer::start([ok(""), ok("")]);
    let form = || Multipart::new().text("a", "1").boundary("x y");
    let client = Client::new();
    let mixed = client
        .post(peer.url("/"))
        .header("Content-Type", "multipart/mixed");
    mixed.multipart(form()).send().await.unwrap();
    let own = "multipart/mixed; boundary=mine";
    let own = client.post(peer.url("/")).header("content-type", own);
    own.multipart(form()).send().await.unwrap();
    let types: Vec<_> = peer
        .requests()
        .iter()
        .map(|it| it.header("Content-Type"))
        .collect();
    assert_eq!(
        types,
        [
            Some("multipart/mixed; boundary=\"x y\"".to_owned()),
            Some("multipart/mixed; boundary=mine".to_owned())
        ]
    );
}

#[tokio::test]
async fn a_part_cannot_break_out_of_its_line() {
    let peer = Peer::start([]);
    let part = || Part::new("a", "s3cret");
    for form in [
        Multipart::new().part(part().content_type("a\r\nX: y")),
        Multipart::new().part(part().header("X", "a\nb")),
        Multipart::new().part(part()).boundary("a\r\nb"),
        Multipart::new().file("f", "/no/such/file"),
    ] {
        let error = Client::new()
            .post(peer.url("/"))
            .multipart(form)
            .send()
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Misuse(_)), "{error}");
    }
    assert_eq!(peer.requests().len(), 0);
    assert!(!format!("{:?}", Multipart::new().part(part())).contains("s3cret"));
}

#[tokio::test]
async fn a_request_as_data_reads_files_only_where_that_was_said() {
    let folder = folder();
    let path = folder.path().join("naïve \"x\".png");
    let peer = Peer::start([ok(""), ok("")]);
    let url = gatepass::Url::parse(&peer.url("/")).unwrap();
    let file = gatepass_request::Body::File {
        content: Content::file(path.to_string_lossy()),
        content_type: Some("image/png".to_owned()),
    };
    let form = gatepass_request::Multipart::new()
        .with(gatepass_request::Part::file("f", path.to_string_lossy()));
    let client = Client::new();
    for body in [file, gatepass_request::Body::Multipart(form)] {
        let request = Request::new("POST", url.clone()).with_body(body);
        let refused = client.from_request(&request).send().await.unwrap_err();
        assert!(refused.to_string().contains("was not read"), "{refused}");
        let request = client.from_request_with(&request, Body::open);
        request.send().await.unwrap();
    }
    let seen = peer.requests();
    assert_eq!((seen.len(), seen[0].body()), (2, "png".to_owned()));
    assert!(seen[1].body().contains("\r\n\r\npng\r\n--"));
    assert!(Body::open(&Content::Stdin).is_err());
}

#[tokio::test]
async fn a_compressed_stream_is_the_same_each_time_and_what_was_given() {
    let large = large();
    let peer = Peer::start([redirect(307, "/again"), ok("")]);
    let request = Client::new()
        .post(peer.url("/"))
        .file(large.path())
        .compress(Compression::gzip());
    assert_eq!(request.send().await.unwrap().status(), 200);
    let seen = peer.requests();
    assert_eq!(seen[0].header("Content-Encoding").as_deref(), Some("gzip"));
    assert_eq!(
        seen[0].header("Transfer-Encoding").as_deref(),
        Some("chunked")
    );
    let bodies: Vec<Vec<u8>> = seen.iter().map(|seen| unchunked(&seen.bytes)).collect();
    assert_eq!(bodies[0], bodies[1]);
    let mut decoded = Vec::new();
    flate2::read::GzDecoder::new(&bodies[0][..])
        .read_to_end(&mut decoded)
        .unwrap();
    assert!(decoded == std::fs::read(large.path()).unwrap());
    let in_memory = |text: &str, how| {
        let request = Client::new()
            .put("http://h/")
            .body(text.to_owned())
            .compress(how);
        let text = request.offline().unwrap().bytes().to_vec();
        String::from_utf8_lossy(&text).contains("Content-Encoding: deflate")
    };
    assert!(!in_memory("short", Compression::deflate()));
    assert!(in_memory("short", Compression::deflate().always()));
    assert!(in_memory(&"long".repeat(50), Compression::deflate()));
}

#[tokio::test]
async fn what_goes_out_compressed_is_what_is_signed() {
    let server = Server::start().unwrap();
    let text = "long ".repeat(100);
    let compressed = |request: gatepass::RequestBuilder| {
        let request = request.header("Content-Type", "text/plain");
        request.compress(Compression::gzip())
    };
    let url = server.url("/digest-auth/auth-int/alice/s3cret");
    let digest = || Digest::new("alice", "s3cret");
    let client = Client::new();
    let request = compressed(client.put(&url).auth(digest()).body(text.clone()));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let seen = server.requests().pop().unwrap();
    assert!(seen.body.starts_with(&[0x1f, 0x8b]) && seen.body.len() < 100);
    // A file is read once more for what is signed, which is what goes out.
    let file = large();
    let stream = compressed(client.put(&url).auth(digest()).file(file.path()));
    assert_eq!(stream.send().await.unwrap().status(), 200);
    assert!(
        server
            .requests()
            .pop()
            .unwrap()
            .body
            .starts_with(&[0x1f, 0x8b])
    );
    // What cannot be signed is not sent.
    let once = Body::reader(&b"once"[..], Some(4));
    let stream = client.put(&url).auth(digest()).body(once);
    let error = stream.send().await.unwrap_err();
    assert!(error.to_string().contains("in memory"), "{error}");
    let signed = OAuth1::new("key", "secret").body_hash(BodyHash::Auto);
    let request = client.put(server.url("/put")).auth(signed.clone());
    compressed(request.body(text.clone())).send().await.unwrap();
    let seen = server.requests().pop().unwrap();
    let hash = STANDARD.encode(Hash::Sha1.digest(&[&seen.body]));
    let parameter = format!("oauth_body_hash=\"{}\"", percent::encode(hash.as_bytes()));
    let said = seen.headers.get_str("Authorization").unwrap();
    assert!(said.contains(&parameter), "{said}");
    let form = client.post(server.url("/post")).auth(signed);
    let form = form.form(&[("a", text.as_str())]);
    let error = form.compress(Compression::gzip()).send().await.unwrap_err();
    assert!(error.to_string().contains("uncompressed"), "{error}");
}

/// Takes the chunks of a request's body apart.
fn unchunked(request: &[u8]) -> Vec<u8> {
    let start = request.windows(4).position(|it| it == b"\r\n\r\n").unwrap() + 4;
    let (mut rest, mut body) = (&request[start..], Vec::new());
    loop {
        let line = rest.windows(2).position(|it| it == b"\r\n").unwrap();
        let size = std::str::from_utf8(&rest[..line]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[line + 2..line + 2 + size]);
        rest = &rest[line + 4 + size..];
    }
}

#[tokio::test]
async fn a_slow_source_is_no_silence_of_the_server() {
    let (reader, mut writer) = tokio::io::duplex(64);
    let peer = Peer::start([ok("")]);
    let limits = Timeouts::none().read(Duration::from_millis(60));
    let request = Client::new()
        .post(peer.url("/"))
        .timeouts(limits)
        .body(Body::reader(reader, Some(4)));
    let write = async move {
        for piece in [b"bo", b"dy"] {
            tokio::time::sleep(Duration::from_millis(300)).await;
            writer.write_all(piece).await.unwrap();
        }
    };
    let (response, ()) = tokio::join!(request.send(), write);
    assert_eq!(response.unwrap().status(), 200);
}

#[tokio::test]
async fn a_lost_connection_takes_no_body_along() {
    // A connection that dies under a stream that can be opened again.
    let large = large();
    let peer = Peer::start([ok(""), Answer::Close, ok("again")]);
    let client = Client::new();
    client.get(peer.url("/")).send().await.unwrap();
    let response = client
        .put(peer.url("/"))
        .file(large.path())
        .send()
        .await
        .unwrap();
    assert_eq!(response.text().await.unwrap(), "again");
    assert_eq!(peer.requests()[2].body().len(), LARGE);
}

#[tokio::test]
async fn a_small_file_is_signed_like_bytes() {
    let server = Server::start().unwrap();
    let small = file(b"hello");
    let request = Client::new()
        .post(server.url("/digest-auth/auth-int/alice/s3cret"))
        .auth(Digest::new("alice", "s3cret"))
        .file(small.path());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.transcript());
    assert!(response.transcript().to_string().contains("hello"));
    let offline = Client::new()
        .put("http://h/")
        .auth(Basic::new("a", "b").unwrap())
        .allow_plain_http(true)
        .file(small.path());
    assert!(
        offline
            .offline()
            .unwrap()
            .bytes()
            .ends_with(b"\r\n\r\nhello")
    );
}

#[tokio::test]
async fn http_1_0_is_spoken_over_a_connection_for_each_request() {
    use gatepass::config::{Dial, Version};

    let peer = Peer::start([ok("one"), ok("two")]);
    let dial = Dial::new().http(Version::Http10);
    let client = Client::builder().dial(dial).build().unwrap();
    for body in ["one", "two"] {
        let response = client
            .post(peer.url("/x"))
            .body("a=1")
            .send()
            .await
            .unwrap();
        let transcript = response.transcript().to_string();
        assert!(transcript.contains("> POST /x HTTP/1.0"), "{transcript}");
        assert_eq!(response.text().await.unwrap(), body);
    }
    let seen = peer.requests();
    assert_eq!(seen[0].line(), "POST /x HTTP/1.0");
    assert_eq!(seen[0].body(), "a=1");
    assert_eq!([seen[0].connection, seen[1].connection], [0, 1]);
    let endless = Body::read(std::io::Cursor::new("x"), None);
    let error = client.post(peer.url("/x")).body(endless).send().await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("HTTP/1.0"), "{error}");
}

#[tokio::test]
async fn a_leg_knows_both_ends_of_its_connection() {
    let peer = Peer::start([ok("")]);
    let response = Client::new().get(peer.url("/")).send().await.unwrap();
    let ends = response.transcript().last().unwrap().ends().unwrap();
    assert_eq!(ends.peer.port(), peer.port());
    assert!(ends.local.ip().is_loopback() && ends.local.port() != 0);
}
