//! No credential crosses from one origin to another, in whichever way it was given and wherever a redirect leads.
//!
//! Every way of [`WAYS`] is sent along every route of [`ROUTES`]. A new way to give a credential is a row there.
//! Client certificates, which belong to a connection, have `leaks_certificates.rs`.

#![cfg(test)]

mod peer;

use gatepass::config::{Dial, Proxies, Proxy, Redirects, Tls};
use gatepass::credentials::netrc::{Dialect, Netrc};
use gatepass::credentials::{Found, Provider};
use gatepass::{ApiKey, Basic, Bearer, Client, ClientBuilder, Error, RequestBuilder, Url};
use gatepass_auth::show::CREDENTIAL_HEADERS;
use gatepass_auth::{Digest, OAuth1, Outgoing, Space};
use peer::proxy::ProxyPeer;
use peer::{Answer, Peer, ok, redirect, refuse};

const SECRET: &str = "s3cret-s3cret-s3cret";
const PROXY_SECRET: &str = "pr0xy-pr0xy-pr0xy";

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

/// A netrc file says for which host an entry is, and nothing of schemes and ports.
#[tokio::test]
async fn a_netrc_entry_goes_to_its_host_and_to_no_other() {
    for (route, places, _) in ROUTES {
        let world = World::start();
        let host = |place: &str| Url::parse(place).unwrap().host().to_owned();
        let home = host(places[0]);
        let text = format!("machine {home} login alice password {SECRET}");
        let netrc = Netrc::text("netrc", text.as_bytes(), Dialect::Netrc);
        let way = Way {
            trace: BASIC,
            ..PLAIN
        };
        let reach = vec![true; places.len()];
        let client = world.client().netrc(netrc);
        let received = world.follow(client, &way, (places, &reach)).await;
        for (received, place) in received.iter().zip(*places) {
            let reaches = host(place) == home;
            assert_eq!(
                received.contains(BASIC),
                reaches,
                "{route}, at {place}:\n{received}"
            );
        }
    }
}

/// What a proxy is told stays with it, wherever a redirect leads, and what an origin is told does not reach the next one
/// through the proxy.
#[tokio::test]
async fn a_proxys_credential_goes_to_the_proxy_alone() {
    for (through_first, name) in [
        (true, "to a place beside the proxy"),
        (false, "to a place behind it"),
    ] {
        let proxy = ProxyPeer::start([]);
        let (behind, beside) = (Peer::start([]), Peer::start([]));
        let beside_url = beside.url("/").replace("127.0.0.1", "localhost");
        let (from, to, url) = if through_first {
            behind.give([redirect(307, &beside_url)]);
            (&behind, &beside, behind.url("/"))
        } else {
            beside.give([redirect(307, &behind.url("/"))]);
            (&beside, &behind, beside_url)
        };
        to.give([ok("")]);
        let to_proxy = Proxy::parse(&proxy.url()).unwrap();
        let to_proxy = to_proxy.auth(Bearer::new(PROXY_SECRET).unwrap());
        let client = Client::builder()
            .proxies(Proxies::none().all(to_proxy).except("localhost"))
            .build()
            .unwrap();
        let request = client.get(&url).auth(Bearer::new(SECRET).unwrap());
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{name}");
        assert!(
            !beside.requests()[0].text().contains(PROXY_SECRET),
            "{name}"
        );
        let at_proxy = proxy.requests()[0].text();
        assert!(at_proxy.contains(PROXY_SECRET), "{name}: {at_proxy}");
        assert_eq!(
            at_proxy.contains(SECRET),
            through_first,
            "{name}: {at_proxy}"
        );
        assert!(from.requests()[0].text().contains(SECRET), "{name}");
        assert!(!to.requests()[0].text().contains(SECRET), "{name}");
        let shown = response.transcript().to_string();
        assert!(
            !shown.contains(SECRET) && !shown.contains(PROXY_SECRET),
            "{shown}"
        );
    }
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
