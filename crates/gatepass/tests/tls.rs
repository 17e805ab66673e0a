//! Certificates are verified, and an error says what is wrong with one.

#![cfg(test)]

mod peer;

use gatepass::config::{Tls, TlsVersion};
use gatepass::error;
use gatepass::{Basic, Client, Error, Kind};
use gatepass_server::Server;
use peer::tls::{TlsPeer, params};
use peer::{Answer, Peer, ok};

fn server() -> Server {
    Server::builder().https(true).start().unwrap()
}

fn trusting(server: &Server) -> Tls {
    Tls::system()
        .trusting_pem(server.ca_pem().unwrap())
        .unwrap()
}

#[tokio::test]
async fn an_unknown_authority_is_not_trusted_until_it_is_given() {
    let server = server();
    let url = server.https_url("/basic-auth/alice/s3cret").unwrap();
    let client = Client::new();
    let get = || {
        client
            .get(&url)
            .auth(Basic::new("alice", "s3cret").unwrap())
    };
    let error = get().send().await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::UnknownIssuer { .. })),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("certificate"));
    assert_eq!(
        get().tls(trusting(&server)).send().await.unwrap().status(),
        200
    );
    assert_eq!(
        get().tls(Tls::unverified()).send().await.unwrap().status(),
        200
    );
    // What one request believes is not believed by the next.
    assert_eq!(get().send().await.unwrap_err().kind(), Kind::Tls);
}

#[tokio::test]
async fn a_file_is_trusted() {
    let server = server();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), server.ca_pem().unwrap()).unwrap();
    let client = Client::builder()
        .tls(Tls::system().trusting_file(file.path()).unwrap())
        .build()
        .unwrap();
    assert_eq!(
        client
            .get(server.https_url("/get").unwrap())
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let error = Tls::system().trusting_file("/not/there").unwrap_err();
    assert!(error.to_string().contains("/not/there"), "{error}");
    let error = Tls::system().trusting_pem("no certificate").unwrap_err();
    assert_eq!(error.kind(), Kind::Misuse);
}

#[tokio::test]
async fn a_plain_port_is_named_as_such() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut socket, answer)
            .await
            .unwrap();
    });
    let error = Client::new().get(url).send().await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::NotTls { .. })),
        "{error}"
    );
    assert!(error.hint().unwrap().starts_with("Use http://127.0.0.1:"));
}

#[tokio::test]
async fn a_tls_port_is_named_as_such() {
    let server = TlsPeer::start(params("127.0.0.1"), &ok("")).await;
    let url = format!("http://127.0.0.1:{}/", server.port);
    let error = Client::new().get(url).send().await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::PlainOnTls { .. })),
        "{error:?}"
    );
    let hint = error.hint().unwrap();
    assert_eq!(hint, format!("Use https://127.0.0.1:{}", server.port));
}

