//! Digest: what goes wrong on real servers and clients, and every attack that a verifier must withstand.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::collections::HashSet;
use std::sync::Arc;

use gatepass_auth::schemes::digest::{Algorithm, Digest, Qop, Server};
use gatepass_auth::{
    Accounts, AuthError, Body, Credentials, Headers, Incoming, MemoryReplayCache, PeerError,
    Reason, Scheme, Space, Step, Verifier,
};
use support::{Counting, NOW, Request, Sent, converse, setup};

fn alice() -> Arc<dyn Scheme> {
    Arc::new(Digest::new("alice", "s3cret"))
}

fn accounts() -> Accounts {
    Accounts::new()
        .with_user("alice", "s3cret")
        .with_user("bob", "hunter2")
}

/// Authorizes one request against `server` and returns what went out.
fn authorized(server: &Server, request: &Request, env: &Counting) -> Sent {
    let outcome = converse(&alice(), server, &Accounts::new(), request, env).unwrap();
    outcome.legs.last().unwrap().clone()
}

fn credentials(sent: &Sent) -> String {
    sent.request
        .headers
        .get_str("Authorization")
        .unwrap()
        .to_owned()
}

/// Sends what `sent` was with another text in its credentials, and returns why it was refused.
fn refused(server: &Server, sent: &Sent, from: &str, to: &str, env: &Counting) -> Reason {
    let mut changed = sent.clone();
    let value = credentials(sent);
    assert!(value.contains(from), "{from} does not stand in {value}");
    changed
        .request
        .headers
        .set("Authorization", value.replacen(from, to, 1));
    changed.verify(server, &accounts(), env).unwrap_err().reason
}

fn param(sent: &Sent, name: &str) -> String {
    let value = credentials(sent);
    let (params, _) = Credentials::parse(value.as_bytes()).unwrap().params();
    params.text(name).unwrap().into_owned()
}

#[test]
fn every_algorithm_and_quality_is_accepted_by_our_server() {
    for name in Algorithm::NAMES {
        for qop in [Some(Qop::Auth), Some(Qop::AuthInt), None] {
            let algorithm = Algorithm::find(name).unwrap();
            let server = Server::new(&setup())
                .with_algorithms([algorithm])
                .with_qop(qop);
            let request = Request::new("POST", "/a?b=c").with_body("text/plain", "hello");
            let outcome = converse(
                &alice(),
                &server,
                &accounts(),
                &request,
                &Counting::new(NOW),
            )
            .unwrap();
            // A session cannot be without a client nonce: such an offer is not taken up.
            let possible = qop.is_some() || !algorithm.is_session();
            assert_eq!(
                outcome.verdict.is_ok(),
                possible,
                "{name} {qop:?}: {:?}",
                outcome.verdict
            );
        }
    }
}

#[test]
fn the_strongest_of_several_challenges_is_answered() {
    let names = ["MD5", "SHA-256", "SHA-512-256", "SHA"];
    let server =
        Server::new(&setup()).with_algorithms(names.map(|name| Algorithm::find(name).unwrap()));
    let sent = authorized(&server, &Request::new("GET", "/"), &Counting::new(NOW));
    assert_eq!(param(&sent, "algorithm"), "SHA-512-256");
}

#[test]
fn a_user_name_travels_hashed_where_the_server_takes_it_so() {
    let server = Server::new(&setup()).with_userhash();
    let env = Counting::new(NOW);
    let outcome = converse(
        &alice(),
        &server,
        &accounts(),
        &Request::new("GET", "/"),
        &env,
    )
    .unwrap();
    assert_eq!(outcome.verdict.unwrap().identity, "alice");
    assert!(!credentials(outcome.legs.last().unwrap()).contains("alice"));
}

