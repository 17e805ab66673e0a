//! OAuth 1.0a beyond what every scheme is asked for: each place and method, and what a strict verifier refuses.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::sync::Arc;

use gatepass_auth::schemes::oauth1::{self, BodyHash, Method, Place, PrivateKey, Server};
use gatepass_auth::{
    Accepted, Account, Accounts, AuthError, Body, FixedEnv, OAuth1, Reason, Received, Scheme,
    Secret, Space, Verdict, Verifier, Why,
};
use support::{NOW, Request, Sent, env, setup};

const FORM: &str = "application/x-www-form-urlencoded";
const PRIVATE_KEY: &str = include_str!("../../../vectors/oauth1/test-key.private.pem");
const PUBLIC_KEY: &str = include_str!("../../../vectors/oauth1/test-key.public.pem");

fn client() -> OAuth1 {
    OAuth1::new("key", "secret").token("accesskey", "accesssecret")
}

fn rsa_client() -> OAuth1 {
    let key = PrivateKey::from_pem(&Secret::from(PRIVATE_KEY)).unwrap();
    OAuth1::rsa("rsa-key", key).token("rsa-token", "")
}

fn accounts() -> Accounts {
    let mut rsa = Account::new("rsa client", "");
    rsa.public_key = Some(PUBLIC_KEY.to_owned());
    Accounts::new()
        .with(oauth1::client_of("key"), Account::new("client", "secret"))
        .with(
            oauth1::token_of("key", "accesskey"),
            Account::new("alice", "accesssecret"),
        )
        .with(oauth1::client_of("rsa-key"), rsa)
        .with(
            oauth1::token_of("rsa-key", "rsa-token"),
            Account::new("bob", "bobs secret"),
        )
}

fn form() -> Request {
    Request::new("POST", "/items?a=1&b=%20").with_body(FORM, "c=2+3&d")
}

fn sign(client: &OAuth1, request: &Request) -> Result<Sent, AuthError> {
    sign_at(client, request, NOW)
}

fn sign_at(client: &OAuth1, request: &Request, now: u64) -> Result<Sent, AuthError> {
    let mut flow = Arc::new(client.clone()).begin(&request.space);
    request.authorize(&mut *flow, &FixedEnv::new(now))
}

fn verify(sent: &Sent) -> Result<Accepted, Why> {
    sent.verify(&Server::new(&setup()), &accounts(), &env())
}

fn refusal(sent: &Sent) -> Why {
    verify(sent).unwrap_err()
}

/// Replaces the parameters of the header by what `edit` makes of them.
fn edit_header(sent: &Sent, edit: impl Fn(&str) -> String) -> Sent {
    let mut sent = sent.clone();
    let value = sent.request.headers.get_str("Authorization").unwrap();
    let edited = edit(value);
    assert_ne!(edited, value, "the edit changes nothing");
    sent.request.headers.set("Authorization", edited);
    sent
}

#[test]
fn each_method_is_accepted_in_each_place_and_the_wrong_secret_is_not() {
    for method in Method::ALL {
        for place in [Place::Header, Place::Query, Place::Body] {
            let (right, wrong) = if method.is_rsa() {
                (rsa_client(), {
                    let key = PrivateKey::from_pem(&Secret::from(PRIVATE_KEY)).unwrap();
                    OAuth1::rsa("key", key).token("accesskey", "")
                })
            } else {
                (
                    client(),
                    OAuth1::new("key", "secret").token("accesskey", "wrong"),
                )
            };
            let sent = sign(&right.method(method).place(place), &form()).unwrap();
            let accepted = verify(&sent).unwrap();
            let expected = if method.is_rsa() { "bob" } else { "alice" };
            assert_eq!(accepted.identity, expected, "{method} {place}");
            let sent = sign(&wrong.method(method).place(place), &form()).unwrap();
            let why = refusal(&sent);
            assert_eq!(why.reason, Reason::WrongSecret, "{method} {place}: {why}");
            assert_eq!(why.status(401), 401);
        }
    }
}