/// Those that do not answer with an alert answer with a page: nginx, Apache and Go.
#[tokio::test]
async fn a_tls_port_that_answers_plain_http_is_named_too() {
    let page = |body: &str| peer::reply("400 Bad Request", "Content-Type: text/html\r\n", body);
    let go = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
    for (answer, is_told) in [
        (
            page("<title>400 The plain HTTP request was sent to HTTPS port</title>"),
            true,
        ),
        (
            page("<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />"),
            true,
        ),
        (Answer::SayAndClose(go.to_vec()), true),
        (page("id must be a number"), false),
    ] {
        let peer = Peer::start([answer]);
        let response = Client::new().get(peer.url("/")).send().await.unwrap();
        let said = gatepass::diagnose::explain(response.transcript());
        assert_eq!(said.is_some(), is_told, "{said:?}");
        if let Some(said) = said {
            let address = format!("127.0.0.1:{}", peer.port());
            assert!(said.headline.starts_with(&address), "{said:?}");
            assert_eq!(said.hint, Some(format!("Use https://{address}")));
        }
        assert!(!response.text().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_self_signed_certificate_says_so_and_can_be_trusted() {
    let server = TlsPeer::start(params("127.0.0.1"), &ok("")).await;
    let url = format!("https://127.0.0.1:{}/", server.port);
    let error = Client::new().get(&url).send().await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::SelfSigned { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("self-signed") && error.hint().unwrap().contains("trust"));
    let tls = Tls::system().trusting_pem(&server.pem).unwrap();
    assert_eq!(
        Client::new()
            .get(&url)
            .tls(tls)
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn an_authoritys_own_certificate_can_be_trusted_but_only_for_its_name() {
    let mut authority = params("127.0.0.1");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let server = TlsPeer::start(authority, &ok("")).await;
    let tls = Tls::system().trusting_pem(&server.pem).unwrap();
    let get = |host: &str| {
        let url = format!("https://{host}:{}/", server.port);
        Client::new().get(url).tls(tls.clone()).send()
    };
    assert_eq!(get("127.0.0.1").await.unwrap().status(), 200);
    assert_eq!(get("localhost").await.unwrap_err().kind(), Kind::Tls);
}

#[tokio::test]
async fn the_wrong_name_lists_the_right_ones() {
    let server = TlsPeer::start(params("right.example"), &ok("")).await;
    let tls = Tls::system().trusting_pem(&server.pem).unwrap();
    let url = format!("https://localhost:{}/", server.port);
    let error = Client::new().get(url).tls(tls).send().await.unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("not for localhost, but for right.example"),
        "{shown}"
    );
}

#[tokio::test]
async fn an_expired_certificate_says_so() {
    let mut old = params("127.0.0.1");
    old.not_before = rcgen::date_time_ymd(2001, 1, 1);
    old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    let server = TlsPeer::start(old, &ok("")).await;
    let tls = Tls::system().trusting_pem(&server.pem).unwrap();
    let error = Client::new()
        .get(format!("https://127.0.0.1:{}/", server.port))
        .tls(tls)
        .send()
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::Expired { .. })),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("expired on 2002-01-01 00:00 UTC"),
        "{error}"
    );
}

#[tokio::test]
async fn an_authoritys_expired_certificate_says_so_too() {
    let mut old = params("127.0.0.1");
    old.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    old.not_before = rcgen::date_time_ymd(2001, 1, 1);
    old.not_after = rcgen::date_time_ymd(2002, 1, 1);
    let server = TlsPeer::start(old, &ok("")).await;
    let tls = Tls::without_system().trusting_pem(&server.pem).unwrap();
    let error = Client::new().get(server.url("/")).tls(tls).send().await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::Expired { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn a_certificate_of_the_future_says_so() {
    let mut early = params("127.0.0.1");
    early.not_before = rcgen::date_time_ymd(2901, 1, 1);
    early.not_after = rcgen::date_time_ymd(2902, 1, 1);
    let server = TlsPeer::start(early, &ok("")).await;
    let tls = Tls::system().trusting_pem(&server.pem).unwrap();
    let error = Client::new().get(server.url("/")).tls(tls).send().await;
    let error = error.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::NotYetValid { .. })),
        "{error}"
    );
    assert!(
        error.to_string().contains("not valid before 2901-01-01"),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("clock"));
}