#[test]
fn a_name_beyond_ascii_goes_as_username_star() {
    let accounts = Accounts::new().with_user("Jäsøn Doe", "Secret, or not?");
    let scheme: Arc<dyn Scheme> = Arc::new(Digest::new("Jäsøn Doe", "Secret, or not?"));
    let server = Server::new(&setup());
    let outcome = converse(
        &scheme,
        &server,
        &accounts,
        &Request::new("GET", "/"),
        &Counting::new(NOW),
    )
    .unwrap();
    assert_eq!(outcome.verdict.unwrap().identity, "Jäsøn Doe");
    assert!(
        credentials(outcome.legs.last().unwrap())
            .contains("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe,")
    );
}

#[test]
fn threads_share_a_nonce_and_never_a_count() {
    let (scheme, env, space) = (
        alice(),
        Counting::new(NOW),
        Space::origin("https", "api.example", 443),
    );
    let server = Server::new(&setup());
    let request = Request::new("GET", "/");
    assert!(
        converse(&scheme, &server, &accounts(), &request, &env)
            .unwrap()
            .verdict
            .is_ok()
    );
    let sent: Vec<Sent> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let one = || {
                        request
                            .authorize(&mut *Arc::clone(&scheme).begin(&space), &env)
                            .unwrap()
                    };
                    (0..50).map(|_| one()).collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    let nonces: HashSet<String> = sent.iter().map(|sent| param(sent, "nonce")).collect();
    let counts: HashSet<String> = sent.iter().map(|sent| param(sent, "nc")).collect();
    assert_eq!((nonces.len(), counts.len()), (1, 400));
    // The replay memory reaches 128 counts back: 400 requests in their order are all admitted.
    let mut sent = sent;
    sent.sort_by_key(|sent| param(sent, "nc"));
    assert!(
        sent.iter()
            .all(|sent| sent.verify(&server, &accounts(), &env).is_ok())
    );
}

#[test]
fn a_nonce_never_leaves_its_origin() {
    let (scheme, env) = (alice(), Counting::new(NOW));
    let request = Request::new("GET", "/");
    assert!(
        converse(&scheme, &Server::new(&setup()), &accounts(), &request, &env)
            .unwrap()
            .verdict
            .is_ok()
    );
    for space in [
        Space::origin("https", "other.example", 443),
        Space::origin("http", "api.example", 443),
        Space::origin("https", "api.example", 8443),
        Space::proxy("https", "api.example", 443),
    ] {
        let request = Request::new("GET", "/").with_space(space.clone());
        let sent = request
            .authorize(&mut *Arc::clone(&scheme).begin(&space), &env)
            .unwrap();
        assert!(
            !sent.request.headers.contains(space.credentials_header()),
            "{space}"
        );
    }
}

#[test]
fn a_stale_nonce_is_renewed_and_a_wrong_password_is_not_tried_twice() {
    let server = Server::new(&setup()).with_lifetime(60);
    let (scheme, request) = (alice(), Request::new("GET", "/"));
    let legs = |now| {
        converse(&scheme, &server, &accounts(), &request, &Counting::new(now))
            .unwrap()
            .legs
            .len()
    };
    assert_eq!(
        (legs(NOW), legs(NOW + 59), legs(NOW + 61), legs(NOW + 62)),
        (2, 1, 2, 1)
    );

    let wrong: Arc<dyn Scheme> = Arc::new(Digest::new("alice", "wrong"));
    let outcome = converse(&wrong, &server, &accounts(), &request, &Counting::new(NOW)).unwrap();
    assert_eq!(
        (outcome.legs.len(), outcome.verdict.unwrap_err().reason),
        (2, Reason::WrongSecret)
    );
}

#[test]
fn a_server_that_calls_every_nonce_stale_is_given_up() {
    let server = Server::new(&setup()).with_max_uses(0);
    let outcome = converse(
        &alice(),
        &server,
        &accounts(),
        &Request::new("GET", "/"),
        &Counting::new(NOW),
    )
    .unwrap();
    assert_eq!(outcome.verdict.unwrap_err().reason, Reason::Stale);
    assert!(outcome.legs.len() <= 4, "{}", outcome.legs.len());
}

