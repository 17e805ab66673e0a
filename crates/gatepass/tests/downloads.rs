//! Bodies that become files: their names, what becomes of a broken transfer, and how it goes on.

#![cfg(test)]

mod peer;

use std::fs;
use std::path::Path;

use gatepass::auth::Digest;
use gatepass::download::{Destination, DownloadError, Saved};
use gatepass::error::{Misuse, Peer as PeerError};
use gatepass::{Basic, Client, Error, blocking};
use gatepass_server::Server;
use peer::{Answer, Peer, ok, redirect, refuse, reply};
use tempfile::{TempDir, tempdir};

const HELLO: &[u8] = &[
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10, 0x36,
    5, 0, 0, 0,
];

/// A 200 that breaks off after the first half of ten bytes.
fn half(headers: &str) -> Answer {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n{headers}\r\n01234");
    Answer::SayAndClose(head.into_bytes())
}

/// The second half.
fn rest(headers: &str) -> Answer {
    part("bytes 5-9/10", headers, "56789")
}

fn part(range: &str, headers: &str, body: &str) -> Answer {
    let headers = format!("Content-Range: {range}\r\n{headers}");
    reply("206 Partial Content", &headers, body)
}

async fn fetch(url: String, destination: Destination) -> Result<Saved, DownloadError> {
    fetch_by(&Client::new(), url, destination).await
}

async fn fetch_by(
    client: &Client,
    url: String,
    mut destination: Destination,
) -> Result<Saved, DownloadError> {
    let request = destination.prepare(client.get(url));
    let response = request.send().await.unwrap();
    response.download(destination, |_| {}).await
}

/// Returns the names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn read(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

#[tokio::test]
async fn the_server_names_the_file_and_replaces_none() {
    let folder = tempdir().unwrap();
    let named = "Content-Disposition: attachment; filename=\"../a b.tar.gz\"\r\n";
    let peer = Peer::start([
        reply("200 OK", named, "one"),
        reply("200 OK", named, "two"),
        redirect(302, "/files/page?x=/y"),
        reply("200 OK", "Content-Type: text/html\r\n", "three"),
        ok(""),
    ]);
    for (name, text) in [
        ("a b.tar.gz", "one"),
        ("a b-1.tar.gz", "two"),
        ("page.html", "three"),
        ("index", ""),
    ] {
        let saved = fetch(peer.url("/"), Destination::folder(folder.path()))
            .await
            .unwrap();
        assert_eq!(saved.path, folder.path().join(name));
        assert_eq!((saved.length, saved.start), (text.len() as u64, 0));
        assert_eq!(read(&folder, name), text);
    }
    assert_eq!(
        names(folder.path()),
        ["a b-1.tar.gz", "a b.tar.gz", "index", "page.html"]
    );
    assert!(peer.requests().iter().all(|seen| {
        seen.header("Accept-Encoding").as_deref() == Some("identity")
            && seen.header("Range").is_none()
    }));
}