#[test]
fn unknown_clients_and_tokens_are_refused_in_the_same_words_as_wrong_secrets() {
    let expected = refusal(
        &sign(
            &OAuth1::new("key", "wrong").token("accesskey", "accesssecret"),
            &form(),
        )
        .unwrap(),
    );
    for client in [
        OAuth1::new("nobody", "secret").token("accesskey", "accesssecret"),
        OAuth1::new("key", "secret").token("nothing", "accesssecret"),
        OAuth1::new("nobody", ""),
        rsa_client().token("nothing", ""),
    ] {
        let why = refusal(&sign(&client, &form()).unwrap());
        assert_eq!(
            (why.reason, why.detail),
            (Reason::WrongSecret, expected.detail.clone())
        );
    }
}

/// A client that is known by its public key has no secret: whoever signs with none is not that client.
#[test]
fn no_secret_is_no_proof() {
    for method in [Method::HmacSha1, Method::HmacSha512, Method::Plaintext] {
        for client in [
            OAuth1::new("rsa-key", ""),
            OAuth1::new("rsa-key", "").token("rsa-token", "bobs secret"),
        ] {
            let why = refusal(&sign(&client.method(method), &form()).unwrap());
            assert_eq!(why.reason, Reason::WrongSecret, "{method}");
        }
    }
}

#[test]
fn whatever_is_signed_cannot_be_changed() {
    for place in [Place::Header, Place::Query, Place::Body] {
        let sent = sign(&client().place(place), &form()).unwrap();
        let change = |change: &dyn Fn(&mut Request)| {
            let mut changed = sent.clone();
            change(&mut changed.request);
            let why = refusal(&changed);
            assert_eq!(why.reason, Reason::WrongSecret, "{place}: {why}");
        };
        change(&|request| request.method = "PUT".to_owned());
        change(&|request| request.target = request.target.replace("/items", "/item"));
        change(&|request| request.target = request.target.replace("a=1", "a=2"));
        change(&|request| request.target.push_str("&e"));
        change(&|request| {
            let body = String::from_utf8(request.body.bytes().unwrap().to_vec()).unwrap();
            request.body = Body::Bytes(body.replace("c=2", "c=3").into());
        });
        change(&|request| request.space = Space::origin("https", "other.example", 443));
        change(&|request| request.space = Space::origin("https", "api.example", 444));
        change(&|request| request.space = Space::origin("http", "api.example", 80));
    }
}

#[test]
fn a_nonce_is_good_once_and_a_timestamp_for_ten_minutes() {
    let server = Server::new(&setup());
    let sent = sign(&client(), &form()).unwrap();
    assert!(sent.verify(&server, &accounts(), &env()).is_ok());
    let again = sent.verify(&server, &accounts(), &env()).unwrap_err();
    assert_eq!(again.reason, Reason::Replayed);
    for (now, expected) in [
        (NOW - 601, Some(Reason::Stale)),
        (NOW - 600, None),
        (NOW + 600, None),
        (NOW + 601, Some(Reason::Stale)),
    ] {
        let sent = sign_at(&client(), &form(), now).unwrap();
        assert_eq!(verify(&sent).err().map(|why| why.reason), expected, "{now}");
    }
}

#[test]
fn the_nonce_of_another_client_or_token_is_no_replay() {
    let accounts = accounts()
        .with(oauth1::token_of("key", "other"), Account::new("carol", "s"))
        .with(
            oauth1::client_of("key2"),
            Account::new("client 2", "secret"),
        );
    let server = Server::new(&setup());
    for client in [
        client(),
        OAuth1::new("key", "secret"),
        OAuth1::new("key", "secret").token("other", "s"),
        OAuth1::new("key2", "secret"),
    ] {
        let sent = sign(&client, &form()).unwrap();
        assert!(sent.verify(&server, &accounts, &env()).is_ok());
    }
}

/// A request that is refused for its signature does not use up the nonce of the right one.
#[test]
fn nobody_can_use_up_the_nonce_of_another() {
    let server = Server::new(&setup());
    let forged = sign(
        &OAuth1::new("key", "guess").token("accesskey", "guess"),
        &form(),
    )
    .unwrap();
    assert!(forged.verify(&server, &accounts(), &env()).is_err());
    let sent = sign(&client(), &form()).unwrap();
    assert!(sent.verify(&server, &accounts(), &env()).is_ok());
}

