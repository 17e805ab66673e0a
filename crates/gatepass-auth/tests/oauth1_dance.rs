//! The three-legged dance: our client's half with our server's half, each request signed and verified.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

mod support;

use std::sync::Arc;

use gatepass_auth::schemes::oauth1::{
    Approval, CLIENT, Dance, DanceError, Endpoints, Place, Presented, Provider, ProviderError,
    Server, SignedRequest, TokenPair, token_of,
};
use gatepass_auth::{
    Account, AuthError, Directory, Env as _, OAuth1, Query, Reason, Received, Scheme, Space, Why,
    decide,
};
use support::{Counting, NOW, Request, Sent, setup};

const CALLBACK: &str = "https://client.example/ready?from=a b&x=1";

fn dance(callback: &str) -> Dance {
    let endpoints = Endpoints {
        request_token: "https://api.example/initiate".to_owned(),
        authorize: "https://api.example/authorize?lang=en".to_owned(),
        access_token: "https://api.example/token".to_owned(),
    };
    Dance::new(OAuth1::new("key", "secret"), endpoints, callback)
}

/// Which tokens a request may be signed with.
#[derive(Clone, Copy)]
enum Known {
    Temporary,
    Access,
}

struct Tokens<'a>(&'a Provider, Known);

impl Directory for Tokens<'_> {
    fn find(&self, query: &Query) -> Option<Arc<Account>> {
        match (query, self.1) {
            (query, _) if query.kind == CLIENT && query.text() == "key" => {
                Some(Arc::new(Account::new("key", "secret")))
            }
            (query, Known::Temporary) => self.0.find_temporary(query),
            (query, Known::Access) => self.0.find_access(query),
        }
    }
}

/// A server with the state of its dances.
struct World {
    provider: Provider,
    env: Counting,
}

impl World {
    fn new() -> Self {
        Self {
            provider: Provider::default(),
            env: Counting::new(NOW),
        }
    }

    fn later(&mut self, seconds: u64) {
        self.env = Counting::new(self.env.now() + seconds);
    }

    fn send(&self, request: &SignedRequest, known: Known) -> Result<Sent, Why> {
        let target = request.url.strip_prefix("https://api.example").unwrap();
        let asked = Request::new(request.method, target);
        let space = Space::origin("https", "api.example", 443);
        let mut flow = Arc::new(request.scheme.clone()).begin(&space);
        let sent = asked.authorize(&mut *flow, &self.env).unwrap();
        let Request {
            method,
            target,
            headers,
            body,
            ..
        } = &sent.request;
        let received = Received::new(method, &space, target, headers, &self.env)
            .with_body(body.bytes().unwrap());
        decide(
            &Server::new(&setup()),
            &received,
            &Tokens(&self.provider, known),
        )?;
        Ok(sent)
    }

    fn presented(&self, sent: &Sent, name: &str) -> String {
        let Request {
            method,
            space,
            target,
            headers,
            body,
        } = &sent.request;
        let received = Received::new(method, space, target, headers, &self.env)
            .with_body(body.bytes().unwrap());
        let presented = Presented::of(&received).unwrap();
        presented.get(name).unwrap_or_default().to_owned()
    }

    fn request_token(&mut self, dance: &Dance) -> TokenPair {
        let sent = self.send(&dance.request_token(), Known::Temporary).unwrap();
        let callback = self.presented(&sent, "oauth_callback");
        let pair = self.provider.issue("key", &callback, &self.env).unwrap();
        dance
            .read_request_token(200, pair.to_form().expose())
            .unwrap()
    }

    fn approve(&mut self, temporary: &TokenPair) -> Result<Approval, ProviderError> {
        let token = temporary.token.expose_str().unwrap();
        self.provider.approve(token, "alice", &self.env)
    }

    fn access_token(
        &mut self,
        dance: &Dance,
        temporary: &TokenPair,
        verifier: &str,
    ) -> Result<TokenPair, ProviderError> {
        let request = dance.access_token(temporary, verifier);
        let sent = self.send(&request, Known::Temporary).unwrap();
        let token = self.presented(&sent, "oauth_token");
        let verifier = self.presented(&sent, "oauth_verifier");
        self.provider.exchange("key", &token, &verifier, &self.env)
    }
}

fn text(secret: &gatepass_auth::Secret) -> &str {
    secret.expose_str().unwrap()
}

