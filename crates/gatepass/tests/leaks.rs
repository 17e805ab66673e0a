//! No credential crosses from one origin to another, in whichever way it was given and wherever a redirect leads.
//!
//! Every way of [`WAYS`] is sent along every route of [`ROUTES`]. A new way to give a credential is a row there.

#![cfg(test)]

mod peer;

use std::sync::{Arc, Mutex};

use gatepass::config::{Dial, Identity, Redirects, Tls};
use gatepass::credentials::{Found, Provider};
use gatepass::{
    ApiKey, Basic, Bearer, Client, ClientBuilder, ClientCertificate, Error, Leg, RequestBuilder,
    Scheme, TlsInfo, Url,
};
use gatepass_auth::mask::CREDENTIAL_HEADERS;
use gatepass_auth::{
    AuthError, Descriptor, Digest, Flow, Incoming, OAuth1, Outgoing, Reply, SideRequest, Space,
    Step, schemes,
};
use gatepass_server::{ClientCertificates, Server};
use peer::{Answer, Peer, ok, redirect, refuse};

const SECRET: &str = "s3cret-s3cret-s3cret";

/// The secret behind `alice:`, in base64.
const BASIC: &str = "YWxpY2U6czNjcmV0LXMzY3JldC1zM2NyZXQ=";

/// One way to give a credential. Only one of the three differs from [`PLAIN`] in most.
struct Way {
    name: &'static str,
    url: fn(&str) -> String,
    client: fn(ClientBuilder, &str) -> ClientBuilder,
    request: fn(RequestBuilder) -> RequestBuilder,
    /// What a request has in it that carries the credential.
    trace: &'static str,
}

const PLAIN: Way = Way {
    name: "nothing",
    url: str::to_owned,
    client: |client, _| client,
    request: |request| request,
    trace: SECRET,
};

const fn with(name: &'static str, request: fn(RequestBuilder) -> RequestBuilder) -> Way {
    Way {
        name,
        request,
        ..PLAIN
    }
}

const fn of_client(
    name: &'static str,
    client: fn(ClientBuilder, &str) -> ClientBuilder,
    trace: &'static str,
) -> Way {
    Way {
        name,
        client,
        trace,
        ..PLAIN
    }
}

