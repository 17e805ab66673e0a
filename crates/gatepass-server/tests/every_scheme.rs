//! Every scheme in the list, over a real connection: the client's side of it against `/auth/<scheme>`.

#![expect(clippy::unwrap_used, reason = "a test panics when it fails")]

mod support;

use std::sync::Arc;

use gatepass_auth::schemes::oauth1::{Dance, Endpoints, SignedRequest, TokenPair};
use gatepass_auth::{
    AuthError, Body, Entry, Env, Headers, Incoming, MAX_ROUNDS, OAuth1, Outgoing, Scheme, Space,
    Step, Timestamp, Workings, schemes,
};
use gatepass_server::Server;
use support::{Answer, connect, exchange, get};

/// The system's clock and random source.
struct World;

impl Env for World {
    fn now(&self) -> Timestamp {
        let now = std::time::SystemTime::now();
        now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
    }

    fn random(&self, out: &mut [u8]) -> Result<(), gatepass_auth::NoRandomness> {
        getrandom::fill(out).unwrap();
        Ok(())
    }
}

/// A request without credentials.
struct Plain<'a> {
    method: &'a str,
    target: &'a str,
    body: &'static [u8],
    media_type: Option<&'a str>,
}

impl<'a> Plain<'a> {
    fn get(target: &'a str) -> Self {
        Self {
            method: "GET",
            target,
            body: b"",
            media_type: None,
        }
    }

    /// Holds the whole conversation and returns the last answer, with the number of requests that it took.
    fn send(&self, server: &Server, scheme: Arc<dyn Scheme>) -> Result<(Answer, usize), AuthError> {
        let space = Space::origin("http", "127.0.0.1", server.port());
        let mut flow = scheme.begin(&space);
        let mut wire = connect(server);
        for round in 1..=MAX_ROUNDS {
            let (mut target, mut headers) = (self.target.to_owned(), Headers::new());
            headers.append("Host", server.address().to_string());
            if let Some(kind) = self.media_type {
                headers.append("Content-Type", kind);
            }
            let mut body = Body::Bytes(self.body.into());
            let mut workings = Workings::default();
            let step = flow.authorize(&mut Outgoing::new(
                self.method,
                &space,
                &mut target,
                &mut headers,
                &mut body,
                &World,
                &mut workings,
            ))?;
            assert!(matches!(step, Step::Done), "{step:?}");
            let body = body.bytes().unwrap();
            headers.append("Content-Length", body.len().to_string());
            let mut request = format!("{} {target} HTTP/1.1\r\n", self.method).into_bytes();
            for header in &headers {
                request.extend([header.name().as_bytes(), b": ", header.value(), b"\r\n"].concat());
            }
            request.extend([b"\r\n", body].concat());
            wire.send(request);
            let answer = wire.read();
            let headers: Headers = answer.headers.clone().into_iter().collect();
            let challenges = Incoming::challenges_in(&space, &headers);
            let mut incoming = Incoming::new(answer.status, &space, &headers, &challenges, &World);
            let mut step = flow.inspect(&incoming)?;
            if matches!(step, Step::NeedBody) {
                incoming.body = Some(&answer.body);
                step = flow.inspect(&incoming)?;
            }
            match step {
                Step::Done => return Ok((answer, round)),
                Step::Check(mut check) => {
                    check.update(&answer.body);
                    check.finish(&Headers::new())?;
                    return Ok((answer, round));
                }
                Step::Retry(_) => {}
                step => panic!("{step:?}"),
            }
        }
        panic!("the conversation has no end")
    }
}

fn client(entry: &Entry, sets: &[(&str, &str)]) -> Arc<dyn Scheme> {
    let mut values = entry.about.example_values();
    sets.iter()
        .for_each(|(name, value)| values.set(*name, *value));
    entry.client(&values).unwrap()
}

