//! Every scheme holds its conversation with a server that really verifies, and a refusal explains itself.

#![cfg(test)]

mod peer;

use std::sync::{Arc, Mutex};

use gatepass::diagnose::explain;
use gatepass::{AnyOf, ApiKey, Basic, Bearer, Client, Error, NoAnswer, Prompter, Scheme};
use gatepass_auth::{
    AuthError, Descriptor, Flow, Incoming, Outgoing, Prompt, Reply, SideRequest, Space, Step,
    Values, Via, schemes,
};
use gatepass_server::Server;
use peer::{Peer, ok, refuse};

fn digest(user: &str, password: &str) -> Arc<dyn Scheme> {
    let values: Values = [("username", user), ("password", password)]
        .into_iter()
        .collect();
    schemes::find("digest").unwrap().client(&values).unwrap()
}

/// The example's credentials, the first secret replaced by a wrong one.
fn wrong(descriptor: &Descriptor) -> Values {
    let mut values = descriptor.example_values();
    let secret = descriptor
        .fields
        .iter()
        .find(|field| field.secret && values.get(field.name).is_some());
    values.set(secret.unwrap().name, "not-the-secret");
    values
}

#[tokio::test]
async fn every_scheme_gets_in_with_the_right_secret_and_not_with_a_wrong_one() {
    let server = Server::start().unwrap();
    let client = Client::new();
    for entry in schemes::ALL {
        let descriptor = entry.about;
        let url = server.url(&format!("/auth/{}", descriptor.id));
        let scheme = entry.client(&descriptor.example_values()).unwrap();
        let response = client.get(&url).auth(scheme).send().await.unwrap();
        assert_eq!(
            response.status(),
            200,
            "{}: {}",
            descriptor.id,
            response.transcript()
        );
        let scheme = entry.client(&wrong(descriptor)).unwrap();
        let response = client.get(&url).auth(scheme).send().await.unwrap();
        assert_eq!(
            response.status(),
            401,
            "{}: {}",
            descriptor.id,
            response.transcript()
        );
        let diagnosis = explain(response.transcript()).unwrap();
        assert!(
            diagnosis.headline.starts_with("The server refused the"),
            "{diagnosis:?}"
        );
        assert!(!format!("{diagnosis:?}{}", response.transcript()).contains("not-the-secret"));
    }
}

#[tokio::test]
async fn a_warm_digest_needs_one_request() {
    let server = Server::start().unwrap();
    let (client, scheme) = (Client::new(), digest("alice", "s3cret"));
    let url = server.url("/digest-auth/auth/alice/s3cret/SHA-256");
    let legs = async |count| {
        let response = client
            .get(&url)
            .auth(Arc::clone(&scheme))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{}", response.transcript());
        assert_eq!(
            response.transcript().legs().len(),
            count,
            "{}",
            response.transcript()
        );
        let ids: Vec<_> = response
            .transcript()
            .legs()
            .iter()
            .map(|leg| leg.connection())
            .collect();
        assert!(
            ids.iter().all(|id| *id == 1),
            "one connection serves all: {ids:?}"
        );
    };
    legs(2).await;
    legs(1).await;
    legs(1).await;
}

#[tokio::test]
async fn many_tasks_share_one_nonce() {
    let server = Server::start().unwrap();
    let (client, scheme) = (Client::new(), digest("alice", "s3cret"));
    let url = server.url("/digest-auth/auth/alice/s3cret");
    let send = || {
        let request = client.get(&url).auth(Arc::clone(&scheme));
        tokio::spawn(async move { request.send().await.unwrap().status() })
    };
    assert_eq!(send().await.unwrap(), 200);
    let tasks: Vec<_> = (0..20).map(|_| send()).collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 200);
    }
}

#[tokio::test]
async fn a_posted_body_is_sent_again_after_a_challenge() {
    let server = Server::start().unwrap();
    let url = server.url("/digest-auth/auth-int/alice/s3cret");
    let response = Client::new()
        .post(&url)
        .auth(digest("alice", "s3cret"))
        .body("hello")
        .send()
        .await
        .unwrap();
    assert_eq!(response.transcript().legs().len(), 2);
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.body == "hello")
    );
}

