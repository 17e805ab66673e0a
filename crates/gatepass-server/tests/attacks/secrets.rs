//! Secrets do not come out of the log or of `Debug`.

use std::io::Write;
use std::sync::{Arc, Mutex};

use gatepass_server::Server;

use crate::refused;
use crate::support::digest::Digest;
use crate::support::get_with;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_log_holds_no_secret() {
    let lines = Lines::default();
    let server = Server::builder()
        .access_log(Box::new(lines.clone()))
        .start()
        .unwrap();
    for target in [
        "/basic-auth/alice/s3cret",
        "/hidden-basic-auth/alice/s3cret",
        "/digest-auth/auth/alice/s3cret/MD5",
        "/get?access_token=s3cret&api_key=s3cret&oauth_signature=s3cret",
        "/auth/apikey/query/k?k=s3cret",
        "/cookies/set/sid/s3cret",
    ] {
        get_with(
            &server,
            target,
            "Authorization: Bearer s3cret\r\nCookie: sid=s3cret\r\n",
        );
    }
    // A refused request is in the log too.
    refused(
        &server,
        "GET /basic-auth/alice/s3cret HTTP/1.1\r\nAuthorization: s3cret\r\n\r\n",
    );
    server.stop();
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 7, "{text}");
    assert!(!text.contains("s3cret"), "{text}");
    assert!(
        text.starts_with("127.0.0.1 GET /basic-auth/***/*** 401 "),
        "{text}"
    );
}

#[test]
fn debug_of_a_recorded_request_shows_no_secret() {
    let server = Server::start().unwrap();
    get_with(
        &server,
        "/basic-auth/alice/s3cret?token=s3cret",
        "Authorization: Basic YWxpY2U6czNjcmV0\r\n",
    );
    let shown = format!("{:?} {:?}", server.requests(), server);
    assert!(
        !shown.contains("s3cret") && !shown.contains("YWxpY2U6"),
        "{shown}"
    );
    assert!(shown.contains("Basic"), "{shown}");
}

#[test]
fn a_refusal_tells_nobody_the_secrets_of_real_accounts() {
    let accounts = gatepass_auth::Accounts::new().with_user("u", "s3cret");
    let server = Server::builder().accounts(accounts).start().unwrap();
    let target = "/auth/digest/MD5/auth";
    let digest = Digest::challenged(&server, target);
    let refused = digest.send(&server, target);
    assert_eq!(refused.status, 401);
    let honest = Digest {
        password: "s3cret".to_owned(),
        ..digest
    };
    let line = honest.line();
    let (_, response) = line.split_once("response=\"").unwrap();
    assert!(!refused.text().contains("s3cret"), "{}", refused.text());
    assert!(
        !refused.text().contains(&response[..32]),
        "the right response would open"
    );
    assert!(
        refused.json()["computed"]["A2"].is_string(),
        "{}",
        refused.text()
    );
    assert_eq!(honest.send(&server, target).status, 200);
}