#[test]
fn each_example_is_let_in_by_its_id_and_by_its_aliases() {
    let server = Server::start().unwrap();
    for name in schemes::names() {
        let (entry, sets) = schemes::resolve(name).unwrap();
        let sets: Vec<_> = sets
            .names()
            .map(|name| (name, sets.text(name).unwrap()))
            .collect();
        for (method, kind, body) in [
            ("GET", None, &b""[..]),
            (
                "POST",
                Some("application/x-www-form-urlencoded"),
                b"a=1&b=%C3%BC+x&a=",
            ),
            ("PUT", Some("application/json"), b"{\"a\": 1}"),
        ] {
            let target = format!("/auth/{name}?q=%20a+b&c");
            let request = Plain {
                method,
                target: &target,
                body,
                media_type: kind,
            };
            let (answer, _) = request.send(&server, client(entry, &sets)).unwrap();
            assert_eq!(answer.status, 200, "{name}: {}", answer.text());
            let json = answer.json();
            assert_eq!(
                (&json["authenticated"], &json["scheme"]),
                (&true.into(), &entry.about.id.into())
            );
            assert!(!json["user"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
fn a_wrong_secret_is_refused_with_reasons() {
    let server = Server::start().unwrap();
    for entry in schemes::ALL {
        for field in entry.about.fields.iter().filter(|field| field.secret) {
            if !entry
                .about
                .example
                .iter()
                .any(|(name, _)| *name == field.name)
            {
                continue;
            }
            let target = format!("/auth/{}", entry.about.id);
            let scheme = client(entry, &[(field.name, "wrong")]);
            let (answer, _) = Plain::get(&target).send(&server, scheme).unwrap();
            assert_eq!(answer.status, 401, "{} {}", entry.about.id, field.name);
            assert!(
                !answer.all("www-authenticate").is_empty(),
                "{}",
                entry.about.id
            );
            let json = answer.json();
            assert_eq!(json["authenticated"], false);
            assert_eq!(
                (&json["scheme"], &json["reason"]),
                (&entry.about.id.into(), &"WrongSecret".into())
            );
            assert!(json["detail"].as_str().unwrap().len() > 10);
            assert!(json["computed"].is_object());
            assert!(
                json["received"]["target"]
                    .as_str()
                    .unwrap()
                    .starts_with(&target)
            );
        }
    }
}

#[test]
fn nobody_is_let_in_without_credentials() {
    let server = Server::start().unwrap();
    for name in schemes::names() {
        let answer = get(&server, &format!("/auth/{name}"));
        assert_eq!(answer.status, 401, "{name}");
        assert!(!answer.all("www-authenticate").is_empty(), "{name}");
        assert_eq!(answer.json()["reason"], "Missing");
    }
}

#[test]
fn parameters_follow_the_name() {
    let server = Server::start().unwrap();
    for (target, id, sets) in [
        (
            "/auth/apikey/query/k",
            "apikey",
            &[("in", "query"), ("name", "k")][..],
        ),
        (
            "/auth/apikey/cookie/k",
            "apikey",
            &[("in", "cookie"), ("name", "k")],
        ),
        (
            "/auth/apikey/header/X-K",
            "apikey",
            &[("in", "header"), ("name", "X-K")],
        ),
        ("/auth/bearer/JWT", "bearer", &[("word", "JWT")]),
    ] {
        let entry = schemes::find(id).unwrap();
        let (answer, _) = Plain::get(target)
            .send(&server, client(entry, sets))
            .unwrap();
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        let (answer, _) = Plain::get(target)
            .send(&server, client(entry, &[]))
            .unwrap();
        assert_eq!(answer.status, 401, "{target}: {}", answer.text());
    }
    let answer = get(&server, "/auth/apikey/nowhere");
    assert_eq!(answer.status, 404);
    assert!(
        answer.json()["detail"]
            .as_str()
            .unwrap()
            .contains("header, query, cookie")
    );
}

#[test]
fn an_unknown_scheme_names_the_known_ones() {
    let server = Server::start().unwrap();
    for target in ["/auth/baisc", "/auth/", "/auth"] {
        let answer = get(&server, target);
        assert_eq!(answer.status, 404, "{target}");
        let json = answer.json();
        let names: Vec<_> = json["schemes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(names, schemes::names().collect::<Vec<_>>());
    }
    let detail = get(&server, "/auth/baisc").json()["detail"].to_string();
    assert!(detail.contains("did you mean basic?"), "{detail}");
}

#[test]
fn digest_takes_every_algorithm_and_quality() {
    let server = Server::start().unwrap();
    let entry = schemes::find("digest").unwrap();
    for algorithm in entry.about.field("algorithm").unwrap().choices {
        for qop in ["auth", "auth-int"] {
            let sets = [("algorithm", *algorithm), ("qop", qop)];
            for target in [
                format!("/digest-auth/{qop}/alice/s3cret/{algorithm}?a=%20b"),
                format!("/auth/digest/{algorithm}/{qop}"),
            ] {
                let request = Plain {
                    method: "POST",
                    target: &target,
                    body: b"abc",
                    media_type: None,
                };
                let (answer, legs) = request.send(&server, client(entry, &sets)).unwrap();
                assert_eq!(
                    (answer.status, legs),
                    (200, 2),
                    "{target}: {}",
                    answer.text()
                );
                // The client has checked it: with auth-int it covers the body of this answer.
                let info = answer.header("Authentication-Info").unwrap();
                assert!(
                    info.contains("rspauth=") && info.contains(&format!("qop={qop},")),
                    "{target}: {info}"
                );
            }
        }
    }
}

#[test]
fn digest_a_nonce_is_stale_after_as_many_uses_as_the_path_says() {
    let server = Server::start().unwrap();
    let scheme = client(schemes::find("digest").unwrap(), &[]);
    let request = Plain::get("/digest-auth/auth/alice/s3cret/MD5/2");
    let legs = [(); 4].map(|()| {
        let (answer, legs) = request.send(&server, Arc::clone(&scheme)).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
        legs
    });
    // A challenge, a use of the nonce, and again: the third use is refused, and the same password is tried at once.
    assert_eq!(legs, [2, 1, 2, 1]);
}

#[test]
fn what_postman_documents_is_let_in() {
    let server = Server::start().unwrap();
    let user = [("username", "postman"), ("password", "password")];
    for (target, id, sets) in [
        ("/basic-auth", "basic", &user),
        ("/digest-auth", "digest", &user),
        (
            "/oauth1",
            "oauth1",
            &[
                ("consumer_key", "RKCGzna7bv9YD57c"),
                ("consumer_secret", "D+EdQ-gs$-%@2Nu7"),
            ],
        ),
    ] {
        let entry = schemes::find(id).unwrap();
        let right = sets.iter().copied().collect();
        let right = entry.client(&right).unwrap();
        let (answer, _) = Plain::get(target).send(&server, right).unwrap();
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        let wrong = [sets[0], (sets[1].0, "wrong")].into_iter().collect();
        let wrong = entry.client(&wrong).unwrap();
        let (answer, _) = Plain::get(target).send(&server, wrong).unwrap();
        assert_eq!(answer.status, 401, "{target}");
    }
}

#[test]
fn postmans_oauth1_explains_itself_in_four_fields() {
    let server = Server::start().unwrap();
    let wrong = Arc::new(OAuth1::new("RKCGzna7bv9YD57c", "wrong"));
    let (answer, _) = Plain::get("/oauth1?b=2&a=1").send(&server, wrong).unwrap();
    let json = answer.json();
    assert_eq!((answer.status, &json["status"]), (401, &"fail".into()));
    let uri = format!("http://{}/oauth1", server.address());
    assert_eq!(json["base_uri"], uri);
    assert!(
        json["normalized_param_string"]
            .as_str()
            .unwrap()
            .starts_with("a=1&b=2&oauth_consumer_key=")
    );
    assert!(
        json["base_string"]
            .as_str()
            .unwrap()
            .starts_with("GET&http%3A%2F%2F127.0.0.1%3A")
    );
    assert_eq!(json["signing_key"], "D%2BEdQ-gs%24-%25%402Nu7&");
}

/// Sends a request of the dance.
fn step(server: &Server, request: SignedRequest) -> Answer {
    let target = request.url.split_once("://").unwrap().1;
    let target = &target[target.find('/').unwrap()..];
    let plain = Plain {
        method: request.method,
        target,
        body: b"",
        media_type: None,
    };
    plain.send(server, Arc::new(request.scheme)).unwrap().0
}

fn decide(server: &Server, form: &str) -> Answer {
    let length = form.len();
    exchange(
        server,
        format!(
            "POST /oauth1/authorize HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n\r\n{form}"
        ),
    )
}

fn dance(server: &Server, callback: &str) -> (Dance, TokenPair) {
    let endpoints = Endpoints {
        request_token: server.url("/oauth1/request_token"),
        authorize: server.url("/oauth1/authorize"),
        access_token: server.url("/oauth1/access_token"),
    };
    let dance = Dance::new(OAuth1::new("key", "secret"), endpoints, callback);
    let answer = step(server, dance.request_token());
    let token = dance
        .read_request_token(answer.status, &answer.body)
        .unwrap();
    (dance, token)
}

fn name(token: &TokenPair) -> &str {
    token.token.expose_str().unwrap()
}

#[test]
fn the_dance_of_oauth1_ends_with_a_token_that_opens() {
    let server = Server::start().unwrap();
    let (dance, temporary) = dance(&server, "http://localhost:1/back?x=1");
    let page = get(
        &server,
        &format!("/oauth1/authorize?oauth_token={}", name(&temporary)),
    );
    assert!(page.text().contains("<strong>key</strong>"), "{page:?}");
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("frame-ancestors 'none'")
    );
    let early = step(&server, dance.access_token(&temporary, "guess"));
    assert_eq!(early.status, 401, "the user has not agreed");

    let (dance, temporary) = self::dance(&server, "http://localhost:1/back?x=1");
    let agreed = decide(
        &server,
        &format!("oauth_token={}&user=bob", name(&temporary)),
    );
    let verifier = dance
        .read_callback(&temporary, agreed.header("location").unwrap())
        .unwrap();
    let answer = step(&server, dance.access_token(&temporary, &verifier));
    let access = dance
        .read_access_token(answer.status, &answer.body)
        .unwrap();
    let resource = Plain::get("/oauth1/resource?a=b");
    let (opened, _) = resource
        .send(&server, Arc::new(dance.client(&access)))
        .unwrap();
    assert_eq!(
        (opened.status, &opened.json()["user"]),
        (200, &"bob".into())
    );

    let again = step(&server, dance.access_token(&temporary, &verifier));
    assert_eq!(again.status, 401, "a request token is good once");
    let (alone, _) = resource
        .send(&server, Arc::new(OAuth1::new("key", "secret")))
        .unwrap();
    assert_eq!(alone.status, 400, "a client alone is nobody here");
    let (unripe, _) = resource
        .send(&server, Arc::new(dance.client(&temporary)))
        .unwrap();
    assert_eq!(unripe.status, 401, "a request token opens nothing");
}

#[test]
fn the_dance_of_oauth1_can_be_refused_or_carried_by_hand() {
    let server = Server::start().unwrap();
    let (dance, temporary) = dance(&server, "http://localhost:1/back");
    let denied = decide(
        &server,
        &format!("oauth_token={}&decision=deny", name(&temporary)),
    );
    let error = dance.read_callback(&temporary, denied.header("location").unwrap());
    assert!(error.is_err());
    let (dance, temporary) = self::dance(&server, "oob");
    let pin = decide(&server, &format!("oauth_token={}", name(&temporary))).text();
    let wrong = step(&server, dance.access_token(&temporary, format!("{pin}x")));
    assert_eq!(wrong.status, 401);
    let right = step(&server, dance.access_token(&temporary, pin));
    assert_eq!(right.status, 401, "a verifier cannot be guessed at");
    let stranger = decide(&server, "oauth_token=nobodys");
    assert_eq!(stranger.status, 401);
}