#[test]
fn the_next_nonce_is_taken_up() {
    let server = Server::new(&setup()).with_next_nonce().with_max_uses(1);
    let (scheme, env, request) = (alice(), Counting::new(NOW), Request::new("GET", "/"));
    let legs: Vec<usize> = (0..4)
        .map(|_| {
            converse(&scheme, &server, &accounts(), &request, &env)
                .unwrap()
                .legs
                .len()
        })
        .collect();
    assert_eq!(legs, [2, 1, 1, 1]);
}

#[test]
fn a_forged_proof_is_an_error() {
    let (scheme, env, request) = (alice(), Counting::new(NOW), Request::new("GET", "/"));
    let mut flow = Arc::clone(&scheme).begin(&request.space);
    let server = Server::new(&setup());
    let challenge = server
        .challenge(&gatepass_auth::Why::new(Reason::Missing, ""), &env)
        .unwrap()
        .remove(0);
    request.authorize(&mut *flow, &env).unwrap();
    let receive = |flow: &mut dyn gatepass_auth::Flow, status, headers: Headers| {
        let challenges = Incoming::challenges_in(&request.space, &headers);
        flow.inspect(&Incoming::new(
            status,
            &request.space,
            &headers,
            &challenges,
            &env,
        ))
    };
    let asked = Headers::from_iter([("WWW-Authenticate", challenge.to_bytes())]);
    assert!(matches!(
        receive(&mut *flow, 401, asked),
        Ok(Step::Retry(_))
    ));
    request.authorize(&mut *flow, &env).unwrap();
    let forged = Headers::from_iter([(
        "Authentication-Info",
        "rspauth=\"0123456789abcdef0123456789abcdef\"",
    )]);
    let error = receive(&mut *flow, 200, forged).unwrap_err();
    assert_eq!(
        error,
        AuthError::Peer(PeerError::BadProof { scheme: "Digest" })
    );
    let covered = Headers::from_iter([("Authentication-Info", "rspauth=\"00\", qop=auth-int")]);
    let Ok(Step::Check(mut check)) = receive(&mut *flow, 200, covered) else {
        panic!("the body is covered");
    };
    check.update(b"forged");
    assert_eq!(
        check.finish(&Headers::new()).unwrap_err(),
        AuthError::Peer(PeerError::BadProof { scheme: "Digest" })
    );
}

#[test]
fn a_body_that_goes_once_goes_with_a_nonce_that_is_known() {
    let (scheme, env) = (alice(), Counting::new(NOW));
    let server = Server::new(&setup()).with_qop([Qop::Auth]);
    let mut request = Request::new("POST", "/");
    request.body = Body::Opaque {
        length: None,
        replayable: false,
    };
    assert!(
        request
            .authorize(&mut *Arc::clone(&scheme).begin(&request.space), &env)
            .is_err(),
        "no nonce yet"
    );
    assert!(
        converse(
            &scheme,
            &server,
            &accounts(),
            &Request::new("GET", "/"),
            &env
        )
        .unwrap()
        .verdict
        .is_ok()
    );
    let sent = request
        .authorize(&mut *Arc::clone(&scheme).begin(&request.space), &env)
        .unwrap();
    assert!(credentials(&sent).contains("nc=00000002"));
}

#[test]
fn auth_int_wants_the_body_in_memory() {
    let (scheme, env) = (alice(), Counting::new(NOW));
    let server = Server::new(&setup()).with_qop([Qop::AuthInt]);
    assert!(
        converse(
            &scheme,
            &server,
            &accounts(),
            &Request::new("GET", "/"),
            &env
        )
        .unwrap()
        .verdict
        .is_ok()
    );
    let mut request = Request::new("POST", "/");
    request.body = Body::Opaque {
        length: Some(5),
        replayable: true,
    };
    let error = request
        .authorize(&mut *Arc::clone(&scheme).begin(&request.space), &env)
        .unwrap_err();
    assert!(error.to_string().contains("in memory"), "{error}");
}