#[tokio::test]
async fn a_broken_transfer_keeps_what_came_and_goes_on() {
    let challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"";
    for (validator, condition) in [
        ("ETag: \"v1\"\r\n", "\"v1\""),
        (
            "ETag: W/\"v1\"\r\nDate: Tue, 24 Nov 2026 09:30:00 GMT\r\nLast-Modified: Tue, 24 Nov 2026 09:00:00 GMT\r\n",
            "Tue, 24 Nov 2026 09:00:00 GMT",
        ),
    ] {
        let folder = tempdir().unwrap();
        let peer = Peer::start([half(validator), refuse(challenge), rest(validator)]);
        let place = || Destination::folder(folder.path()).resuming(true);
        let broken = fetch(peer.url("/x.bin"), place()).await.unwrap_err();
        assert!(matches!(*broken.error, Error::Network(_)), "{broken}");
        assert!(
            broken.to_string().ends_with("(5 bytes are kept)"),
            "{broken}"
        );
        let progress = broken.progress.unwrap();
        assert_eq!(
            (progress.position, progress.total, progress.can_resume),
            (5, Some(10), true)
        );
        assert_eq!(progress.path, folder.path().join("x.bin"));
        assert_eq!(names(folder.path()), ["x.bin.part", "x.bin.part.json"]);
        assert_eq!(read(&folder, "x.bin.part"), "01234");

        let client = Client::builder()
            .auth_for(peer.url(""), Digest::new("alice", "s3cret"))
            .build()
            .unwrap();
        let mut destination = place();
        let request = destination.prepare(client.get(peer.url("/x.bin")));
        let mut told = Vec::new();
        let response = request.send().await.unwrap();
        let saved = response
            .download(destination, |progress| {
                told.push((progress.start, progress.position, progress.total))
            })
            .await
            .unwrap();
        assert_eq!(told, [(5, 5, Some(10)), (5, 10, Some(10))]);
        assert_eq!((saved.length, saved.start), (10, 5));
        assert_eq!(names(folder.path()), ["x.bin"]);
        assert_eq!(read(&folder, "x.bin"), "0123456789");
        let seen = peer.requests();
        for seen in &seen[1..] {
            assert_eq!(seen.header("Range").as_deref(), Some("bytes=5-"));
            assert_eq!(seen.header("If-Range").as_deref(), Some(condition));
        }
        assert!(
            seen[2]
                .header("Authorization")
                .unwrap()
                .starts_with("Digest ")
        );
    }
}

#[tokio::test]
async fn a_file_that_has_changed_begins_anew() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x");
    fs::write(&path, "old").unwrap();
    let whole = reply("200 OK", "ETag: \"v2\"\r\n", "abc");
    let peer = Peer::start([half("ETag: \"v1\"\r\n"), whole]);
    let place = || Destination::file(&path).resuming(true);
    fetch(peer.url("/"), place()).await.unwrap_err();
    // Until the new one is complete, the old one is there.
    assert_eq!(read(&folder, "x"), "old");
    let saved = fetch(peer.url("/"), place()).await.unwrap();
    assert_eq!((saved.length, saved.start), (3, 0));
    assert_eq!(read(&folder, "x"), "abc");
    assert_eq!(names(folder.path()), ["x"]);
}

#[tokio::test]
async fn what_is_complete_already_is_put_in_its_place() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x");
    // The connection breaks where nothing was missing any more, as far as the length goes.
    let endless =
        b"HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n";
    let satisfied = reply(
        "416 Range Not Satisfiable",
        "Content-Range: bytes */10\r\n",
        "no more",
    );
    let peer = Peer::start([Answer::SayAndClose(endless.to_vec()), satisfied]);
    let place = || Destination::file(&path).resuming(true);
    fetch(peer.url("/"), place()).await.unwrap_err();
    let saved = fetch(peer.url("/"), place()).await.unwrap();
    assert_eq!((saved.length, saved.start), (10, 10));
    assert_eq!(read(&folder, "x"), "0123456789");
}

#[tokio::test]
async fn what_is_not_the_rest_is_refused_and_what_came_is_kept() {
    let mine = "ETag: \"v1\"\r\n";
    for answer in [
        part("bytes 4-8/10", mine, "45678"),
        part("bytes 5-9/11", mine, "56789"),
        part("bytes 5-9/10", "ETag: \"v2\"\r\n", "56789"),
        part("bytes */10", mine, "56789"),
        part("5-9/10", mine, "56789"),
        part(
            "bytes 5-9/10",
            &format!("{mine}Content-Encoding: br\r\n"),
            "56789",
        ),
        part("bytes 5-9/10", mine, "56789ab"),
        reply("206 Partial Content", mine, "56789"),
        reply(
            "416 Range Not Satisfiable",
            "Content-Range: bytes */4\r\n",
            "",
        ),
        reply("416 Range Not Satisfiable", "", ""),
    ] {
        let folder = tempdir().unwrap();
        let path = folder.path().join("x");
        let peer = Peer::start([half(mine), answer.clone()]);
        let place = || Destination::file(&path).resuming(true);
        fetch(peer.url("/"), place()).await.unwrap_err();
        let error = fetch(peer.url("/"), place()).await.unwrap_err();
        let shown = String::from_utf8_lossy(answer.bytes()).into_owned();
        assert!(
            matches!(*error.error, Error::Peer(PeerError::NotTheRest { .. })),
            "{shown}: {error}"
        );
        let kept = read(&folder, "x.part");
        assert!(
            "0123456789".starts_with(&kept) && kept.len() >= 5,
            "{shown}: {kept}"
        );
        assert!(!path.exists());
    }
}

