//! Certificates are verified, and an error says what is wrong with one.

#![cfg(test)]

mod peer;

use gatepass::config::Tls;
use gatepass::error;
use gatepass::{Basic, Client, Error, Kind};
use gatepass_server::Server;
use peer::ok;
use peer::tls::{TlsPeer, params};

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
    let error = Client::new()
        .get(format!("http://127.0.0.1:{}/", server.port))
        .send()
        .await
        .unwrap_err();
    assert!(
        error
            .hint()
            .is_some_and(|hint| hint.contains("use https://127.0.0.1:")),
        "{error} {error:?}"
    );
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
}