#[tokio::test]
async fn only_those_that_were_given_are_trusted() {
    let (server, other) = (server(), server());
    let url = server.https_url("/get").unwrap();
    let only = |of: &Server| {
        Tls::without_system()
            .trusting_pem(of.ca_pem().unwrap())
            .unwrap()
    };
    let get = |tls| Client::new().get(&url).tls(tls).send();
    assert_eq!(get(only(&server)).await.unwrap().status(), 200);
    // Every test server has its own authority, and all have one name.
    let error = get(only(&other)).await.unwrap_err();
    assert!(
        matches!(&error, Error::Tls(error::Tls::OtherAuthority { issuer, .. })
            if issuer == "CN=gatepass test authority"),
        "{error:?}"
    );
    let stranger = TlsPeer::start(params("127.0.0.1"), &ok("")).await;
    let other = Tls::without_system().trusting_pem(&stranger.pem).unwrap();
    let error = get(other).await.unwrap_err();
    assert!(
        matches!(&error, Error::Tls(error::Tls::UnknownIssuer { issuer, .. })
            if issuer == "CN=gatepass test authority"),
        "{error:?}"
    );
    let error = get(Tls::without_system()).await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::NoTrustStore { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_directory_of_certificates_is_trusted() {
    let server = server();
    let url = server.https_url("/get").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("README"), "no certificate").unwrap();
    let none = Tls::without_system().trusting_file(folder.path());
    assert!(none.unwrap_err().to_string().contains("no file in it"));
    std::fs::write(folder.path().join("a.pem"), server.ca_pem().unwrap()).unwrap();
    let tls = Tls::without_system().trusting_file(folder.path()).unwrap();
    let response = Client::new().get(url).tls(tls).send().await.unwrap();
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_pin_is_checked_beside_the_certificate_and_without_it() {
    const OTHER: &str = "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    let server = server();
    let url = server.https_url("/get").unwrap();
    let get = |tls| Client::new().get(&url).tls(tls).send();
    let response = get(trusting(&server)).await.unwrap();
    let pin = response
        .transcript()
        .last()
        .unwrap()
        .tls()
        .unwrap()
        .certificate()
        .unwrap()
        .pin;
    let pin = pin.unwrap().to_string();
    for tls in [trusting(&server), Tls::unverified()] {
        let right = tls.clone().pin(OTHER).unwrap().pin(&pin).unwrap();
        assert_eq!(get(right).await.unwrap().status(), 200);
        let error = get(tls.pin(OTHER).unwrap()).await.unwrap_err();
        assert!(
            matches!(&error, Error::Tls(error::Tls::PinMismatch { found: Some(found), .. })
                if found.to_string() == pin),
            "{error:?}"
        );
        assert!(error.to_string().contains(&pin), "{error}");
    }
    // A pin takes the place of nothing: who is not trusted stays so.
    let error = get(Tls::system().pin(&pin).unwrap()).await.unwrap_err();
    assert!(
        matches!(error, Error::Tls(error::Tls::UnknownIssuer { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn another_name_is_asked_for_and_verified() {
    let server = TlsPeer::start(params("right.example"), &ok("")).await;
    let tls = Tls::system().trusting_pem(&server.pem).unwrap();
    let get = |tls| Client::new().get(server.url("/")).tls(tls).send();
    let right = tls.clone().server_name("right.example").unwrap();
    let response = get(right).await.unwrap();
    let info = response.transcript().last().unwrap().tls().unwrap().clone();
    assert_eq!(
        (info.server_name.as_str(), info.verified),
        ("right.example", true)
    );
    let error = get(tls.server_name("wrong.example").unwrap())
        .await
        .unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("not for wrong.example, but for right.example"),
        "{shown}"
    );
}

#[tokio::test]
async fn the_transcript_says_what_was_agreed_on() {
    let server = server();
    let client = Client::builder().tls(trusting(&server)).build().unwrap();
    let url = server.https_url("/get").unwrap();
    for (version, cipher) in [
        (TlsVersion::Tls12, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
        (TlsVersion::Tls13, "TLS13_AES_256_GCM_SHA384"),
    ] {
        let tls = trusting(&server).lowest(version).highest(version);
        let response = client.get(&url).tls(tls).send().await.unwrap();
        let info = response.transcript().last().unwrap().tls().unwrap().clone();
        assert_eq!(info.version, version.to_string());
        assert_eq!(info.cipher, cipher);
        assert_eq!(info.alpn.as_deref(), Some("http/1.1"));
        assert_eq!(info.server_name, "127.0.0.1");
        assert!(info.verified && !info.resumed);
        let own = info.certificate().unwrap();
        assert_eq!(own.subject, "CN=gatepass test server");
        assert_eq!(own.issuer, "CN=gatepass test authority");
        assert_eq!(own.names, ["localhost", "127.0.0.1", "::1"]);
        assert_eq!(info.chain.len(), 2);
        assert_eq!(info.client, gatepass::ClientCertificate::NotAsked);
        let shown = response.transcript().to_string();
        assert!(
            shown.contains(&format!("* {version}, {cipher}, ")),
            "{shown}"
        );
        assert!(
            shown.contains("\n* pin of the server's key: sha256//"),
            "{shown}"
        );
    }
    let plain = client.get(server.url("/get")).send().await.unwrap();
    assert!(plain.transcript().last().unwrap().tls().is_none());
    let blind = client
        .get(&url)
        .tls(Tls::unverified())
        .send()
        .await
        .unwrap();
    assert!(blind.transcript().to_string().contains("; NOT verified\n"));
}

#[tokio::test]
async fn no_version_is_left() {
    let tls = Tls::system()
        .lowest(TlsVersion::Tls13)
        .highest(TlsVersion::Tls12);
    let server = server();
    let error = Client::new()
        .get(server.https_url("/get").unwrap())
        .tls(tls)
        .send()
        .await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), Kind::Misuse, "{error}");
}