#[test]
fn what_is_malformed_is_answered_with_400() {
    let sent = sign(&client(), &form()).unwrap();
    let remove = |name: &str| {
        edit_header(&sent, |value| {
            let kept = value.split(", ").filter(|param| !param.contains(name));
            let kept = kept.collect::<Vec<_>>().join(", ");
            if kept.starts_with("OAuth") {
                kept
            } else {
                format!("OAuth {kept}")
            }
        })
    };
    let mut cases: Vec<(Sent, &str)> = [
        "oauth_consumer_key",
        "oauth_signature_method",
        "oauth_signature=",
        "oauth_timestamp",
        "oauth_nonce",
    ]
    .into_iter()
    .map(|name| (remove(name), "is missing"))
    .collect();
    for (from, to, expected) in [
        (
            "oauth_version=\"1.0\"",
            "oauth_version=\"2.0\"",
            "1.0 or absent",
        ),
        ("HMAC-SHA1", "HMAC-MD5", "not supported"),
        ("HMAC-SHA1", "hmac-sha1", "not supported"),
        ("\"1700000000\"", "\"+1700000000\"", "positive number"),
        ("\"1700000000\"", "\"0\"", "positive number"),
        (
            "\"1700000000\"",
            "\"99999999999999999999\"",
            "positive number",
        ),
        ("oauth_nonce=\"", "oauth_nonce=\"\", x=\"", "empty"),
        (
            "oauth_token=",
            "oauth_token=\"x\", oauth_token=",
            "more than once",
        ),
        ("oauth_token=\"accesskey\"", "oauth_token=\"%FF\"", "UTF-8"),
        (
            "oauth_version=",
            "oauth%5Fversion=\"1.0\", oauth_version=",
            "more than once",
        ),
        ("oauth_version=\"1.0\"", "oauth_version=\"1.0", "malformed"),
    ] {
        cases.push((
            edit_header(&sent, |value| value.replacen(from, to, 1)),
            expected,
        ));
    }
    let mut query = sent.clone();
    query.request.target.push_str("&oauth_callback=oob");
    cases.push((query, "more than one place: header and query"));
    let mut body = sent.clone();
    body.request.body = Body::Bytes("c=2+3&d&oauth_token=accesskey".into());
    cases.push((body, "more than one place: header and body"));
    let mut twice = sent.clone();
    let value = sent.request.headers.get("Authorization").unwrap().to_vec();
    twice.request.headers.append("Authorization", value);
    cases.push((twice, "more than one Authorization"));
    let mut query = sign(&client().place(Place::Query), &form()).unwrap();
    query.request.target.push_str("&oauth_nonce=x");
    cases.push((query, "more than once"));
    for (sent, expected) in cases {
        let why = refusal(&sent);
        assert_eq!(why.reason, Reason::Malformed, "{expected}: {why}");
        assert_eq!(why.status(401), 400);
        assert!(why.detail.contains(expected), "{expected}: {why}");
    }
}

#[test]
fn plaintext_is_taken_over_tls_or_on_this_machine_only() {
    let plain = client().method(Method::Plaintext);
    for (space, taken) in [
        (Space::origin("https", "api.example", 443), true),
        (Space::origin("http", "127.0.0.1", 8080), true),
        (Space::origin("http", "api.example", 80), false),
    ] {
        let sent = sign(&plain, &form().with_space(space)).unwrap();
        assert_eq!(verify(&sent).is_ok(), taken);
    }
    assert!(plain.reveals_secret() && !client().reveals_secret());
}

/// RFC 5849 section 3.1: PLAINTEXT needs neither timestamp nor nonce; but half of the pair is malformed.
#[test]
fn plaintext_may_come_without_timestamp_and_nonce() {
    let sent = sign(&client().method(Method::Plaintext), &form()).unwrap();
    let nonce = format!(
        "oauth_nonce=\"{}\", ",
        gatepass_auth::Env::nonce(&env()).unwrap()
    );
    let timestamp = format!("oauth_timestamp=\"{NOW}\", ");
    let half = edit_header(&sent, |value| value.replace(&nonce, ""));
    assert_eq!(refusal(&half).reason, Reason::Malformed);
    let none = edit_header(&half, |value| value.replace(&timestamp, ""));
    assert_eq!(verify(&none).unwrap().identity, "alice");
}