#[tokio::test]
async fn a_body_that_can_be_sent_once_is_refused_before_it_is_sent() {
    let server = Server::start().unwrap();
    let url = server.url("/digest-auth/auth/alice/s3cret");
    let request = Client::new()
        .post(&url)
        .auth(digest("alice", "s3cret"))
        .expect_continue(false)
        .body_once(&b"hello"[..], Some(5));
    let error = request.send().await.unwrap_err();
    assert!(
        matches!(error, Error::Misuse(_)) && error.hint().is_some(),
        "{error}"
    );
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn a_ladder_takes_the_strongest_and_remembers_it() {
    let server = Server::start().unwrap();
    let ladder: Arc<dyn Scheme> = Arc::new(AnyOf::new([
        Arc::new(Basic::new("alice", "s3cret").unwrap()) as Arc<dyn Scheme>,
        digest("alice", "s3cret"),
    ]));
    let client = Client::new();
    for legs in [2, 1] {
        let url = server.url("/digest-auth/auth/alice/s3cret");
        let response = client
            .get(&url)
            .auth(Arc::clone(&ladder))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.transcript().legs().len(),
            legs,
            "{}",
            response.transcript()
        );
    }
}

#[tokio::test]
async fn the_credential_in_the_url_is_used_and_not_sent_as_part_of_it() {
    let server = Server::start().unwrap();
    let url = server
        .url("/basic-auth/alice/p%40ss")
        .replace("http://", "http://alice:p%40ss@");
    let response = Client::new().get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200, "{}", response.transcript());
    assert!(
        response
            .transcript()
            .to_string()
            .contains("Basic credential: from the URL")
    );
    assert!(!format!("{response:?}{}", response.transcript()).contains("p%40ss@"));
}

#[tokio::test]
async fn a_client_authenticates_every_request_to_its_origin() {
    let server = Server::start().unwrap();
    let client = Client::builder()
        .auth_for(
            server.url("/anything/else"),
            Basic::new("alice", "s3cret").unwrap(),
        )
        .build()
        .unwrap();
    let url = server.url("/basic-auth/alice/s3cret");
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    // The request's own credential goes before the client's.
    let other = client
        .get(&url)
        .auth(Bearer::new("token").unwrap())
        .send()
        .await
        .unwrap();
    let diagnosis = explain(other.transcript()).unwrap();
    assert_eq!(
        diagnosis.headline,
        "The server asks for Basic, and Bearer was sent"
    );
    assert_eq!(diagnosis.scheme.as_deref(), Some("basic"));
}

/// As with an explicit Authorization header: what was written by hand goes, and the transcript says that the other did not.
#[tokio::test]
async fn a_key_that_the_request_has_itself_goes_first() {
    let server = Server::start().unwrap();
    let header = |name| ApiKey::header(name, "from-scheme").unwrap();
    let query = || ApiKey::query("key", "from-scheme").unwrap();
    for (target, by_hand, scheme) in [
        ("/get", Some("x-api-key"), header("X-API-Key")),
        ("/get?a=1&k%65y=by-hand", None, query()),
        ("/status/401", Some("X-API-Key"), header("X-API-Key")),
    ] {
        let mut request = Client::new().get(server.url(target)).auth(scheme);
        if let Some(name) = by_hand {
            request = request.header(name, "by-hand");
        }
        let response = request.send().await.unwrap();
        let told = response.transcript().to_string();
        assert!(
            told.contains("API key credential: given with the request, not used: the request has one of its own"),
            "{told}"
        );
        let came = server.requests().pop().unwrap();
        let came = format!("{} {:?}", came.target, came.headers.get_str("X-API-Key"));
        assert!(
            came.contains("by-hand") && !came.contains("from-scheme"),
            "{came}"
        );
        if response.status() == 401 {
            let said = explain(response.transcript()).unwrap();
            assert!(
                said.headline
                    .contains("refused the key that the request has itself"),
                "{said:?}"
            );
            assert!(said.hint.unwrap().contains("Leave the key out"));
        }
    }
    // Another parameter is no key.
    let response = Client::new()
        .get(server.url("/get?keys=1&a=key"))
        .auth(query());
    let response = response.send().await.unwrap();
    assert_eq!(response.status(), 200);
    let came = server.requests().pop().unwrap().target;
    assert!(came.ends_with("&key=from-scheme"), "{came}");
}

#[tokio::test]
async fn a_scheme_of_ones_own_is_a_closure() {
    let server = Server::start().unwrap();
    let mine = |request: &mut Outgoing<'_>| request.headers.set_secret("X-TokenAuth", "s3cret");
    let response = Client::new()
        .get(server.url("/get"))
        .auth(mine)
        .send()
        .await
        .unwrap();
    assert_eq!(
        server.requests()[0].headers.get_str("X-TokenAuth"),
        Some("s3cret")
    );
    assert!(!response.transcript().to_string().contains("s3cret"));
}

