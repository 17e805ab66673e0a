//! Postman Echo's endpoints with its fixed credentials: `/basic-auth`, `/digest-auth`, `/oauth1`.

use gatepass_auth::schemes::{digest, oauth1};
use gatepass_auth::{Accepted, Account, Accounts, Why};

use super::Call;
use super::auth::{basic_for, digest_for};
use super::guard::Guard;
use crate::accounts::{POSTMAN_CONSUMER, POSTMAN_USER};
use crate::json::Json;
use crate::reply::Reply;

pub(super) fn basic(call: &Call<'_>) -> Reply {
    let (user, password) = POSTMAN_USER;
    basic_for(call, user, password)
}

pub(super) fn digest(call: &Call<'_>) -> Reply {
    let verifier = digest::Server::new(&call.site.setup)
        .with_algorithms([digest::Algorithm::MD5])
        .with_qop([digest::Qop::Auth]);
    let (user, password) = POSTMAN_USER;
    digest_for(call, &verifier, user, password)
}

/// OAuth 1.0a of a client alone. A refusal explains itself in four fields.
pub(super) fn oauth1(call: &Call<'_>) -> Reply {
    let verifier = oauth1::Server::new(&call.site.setup);
    let (key, secret) = POSTMAN_CONSUMER;
    let accounts = Accounts::new().with(oauth1::client_of(key), Account::new(key, secret));
    let guard = Guard {
        call,
        verifier: &verifier,
        directory: &accounts,
        scheme: None,
    };
    let welcome = |_: &Accepted| {
        let mut json = Json::object();
        json.string("status", "pass");
        json.string(
            "message",
            "OAuth-1.0a signature verification was successful",
        );
        json
    };
    guard.answer_or(welcome, |why| {
        let mut json = Json::object();
        json.string("status", "fail");
        json.string("message", &why.detail);
        explain(&mut json, why);
        json
    })
}

/// Writes Postman's four fields, as far as the verifier came.
fn explain(json: &mut Json, why: &Why) {
    for (field, working) in [
        ("base_uri", "base string URI"),
        ("normalized_param_string", "normalized parameters"),
        ("base_string", "signature base string"),
        ("signing_key", "signing key"),
    ] {
        let value = why.workings.get(working).map(|working| working.expose());
        json.string(field, value.unwrap_or_default());
    }
}
