//! A machine without random numbers: nothing that can be guessed stands in for them, on either side.

mod support;

use std::sync::Arc;

use gatepass_auth::schemes::oauth1::{Provider, ProviderError};
use gatepass_auth::{
    AuthError, Digest, Env, Headers, NoRandomness, OAuth1, Reason, Received, Scheme, Space,
    Timestamp, Values, Verifier, Why, schemes,
};
use support::{NOW, Request, setup};

struct Dry;

impl Env for Dry {
    fn now(&self) -> Timestamp {
        NOW
    }

    fn random(&self, _: &mut [u8]) -> Result<(), NoRandomness> {
        Err(NoRandomness::new("it is dry"))
    }
}

#[test]
fn a_client_sends_nothing_that_can_be_guessed() {
    let signed: Arc<dyn Scheme> = Arc::new(OAuth1::new("key", "secret"));
    let request = Request::new("GET", "/");
    let error = request
        .authorize(&mut *signed.begin(&request.space), &Dry)
        .err()
        .unwrap();
    assert!(matches!(&error, AuthError::Random(_)), "{error:?}");
    assert!(error.to_string().contains("it is dry"), "{error}");
    let digest: Arc<dyn Scheme> = Arc::new(Digest::new("alice", "s3cret"));
    let mut flow = digest.begin(&request.space);
    let asked = Headers::from_iter([(
        "WWW-Authenticate",
        "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256",
    )]);
    let challenges = gatepass_auth::Incoming::challenges_in(&request.space, &asked);
    let refused = gatepass_auth::Incoming::new(401, &request.space, &asked, &challenges, &Dry);
    flow.inspect(&refused).unwrap();
    let error = request.authorize(&mut *flow, &Dry).err().unwrap();
    assert!(matches!(error, AuthError::Random(_)), "{error:?}");
}

#[test]
fn a_server_hands_out_nothing_that_can_be_guessed() {
    let (space, headers) = (Space::origin("http", "h", 80), Headers::new());
    let request = Received::new("GET", &space, "/", &headers, &Dry);
    let why = Why::new(Reason::Missing, "nothing came");
    let verifier: Arc<dyn Verifier> = schemes::find("digest")
        .unwrap()
        .server(&Values::new(), &setup())
        .unwrap();
    let refusal = verifier.refuse(&request, &why, None);
    assert_eq!((refusal.status, refusal.challenges.len()), (503, 0));
    let token = Provider::default().issue("key", "oob", &Dry);
    assert_eq!(token.unwrap_err(), ProviderError::NoRandomness);
    assert_eq!(ProviderError::NoRandomness.status(), 503);
}
