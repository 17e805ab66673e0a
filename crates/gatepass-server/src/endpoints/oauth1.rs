//! The three-legged dance of OAuth 1.0a (RFC 5849 section 2): `/oauth1/request_token`, `/oauth1/authorize`,
//! `/oauth1/access_token`, and `/oauth1/resource` for who has been through it.

use std::sync::{Arc, Mutex, PoisonError};

use gatepass_auth::schemes::oauth1::{
    Presented, Provider, ProviderError, Server, TOKEN, TokenPair,
};
use gatepass_auth::{Account, Directory, Query, Reason, Why, decide};
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION};
use url::form_urlencoded;

use super::Call;
use super::guard::{Guard, Parts};
use crate::json::{Json, Pairs};
use crate::reply::{Reply, TEXT};

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Gives a request token to a client (section 2.1).
pub(super) fn request_token(call: &Call<'_>) -> Reply {
    let server = Server::new(&call.site.setup);
    let issued = signed(call, &server, &call.site.accounts).and_then(|parameters| {
        if parameters.token.is_some() {
            return Err(malformed(
                "a request for a request token has no oauth_token",
            ));
        }
        let callback = parameters.callback.ok_or_else(|| {
            malformed("the parameter oauth_callback is missing; it is a URL, or oob")
        })?;
        let mut provider = lock(&call.site.provider);
        Ok(provider.issue(&parameters.consumer, &callback, &*call.site.env))
    });
    answer_with(guard(call, &server, &call.site.accounts), issued)
}

/// Exchanges a request token that the user has agreed to (section 2.3).
pub(super) fn access_token(call: &Call<'_>) -> Reply {
    let server = Server::new(&call.site.setup).token_required();
    let directory = Temporary(call);
    let given = signed(call, &server, &directory).and_then(|parameters| {
        let verifier = parameters.verifier.ok_or_else(|| {
            malformed("the parameter oauth_verifier is missing; the user came back with it")
        })?;
        let token = parameters.token.unwrap_or_default();
        let mut provider = lock(&call.site.provider);
        Ok(provider.exchange(&parameters.consumer, &token, &verifier, &*call.site.env))
    });
    answer_with(guard(call, &server, &directory), given)
}

/// What an access token opens (section 3).
pub(super) fn resource(call: &Call<'_>) -> Reply {
    let server = Server::new(&call.site.setup).token_required();
    let directory = Access(call);
    match signed(call, &server, &directory) {
        Ok(parameters) => {
            let mut json = Json::object();
            json.bool("authenticated", true);
            json.string("scheme", "oauth1");
            json.string("user", &parameters.identity);
            json.string("client", &parameters.consumer);
            Reply::json(200, json)
        }
        Err(why) => guard(call, &server, &directory).refused(&why),
    }
}

/// Asks the user (section 2.2): a page with a button, and what comes of it.
pub(super) fn authorize(call: &Call<'_>) -> Reply {
    let form = form_urlencoded::parse(&call.request.body);
    let args: Pairs<'_> = call.request.args().into_iter().chain(form).collect();
    let arg = |name: &str| {
        let found = args.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_ref())
    };
    let (token, env) = (arg("oauth_token"), &*call.site.env);
    let mut provider = lock(&call.site.provider);
    if call.method() != "POST" {
        return match provider.consumer_of(token, env) {
            Some(consumer) => page(consumer, token),
            None => failed(ProviderError::UnknownToken),
        };
    }
    if arg("decision") == "deny" {
        return match provider.deny(token) {
            Ok(Some(callback)) => to(&callback),
            Ok(None) => Reply::bytes(TEXT, "The client was told nothing. It has no access.\n"),
            Err(error) => failed(error),
        };
    }
    let user = Some(arg("user")).filter(|user| !user.is_empty());
    match provider.approve(token, user.unwrap_or("alice"), env) {
        Ok(approval) => match approval.redirect.as_ref().map(|url| url.expose_str()) {
            Some(url) => to(url.unwrap_or_default()),
            // The user carries it over to the client by hand.
            None => Reply::bytes(TEXT, approval.verifier.expose().to_vec()).sandboxed(),
        },
        Err(error) => failed(error),
    }
}

fn page(consumer: &str, token: &str) -> Reply {
    let text = include_str!("authorize.html")
        .replace("{consumer}", &escaped(consumer))
        .replace("{token}", &escaped(token));
    // Another page must not put this one in a frame under its own buttons.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
    Reply::bytes(HTML, text).with(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn to(url: &str) -> Reply {
    match HeaderValue::from_str(url) {
        Ok(url) => Reply::empty(302).with(LOCATION, url),
        Err(_) => failed(ProviderError::BadCallback),
    }
}

fn failed(error: ProviderError) -> Reply {
    Reply::problem(error.status(), &error.to_string())
}

fn guard<'a>(call: &'a Call<'a>, server: &'a Server, directory: &'a dyn Directory) -> Guard<'a> {
    Guard {
        call,
        verifier: server,
        directory,
        scheme: Some("oauth1"),
    }
}

fn answer_with(guard: Guard<'_>, given: Result<Result<TokenPair, ProviderError>, Why>) -> Reply {
    match given {
        Ok(Ok(pair)) => Reply::bytes(FORM, pair.to_form().expose().to_vec())
            .with(CACHE_CONTROL, HeaderValue::from_static("no-store")),
        Ok(Err(error)) => failed(error),
        Err(why) => guard.refused(&why),
    }
}

/// What a request that was found authentic says.
struct Parameters {
    identity: String,
    consumer: String,
    token: Option<String>,
    callback: Option<String>,
    verifier: Option<String>,
}

fn signed(call: &Call<'_>, server: &Server, directory: &dyn Directory) -> Result<Parameters, Why> {
    let parts = Parts::of(call);
    let received = parts.received(call);
    let accepted = decide(server, &received, directory)?;
    let presented = Presented::of(&received)?;
    let get = |name: &str| presented.get(name).map(str::to_owned);
    Ok(Parameters {
        identity: accepted.identity,
        consumer: get("oauth_consumer_key").unwrap_or_default(),
        token: get("oauth_token").filter(|token| !token.is_empty()),
        callback: get("oauth_callback"),
        verifier: get("oauth_verifier"),
    })
}

fn malformed(detail: &str) -> Why {
    Why::new(Reason::Malformed, detail)
}

fn lock(provider: &Mutex<Provider>) -> std::sync::MutexGuard<'_, Provider> {
    provider.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Knows the clients and the request tokens.
struct Temporary<'a>(&'a Call<'a>);

impl Directory for Temporary<'_> {
    fn find(&self, query: &Query) -> Option<Arc<Account>> {
        if query.kind == TOKEN {
            return lock(&self.0.site.provider).find_temporary(query);
        }
        self.0.site.accounts.find(query)
    }
}

/// Knows the clients and the access tokens: those given here, and those of the server's accounts.
struct Access<'a>(&'a Call<'a>);

impl Directory for Access<'_> {
    fn find(&self, query: &Query) -> Option<Arc<Account>> {
        lock(&self.0.site.provider)
            .find_access(query)
            .or_else(|| self.0.site.accounts.find(query))
    }
}