#[tokio::test]
async fn a_server_that_sends_less_than_the_rest_is_asked_again() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x");
    let mine = "ETag: \"v1\"\r\n";
    let peer = Peer::start([
        half(mine),
        part("bytes 5-6/10", mine, "56"),
        part("bytes 7-9/10", mine, "7"),
        part("bytes 8-9/10", mine, "89"),
    ]);
    let place = || Destination::file(&path).resuming(true);
    fetch(peer.url("/"), place()).await.unwrap_err();
    for length in [7, 8] {
        let error = fetch(peer.url("/"), place()).await.unwrap_err();
        let too_short = Error::Peer(PeerError::TooShort { length, total: 10 });
        let kept = format!("{too_short} ({length} bytes are kept)");
        assert_eq!(error.to_string(), kept);
    }
    let saved = fetch(peer.url("/"), place()).await.unwrap();
    assert_eq!(
        (saved.start, read(&folder, "x")),
        (8, "0123456789".to_owned())
    );
}

#[tokio::test]
async fn a_transfer_that_cannot_go_on_begins_anew() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("x");
    let peer = Peer::start([half(""), half("ETag: \"v1\"\r\n"), ok("whole")]);
    let place = |resumes| Destination::file(&path).resuming(resumes);
    // Nothing by which the server could tell whether it still has the same.
    let broken = fetch(peer.url("/"), place(true)).await.unwrap_err();
    assert!(!broken.progress.unwrap().can_resume);
    fetch(peer.url("/"), place(true)).await.unwrap_err();
    // Nobody asks for it to go on.
    fetch(peer.url("/"), place(false)).await.unwrap();
    assert!(
        peer.requests()
            .iter()
            .all(|seen| seen.header("Range").is_none())
    );
    assert_eq!(read(&folder, "x"), "whole");
}

#[tokio::test]
async fn a_redirect_takes_the_range_along_and_no_credential() {
    let folder = tempdir().unwrap();
    let mine = "ETag: \"v1\"\r\n";
    let (elsewhere, home) = (Peer::start([half(mine), rest(mine)]), Peer::start([]));
    let to_it = redirect(302, &elsewhere.url("/x.bin"));
    home.give([to_it.clone(), to_it]);
    for breaks in [true, false] {
        let mut destination = Destination::folder(folder.path()).resuming(true);
        let request = Client::new().get(home.url("/latest"));
        let request = request.auth(Basic::new("alice", "s3cret").unwrap());
        let response = destination.prepare(request).send().await.unwrap();
        assert_eq!(destination.goes_on_at(), (!breaks).then_some(5));
        let saved = response.download(destination, |_| {}).await;
        assert_eq!(saved.is_err(), breaks);
    }
    assert_eq!(read(&folder, "x.bin"), "0123456789");
    for peer in [&home, &elsewhere] {
        let seen = peer.requests().pop().unwrap();
        assert_eq!(seen.header("Range").as_deref(), Some("bytes=5-"));
        let at_home = seen.line().contains("/latest");
        assert_eq!(seen.header("Authorization").is_some(), at_home);
    }
}

