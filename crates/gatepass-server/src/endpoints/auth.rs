//! Every scheme, verified: httpbin's `/basic-auth`, `/hidden-basic-auth`, `/bearer` and `/digest-auth`, and
//! `/auth/<scheme>` for all.

use std::sync::Arc;

use gatepass_auth::schemes::{self, bearer, digest};
use gatepass_auth::{Accepted, Account, Accounts, Directory, Query, Verifier};

use super::Call;
use super::guard::Guard;
use crate::json::Json;
use crate::reply::Reply;

pub(super) fn basic(call: &Call<'_>) -> Reply {
    let (user, password) = (call.segment(1), call.segment(2));
    basic_for(call, &user, &password)
}

/// Wants this user and password by Basic.
pub(super) fn basic_for(call: &Call<'_>, user: &str, password: &str) -> Reply {
    let verifier = schemes::basic::Server::new(&call.site.setup);
    let accounts = Accounts::new().with_user(user, password);
    answer(call, &verifier, &accounts, authenticated)
}

/// As [`basic`], but a stranger learns nothing: 404, and no challenge.
pub(super) fn hidden_basic(call: &Call<'_>) -> Reply {
    let reply = basic(call);
    if reply.status.is_success() {
        reply
    } else {
        Reply::empty(404)
    }
}

/// Takes any token: who presents one is somebody.
pub(super) fn bearer(call: &Call<'_>) -> Reply {
    let verifier = bearer::Server::new(&call.site.setup);
    answer(call, &verifier, &Anybody, |accepted| {
        let mut json = Json::object();
        json.bool("authenticated", true);
        json.string("token", &accepted.identity);
        json
    })
}

/// Knows every token, as the name of its holder.
struct Anybody;

impl Directory for Anybody {
    fn find(&self, query: &Query) -> Option<Arc<Account>> {
        let is_token = query.kind == bearer::TOKEN;
        is_token.then(|| Arc::new(Account::new(query.text(), "")))
    }
}

/// `/digest-auth/{qop}/{user}/{password}[/{algorithm}[/{stale_after}]]`
pub(super) fn digest(call: &Call<'_>) -> Reply {
    let mut verifier = digest::Server::new(&call.site.setup);
    // As with httpbin, what is neither quality offers both.
    verifier = match digest::Qop::find(&call.segment(1)) {
        Some(qop) => verifier.with_qop([qop]),
        None => verifier.with_qop([digest::Qop::Auth, digest::Qop::AuthInt]),
    };
    let algorithm = match call.segment(4).as_ref() {
        "" => Ok(digest::Algorithm::MD5),
        name => digest::Algorithm::require(name),
    };
    verifier = match algorithm {
        Ok(algorithm) => verifier.with_algorithms([algorithm]),
        Err(error) => return Reply::problem(404, &error.to_string()),
    };
    match call.segment(5).as_ref() {
        "" | "never" => {}
        uses => match uses.parse() {
            Ok(uses) => verifier = verifier.with_max_uses(uses),
            Err(_) => return Reply::problem(404, "stale_after is neither a number nor never"),
        },
    }
    digest_for(call, &verifier, &call.segment(2), &call.segment(3))
}

/// Wants this user and password by Digest.
pub(super) fn digest_for(
    call: &Call<'_>,
    verifier: &digest::Server,
    user: &str,
    password: &str,
) -> Reply {
    let accounts = Accounts::new().with_user(user, password);
    answer(call, verifier, &accounts, authenticated)
}

/// `/auth/{scheme}[/{parameter}…]`, with the parameters that follow the scheme's name elsewhere: `/auth/bearer/JWT`.
pub(super) fn any_scheme(call: &Call<'_>) -> Reply {
    let parts = (1..call.segments.len()).map(|at| call.segment(at));
    let name = parts.collect::<Vec<_>>().join(":");
    let named = match call.site.verifiers.find(name.trim_end_matches(':')) {
        Ok(named) => named,
        Err(error) => {
            let mut json = Json::object();
            json.string("error", "Not Found");
            json.string("detail", &error.to_string());
            let mut known: Vec<&str> = call.site.verifiers.given().collect();
            schemes::names().for_each(|name| known.push(name));
            json.strings("schemes", known);
            return Reply::json(404, json);
        }
    };
    let guard = Guard {
        call,
        verifier: &*named.verifier,
        directory: &call.site.accounts,
        scheme: Some(&named.name),
    };
    guard.answer(|accepted| {
        let mut json = Json::object();
        json.bool("authenticated", true);
        json.string("scheme", &named.name);
        json.string("user", &accepted.identity);
        json
    })
}

/// Guards a resource whose path names the account.
fn answer(
    call: &Call<'_>,
    verifier: &dyn Verifier,
    directory: &dyn Directory,
    welcome: impl FnOnce(&Accepted) -> Json,
) -> Reply {
    let guard = Guard {
        call,
        verifier,
        directory,
        scheme: None,
    };
    guard.answer(welcome)
}

fn authenticated(accepted: &Accepted) -> Json {
    let mut json = Json::object();
    json.bool("authenticated", true);
    json.string("user", &accepted.identity);
    json
}
