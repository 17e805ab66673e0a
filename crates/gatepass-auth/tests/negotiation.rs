//! The ladder: the strongest scheme that is offered and can be performed, then the next, remembered for each party.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::sync::Arc;

use gatepass_auth::{
    AnyOf, Basic, Bearer, Body, Digest, Flow, Headers, Incoming, Outgoing, Scheme, Space, Step,
};
use support::{Request, env};

fn ladder() -> AnyOf {
    AnyOf::new([
        Arc::new(Basic::new("alice", "s3cret").unwrap()) as Arc<dyn Scheme>,
        Arc::new(Digest::new("alice", "s3cret")),
        Arc::new(Bearer::new("mF_9.B5f-4.1JqM").unwrap()),
    ])
}

/// Sends with `flow` and returns the scheme's word, or nothing.
fn word(flow: &mut dyn Flow, request: &Request) -> String {
    let sent = request.authorize(flow, &env()).unwrap();
    let value = sent
        .request
        .headers
        .get_str(request.space.credentials_header())
        .unwrap_or_default()
        .to_owned();
    value.split(' ').next().unwrap_or_default().to_owned()
}

fn receive(flow: &mut dyn Flow, space: &Space, status: u16, lines: &[&str]) -> bool {
    let headers: Headers = lines
        .iter()
        .map(|line| (space.challenge_header(), *line))
        .collect();
    let challenges = Incoming::challenges_in(space, &headers);
    let env = env();
    let step = flow
        .inspect(&Incoming::new(status, space, &headers, &challenges, &env))
        .unwrap();
    match step {
        Step::Retry(_) => true,
        Step::Done => false,
        step => panic!("{step:?}"),
    }
}

const DIGEST: &str = "Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256";

#[test]
fn the_strongest_is_taken_then_the_next() {
    let (scheme, request) = (Arc::new(ladder()), Request::new("GET", "/"));
    let mut flow = Arc::clone(&scheme).begin(&request.space);
    assert_eq!(word(&mut *flow, &request), "");
    let offer = ["Negotiate, Basic realm=\"x\"", DIGEST];
    assert!(receive(&mut *flow, &request.space, 401, &offer));
    assert_eq!(word(&mut *flow, &request), "Digest");
    assert!(
        receive(&mut *flow, &request.space, 401, &offer),
        "Digest was refused, Basic is left"
    );
    assert_eq!(word(&mut *flow, &request), "Basic");
    assert!(
        !receive(&mut *flow, &request.space, 401, &offer),
        "nothing is left"
    );
}

#[test]
fn what_cannot_be_performed_is_passed_over() {
    for (offer, expected) in [
        (
            "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-384, Basic realm=\"x\"",
            "Basic",
        ),
        ("Digest realm=\"x\", qop=\"auth\", Bearer", "Bearer"),
        ("Negotiate, Basic realm=\"x\"", "Basic"),
    ] {
        let request = Request::new("GET", "/");
        let mut flow = Arc::new(ladder()).begin(&request.space);
        word(&mut *flow, &request);
        assert!(
            receive(&mut *flow, &request.space, 401, &[offer]),
            "{offer}"
        );
        assert_eq!(word(&mut *flow, &request), expected, "{offer}");
    }
    let request = Request::new("GET", "/");
    let mut flow = Arc::new(ladder()).begin(&request.space);
    word(&mut *flow, &request);
    assert!(!receive(
        &mut *flow,
        &request.space,
        401,
        &["Negotiate", "NTLM"]
    ));
}

#[test]
fn what_worked_is_remembered_for_this_party_only() {
    let (scheme, request) = (Arc::new(ladder()), Request::new("GET", "/"));
    let mut flow = Arc::clone(&scheme).begin(&request.space);
    word(&mut *flow, &request);
    receive(&mut *flow, &request.space, 401, &[DIGEST]);
    word(&mut *flow, &request);
    assert!(!receive(&mut *flow, &request.space, 200, &[]));

    assert_eq!(
        word(&mut *Arc::clone(&scheme).begin(&request.space), &request),
        "Digest",
        "pre-emptive"
    );
    for space in [
        Space::origin("https", "other.example", 443),
        Space::origin("https", "api.example", 8443),
        Space::proxy("https", "api.example", 443),
    ] {
        let request = Request::new("GET", "/").with_space(space.clone());
        assert_eq!(
            word(&mut *Arc::clone(&scheme).begin(&space), &request),
            "",
            "{space}"
        );
    }
}