#[tokio::test]
async fn a_transfer_is_found_by_what_was_asked_for() {
    let folder = tempdir().unwrap();
    let place = || Destination::folder(folder.path()).resuming(true);
    let mine = "ETag: \"v1\"\r\nContent-Disposition: attachment; filename=a.bin\r\n";
    let other = "ETag: \"v1\"\r\nContent-Disposition: attachment; filename=a.bin\r\n";
    let peer = Peer::start([
        half(mine),
        reply("200 OK", other, "other"),
        half(other),
        rest(mine),
    ]);
    fetch(peer.url("/x"), place()).await.unwrap_err();
    // What another URL has left is neither gone on with nor lost.
    for name in ["a-1.bin", "a-2.bin"] {
        let saved = fetch(peer.url("/y"), place()).await;
        let path = match saved {
            Ok(saved) => saved.path,
            Err(broken) => broken.progress.unwrap().path,
        };
        assert_eq!(path, folder.path().join(name));
    }
    let saved = fetch(peer.url("/x"), place()).await.unwrap();
    assert_eq!((saved.start, saved.path), (5, folder.path().join("a.bin")));
    assert_eq!(read(&folder, "a.bin"), "0123456789");
    assert_eq!(
        names(folder.path()),
        ["a-1.bin", "a-2.bin.part", "a-2.bin.part.json", "a.bin"]
    );
    assert!(!read(&folder, "a-2.bin.part.json").contains("/y"));
}

#[tokio::test]
async fn what_is_not_ours_is_left_alone() {
    let folder = tempdir().unwrap();
    let unasked = part("bytes 0-4/10", "", "01234");
    let peer = Peer::start([ok("x"), unasked, ok("x")]);
    let path = folder.path().join("x");
    fs::write(folder.path().join("x.part"), "a part of a play").unwrap();
    let error = fetch(peer.url("/"), Destination::file(&path)).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("x.part is there beside it"), "{error}");
    let error = fetch(peer.url("/y"), Destination::folder(folder.path())).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("nobody asked for a part"), "{error}");
    let saved = fetch(peer.url("/x"), Destination::folder(folder.path())).await;
    assert_eq!(saved.unwrap().path, folder.path().join("x-1"));
    assert_eq!(names(folder.path()), ["x-1", "x.part"]);
}

