//! The client's side of OAuth 1.0a: what it refuses to send, and what it never shows.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::sync::Arc;

use gatepass_auth::schemes::oauth1::{self, BodyHash, Method, Place, PrivateKey, Server};
use gatepass_auth::{
    Accepted, Account, Accounts, AuthError, Body, CredentialError, Misuse, OAuth1, Scheme, Secret,
    Why, schemes,
};
use support::{Request, Sent, env, setup};

const FORM: &str = "application/x-www-form-urlencoded";
const PRIVATE_KEY: &str = include_str!("../../../vectors/oauth1/test-key.private.pem");
const PUBLIC_KEY: &str = include_str!("../../../vectors/oauth1/test-key.public.pem");

/// 512 bits, made for this test.
const SHORT_KEY: &str = "-----BEGIN PRIVATE KEY-----
MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEA2MVLA9gmKnsy06oS
wbidRX7wJt81JAxDL2hN0MitvfgchuBCZjmGFdhi6ptKNWaO6S5g828bY7zI6G7S
6o0TnwIDAQABAkEAgHG/NmLwkoF3p4YCITm0Lwa9ZDskcNy3PrMOUOVoVcRD4Ie+
8mUEc6MqLBvTcn1D7+8WgcIv7p83xiK6ohXpEQIhAPrtFqasOAtHyfyyZR55CnON
oEZxTkDmzGPpNUHwBlL3AiEA3SdmXuyxx4kLLUlRl13fsY5V7WlDmosvH+FxqXho
8pkCIDDISQAMOTUQNteWwwvikkKWxRMM0h7R/+honT79b+1PAiAY3P0dXu79x+KB
zORnaB5mD+KJNnRrQ4qgwu/MZcUmwQIhAPd47jsYP+aNiCcUv0Y9KJEUJWgBE/1Z
6M0Y7omua0KI
-----END PRIVATE KEY-----";

fn client() -> OAuth1 {
    OAuth1::new("key", "secret").token("accesskey", "accesssecret")
}

fn rsa_client() -> OAuth1 {
    let key = PrivateKey::from_pem(&Secret::from(PRIVATE_KEY)).unwrap();
    OAuth1::rsa("rsa-key", key).token("rsa-token", "")
}

fn form() -> Request {
    Request::new("POST", "/items?a=1&b=%20").with_body(FORM, "c=2+3&d")
}

fn sign(client: &OAuth1, request: &Request) -> Result<Sent, AuthError> {
    let mut flow = Arc::new(client.clone()).begin(&request.space);
    request.authorize(&mut *flow, &env())
}

fn verify(sent: &Sent) -> Result<Accepted, Why> {
    let accounts = Accounts::new()
        .with(oauth1::client_of("key"), Account::new("client", "secret"))
        .with(
            oauth1::token_of("key", "accesskey"),
            Account::new("alice", "accesssecret"),
        );
    sent.verify(&Server::new(&setup()), &accounts, &env())
}

#[test]
fn which_requests_get_a_body_hash() {
    let json = Request::new("PUT", "/json").with_body("application/json", "{}");
    let bare = Request::new("GET", "/");
    for (choice, expected) in [
        (BodyHash::Never, [false, false, false]),
        (BodyHash::Auto, [false, true, false]),
        (BodyHash::Always, [false, true, true]),
    ] {
        for (request, expected) in [form(), json.clone(), bare.clone()].iter().zip(expected) {
            let sent = sign(&client().body_hash(choice), request).unwrap();
            assert_eq!(
                sent.workings.get("body hash").is_some(),
                expected,
                "{choice:?}"
            );
            assert!(verify(&sent).is_ok(), "{choice:?}");
        }
    }
}

