//! Bearer: what a server answers to each kind of bad token (RFC 6750 section 3.1).

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use gatepass_auth::schemes::bearer::{Server, holder_of};
use gatepass_auth::{Account, Accounts, Headers, Reason, Verifier, Workings};
use support::{NOW, Request, Sent, env, setup};

fn accounts() -> Accounts {
    let mut reader = Account::new("reader", "");
    reader.scope = vec!["read".to_owned()];
    let mut late = reader.clone();
    late.expires = Some(NOW);
    Accounts::new()
        .with(holder_of("good"), reader)
        .with(holder_of("late"), late)
}

/// Sends `credentials` and returns the reason, the status, and the challenge.
fn refusal(server: &Server, credentials: Option<&str>) -> (Reason, u16, String) {
    let mut request = Request::new("GET", "/");
    request.headers = credentials
        .iter()
        .map(|value| ("Authorization", *value))
        .collect::<Headers>();
    let sent = Sent {
        request,
        workings: Workings::default(),
    };
    let why = sent.verify(server, &accounts(), &env()).unwrap_err();
    (
        why.reason,
        why.status(401),
        server.challenge(&why, &env()).unwrap()[0].to_string(),
    )
}

#[test]
fn each_refusal_has_its_error_and_its_status() {
    let server = Server::new(&setup()).with_scope(["read", "write"]);
    let plain = "Bearer realm=\"api\", scope=\"read write\"";
    for (credentials, reason, status, error) in [
        (None, Reason::Missing, 401, None),
        (Some("Basic YTpi"), Reason::OtherScheme, 401, None),
        (
            Some("Bearer"),
            Reason::Malformed,
            400,
            Some("invalid_request"),
        ),
        (
            Some("Bearer a b"),
            Reason::Malformed,
            400,
            Some("invalid_request"),
        ),
        (
            Some("Bearer unknown"),
            Reason::WrongSecret,
            401,
            Some("invalid_token"),
        ),
        (
            Some("Bearer late"),
            Reason::Expired,
            401,
            Some("invalid_token"),
        ),
        (
            Some("bearer good"),
            Reason::Scope,
            403,
            Some("insufficient_scope"),
        ),
    ] {
        let (found, code, challenge) = refusal(&server, credentials);
        assert_eq!((found, code), (reason, status), "{credentials:?}");
        match error {
            None => assert_eq!(challenge, plain, "{credentials:?}"),
            Some(error) => {
                let start = format!("{plain}, error=\"{error}\", error_description=\"");
                assert!(
                    challenge.starts_with(&start),
                    "{credentials:?}: {challenge}"
                );
            }
        }
    }
}

#[test]
fn another_word_is_another_scheme() {
    let server = Server::new(&setup()).with_word("Token");
    let (reason, _, challenge) = refusal(&server, Some("Bearer good"));
    assert_eq!(
        (reason, challenge.as_str()),
        (Reason::OtherScheme, "Token realm=\"api\"")
    );
}