#[test]
fn the_dance_ends_in_a_token_that_opens_the_door() {
    for place in [Place::Header, Place::Query, Place::Body] {
        let mut world = World::new();
        let endpoints = Endpoints {
            request_token: "https://api.example/initiate".to_owned(),
            authorize: "https://api.example/authorize?lang=en".to_owned(),
            access_token: "https://api.example/token?v=1".to_owned(),
        };
        let callback = CALLBACK.replace(' ', "%20");
        let client = OAuth1::new("key", "secret").place(place);
        let dance = Dance::new(client, endpoints, callback.as_str());
        let temporary = world.request_token(&dance);
        let token = text(&temporary.token).to_owned();
        assert_eq!(
            dance.authorize_url(&temporary),
            format!("https://api.example/authorize?lang=en&oauth_token={token}")
        );
        assert_eq!(world.provider.consumer_of(&token, &world.env), Some("key"));
        let approval = world.approve(&temporary).unwrap();
        let back = approval.redirect.unwrap();
        assert!(text(&back).starts_with(&format!("{callback}&oauth_token={token}&")));
        let verifier = dance.read_callback(&temporary, text(&back)).unwrap();
        let pair = world
            .access_token(&dance, &temporary, text(&verifier))
            .unwrap();
        let access = dance
            .read_access_token(200, pair.to_form().expose())
            .unwrap();

        let mut mine = dance.request_token();
        mine.scheme = dance.client(&access);
        mine.url = "https://api.example/photos?file=a".to_owned();
        assert!(world.send(&mine, Known::Access).is_ok());
        mine.scheme = dance.client(&temporary);
        let why = world.send(&mine, Known::Access).unwrap_err();
        assert_eq!(
            why.reason,
            Reason::WrongSecret,
            "a request token opens nothing"
        );
    }
}

#[test]
fn a_request_token_is_good_for_one_exchange() {
    let (mut world, dance) = (World::new(), dance("oob"));
    let temporary = world.request_token(&dance);
    let approval = world.approve(&temporary).unwrap();
    assert!(approval.redirect.is_none(), "the verifier is shown");
    let token = text(&temporary.token).to_owned();
    let verifier = text(&approval.verifier).to_owned();
    assert_eq!(
        world.approve(&temporary).unwrap_err(),
        ProviderError::AlreadyApproved
    );
    let other = world
        .provider
        .exchange("other", &token, &verifier, &world.env);
    assert_eq!(other.unwrap_err(), ProviderError::UnknownToken);
    assert!(world.access_token(&dance, &temporary, &verifier).is_ok());
    let again = world
        .provider
        .exchange("key", &token, &verifier, &world.env);
    assert_eq!(again.unwrap_err(), ProviderError::UnknownToken);
}

#[test]
fn a_verifier_cannot_be_guessed_at() {
    let (mut world, dance) = (World::new(), dance("oob"));
    let temporary = world.request_token(&dance);
    let verifier = text(&world.approve(&temporary).unwrap().verifier).to_owned();
    let guess = world.access_token(&dance, &temporary, "000000");
    assert_eq!(guess.unwrap_err(), ProviderError::WrongVerifier);
    let token = text(&temporary.token).to_owned();
    let right = world
        .provider
        .exchange("key", &token, &verifier, &world.env);
    assert_eq!(right.unwrap_err(), ProviderError::UnknownToken);
}

#[test]
fn without_consent_there_is_no_token() {
    let (mut world, dance) = (World::new(), dance("https://client.example/"));
    let temporary = world.request_token(&dance);
    let early = world.access_token(&dance, &temporary, "x");
    assert_eq!(early.unwrap_err(), ProviderError::NotApproved);
    let temporary = world.request_token(&dance);
    let back = world
        .provider
        .deny(text(&temporary.token))
        .unwrap()
        .unwrap();
    assert_eq!(
        dance.read_callback(&temporary, &back).unwrap_err(),
        DanceError::Denied
    );
    assert_eq!(
        world.approve(&temporary).unwrap_err(),
        ProviderError::UnknownToken
    );
}

#[test]
fn a_request_token_expires() {
    let (mut world, dance) = (World::new(), dance("oob"));
    let temporary = world.request_token(&dance);
    world.later(600);
    assert_eq!(
        world.approve(&temporary).unwrap_err(),
        ProviderError::UnknownToken
    );
    let why = world
        .send(&dance.access_token(&temporary, "x"), Known::Temporary)
        .unwrap_err();
    assert_eq!(why.reason, Reason::Expired);
}