#[test]
fn a_body_that_is_no_form_is_protected_by_its_hash() {
    let json = Request::new("PUT", "/json").with_body("application/json", "{\"a\":1}");
    for method in Method::ALL
        .into_iter()
        .filter(|method| *method != Method::Plaintext)
    {
        let client = if method.is_rsa() {
            rsa_client()
        } else {
            client()
        };
        let hashing = client.clone().method(method).body_hash(BodyHash::Auto);
        let mut sent = sign(&hashing, &json).unwrap();
        let accepted = verify(&sent).unwrap();
        let hash = |workings: &gatepass_auth::Workings| {
            workings
                .get("body hash")
                .map(|step| step.expose().to_owned())
        };
        assert_eq!(hash(&accepted.workings), hash(&sent.workings), "{method}");
        assert!(hash(&sent.workings).is_some());
        sent.request.body = Body::Bytes("{\"a\":2}".into());
        let why = refusal(&sent);
        assert_eq!(why.reason, Reason::Mismatch, "{method}: {why}");

        let mut unprotected = sign(&client.method(method), &json).unwrap();
        unprotected.request.body = Body::Bytes("{\"a\":2}".into());
        assert!(verify(&unprotected).is_ok(), "it was not asked for");
    }
}

/// oauthlib hashes bodies with SHA-1 under every method: a habit that only a lenient server puts up with.
#[test]
fn a_body_hash_is_that_of_the_method_unless_the_server_is_lenient() {
    let json = Request::new("PUT", "/json").with_body("application/json", "{}");
    let sha1 = "vyGp6PvFo4RvsFtPoIWeCReyIC8=";
    let client = client()
        .method(Method::HmacSha256)
        .parameter("oauth_body_hash", sha1);
    let sent = sign(&client, &json).unwrap();
    assert_eq!(refusal(&sent).reason, Reason::Mismatch);
    let mut lenient = setup();
    lenient.lenient = true;
    let accepted = sent.verify(&Server::new(&lenient), &accounts(), &env());
    assert!(accepted.is_ok());
    let why = refusal(&sign(&client, &form()).unwrap());
    assert!(
        why.reason == Reason::Malformed && why.detail.contains("form"),
        "{why}"
    );
}

#[test]
fn a_form_is_read_before_it_is_judged() {
    let sent = sign(&client(), &form()).unwrap();
    let server = Server::new(&setup());
    let Request {
        method,
        space,
        target,
        headers,
        ..
    } = &sent.request;
    let env = env();
    let unread = Received::new(method, space, target, headers, &env);
    assert!(matches!(server.begin().verify(&unread), Verdict::NeedBody));
}

#[test]
fn a_server_can_ask_for_more() {
    let setup = setup();
    let two_legs = sign(&OAuth1::new("key", "secret"), &form()).unwrap();
    let accepted = two_legs
        .verify(&Server::new(&setup), &accounts(), &env())
        .unwrap();
    assert_eq!(accepted.identity, "client");
    let strict = Server::new(&setup).token_required();
    let why = two_legs.verify(&strict, &accounts(), &env()).unwrap_err();
    assert_eq!(why.reason, Reason::Malformed);
    let strict = Server::new(&setup).methods([Method::HmacSha256]);
    let sent = sign(&client(), &form()).unwrap();
    let why = sent.verify(&strict, &accounts(), &env()).unwrap_err();
    assert!(why.detail.ends_with("supported are HMAC-SHA256"), "{why}");
}

#[test]
fn what_has_expired_is_refused() {
    let mut token = Account::new("alice", "accesssecret");
    token.expires = Some(NOW);
    let accounts = Accounts::new()
        .with(oauth1::client_of("key"), Account::new("client", "secret"))
        .with(oauth1::token_of("key", "accesskey"), token);
    let sent = sign(&client(), &form()).unwrap();
    let why = sent
        .verify(&Server::new(&setup()), &accounts, &env())
        .unwrap_err();
    assert_eq!(why.reason, Reason::Expired);
}

#[test]
fn a_public_key_that_cannot_be_read_is_the_servers_fault_and_said_in_the_workings() {
    let mut broken = Account::new("rsa client", "");
    broken.public_key =
        Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".to_owned());
    let accounts = Accounts::new().with(oauth1::client_of("rsa-key"), broken);
    let key = PrivateKey::from_pem(&Secret::from(PRIVATE_KEY)).unwrap();
    let sent = sign(&OAuth1::rsa("rsa-key", key), &form()).unwrap();
    let why = sent
        .verify(&Server::new(&setup()), &accounts, &env())
        .unwrap_err();
    assert_eq!(why.reason, Reason::WrongSecret);
    let said = why.workings.get("public key").unwrap().expose();
    assert!(said.contains("openssl x509"), "{said}");
}