#[test]
fn a_request_that_cannot_carry_the_parameters_is_not_sent() {
    let body = client().place(Place::Body);
    let json = Request::new("PUT", "/").with_body("application/json", "{}");
    let mut opaque = form();
    opaque.body = Body::Opaque {
        length: None,
        replayable: false,
    };
    let mut compressed = form();
    compressed.headers.set("Content-Encoding", "gzip");
    let signed = |request: &str| Request::new("GET", request);
    let header = client();
    for (client, request, expected) in [
        (&body, json, "is no form"),
        (&body, Request::new("GET", "/"), "a GET request has no body"),
        (&body, opaque.clone(), "in memory"),
        (&header, opaque, "in memory"),
        (&header, compressed, "send it uncompressed"),
        (&header, signed("/?oauth_callback=oob"), "place=query"),
        (&header, signed("*"), "has no path"),
        (
            &body,
            form().with_body(FORM, "oauth_token=x"),
            "oauth_token stands in the body",
        ),
    ] {
        let error = sign(client, &request).unwrap_err();
        assert!(matches!(error, AuthError::Misuse(_)), "{error:?}");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
    let empty = sign(&body, &Request::new("POST", "/")).unwrap();
    assert_eq!(empty.request.headers.get_str("Content-Type"), Some(FORM));
    assert!(verify(&empty).is_ok());
    let extension = sign(
        &client().place(Place::Query),
        &signed("/?oauth_callback=oob"),
    )
    .unwrap();
    assert!(
        verify(&extension).is_ok(),
        "a parameter beside ours is signed like ours"
    );
}

#[test]
fn credentials_that_cannot_be_meant_are_caught() {
    let with = |field: &str, value: &str| {
        let entry = schemes::find("oauth1").unwrap();
        let mut values = entry.about.example_values();
        values.set(field, value);
        entry.client(&values).err()
    };
    let line_break = CredentialError::LineBreak {
        field: "consumer_secret",
    };
    assert_eq!(with("consumer_secret", "secret\n"), Some(line_break.into()));
    let empty = CredentialError::Empty {
        field: "consumer_key",
    };
    assert_eq!(with("consumer_key", ""), Some(empty.into()));
    let missing = Misuse::MissingField {
        scheme: "oauth1",
        field: "private_key",
    };
    assert_eq!(with("method", "rsa-sha256"), Some(missing.into()));
    assert_eq!(with("method", "hmac-sha256"), None);
    for (pem, expected) in [
        (PUBLIC_KEY, "public key"),
        (SHORT_KEY, "shorter than 1024 bits"),
        ("s3cret", "not in PEM"),
        (
            "-----BEGIN EC PRIVATE KEY-----\ns3cret\n-----END EC PRIVATE KEY-----",
            "no RSA key",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----",
            "damaged",
        ),
        (
            "-----BEGIN RSA PRIVATE KEY-----\ns3cret\n-----END RSA PRIVATE KEY-----",
            "damaged",
        ),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\ns3\n-----END ENCRYPTED PRIVATE KEY-----",
            "openssl pkey",
        ),
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\ns3\n-----END OPENSSH PRIVATE KEY-----",
            "ssh-keygen",
        ),
    ] {
        let error = with("private_key", pem).unwrap();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(expected) && !shown.contains("s3"),
            "{expected}: {shown}"
        );
    }
}

#[test]
fn parameters_of_the_scheme_name_choose_the_method() {
    let (entry, mut values) = schemes::resolve("oauth1:HMAC-SHA256").unwrap();
    for (name, value) in entry.about.example_values().iter() {
        values.set(name, value);
    }
    let scheme = entry.client(&values).unwrap();
    let request = Request::new("GET", "/");
    let sent = request
        .authorize(&mut *scheme.begin(&request.space), &env())
        .unwrap();
    let value = sent.request.headers.get_str("Authorization").unwrap();
    assert!(
        value.contains("oauth_signature_method=\"HMAC-SHA256\""),
        "{value}"
    );
}

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let plain = OAuth1::new("key", "c0nsumer")
        .token("accesskey", "t0ken")
        .method(Method::Plaintext);
    let key = PRIVATE_KEY.lines().nth(3).unwrap();
    for place in [Place::Header, Place::Query, Place::Body] {
        let client = plain.clone().place(place);
        let sent = sign(&client, &form()).unwrap();
        let why = verify(&sent).unwrap_err();
        let headers = &sent.request.headers;
        let printed = format!(
            "{client:?} {headers:?} {:?} {why:?} {:?}",
            sent.workings,
            rsa_client()
        );
        for secret in ["c0nsumer", "t0ken", key] {
            assert!(!printed.contains(secret), "{secret} stands in {printed}");
        }
    }
}

/// The signature of PLAINTEXT is the secret: where it stands in a target or a body, it is masked there.
#[test]
fn a_plaintext_signature_is_concealed() {
    let plain = client().method(Method::Plaintext);
    for place in [Place::Query, Place::Body] {
        let mut request = form();
        let mut workings = gatepass_auth::Workings::default();
        let (space, env) = (request.space.clone(), env());
        let mut outgoing = gatepass_auth::Outgoing::new(
            "POST",
            &space,
            &mut request.target,
            &mut request.headers,
            &mut request.body,
            &env,
            &mut workings,
        );
        let mut flow = Arc::new(plain.clone().place(place)).begin(&space);
        flow.authorize(&mut outgoing).unwrap();
        let concealed = outgoing.into_concealed();
        let [signature] = concealed.as_slice() else {
            panic!("{concealed:?}")
        };
        let sent = format!(
            "{} {}",
            request.target,
            String::from_utf8_lossy(request.body.bytes().unwrap())
        );
        assert!(sent.contains(signature.expose_str().unwrap()), "{sent}");
        assert!(workings.get("signature").unwrap().is_secret());
    }
}