#[test]
fn a_token_belongs_to_its_client() {
    let (mut world, dance) = (World::new(), dance("oob"));
    let temporary = world.request_token(&dance);
    let query = |consumer: &str, token: &gatepass_auth::Secret| token_of(consumer, token);
    let mine = query("key", &temporary.token);
    let theirs = query("other", &temporary.token);
    assert!(world.provider.find_temporary(&mine).is_some());
    assert!(world.provider.find_temporary(&theirs).is_none());
    let verifier = world.approve(&temporary).unwrap().verifier;
    let access = world
        .access_token(&dance, &temporary, text(&verifier))
        .unwrap();
    let found = world.provider.find_access(&query("key", &access.token));
    assert_eq!(found.unwrap().name, "alice");
    let theirs = query("other", &access.token);
    assert!(world.provider.find_access(&theirs).is_none());
}

#[test]
fn a_server_keeps_only_so_many_tokens() {
    let env = Counting::new(NOW);
    let mut provider = Provider::new(1);
    assert!(provider.issue("key", "oob", &env).is_ok());
    let full = provider.issue("key", "oob", &env).unwrap_err();
    assert_eq!((full, full.status()), (ProviderError::Full, 503));
    assert!(
        provider
            .issue("key", "oob", &Counting::new(NOW + 600))
            .is_ok()
    );
}

#[test]
fn a_callback_is_an_absolute_url() {
    let env = Counting::new(NOW);
    for (callback, taken) in [
        ("oob", true),
        ("https://client.example/ready?a=b", true),
        ("my.app+1://ready", true),
        ("", false),
        ("/ready", false),
        ("javascript:alert(1)", false),
        ("https://", false),
        ("https://client.example/\r\nSet-Cookie: a=b", false),
    ] {
        let issued = Provider::default().issue("key", callback, &env);
        assert_eq!(issued.is_ok(), taken, "{callback}");
    }
}

#[test]
fn answers_that_give_no_token_say_why() {
    let dance = dance("oob");
    let refused = dance.read_request_token(401, b"oauth_problem=consumer_key_rejected%0A");
    let said = refused.unwrap_err().to_string();
    assert!(
        said.contains("401") && said.contains("(consumer_key_rejected)"),
        "{said}"
    );
    for body in [
        "",
        "<html>oauth_token</html>",
        "oauth_token=a",
        "oauth_token=&oauth_token_secret=b",
        "oauth_token=a&oauth_token=b&oauth_token_secret=c",
    ] {
        let error = dance.read_access_token(200, body.as_bytes()).unwrap_err();
        assert!(
            matches!(error, DanceError::Unusable { .. }),
            "{body}: {error}"
        );
    }
    for body in [
        "oauth_token=a&oauth_token_secret=b",
        "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false",
    ] {
        let error = dance.read_request_token(200, body.as_bytes()).unwrap_err();
        assert_eq!(error, DanceError::NotConfirmed);
    }
    let error = AuthError::from(DanceError::NotConfirmed);
    assert!(matches!(error, AuthError::Peer(_)));
    let more = dance
        .read_access_token(200, b"oauth_token=a&oauth_token_secret=&user_id=7\n")
        .unwrap();
    assert_eq!(more.parameter("user_id").map(text), Some("7"));
}

#[test]
fn the_callback_of_another_dance_is_dropped() {
    let dance = dance("oob");
    let temporary = TokenPair::new("mine", "s3cret");
    for (url, expected) in [
        (
            "https://c.example/?oauth_token=theirs&oauth_verifier=v",
            DanceError::ForeignCallback,
        ),
        (
            "https://c.example/?oauth_verifier=v",
            DanceError::ForeignCallback,
        ),
        (
            "https://c.example/?oauth_token=mine",
            DanceError::NoVerifier,
        ),
        (
            "https://c.example/?oauth_token=mine&oauth_verifier=",
            DanceError::NoVerifier,
        ),
        ("https://c.example/?denied=mine", DanceError::Denied),
    ] {
        assert_eq!(
            dance.read_callback(&temporary, url).unwrap_err(),
            expected,
            "{url}"
        );
    }
    let bare = dance
        .read_callback(&temporary, "oauth_token=mine&oauth_verifier=a%20b#x")
        .unwrap();
    assert_eq!(text(&bare), "a b");
}

#[test]
fn nothing_that_is_printed_holds_a_token() {
    let (mut world, dance) = (World::new(), dance("https://client.example/"));
    let temporary = world.request_token(&dance);
    let approval = world.approve(&temporary).unwrap();
    let request = dance.access_token(&temporary, &approval.verifier);
    let printed = format!(
        "{temporary:?} {approval:?} {request:?} {dance:?} {:?}",
        world.provider
    );
    for secret in [&temporary.token, &temporary.secret, &approval.verifier] {
        assert!(
            !printed.contains(text(secret)),
            "{} stands in {printed}",
            text(secret)
        );
    }
}
