//! A netrc file gives each host its own password, to whoever asks for it, and gives way to everything that was given.

#![cfg(test)]

mod peer;

use gatepass::config::Redirects;
use gatepass::credentials::netrc::Dialect;
use gatepass::credentials::{Found, Netrc, Provider};
use gatepass::{ApiKey, Bearer, Client, ClientBuilder, Error, RequestBuilder};
use gatepass_auth::Space;
use gatepass_server::Server;
use peer::{Peer, ok, redirect, refuse};

/// `netrc:pw` in base64.
const ENTRY: &str = "Basic bmV0cmM6cHc=";

fn netrc(text: &str) -> Netrc {
    Netrc::text("the file", text.as_bytes(), Dialect::Netrc)
}

fn builder(text: &str) -> ClientBuilder {
    Client::builder().netrc(netrc(text))
}

fn client(text: &str) -> Client {
    builder(text).build().unwrap()
}

#[tokio::test]
async fn a_host_gets_its_entry_and_the_line_is_told() {
    let peer = Peer::start([ok("")]);
    let client = client("machine other password x\nmachine 127.0.0.1 login netrc password pw");
    let response = client.get(peer.url("/")).send().await.unwrap();
    assert_eq!(peer.requests()[0].header("Authorization").unwrap(), ENTRY);
    let told = response.transcript().to_string();
    assert!(told.contains("credential: from the file line 2"), "{told}");
}

/// What is given, and what is sent of it.
type Given = (
    &'static str,
    fn(RequestBuilder) -> RequestBuilder,
    &'static str,
    &'static str,
);

#[tokio::test]
async fn whatever_the_caller_gives_goes_before_it() {
    let text = "machine 127.0.0.1 login netrc password pw";
    let given: &[Given] = &[
        (
            "a header",
            |it| it.header("authorization", "Bearer t"),
            "Authorization",
            "Bearer t",
        ),
        (
            "a key's header",
            |it| it.header("PRIVATE-TOKEN", "t"),
            "Private-Token",
            "t",
        ),
        (
            "a secret header",
            |it| it.secret_header("X-Mine", "t"),
            "X-Mine",
            "t",
        ),
        (
            "a scheme",
            |it| it.auth(Bearer::new("t").unwrap()),
            "Authorization",
            "Bearer t",
        ),
        (
            "a key",
            |it| it.auth(ApiKey::header("X-Mine", "t").unwrap()),
            "X-Mine",
            "t",
        ),
    ];
    for (name, give, header, expected) in given {
        let peer = Peer::start([ok("")]);
        let request = give(client(text).get(peer.url("/")));
        let response = request.send().await.unwrap();
        let seen = &peer.requests()[0];
        assert_eq!(seen.header(header).as_deref(), Some(*expected), "{name}");
        assert!(!seen.text().contains("bmV0"), "{name}: {}", seen.text());
        let passed_over = response.transcript().legs()[0].passed_over();
        // A scheme leaves nothing to look for.
        assert_eq!(passed_over.is_some(), name.contains("header"), "{name}");
    }
    // A cookie is no credential that goes instead of one.
    let peer = Peer::start([ok("")]);
    let request = client(text).get(peer.url("/")).header("Cookie", "a=b");
    request.send().await.unwrap();
    assert_eq!(peer.requests()[0].header("Authorization").unwrap(), ENTRY);
}

struct Keeper;

impl Provider for Keeper {
    fn credential(&self, _: &Space) -> Result<Option<Found>, Error> {
        Ok(Some(Found::new(Bearer::new("kept")?, "from the keeper")))
    }
}

