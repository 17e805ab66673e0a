//! Every scheme, verified: httpbin's `/basic-auth`, `/hidden-basic-auth`, `/bearer` and `/digest-auth`, and
//! `/auth/<scheme>` for all.

use gatepass_auth::schemes::{self, bearer, digest};
use gatepass_auth::{
    Accepted, Account, Accounts, Credentials, Directory, Headers, Query, Received, Verifier, Why,
    decide,
};
use http::header::{HeaderName, HeaderValue};

use super::Call;
use super::echo::latin1;
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
    match verify(call, &verifier, &accounts) {
        Ok(accepted) => authenticated(&accepted),
        Err(why) => refused(call, &verifier, &why, None),
    }
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
    match verify(call, &verifier, &Anybody) {
        Ok(accepted) => {
            let mut json = Json::object();
            json.bool("authenticated", true);
            json.string("token", &accepted.identity);
            Reply::json(200, json)
        }
        Err(why) => refused(call, &verifier, &why, None),
    }
}

/// Knows every token, as the name of its holder.
struct Anybody;

impl Directory for Anybody {
    fn find(&self, query: &Query) -> Option<Account> {
        let is_token = query.kind == bearer::TOKEN;
        is_token.then(|| Account::new(query.text(), &query.id))
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
    match verify(call, verifier, &accounts) {
        Ok(accepted) => authenticated(&accepted),
        Err(why) => refused(call, verifier, &why, None),
    }
}

/// `/auth/{scheme}[/{parameter}…]`, with the parameters that follow the scheme's name elsewhere: `/auth/bearer/JWT`.
pub(super) fn any_scheme(call: &Call<'_>) -> Reply {
    let parts = (1..call.segments.len()).map(|at| call.segment(at));
    let name = parts.collect::<Vec<_>>().join(":");
    let made = schemes::resolve(name.trim_end_matches(':')).and_then(|(entry, values)| {
        let verifier = entry.server(&values, &call.site.setup)?;
        Ok((entry.about, verifier))
    });
    let (descriptor, verifier) = match made {
        Ok(made) => made,
        Err(error) => {
            let mut json = Json::object();
            json.string("error", "Not Found");
            json.string("detail", &error.to_string());
            json.strings("schemes", schemes::names());
            return Reply::json(404, json);
        }
    };
    match verify(call, &*verifier, &call.site.accounts) {
        Ok(accepted) => {
            let mut json = Json::object();
            json.bool("authenticated", true);
            json.string("scheme", descriptor.id);
            json.string("user", &accepted.identity);
            carrying(Reply::json(200, json), &accepted.headers)
        }
        Err(why) => refused(call, &*verifier, &why, Some(descriptor.id)),
    }
}

/// Has a verifier decide about the request.
pub(super) fn verify(
    call: &Call<'_>,
    verifier: &dyn Verifier,
    directory: &dyn Directory,
) -> Result<Accepted, Why> {
    let request = call.request;
    let (space, headers) = (request.space(), request.headers());
    let received = Received::new(
        call.method(),
        &space,
        request.head.target(),
        &headers,
        &*call.site.env,
    );
    decide(verifier, &received.with_body(&request.body), directory)
}

fn authenticated(accepted: &Accepted) -> Reply {
    let mut json = Json::object();
    json.bool("authenticated", true);
    json.string("user", &accepted.identity);
    carrying(Reply::json(200, json), &accepted.headers)
}

/// Adds the header fields of an acceptance.
fn carrying(mut reply: Reply, headers: &Headers) -> Reply {
    for header in headers {
        let name = HeaderName::from_bytes(header.name().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(header.value())) {
            reply.headers.append(name, value);
        }
    }
    reply
}

/// Answers a refusal: the challenges, and what was computed beside what came. `scheme` is that of an endpoint that
/// checks the server's accounts.
pub(super) fn refused(
    call: &Call<'_>,
    verifier: &dyn Verifier,
    why: &Why,
    scheme: Option<&str>,
) -> Reply {
    let space = call.request.space();
    let mut json = Json::object();
    json.bool("authenticated", false);
    if let Some(scheme) = scheme {
        json.string("scheme", scheme);
    }
    json.string("reason", &format!("{:?}", why.reason));
    json.string("detail", &why.detail);
    json.begin("computed");
    // A path such as `/basic-auth/u/p` has named the secret itself.
    let shows_secrets = scheme.is_none() || call.site.shows_secrets;
    for working in why.workings.iter() {
        if shows_secrets {
            json.string(working.name(), working.expose());
        } else {
            json.string(working.name(), &working.shown());
        }
    }
    json.end();
    received(&mut json, call);
    challenging(
        Reply::json(why.status(space.status()), json),
        call,
        verifier,
        why,
    )
}

/// Adds a verifier's challenges.
pub(super) fn challenging(
    mut reply: Reply,
    call: &Call<'_>,
    verifier: &dyn Verifier,
    why: &Why,
) -> Reply {
    let name = call.request.space().challenge_header();
    for challenge in verifier.challenge(why, &*call.site.env) {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(&challenge.to_bytes())) {
            reply.headers.append(name, value);
        }
    }
    reply
}

/// Writes the credentials that came, taken apart where they have parameters.
fn received(json: &mut Json, call: &Call<'_>) {
    let request = call.request;
    json.begin("received");
    json.string("method", call.method());
    json.string("target", request.head.target());
    if let Some(value) = request.head.field(request.space().credentials_header()) {
        json.string("authorization", &latin1(value));
        let params = Credentials::parse(value).map(|credentials| credentials.params());
        if let Some((params, problems)) = params
            && problems.is_empty()
            && !params.is_empty()
        {
            json.begin("parameters");
            for param in params.iter() {
                json.string(param.name(), &latin1(param.value()));
            }
            json.end();
        }
    }
    json.end();
}