#[tokio::test]
async fn an_error_is_no_file() {
    let folder = tempdir().unwrap();
    let gone = || Answer::SayAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".to_vec());
    let peer = Peer::start([reply("404 Not Found", "", "nothing"), gone()]);
    let error = fetch(peer.url("/x"), Destination::folder(folder.path()))
        .await
        .unwrap_err();
    assert!(
        matches!(
            *error.error,
            Error::Peer(PeerError::NotTheFile { status: 404 })
        ),
        "{error}"
    );
    let error = fetch(peer.url("/x"), Destination::folder(folder.path()))
        .await
        .unwrap_err();
    assert!(error.progress.is_none(), "{error}");
    assert_eq!(names(folder.path()).len(), 0);
    let nowhere = Destination::folder(folder.path().join("missing"));
    let peer = Peer::start([ok("x")]);
    let error = fetch(peer.url("/x"), nowhere).await.unwrap_err();
    assert!(
        matches!(*error.error, Error::Misuse(Misuse::BadFile { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_compressed_for_the_way_is_not_and_an_archive_is() {
    let folder = tempdir().unwrap();
    let encoded = |kind: &str| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Encoding: gzip\r\nContent-Type: {kind}\r\nContent-Length: 25\r\n\r\n"
        );
        Answer::Say([head.as_bytes(), HELLO].concat())
    };
    let peer = Peer::start([
        encoded("text/plain"),
        encoded("application/gzip"),
        encoded("x/y"),
    ]);
    let mut totals = Vec::new();
    for (url, length) in [("/a.txt", 5), ("/b", 25), ("/c.tar.gz", 25)] {
        let mut destination = Destination::folder(folder.path());
        let request = destination.prepare(Client::new().get(peer.url(url)));
        let response = request.send().await.unwrap();
        let saved = response
            .download(destination, |progress| {
                totals.push((progress.total, progress.can_resume))
            })
            .await
            .unwrap();
        assert_eq!(saved.length, length, "{url}");
    }
    totals.dedup();
    assert_eq!(totals, [(None, false), (Some(25), true)]);
    assert_eq!(read(&folder, "a.txt"), "hello");
}

#[tokio::test]
async fn two_transfers_do_not_write_to_one_file() {
    let folder = tempdir().unwrap();
    let slow = Answer::SayAndHang(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfirst".to_vec());
    let peer = Peer::start([slow, ok("second"), ok("third")]);
    let mut begun = Destination::folder(folder.path());
    let request = begun.prepare(Client::new().get(peer.url("/x")));
    let first = request.send().await.unwrap();
    let (told, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let first = tokio::spawn(first.download(begun, move |progress| {
        told.send(progress.position).unwrap_or_default()
    }));
    while hears.recv().await != Some(5) {}
    let second = fetch(peer.url("/x"), Destination::folder(folder.path()))
        .await
        .unwrap();
    assert_eq!(second.path, folder.path().join("x-1"));
    let named = Destination::file(folder.path().join("x"));
    let error = fetch(peer.url("/x"), named).await.unwrap_err();
    assert!(
        error.to_string().contains("another transfer is writing"),
        "{error}"
    );
    first.abort();
    assert_eq!(read(&folder, "x-1"), "second");
}

#[cfg(unix)]
#[tokio::test]
async fn links_devices_and_modes_are_as_for_any_file() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = tempdir().unwrap();
    let peer = Peer::start([ok("one"), ok("two"), ok("three")]);
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    fs::write(&target, "").unwrap();
    symlink(&target, &link).unwrap();
    fetch(peer.url("/"), Destination::file(&link))
        .await
        .unwrap();
    assert!(link.is_symlink());
    assert_eq!(read(&folder, "target"), "one");
    let device = fetch(peer.url("/"), Destination::file("/dev/null"))
        .await
        .unwrap();
    assert_eq!(
        (device.path.as_path(), device.length),
        (Path::new("/dev/null"), 3)
    );
    assert!(!Path::new("/dev/null.part").exists());
    let saved = fetch(peer.url("/new"), Destination::folder(folder.path()))
        .await
        .unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&saved.path), mode(&target));
    // Who could not read what was there cannot read what comes.
    let peer = Peer::start([half(""), ok("new"), ok("newer")]);
    let set = |mode| fs::set_permissions(&target, fs::Permissions::from_mode(mode)).unwrap();
    set(0o600);
    let place = || Destination::file(&target);
    fetch(peer.url("/"), place()).await.unwrap_err();
    assert_eq!(mode(&folder.path().join("target.part")) & 0o777, 0o600);
    fetch(peer.url("/"), place()).await.unwrap();
    assert_eq!(
        (mode(&target) & 0o777, read(&folder, "target")),
        (0o600, "new".to_owned())
    );
    set(0o400);
    let error = fetch(peer.url("/"), place()).await.unwrap_err();
    assert!(
        matches!(*error.error, Error::Misuse(Misuse::BadFile { .. })),
        "{error}"
    );
}

#[test]
fn the_blocking_client_goes_on_as_well() {
    let folder = tempdir().unwrap();
    let mine = "ETag: \"v1\"\r\n";
    let peer = Peer::start([half(mine), rest(mine)]);
    let client = blocking::Client::new();
    let fetch = || {
        let mut destination = Destination::folder(folder.path()).resuming(true);
        let request = destination.prepare(client.get(peer.url("/x")));
        request.send().unwrap().download(destination, |_| {})
    };
    let broken = fetch().unwrap_err();
    assert!(broken.progress.unwrap().can_resume);
    let saved = fetch().unwrap();
    assert_eq!(
        (saved.start, read(&folder, "x")),
        (5, "0123456789".to_owned())
    );
}

#[test]
fn the_blocking_client_saves_as_well() {
    let folder = tempdir().unwrap();
    let server = Server::start().unwrap();
    let client = blocking::Client::new();
    let mut destination = Destination::folder(folder.path());
    let request = destination.prepare(client.get(server.url("/range/100000")));
    let mut last = 0;
    let saved = request
        .send()
        .unwrap()
        .download(destination, |progress| last = progress.position);
    assert_eq!((saved.unwrap().length, last), (100_000, 100_000));
}