const WAYS: &[Way] = &[
    with("Authorization by hand", |it| {
        it.header("Authorization", SECRET)
    }),
    with("authorization in small letters", |it| {
        it.header("authorization", SECRET)
    }),
    with("Cookie by hand", |it| {
        it.header("Cookie", format!("sid={SECRET}"))
    }),
    with("X-API-Key", |it| it.header("X-API-Key", SECRET)),
    with("X-Auth-Token", |it| it.header("X-Auth-Token", SECRET)),
    with("PRIVATE-TOKEN", |it| it.header("PRIVATE-TOKEN", SECRET)),
    with("Proxy-Authorization", |it| {
        it.header("Proxy-Authorization", SECRET)
    }),
    with("a name whose words tell", |it| {
        it.header("X-Acme-Api-Key", SECRET)
    }),
    with("a secret header", |it| it.secret_header("X-Odd", SECRET)),
    Way {
        trace: BASIC,
        ..with("basic", |it| it.auth(Basic::new("alice", SECRET).unwrap()))
    },
    with("bearer", |it| it.auth(Bearer::new(SECRET).unwrap())),
    with("key in a header", |it| {
        it.auth(ApiKey::header("X-Odd", SECRET).unwrap())
    }),
    with("key in the query", |it| {
        it.auth(ApiKey::query("odd", SECRET).unwrap())
    }),
    with("key in a cookie", |it| {
        it.auth(ApiKey::cookie("odd", SECRET).unwrap())
    }),
    with("a closure", |it| {
        it.auth(|message: &mut Outgoing<'_>| message.headers.set_secret("X-Odd", SECRET))
    }),
    Way {
        trace: "Authorization: Digest",
        ..with("digest", |it| it.auth(Digest::new("alice", SECRET)))
    },
    Way {
        trace: "Authorization: OAuth ",
        ..with("oauth1", |it| it.auth(OAuth1::new("consumer", SECRET)))
    },
    Way {
        url: |url| url.replacen("://", &format!("://alice:{SECRET}@"), 1),
        trace: BASIC,
        ..Way {
            name: "the URL",
            ..PLAIN
        }
    },
    of_client(
        "a header of the client",
        |it, _| it.header("X-Api-Key", SECRET),
        SECRET,
    ),
    of_client(
        "the client's for the origin",
        |it, home| it.auth_for(home, Bearer::new(SECRET).unwrap()),
        SECRET,
    ),
    of_client(
        "whoever knows the origin's",
        |it, home| it.credentials_from(Known(Url::parse(home).unwrap().space())),
        SECRET,
    ),
];

/// Knows the credential of one origin, as a netrc file or a profile does.
struct Known(Space);

impl Provider for Known {
    fn credential(&self, space: &Space) -> Result<Option<Found>, Error> {
        let known = || Found::new(Bearer::new(SECRET).unwrap(), "from a profile");
        Ok((*space == self.0).then(known))
    }
}

/// Where a redirect leads from where, and whether what belongs there goes along. A third place is where the second leads.
const ROUTES: &[(&str, &[&str], &[bool])] = &[
    (
        "the same origin",
        &["https://a.example", "https://a.example"],
        &[true, true],
    ),
    (
        "its port written",
        &["https://a.example", "https://a.example:443"],
        &[true, true],
    ),
    (
        "its name in capitals",
        &["https://a.example", "HTTPS://A.Example"],
        &[true, true],
    ),
    (
        "another host",
        &["https://a.example", "https://b.example"],
        &[true, false],
    ),
    (
        "another host without TLS",
        &["http://a.example", "http://b.example"],
        &[true, false],
    ),
    (
        "another port",
        &["https://a.example", "https://a.example:8443"],
        &[true, false],
    ),
    (
        "another port without TLS",
        &["http://a.example", "http://a.example:8080"],
        &[true, false],
    ),
    (
        "https to http",
        &["https://a.example", "http://a.example"],
        &[true, false],
    ),
    (
        "http to https",
        &["http://a.example", "https://a.example"],
        &[true, true],
    ),
    (
        "http to https, another port",
        &["http://a.example:8080", "https://a.example"],
        &[true, false],
    ),
    (
        "http to https, to another port",
        &["http://a.example", "https://a.example:8443"],
        &[true, false],
    ),
    (
        "http to https, another host",
        &["http://a.example", "https://www.a.example"],
        &[true, false],
    ),
    (
        "to https and back",
        &["http://a.example", "https://a.example", "http://a.example"],
        &[true, true, true],
    ),
    (
        "a sub-domain",
        &["https://a.example", "https://sub.a.example"],
        &[true, false],
    ),
    (
        "the domain above",
        &["https://sub.a.example", "https://a.example"],
        &[true, false],
    ),
    (
        "a name with a dot behind",
        &["https://a.example", "https://a.example."],
        &[true, false],
    ),
    (
        "its address",
        &["http://localhost", "http://127.0.0.1"],
        &[true, false],
    ),
    (
        "a user in the Location",
        &["https://a.example", "https://u:p@b.example"],
        &[true, false],
    ),
    (
        "a user in its own Location",
        &["https://a.example", "https://u:p@a.example"],
        &[true, true],
    ),
    (
        "back home",
        &[
            "https://a.example",
            "https://b.example",
            "https://a.example",
        ],
        &[true, false, true],
    ),
    (
        "on and on",
        &[
            "https://a.example",
            "https://b.example",
            "https://c.example",
        ],
        &[true, false, false],
    ),
];

/// Two servers that stand for every host, one of them for https.
struct World {
    plain: Peer,
    tls: Peer,
}

impl World {
    fn start() -> Self {
        Self {
            plain: Peer::start([]),
            tls: Peer::start_tls([]),
        }
    }

    fn at(&self, origin: &str) -> &Peer {
        if origin.to_ascii_lowercase().starts_with("https") {
            &self.tls
        } else {
            &self.plain
        }
    }

    fn client(&self) -> ClientBuilder {
        let to = |dial: Dial, from: u16, peer: &Peer| {
            let entry = format!(":{from}:127.0.0.1:{}", peer.port());
            dial.connect_to(&entry).unwrap()
        };
        let dial = [80, 8080]
            .iter()
            .fold(Dial::new(), |dial, port| to(dial, *port, &self.plain));
        let dial = [443, 8443]
            .iter()
            .fold(dial, |dial, port| to(dial, *port, &self.tls));
        Client::builder()
            .dial(dial)
            .tls(Tls::unverified())
            .allow_plain_http(true)
    }

    /// Sends a request along `places`, and returns what each of them got last.
    async fn follow(
        &self,
        client: ClientBuilder,
        way: &Way,
        (places, reach): (&[&str], &[bool]),
    ) -> Vec<String> {
        let space = |place: &str| Url::parse(place).unwrap().space();
        for (at, place) in places.iter().enumerate() {
            let is_new = places[..at].iter().all(|it| space(it) != space(place));
            // Whoever is left without a credential ends the way by asking for one.
            let asks = is_new && (reach[at] || at + 1 == places.len());
            if asks && way.trace.contains("Digest") {
                self.at(place)
                    .give([refuse("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"")]);
            }
            let answer: Answer = match places.get(at + 1) {
                Some(next) => redirect(307, &format!("{next}/{}", at + 1)),
                None => ok(""),
            };
            self.at(place).give([answer]);
        }
        let client = (way.client)(client, places[0]).build().unwrap();
        let request = client.get((way.url)(&format!("{}/0", places[0])));
        let response = (way.request)(request).send().await.unwrap();
        let legs = response.transcript().legs();
        assert!(
            !response.transcript().to_string().contains(SECRET),
            "{}",
            response.transcript()
        );
        let last_of = |at: usize| {
            let path = format!("/{at}");
            let found = legs
                .iter()
                .rev()
                .find(|leg| leg.target().starts_with(&path));
            found.map(|leg| {
                let peer = self.at(&leg.space().to_string());
                let sent = peer.requests().into_iter().rev();
                let line = format!("GET {} HTTP/1.1", leg.target());
                sent.map(|it| it.text())
                    .find(|it| it.starts_with(&line))
                    .unwrap()
            })
        };
        (0..places.len()).map_while(last_of).collect()
    }
}

#[tokio::test]
async fn a_credential_stays_at_its_origin() {
    for way in WAYS {
        for (route, places, reach) in ROUTES {
            let world = World::start();
            let received = world.follow(world.client(), way, (places, reach)).await;
            assert_eq!(received.len(), places.len(), "{}, {route}", way.name);
            for ((received, place), reaches) in received.iter().zip(*places).zip(*reach) {
                let whole = format!("{}, {route}, at {place}:\n{received}", way.name);
                assert_eq!(received.contains(way.trace), *reaches, "{whole}");
                assert!(*reaches || is_clean(received), "{whole}");
            }
        }
    }
}

fn is_clean(received: &str) -> bool {
    let lower = received.to_ascii_lowercase();
    !received.contains(SECRET)
        && !lower.contains("authorization:")
        && !lower.contains("\r\ncookie:")
}

#[tokio::test]
async fn what_stayed_behind_is_told() {
    for way in WAYS {
        let world = World::start();
        let home = "https://a.example";
        world
            .tls
            .give([redirect(302, "https://b.example/"), ok("")]);
        let request = (way.client)(world.client(), home).build().unwrap();
        let request = request.get((way.url)(home));
        let response = (way.request)(request).send().await.unwrap();
        let told: Vec<usize> = response
            .transcript()
            .legs()
            .iter()
            .map(|leg| leg.withheld().len())
            .collect();
        assert_eq!(told, [0, 1], "{}: {}", way.name, response.transcript());
    }
}

#[tokio::test]
async fn what_is_trusted_gets_it() {
    for (home, to, plain, reaches) in [
        ("https://a.example", "https://b.example", false, true),
        ("https://a.example", "https://c.example", false, false),
        ("https://a.example", "http://b.example", false, false),
        ("https://a.example", "http://b.example", true, true),
        ("http://localhost", "http://b.example", false, false),
    ] {
        for way in WAYS {
            let world = World::start();
            let client = world.client().allow_plain_http(plain);
            let client = client.redirects(Redirects::default().trusting("b.example").unwrap());
            let places = (&[home, to][..], &[true, reaches][..]);
            let received = world.follow(client, way, places).await;
            let whole = format!("{}, {home} to {to}:\n{}", way.name, received[1]);
            assert_eq!(received[1].contains(way.trace), reaches, "{whole}");
            assert!(reaches || is_clean(&received[1]), "{whole}");
        }
    }
}

/// The header names where it was meant for, so that it stays even where credentials go along.
#[tokio::test]
async fn a_host_by_hand_stays_at_its_origin() {
    let world = World::start();
    world.tls.give([
        redirect(302, "/again"),
        redirect(302, "https://b.example/"),
        ok(""),
    ]);
    let redirects = Redirects::default().trusting("b.example").unwrap();
    let client = world.client().redirects(redirects).build().unwrap();
    let request = client
        .get("https://a.example")
        .header("Host", "odd.example");
    request.send().await.unwrap();
    let hosts: Vec<_> = world
        .tls
        .requests()
        .iter()
        .map(|it| it.header("Host").unwrap())
        .collect();
    assert_eq!(hosts, ["odd.example", "odd.example", "b.example"]);
}

/// What was signed for one place proves nothing at another.
#[tokio::test]
async fn a_signature_is_made_anew_for_each_place() {
    let world = World::start();
    world.tls.give([
        redirect(307, "/next?x=1"),
        redirect(307, "https://b.example/"),
        ok(""),
    ]);
    let redirects = Redirects::default().trusting("b.example").unwrap();
    let client = world.client().redirects(redirects).build().unwrap();
    let request = client
        .get("https://a.example/")
        .auth(OAuth1::new("consumer", SECRET));
    let response = request.send().await.unwrap();
    let signed: Vec<String> = response
        .transcript()
        .legs()
        .iter()
        .map(|leg| {
            leg.workings()
                .iter()
                .map(|it| it.shown())
                .collect::<String>()
        })
        .collect();
    for (signed, place) in signed.iter().zip([
        "GET&https%3A%2F%2Fa.example%2F&",
        "GET&https%3A%2F%2Fa.example%2Fnext&",
        "GET&https%3A%2F%2Fb.example%2F&",
    ]) {
        assert!(signed.contains(place), "{signed}");
    }
}

#[tokio::test]
async fn headers_that_carry_credentials_by_their_name() {
    let world = World::start();
    let client = world.client().build().unwrap();
    for name in CREDENTIAL_HEADERS {
        world
            .tls
            .give([redirect(308, "https://b.example/"), ok("")]);
        let request = client.get("https://a.example/").header(*name, SECRET);
        request.send().await.unwrap();
        let seen = world.tls.requests();
        let [.., from, to] = &seen[..] else {
            panic!("two requests")
        };
        assert_eq!(from.header(name).as_deref(), Some(SECRET));
        assert!(is_clean(&to.text()), "{name}");
    }
}

#[tokio::test]
async fn each_origin_gets_its_own() {
    let world = World::start();
    world
        .tls
        .give([redirect(302, "https://b.example/"), ok("")]);
    let redirects = Redirects::default().trusting("b.example").unwrap();
    let client = world
        .client()
        .auth_for("https://a.example", Bearer::new("first-token").unwrap())
        .auth_for("https://b.example", Bearer::new("second-token").unwrap())
        .redirects(redirects)
        .build()
        .unwrap();
    client.get("https://a.example").send().await.unwrap();
    let sent: Vec<_> = world
        .tls
        .requests()
        .iter()
        .map(|it| it.header("Authorization").unwrap())
        .collect();
    assert_eq!(sent, ["Bearer first-token", "Bearer second-token"]);
}

#[tokio::test]
async fn a_location_brings_no_credential_of_its_own() {
    let world = World::start();
    world
        .tls
        .give([redirect(302, "https://mallory:choice@b.example/"), ok("")]);
    let client = world.client().build().unwrap();
    let response = client.get("https://a.example").send().await.unwrap();
    assert!(world.tls.requests()[1].header("Authorization").is_none());
    assert_eq!(response.url().to_string(), "https://b.example/");
    let withheld = response.transcript().legs()[1].withheld();
    assert_eq!(withheld[0].what, "the user name in the Location");
}

/// A server over TLS that takes client certificates, and a client that has one of it and trusts several such servers.
fn certified(wanted: ClientCertificates, others: &[&Server]) -> (Server, Tls) {
    let server = Server::builder()
        .https(true)
        .client_certificates(wanted)
        .start()
        .unwrap();
    let pem = server.client_pem().unwrap();
    let mut tls = Tls::without_system().identity(Identity::from_pem(pem, pem, None).unwrap());
    for trusted in others.iter().chain([&&server]) {
        tls = tls.trusting_pem(trusted.ca_pem().unwrap()).unwrap();
    }
    (server, tls)
}

fn was_sent(leg: &Leg) -> bool {
    let sent = |info: &TlsInfo| matches!(info.client, ClientCertificate::Sent { .. });
    leg.tls().is_some_and(sent)
}

/// A client certificate is shown to the origin that it was given for, and to no other, whichever way leads there.
#[tokio::test]
async fn a_client_certificate_stays_at_its_origin() {
    let (to, _) = certified(ClientCertificates::Optional, &[]);
    let (from, tls) = certified(ClientCertificates::Optional, &[&to]);
    let client = Client::builder().tls(tls).build().unwrap();
    let home = from.https_url("/redirect-to?url=").unwrap();
    let (here, elsewhere) = (
        from.https_url("/get").unwrap(),
        to.https_url("/get").unwrap(),
    );
    let by_name = |url: &str| url.replace("127.0.0.1", "localhost");
    for there in [
        elsewhere.clone(),
        by_name(&elsewhere),
        by_name(&here),
        from.url("/get"),
    ] {
        let response = client.get(format!("{home}{there}")).send().await.unwrap();
        let legs = response.transcript().legs();
        assert_eq!((legs.len(), response.status()), (2, 200), "{there}");
        assert!(
            was_sent(&legs[0]) && !was_sent(&legs[1]),
            "{there}: {}",
            legs[1]
        );
        let withheld = legs[1].withheld();
        assert_eq!(withheld.len(), 1, "{withheld:?}");
        assert_eq!(
            withheld[0].what,
            "the client certificate of CN=gatepass test client"
        );
        assert_eq!(&withheld[0].belongs_to, legs[0].space());
    }
    // Back at home, and where the caller trusts the other origin, it is shown again, and nothing is said to stay behind.
    for there in [here.clone(), by_name(&here)] {
        let trusting = Redirects::default().trusting("localhost").unwrap();
        let request = client.get(format!("{home}{there}")).redirects(trusting);
        let response = request.send().await.unwrap();
        for leg in response.transcript().legs() {
            assert!(was_sent(leg) && leg.withheld().is_empty(), "{leg}");
        }
    }
}

/// Does a request beside its own, and writes down what came of it.
struct Errand(String, Arc<Mutex<Option<Result<u16, String>>>>);

impl Scheme for Errand {
    fn descriptor(&self) -> &'static Descriptor {
        &schemes::closure::DESCRIPTOR
    }

    fn begin(self: Arc<Self>, _: &Space) -> Box<dyn Flow> {
        Box::new(OnErrand(self))
    }
}

struct OnErrand(Arc<Errand>);

impl Flow for OnErrand {
    fn authorize(&mut self, _: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        Ok(match *self.0.1.lock().unwrap() {
            None => Step::Exchange(SideRequest::new("errand", "GET", self.0.0.as_str())),
            Some(_) => Step::Done,
        })
    }

    fn inspect(&mut self, _: &Incoming<'_>) -> Result<Step, AuthError> {
        Ok(Step::Done)
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        *self.0.1.lock().unwrap() = Some(match reply {
            Reply::Response(message) => Ok(message.status),
            Reply::Failed(problem) => Err(problem.to_owned()),
            _ => Err("something else".to_owned()),
        });
        Ok(Step::Done)
    }
}

#[tokio::test]
async fn a_request_beside_another_shows_no_client_certificate_to_another_origin() {
    let (elsewhere, _) = certified(ClientCertificates::Required, &[]);
    let (home, tls) = certified(ClientCertificates::Required, &[&elsewhere]);
    let client = Client::builder().tls(tls).build().unwrap();
    let mut heard = Vec::new();
    for server in [&home, &elsewhere] {
        let outcome = Arc::default();
        let errand = Errand(server.https_url("/get").unwrap(), Arc::clone(&outcome));
        let request = client.get(home.https_url("/get").unwrap()).auth(errand);
        assert_eq!(request.send().await.unwrap().status(), 200);
        heard.extend(outcome.lock().unwrap().take());
    }
    assert_eq!(heard[0], Ok(200));
    let said = heard[1].as_ref().unwrap_err();
    assert!(
        said.contains("requires a client certificate, and none was given"),
        "{said}"
    );
}