#[tokio::test]
async fn the_client_and_the_url_go_before_it() {
    let text = "machine 127.0.0.1 login netrc password pw";
    let peer = Peer::start([ok(""), ok(""), ok("")]);
    let clients = [
        builder(text).auth_for(peer.url("/"), Bearer::new("shared").unwrap()),
        builder(text).credentials_from(Keeper),
    ];
    for builder in clients {
        builder
            .build()
            .unwrap()
            .get(peer.url("/"))
            .send()
            .await
            .unwrap();
    }
    let with_user = peer.url("/").replace("http://", "http://netrc:url@");
    client(text).get(with_user).send().await.unwrap();
    let sent = peer
        .requests()
        .into_iter()
        .map(|it| it.header("Authorization").unwrap());
    let expected = ["Bearer shared", "Bearer kept", "Basic bmV0cmM6dXJs"];
    assert_eq!(sent.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_user_in_the_url_chooses_the_login() {
    let text = "machine 127.0.0.1 login alice password 1 login bob password 2";
    for (user, expected) in [
        ("", "Basic YWxpY2U6MQ=="),
        ("bob@", "Basic Ym9iOjI="),
        ("carol@", "Basic Y2Fyb2w6"),
        ("bob:@", "Basic Ym9iOg=="),
    ] {
        let peer = Peer::start([ok("")]);
        let url = peer.url("/").replace("http://", &format!("http://{user}"));
        client(text).get(url).send().await.unwrap();
        let sent = peer.requests()[0].header("Authorization").unwrap();
        assert_eq!(sent, expected, "{user}");
    }
}

#[tokio::test]
async fn a_redirect_gets_what_belongs_to_its_host_and_nothing_else() {
    let first = "machine 127.0.0.1 login first password 1\n";
    for (text, expected) in [
        ("", None),
        (
            "machine localhost login second password 2",
            Some("Basic c2Vjb25kOjI="),
        ),
        // CVE-2024-11053: an entry without a password got the first host's.
        ("machine localhost", None),
        ("machine localhost login second", Some("Basic c2Vjb25kOg==")),
        // CVE-2025-0167: so did a default without anything.
        ("default", None),
        // Whoever can redirect would choose who gets it.
        ("default login any password 3", None),
        (
            "machine localhost login second password 2\ndefault password 3",
            Some("Basic c2Vjb25kOjI="),
        ),
    ] {
        let to = Peer::start([ok("")]);
        let there = to.url("/to").replace("127.0.0.1", "localhost");
        let from = Peer::start([redirect(302, &there)]);
        let netrc = netrc(&format!("{first}{text}")).for_every_host();
        let client = Client::builder().netrc(netrc).build().unwrap();
        let response = client.get(from.url("/from")).send().await.unwrap();
        assert_eq!(
            from.requests()[0].header("Authorization").unwrap(),
            "Basic Zmlyc3Q6MQ=="
        );
        assert_eq!(
            to.requests()[0].header("Authorization").as_deref(),
            expected,
            "{text}"
        );
        let withheld = response.transcript().last().unwrap().withheld();
        assert_eq!(withheld.is_empty(), expected.is_some(), "{withheld:?}");
    }
}

/// Trust takes what was given along, and not what each host has of its own.
#[tokio::test]
async fn a_host_that_is_trusted_gets_its_own_entry_too() {
    let first = "machine 127.0.0.1 login first password 1\n";
    for (text, given, expected) in [
        ("", false, None),
        ("machine localhost password 2", false, Some("Basic OjI=")),
        ("machine localhost password 2", true, Some("Bearer t")),
    ] {
        let to = Peer::start([ok("")]);
        let there = to.url("/to").replace("127.0.0.1", "localhost");
        let from = Peer::start([redirect(302, &there)]);
        let client = builder(&format!("{first}{text}"))
            .redirects(Redirects::default().trusting("localhost").unwrap())
            .build()
            .unwrap();
        let mut request = client.get(from.url("/from"));
        if given {
            request = request.auth(Bearer::new("t").unwrap());
        }
        request.send().await.unwrap();
        let sent = to.requests()[0].header("Authorization");
        assert_eq!(sent.as_deref(), expected, "{text} {given}");
    }
}

/// CVE-2024-47081: the host was taken from before a colon that belongs to the user.
#[tokio::test]
async fn the_host_is_where_the_request_goes() {
    let peer = Peer::start([ok("")]);
    let client = client("machine example.com login netrc password pw");
    let url = peer.url("/").replace("http://", "http://example.com:@");
    client.get(url).send().await.unwrap();
    let sent = peer.requests()[0].header("Authorization").unwrap();
    assert_eq!(sent, "Basic ZXhhbXBsZS5jb206");
}

#[tokio::test]
async fn a_challenge_is_answered_from_it() {
    let server = Server::start().unwrap();
    let url = server.url("/digest-auth/auth/netrc/pw");
    let text = "machine 127.0.0.1 login netrc password pw";
    let response = client(text).get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.transcript());
    let digest = Client::builder().netrc(netrc(text).with_scheme("digest"));
    let client = digest.build().unwrap();
    for legs in [2, 1] {
        let response = client.get(&url).send().await.unwrap();
        // The nonce is kept for the next request.
        assert_eq!(
            (response.status(), response.transcript().legs().len()),
            (200, legs)
        );
    }
}

#[tokio::test]
async fn a_scheme_of_one_secret_takes_the_password() {
    let peer = Peer::start([ok("")]);
    let netrc = netrc("machine 127.0.0.1 password t0ken").with_scheme("bearer");
    let client = Client::builder().netrc(netrc).build().unwrap();
    client.get(peer.url("/")).send().await.unwrap();
    assert_eq!(
        peer.requests()[0].header("Authorization").unwrap(),
        "Bearer t0ken"
    );
}

#[tokio::test]
async fn an_entry_that_cannot_be_sent_is_passed_over() {
    let peer = Peer::start([refuse("Basic realm=\"r\"")]);
    let client = client("machine 127.0.0.1 login a:b password s3cret");
    let response = client.get(peer.url("/")).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert!(peer.requests()[0].header("Authorization").is_none());
    let told = response.transcript().to_string();
    assert!(
        told.contains("the credential from the file line 1 was passed over"),
        "{told}"
    );
    let diagnosis = gatepass::diagnose::explain(response.transcript()).unwrap();
    assert!(
        format!("{diagnosis:?}").contains("passed over"),
        "{diagnosis:?}"
    );
}

#[tokio::test]
async fn without_being_asked_for_none_is_read() {
    let peer = Peer::start([ok("")]);
    Client::new().get(peer.url("/")).send().await.unwrap();
    assert!(peer.requests()[0].header("Authorization").is_none());
}

#[test]
fn a_file_says_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("netrc");
    let error = Netrc::file(&path).unwrap_err().to_string();
    assert!(error.contains("netrc cannot be used"), "{error}");
    std::fs::write(&path, "machine h password p\nmachine g password \"s3cret").unwrap();
    let netrc = Netrc::file(&path).unwrap();
    assert!(netrc.warnings().is_empty(), "it was not asked");
    let before = netrc.entry(&Space::origin("https", "h", 443), None);
    assert_eq!(before.unwrap().line, 1);
    let told = netrc.warnings().join("");
    assert!(
        told.ends_with("up to line 2 only: a quotation mark is not closed"),
        "{told}"
    );
    assert!(!told.contains("s3cret"), "{told}");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_can_read_is_used_and_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("netrc");
    std::fs::write(&path, "machine h login a password s3cret").unwrap();
    for (mode, is_told) in [(0o600, false), (0o640, true), (0o604, true)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let netrc = std::sync::Arc::new(Netrc::file(&path).unwrap());
        let client = Client::builder()
            .netrc(std::sync::Arc::clone(&netrc))
            .build()
            .unwrap();
        client.get("https://other/").offline().unwrap();
        assert!(netrc.warnings().is_empty(), "it was not used");
        let offline = client.get("https://h/").offline().unwrap();
        assert!(String::from_utf8_lossy(offline.bytes()).contains("Authorization: Basic"));
        assert_eq!(!netrc.warnings().is_empty(), is_told, "{mode:o}");
        assert!(!format!("{netrc:?}{:?}", netrc.warnings()).contains("s3cret"));
    }
}

#[test]
fn authinfo_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".authinfo");
    std::fs::write(
        &path,
        "machine h port https user a secret 's3 cret' # mine\n",
    )
    .unwrap();
    let netrc = Netrc::file(&path).unwrap();
    let entry = netrc
        .entry(&Space::origin("https", "h", 443), None)
        .unwrap();
    assert_eq!(entry.password.as_ref().unwrap().expose(), b"s3 cret");
    assert!(netrc.entry(&Space::origin("http", "h", 80), None).is_none());
}