#[tokio::test]
async fn what_a_key_in_the_query_is_stays_hidden() {
    let server = Server::start().unwrap();
    let key = ApiKey::query("key", "s3cret/x y").unwrap();
    let response = Client::new()
        .get(server.url("/get?a=b"))
        .auth(key)
        .send()
        .await
        .unwrap();
    assert_eq!(server.requests()[0].target, "/get?a=b&key=s3cret%2Fx%20y");
    let shown = response.transcript().to_string();
    assert!(
        shown.contains("/get?a=b&key=…") && !shown.contains("s3cret"),
        "{shown}"
    );
}

/// Fetches a token first, as OAuth 2.0 does, and asks for a password when that is refused.
struct TokenFirst {
    token_url: String,
    token: Mutex<Option<String>>,
}

struct TokenFlow(Arc<TokenFirst>);

impl Scheme for TokenFirst {
    fn descriptor(&self) -> &'static Descriptor {
        &schemes::closure::DESCRIPTOR
    }

    fn begin(self: Arc<Self>, _: &Space) -> Box<dyn Flow> {
        Box::new(TokenFlow(self))
    }
}

impl Flow for TokenFlow {
    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        match &*self.0.token.lock().unwrap() {
            Some(token) => message.set_credentials(format!("Bearer {token}")),
            None => {
                return Ok(Step::Exchange(SideRequest::new(
                    "token",
                    "POST",
                    self.0.token_url.as_str(),
                )));
            }
        }
        Ok(Step::Done)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        Ok(match message.is_refusal() {
            true => Step::Ask(Prompt::new("the code", vec!["code"])),
            false => Step::Done,
        })
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        let (token, step) = match reply {
            Reply::Response(message) => (
                String::from_utf8_lossy(message.body.unwrap()).into_owned(),
                Step::Done,
            ),
            Reply::Answers(values) => (
                values.text("code").unwrap().to_owned(),
                Step::Retry(Via::Any),
            ),
            _ => return Ok(Step::Done),
        };
        *self.0.token.lock().unwrap() = Some(token);
        Ok(step)
    }
}

struct Typist;

impl Prompter for Typist {
    fn ask(&self, _: &Prompt) -> Result<Values, NoAnswer> {
        Ok(Values::new().with("code", "typed"))
    }
}

#[tokio::test]
async fn a_scheme_can_do_a_side_request_and_ask() {
    let tokens = Peer::start([ok("fetched")]);
    let peer = Peer::start([refuse("Bearer"), ok("in")]);
    let scheme = TokenFirst {
        token_url: tokens.url("/token"),
        token: Mutex::default(),
    };
    let client = Client::builder()
        .prompter(Arc::new(Typist))
        .build()
        .unwrap();
    let response = client.get(peer.url("/")).auth(scheme).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let sent: Vec<_> = peer
        .requests()
        .iter()
        .map(|seen| seen.header("Authorization").unwrap())
        .collect();
    assert_eq!(sent, ["Bearer fetched", "Bearer typed"]);
    assert!(tokens.requests()[0].header("Authorization").is_none());
}

#[tokio::test]
async fn equal_side_requests_in_flight_are_one() {
    let tokens = Peer::start([ok("fetched"), ok("fetched again")]);
    let peer = Peer::start((0..5).map(|_| ok("in")));
    let scheme: Arc<dyn Scheme> = Arc::new(TokenFirst {
        token_url: tokens.url("/token"),
        token: Mutex::default(),
    });
    let client = Client::new();
    let sends: Vec<_> = (0..5)
        .map(|_| tokio::spawn(client.get(peer.url("/")).auth(Arc::clone(&scheme)).send()))
        .collect();
    for send in sends {
        assert_eq!(send.await.unwrap().unwrap().status(), 200);
    }
    assert_eq!(tokens.requests().len(), 1);
}

#[test]
fn nothing_under_construction_shows_a_secret() {
    let client = Client::builder()
        .header("X-Api-Key", "s3cret")
        .build()
        .unwrap();
    let request = || {
        client
            .get("https://alice:s3cret@h/")
            .header("Authorization", "Bearer s3cret")
            .secret_header("X-Odd", "s3cret")
            .auth(ApiKey::query("k", "s3cret").unwrap())
    };
    let offline = request().offline().unwrap();
    let shown = format!("{client:?} {:?} {offline:?}", request());
    assert!(
        !shown.contains("s3cret") && shown.contains("X-Odd"),
        "{shown}"
    );
}
