//! Digest, Basic and what is hidden: answers that are not honest, and answers that are not whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gatepass_auth::{Env, Timestamp};
use gatepass_server::Server;

use crate::support::digest::Digest;
use crate::support::{connect, exchange, get, get_with};

const DIGEST: &str = "/digest-auth/auth/u/p";

#[test]
fn digest_the_honest_answer_is_taken() {
    let server = Server::start().unwrap();
    for target in [
        DIGEST,
        "/digest-auth/auth/u/p?a=b&c=%20d",
        "/digest-auth/auth/u/p/SHA-256",
    ] {
        let answer = Digest::challenged(&server, target).send(&server, target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        assert!(
            answer
                .header("authentication-info")
                .unwrap()
                .contains("rspauth=")
        );
    }
}

#[test]
fn digest_an_invented_nonce_is_refused_and_not_called_stale() {
    let server = Server::start().unwrap();
    let mut digest = Digest::challenged(&server, DIGEST);
    for nonce in [
        "invented".to_owned(),
        digest.nonce.replace(&digest.nonce[12..16], "AAAA"),
    ] {
        digest.nonce = nonce;
        let answer = digest.send(&server, DIGEST);
        assert_eq!(answer.status, 401);
        assert!(
            !answer
                .header("www-authenticate")
                .unwrap()
                .contains("stale=true")
        );
    }
}

#[test]
fn digest_an_expired_nonce_is_called_stale() {
    let clock = Arc::new(Clock::default());
    let server = Server::builder().clock(clock.clone()).start().unwrap();
    let digest = Digest::challenged(&server, DIGEST);
    clock.0.store(100_000, Ordering::Relaxed);
    let answer = digest.send(&server, DIGEST);
    assert_eq!(answer.status, 401);
    assert!(
        answer
            .header("www-authenticate")
            .unwrap()
            .contains("stale=true")
    );
    assert_eq!(
        Digest::from(&answer, DIGEST).send(&server, DIGEST).status,
        200
    );
}

/// A clock that is moved by hand.
#[derive(Default)]
struct Clock(AtomicU64);

impl Env for Clock {
    fn now(&self) -> Timestamp {
        1_700_000_000 + self.0.load(Ordering::Relaxed)
    }

    fn random(&self, out: &mut [u8]) -> Result<(), gatepass_auth::NoRandomness> {
        getrandom::fill(out).unwrap();
        Ok(())
    }
}

#[test]
fn digest_a_count_is_taken_once() {
    let server = Server::start().unwrap();
    let mut digest = Digest::challenged(&server, DIGEST);
    assert_eq!(digest.send(&server, DIGEST).status, 200);
    assert_eq!(digest.send(&server, DIGEST).status, 401);
    digest.nc = "00000003";
    assert_eq!(digest.send(&server, DIGEST).status, 200);
    digest.nc = "00000002";
    assert_eq!(
        digest.send(&server, DIGEST).status,
        200,
        "requests may overtake each other"
    );
    assert_eq!(digest.send(&server, DIGEST).status, 401);
}

#[test]
fn digest_the_algorithm_cannot_be_lowered() {
    let server = Server::start().unwrap();
    let target = "/digest-auth/auth/u/p/SHA-256";
    let mut digest = Digest::challenged(&server, target);
    assert_eq!(digest.algorithm, "SHA-256");
    (digest.hash, digest.algorithm) = (gatepass_auth::Hash::Md5, "MD5");
    assert_eq!(digest.send(&server, target).status, 401);
}

#[test]
fn digest_the_quality_of_protection_cannot_be_removed() {
    let server = Server::start().unwrap();
    let mut digest = Digest::challenged(&server, DIGEST);
    digest.qop = None;
    assert_eq!(digest.send(&server, DIGEST).status, 401);
}

#[test]
fn digest_realm_and_opaque_are_those_of_the_challenge() {
    let server = Server::start().unwrap();
    let honest = Digest::challenged(&server, DIGEST);
    let (mut realm, mut opaque) = (honest.clone(), honest.clone());
    realm.realm = "elsewhere".to_owned();
    opaque.opaque = "elsewhere".to_owned();
    assert_eq!(realm.send(&server, DIGEST).status, 401);
    assert_eq!(opaque.send(&server, DIGEST).status, 401);
    assert_eq!(honest.send(&server, DIGEST).status, 200);
}

#[test]
fn digest_another_user_name_is_refused() {
    let server = Server::start().unwrap();
    let mut digest = Digest::challenged(&server, DIGEST);
    digest.user = "v".to_owned();
    let stranger = digest.send(&server, DIGEST);
    (digest.user, digest.password) = ("u".to_owned(), "q".to_owned());
    let wrong = digest.send(&server, DIGEST);
    assert_eq!((stranger.status, wrong.status), (401, 401));
    assert_eq!(
        stranger.json()["detail"],
        wrong.json()["detail"],
        "which of the two is not told"
    );
}

#[test]
fn digest_an_answer_is_for_one_target() {
    let server = Server::start().unwrap();
    let digest = Digest::challenged(&server, DIGEST);
    assert_eq!(
        digest.send(&server, "/digest-auth/auth/u/p?x=1").status,
        400
    );
    assert_eq!(
        digest.send(&server, "/digest-auth/auth/u/p/MD5").status,
        400
    );
}

#[test]
fn digest_auth_int_is_not_auth() {
    let server = Server::start().unwrap();
    let mut digest = Digest::challenged(&server, DIGEST);
    digest.qop = Some("auth-int");
    assert_eq!(digest.send(&server, DIGEST).status, 401);
    let target = "/digest-auth/auth-int/u/p";
    let mut digest = Digest::challenged(&server, target);
    assert_eq!(
        digest.send(&server, target).status,
        401,
        "auth where auth-int is wanted"
    );
    digest.qop = Some("auth-int");
    assert_eq!(digest.send(&server, target).status, 200);
    digest.nc = "00000002";
    let line = format!("{}Content-Length: 3\r\n", digest.line());
    let request = format!("GET {target} HTTP/1.1\r\nHost: h\r\n{line}\r\nabc");
    assert_eq!(
        exchange(&server, request).status,
        401,
        "a body that was not signed"
    );
}

#[test]
fn digest_malformed_credentials_break_nothing() {
    let server = Server::start().unwrap();
    let mut wire = connect(&server);
    let huge = format!("Digest {}", "a=b, ".repeat(2000));
    let honest = Digest::challenged(&server, DIGEST).line();
    let honest = honest.strip_prefix("Authorization: ").unwrap().trim_end();
    for value in [
        "Digest",
        "Digest ",
        "Digest ,,,",
        "Digest username",
        "Digest username=",
        "Digest username=\"u",
        "Digest \u{ff}=\u{ff}",
        "Digest username=\"u\", username=\"v\"",
        "Digest =\"\", =",
        &huge,
        &honest.replace("nc=00000001", "nc=zzzzzzzz"),
        &honest.replace("nc=00000001", "nc=1"),
        &honest.replace("nc=00000001", "nc=ffffffffffffffffffff"),
        &honest.replace("cnonce=\"0a4f113b\"", "cnonce=\"\""),
        &honest.replace("response=\"", "response=\"\u{e9}"),
    ] {
        wire.send(format!(
            "GET {DIGEST} HTTP/1.1\r\nHost: h\r\nAuthorization: {value}\r\n\r\n"
        ));
        let answer = wire.read();
        assert!(matches!(answer.status, 400 | 401), "{value}: {answer:?}");
        assert_eq!(answer.json()["authenticated"], false);
    }
}

#[test]
fn basic_malformed_credentials_break_nothing() {
    let server = Server::start().unwrap();
    let huge = format!("Basic {}", "QUFB".repeat(3000));
    for value in [
        "Basic",
        "Basic  ",
        "Basic !!!",
        "Basic dTpw=",
        "Basic dXA=",
        "Basic gICA",
        &huge,
    ] {
        let answer = get_with(
            &server,
            "/basic-auth/u/p",
            &format!("Authorization: {value}\r\n"),
        );
        assert!(matches!(answer.status, 400 | 401), "{value}: {answer:?}");
    }
    let two = "Authorization: Basic dTpw\r\nAuthorization: Basic dTpw\r\n";
    assert_eq!(
        get_with(&server, "/basic-auth/u/p", two).status,
        400,
        "which of the two?"
    );
}

#[test]
fn a_stranger_learns_nothing_of_a_hidden_place() {
    let server = Server::start().unwrap();
    let hidden = get(&server, "/hidden-basic-auth/u/p");
    assert_eq!((hidden.status, hidden.body.len()), (404, 0));
    assert_eq!(hidden.header("www-authenticate"), None);
}

#[test]
fn lenience_is_off_unless_asked_for() {
    let target = "/digest-auth/auth/u/p?a=b";
    // Old browsers signed the path alone.
    for (lenient, first, replayed) in [(false, 400, 400), (true, 200, 401)] {
        let server = Server::builder().lenient(lenient).start().unwrap();
        let mut digest = Digest::challenged(&server, target);
        digest.uri = "/digest-auth/auth/u/p".to_owned();
        assert_eq!(digest.send(&server, target).status, first);
        assert_eq!(digest.send(&server, target).status, replayed);
    }
}