#[test]
fn a_first_scheme_goes_at_once_and_a_challenge_for_another_is_answered() {
    let request = Request::new("GET", "/");
    let mut flow = Arc::new(ladder().with_first(0)).begin(&request.space);
    assert_eq!(word(&mut *flow, &request), "Basic");
    assert!(receive(&mut *flow, &request.space, 401, &[DIGEST]));
    assert_eq!(word(&mut *flow, &request), "Digest");
}

#[test]
fn a_proxy_is_answered_in_its_own_fields() {
    let space = Space::proxy("http", "proxy.example", 3128);
    let request = Request::new("CONNECT", "api.example:443").with_space(space.clone());
    let mut flow = Arc::new(ladder()).begin(&space);
    word(&mut *flow, &request);
    assert!(
        !receive(&mut *flow, &space, 401, &[DIGEST]),
        "a 401 is not the proxy's"
    );
    assert!(receive(&mut *flow, &space, 407, &[DIGEST]));
    assert_eq!(word(&mut *flow, &request), "Digest");
}

#[test]
fn a_body_that_goes_once_is_refused_before_the_question() {
    let mut request = Request::new("POST", "/");
    request.body = Body::Opaque {
        length: Some(5),
        replayable: false,
    };
    for scheme in [
        Arc::new(ladder()) as Arc<dyn Scheme>,
        Arc::new(Digest::new("alice", "s3cret")),
    ] {
        let mut flow = scheme.begin(&request.space);
        assert!(request.authorize(&mut *flow, &env()).is_err());
    }
}

#[test]
fn a_function_is_a_scheme() {
    let mine = |message: &mut Outgoing<'_>| message.headers.set_secret("X-TokenAuth", "s3cret");
    let scheme: Arc<dyn Scheme> = Arc::new(mine);
    let request = Request::new("GET", "/");
    let sent = request
        .authorize(&mut *scheme.begin(&request.space), &env())
        .unwrap();
    assert_eq!(sent.request.headers.get_str("x-tokenauth"), Some("s3cret"));
    assert!(!format!("{sent:?}").contains("s3cret"));
}

#[test]
fn basic_honours_the_charset_of_the_challenge() {
    let request = Request::new("GET", "/");
    let value = |flow: &mut dyn Flow| {
        let sent = request.authorize(flow, &env()).unwrap();
        sent.request
            .headers
            .get_str("Authorization")
            .unwrap()
            .to_owned()
    };
    // RFC 7617 section 2.1: test and 123£, in ISO-8859-1 and in UTF-8.
    let mut flow = Arc::new(Basic::latin1("test", "123£").unwrap()).begin(&request.space);
    assert_eq!(value(&mut *flow), "Basic dGVzdDoxMjOj");
    let offer = ["Basic realm=\"x\", charset=\"UTF-8\""];
    assert!(receive(&mut *flow, &request.space, 401, &offer));
    assert_eq!(value(&mut *flow), "Basic dGVzdDoxMjPCow==");
    assert!(!receive(&mut *flow, &request.space, 401, &offer));
    for (basic, offer) in [
        (Basic::latin1("test", "123£"), "Basic realm=\"x\""),
        (
            Basic::latin1("test", "123"),
            "Basic realm=\"x\", charset=\"UTF-8\"",
        ),
        (
            Basic::new("test", "123£"),
            "Basic realm=\"x\", charset=\"UTF-8\"",
        ),
    ] {
        let mut flow = Arc::new(basic.unwrap()).begin(&request.space);
        value(&mut *flow);
        assert!(
            !receive(&mut *flow, &request.space, 401, &[offer]),
            "{offer}"
        );
    }
}

#[test]
fn over_plain_http_no_scheme_is_taken_that_reveals_its_secret() {
    let offer = ["Basic realm=\"x\", Bearer", DIGEST];
    let plain = Space::origin("http", "api.example", 80);
    let request = Request::new("GET", "/").with_space(plain.clone());

    let mut flow = Arc::new(ladder().with_first(0)).begin(&plain);
    assert_eq!(word(&mut *flow, &request), "", "Basic does not go at once");
    assert!(receive(&mut *flow, &plain, 401, &offer));
    assert_eq!(word(&mut *flow, &request), "Digest");
    assert!(
        !receive(&mut *flow, &plain, 401, &offer),
        "nothing else may be tried"
    );

    let mut flow = Arc::new(ladder().with_first(0).with_plain_http()).begin(&plain);
    assert_eq!(word(&mut *flow, &request), "Basic");

    let here = Space::origin("http", "127.0.0.1", 80);
    let request = Request::new("GET", "/").with_space(here.clone());
    assert_eq!(
        word(
            &mut *Arc::new(ladder().with_first(0)).begin(&here),
            &request
        ),
        "Basic"
    );
}