#[test]
fn every_change_of_the_credentials_is_refused() {
    let env = Counting::new(NOW);
    let server = Server::new(&setup())
        .with_algorithms([Algorithm::SHA_256])
        .with_qop([Qop::Auth]);
    let sent = authorized(&server, &Request::new("GET", "/a?b=c"), &env);
    let nonce = param(&sent, "nonce");
    for (from, to, reason) in [
        (
            nonce.as_str(),
            "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            Reason::Mismatch,
        ),
        ("algorithm=SHA-256", "algorithm=MD5", Reason::Mismatch),
        ("algorithm=SHA-256, ", "", Reason::Mismatch),
        ("qop=auth, nc=00000001", "x=y", Reason::Mismatch),
        ("realm=\"api\"", "realm=\"other\"", Reason::Mismatch),
        ("opaque=\"", "opaque=\"0", Reason::Mismatch),
        (
            "username=\"alice\"",
            "username=\"bob\"",
            Reason::WrongSecret,
        ),
        (
            "username=\"alice\"",
            "username=\"nobody\"",
            Reason::WrongSecret,
        ),
        ("uri=\"/a?b=c\"", "uri=\"/a\"", Reason::Malformed),
        ("qop=auth,", "qop=auth-int,", Reason::Mismatch),
        ("nc=00000001", "nc=00000002", Reason::WrongSecret),
        ("nc=00000001", "nc=1", Reason::Malformed),
        ("nc=00000001", "nc=00000000", Reason::Malformed),
        ("cnonce=\"", "cnonce=\"0", Reason::WrongSecret),
        ("response=\"", "response=\"0", Reason::WrongSecret),
        (
            "Digest username",
            "Digest username=\"x\", username",
            Reason::Malformed,
        ),
        ("Digest ", "Digest ,,,=", Reason::Malformed),
        ("Digest ", "Basic ", Reason::OtherScheme),
    ] {
        assert_eq!(
            refused(&server, &sent, from, to, &env),
            reason,
            "{from} -> {to}"
        );
    }
    assert!(
        sent.verify(&server, &accounts(), &env).is_ok(),
        "unchanged, and not used up by the attempts"
    );
    assert_eq!(
        sent.verify(&server, &accounts(), &env).unwrap_err().reason,
        Reason::Replayed
    );
}

#[test]
fn a_signed_body_cannot_be_changed() {
    let env = Counting::new(NOW);
    let server = Server::new(&setup()).with_qop([Qop::AuthInt]);
    let mut sent = authorized(
        &server,
        &Request::new("POST", "/").with_body("text/plain", "hello"),
        &env,
    );
    sent.request.body = Body::Bytes("hellO".into());
    assert_eq!(
        sent.verify(&server, &accounts(), &env).unwrap_err().reason,
        Reason::WrongSecret
    );
}

#[test]
fn without_qop_a_nonce_is_good_for_one_request() {
    let env = Counting::new(NOW);
    let server = Server::new(&setup()).with_qop([]);
    let sent = authorized(&server, &Request::new("GET", "/"), &env);
    assert!(sent.verify(&server, &accounts(), &env).is_ok());
    assert_eq!(
        sent.verify(&server, &accounts(), &env).unwrap_err().reason,
        Reason::Replayed
    );
}

#[test]
fn a_lenient_server_takes_the_path_without_its_query_and_a_strict_one_does_not() {
    let env = Counting::new(NOW);
    for (lenient, accepted) in [(false, false), (true, true)] {
        let mut setup = setup();
        setup.lenient = lenient;
        setup.replay = Arc::new(MemoryReplayCache::new(4));
        let server = Server::new(&setup);
        let mut sent = authorized(&server, &Request::new("GET", "/a"), &env);
        sent.request.target.push_str("?b=c");
        assert_eq!(sent.verify(&server, &accounts(), &env).is_ok(), accepted);
    }
}
