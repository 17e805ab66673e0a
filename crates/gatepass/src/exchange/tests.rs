//! The main loop, driven by hand: what happened goes in, what is to be done comes out.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use gatepass_auth::{
    AuthError, Basic, Descriptor, FixedEnv, Flow, Headers, MAX_ROUNDS, Outgoing, PeerError, Prompt,
    Scheme, SideRequest, Values, schemes,
};

use super::*;
use crate::config::{ExpectContinue, Proxies, Redirects, Retries, Version};
use crate::credentials::netrc::Dialect;
use crate::credentials::{Found, Netrc, Provider};
use crate::error::Network;
use crate::transcript::Head;

type Steps = Mutex<VecDeque<Step>>;

/// A scheme that does what it is told: `authorize`, `inspect` and `resume` take their steps from here.
#[derive(Default)]
struct Script {
    authorize: Steps,
    inspect: Steps,
    resume: Steps,
    heard: Mutex<Vec<String>>,
    begun: Mutex<Vec<Space>>,
}

impl Scheme for Script {
    fn descriptor(&self) -> &'static Descriptor {
        &schemes::closure::DESCRIPTOR
    }

    fn reveals_secret(&self) -> bool {
        false
    }

    fn begin(self: Arc<Self>, space: &Space) -> Box<dyn Flow> {
        self.begun.lock().unwrap().push(space.clone());
        Box::new(ScriptFlow(self))
    }
}

struct ScriptFlow(Arc<Script>);

impl ScriptFlow {
    fn next(steps: &Steps) -> Result<Step, AuthError> {
        Ok(steps.lock().unwrap().pop_front().unwrap_or(Step::Done))
    }
}

impl Flow for ScriptFlow {
    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        message.headers.append("X-Signed", "yes");
        message.append_query("signed", "yes");
        Self::next(&self.0.authorize)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        let body = message
            .body
            .map(|body| String::from_utf8_lossy(body).into_owned());
        self.0
            .heard
            .lock()
            .unwrap()
            .push(format!("{} {body:?}", message.status));
        Self::next(&self.0.inspect)
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        let heard = match reply {
            Reply::Response(message) => format!("side {}", message.status),
            Reply::Answers(values) => format!("answer {:?}", values.text("password")),
            Reply::Failed(problem) => format!("failed {problem}"),
            _ => String::new(),
        };
        self.0.heard.lock().unwrap().push(heard);
        Self::next(&self.0.resume)
    }
}

fn script(inspect: impl IntoIterator<Item = Step>) -> Arc<Script> {
    Arc::new(Script {
        inspect: Mutex::new(inspect.into_iter().collect()),
        ..Script::default()
    })
}

fn bound(url: &str, scheme: impl Scheme + 'static) -> Bound {
    Bound {
        space: Url::parse(url).unwrap().space(),
        scheme: Arc::new(scheme),
        source: Cow::Borrowed("of the test"),
    }
}

/// An exchange of a GET to `url`, authenticated by `scheme`.
fn exchange(url: &str, scheme: Option<Arc<dyn Scheme>>) -> Exchange {
    let plan = Plan {
        env: Arc::new(FixedEnv::new(0)),
        redirects: Redirects::default(),
        retries: Arc::new(Retries::none()),
        budget: Arc::default(),
        allow_plain_http: false,
        http: Version::Any,
        expect: ExpectContinue::new(),
        proxies: Proxies::none(),
        proxy_schemes: Arc::default(),
        identity: None,
        jar: None,
        own: scheme.map(|scheme| bound(url, scheme)),
        shared: Arc::new([]),
        provider: None,
        in_url: None,
        user: None,
        netrc: None,
    };
    let given = Given {
        url: Url::parse(url).unwrap(),
        method: "GET".into(),
        headers: Headers::new(),
        without: Vec::new(),
        body: Body::Empty,
        is_secret: false,
        decodes: false,
    };
    Exchange::new(plan, given)
}

fn head(status: u16, headers: &[(&str, &str)]) -> Event {
    let head = Head {
        status,
        headers: headers.iter().copied().collect(),
        ..Head::none()
    };
    Event::Head(head, Duration::ZERO)
}

fn opened(connection: u64) -> Event {
    Event::Opened {
        connection,
        reused: false,
        timing: Timing::default(),
        http2: false,
        tls: None,
        bindings: None,
        ends: None,
    }
}

/// Begins the exchange and sends the first leg.
fn begun(exchange: &mut Exchange) {
    assert!(matches!(
        exchange.step(Event::Start),
        Ok(Action::Open(Route { fresh: false, .. }))
    ));
    assert!(matches!(exchange.step(opened(1)), Ok(Action::Send(_))));
}

fn lost(heard: bool) -> Event {
    Event::Lost {
        error: Network::Lost {
            address: "test".to_owned(),
            problem: "gone".to_owned(),
        }
        .into(),
        unsent: false,
        refused: false,
        heard,
    }
}

#[test]
fn every_attempt_starts_from_the_callers_request() {
    let mut exchange = exchange("http://h/x", Some(script([Step::Retry(Via::Any)])));
    begun(&mut exchange);
    assert!(matches!(
        exchange.step(head(401, &[])),
        Ok(Action::Drain { keep: false })
    ));
    assert!(matches!(
        exchange.step(Event::Drained { open: false }),
        Ok(Action::Open(_))
    ));
    assert!(matches!(exchange.step(opened(1)), Ok(Action::Send(_))));
    assert!(matches!(exchange.step(head(200, &[])), Ok(Action::Finish)));
    let (_, transcript) = exchange.finish();
    for leg in transcript.legs() {
        assert_eq!(leg.target(), "/x?signed=yes");
        assert_eq!(leg.headers().get_all("X-Signed").count(), 1);
    }
    assert_eq!(transcript.legs().len(), 2);
}

#[test]
fn a_conversation_ends_after_eight_attempts() {
    let mut exchange = exchange(
        "http://h/",
        Some(script((0..99).map(|_| Step::Retry(Via::Any)))),
    );
    begun(&mut exchange);
    let error = loop {
        match exchange.step(head(401, &[])) {
            Ok(Action::Drain { .. }) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => break error,
        }
        exchange.step(Event::Drained { open: true }).unwrap();
        exchange.step(opened(1)).unwrap();
    };
    assert!(
        matches!(error, Error::Peer(Peer::Auth(PeerError::TooManyRounds))),
        "{error}"
    );
    assert_eq!(exchange.finish().1.legs().len(), MAX_ROUNDS);
}

#[test]
fn a_pinned_retry_insists_on_its_connection() {
    for open in [true, false] {
        let mut exchange = exchange("http://h/", Some(script([Step::Retry(Via::Same)])));
        begun(&mut exchange);
        assert!(matches!(
            exchange.step(head(401, &[])),
            Ok(Action::Drain { keep: true })
        ));
        let next = exchange.step(Event::Drained { open });
        match open {
            true => assert!(matches!(next, Ok(Action::Send(_)))),
            false => assert!(matches!(
                next,
                Err(Error::Peer(Peer::Auth(PeerError::ConnectionLost { .. })))
            )),
        }
    }
}

/// Answers `Told` challenges, over HTTP/1.1 only, as somebody.
struct Http1Only;

struct Http1Flow;

impl Scheme for Http1Only {
    fn descriptor(&self) -> &'static Descriptor {
        &schemes::closure::DESCRIPTOR
    }

    fn can_answer(&self, challenge: &gatepass_auth::Challenge) -> bool {
        challenge.is("Told")
    }

    fn begin(self: Arc<Self>, _: &Space) -> Box<dyn Flow> {
        Box::new(Http1Flow)
    }
}

impl Flow for Http1Flow {
    fn needs(&self) -> gatepass_auth::Needs {
        gatepass_auth::Needs::http1()
    }

    fn principal(&self) -> Option<gatepass_auth::Principal> {
        Some(gatepass_auth::Principal::new("somebody"))
    }

    fn authorize(&mut self, _: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        Ok(Step::Done)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        Ok(match message.is_refusal() {
            true => Step::Retry(Via::Any),
            false => Step::Done,
        })
    }
}

#[test]
fn a_rung_has_its_needs_only_when_it_is_taken() {
    let basic = Arc::new(Basic::new("a", "b").unwrap()) as Arc<dyn Scheme>;
    let ladder = gatepass_auth::AnyOf::new([basic, Arc::new(Http1Only)]).with_first(0);
    let mut exchange = exchange("https://h/", Some(Arc::new(ladder)));
    let Ok(Action::Open(first)) = exchange.step(Event::Start) else {
        panic!("a connection is opened first");
    };
    assert!(!first.http1 && first.principals == [None, None]);
    exchange.step(opened(1)).unwrap();
    exchange
        .step(head(401, &[("WWW-Authenticate", "Told")]))
        .unwrap();
    let Ok(Action::Open(second)) = exchange.step(Event::Drained { open: true }) else {
        panic!("another connection is opened");
    };
    assert!(second.http1 && second.principals[0].is_some());
}

#[test]
fn another_origin_gets_no_credential_and_a_new_conversation() {
    let scheme = script([]);
    let mut exchange = exchange("https://h/a", Some(Arc::clone(&scheme) as _));
    for (name, value) in [
        ("X-Api-Key", "k"),
        ("Authorization", "Bearer t"),
        ("X-Trace", "7"),
    ] {
        exchange.given.headers.append(name, value);
    }
    exchange.given.headers.append_secret("X-Mine", "s");
    begun(&mut exchange);
    exchange
        .step(head(302, &[("Location", "https://h:444/b")]))
        .unwrap();
    exchange.step(Event::Drained { open: true }).unwrap();
    exchange.step(opened(2)).unwrap();
    let leg = exchange.leg().unwrap();
    assert_eq!(
        leg.headers()
            .iter()
            .map(gatepass_auth::Header::name)
            .collect::<Vec<_>>(),
        ["Host", "User-Agent", "Accept", "X-Trace"]
    );
    assert_eq!(leg.target(), "/b");
    assert_eq!(leg.withheld().len(), 4, "{leg}");
    // Back home everything goes along again, and the conversation is a new one.
    exchange
        .step(head(307, &[("Location", "https://h/c")]))
        .unwrap();
    exchange.step(Event::Drained { open: true }).unwrap();
    exchange.step(opened(3)).unwrap();
    let leg = exchange.leg().unwrap();
    assert!(
        leg.headers().contains("X-Signed")
            && leg.headers().contains("X-Mine")
            && leg.withheld().is_empty()
    );
    assert_eq!(scheme.begun.lock().unwrap().len(), 2);
}

#[test]
fn a_secret_is_not_revealed_over_plain_http() {
    let basic = || Some(Arc::new(Basic::new("alice", "s3cret").unwrap()) as Arc<dyn Scheme>);
    let mut refused = exchange("http://h/", basic());
    let error = refused.step(Event::Start).unwrap_err();
    assert!(
        matches!(error, Error::Misuse(Misuse::PlainHttp { .. })),
        "{error}"
    );
    for url in ["https://h/", "http://127.0.0.1/", "http://localhost:8080/"] {
        assert!(exchange(url, basic()).step(Event::Start).is_ok(), "{url}");
    }
    let mut allowed = exchange("http://h/", basic());
    allowed.plan.allow_plain_http = true;
    assert!(allowed.step(Event::Start).is_ok());
    // A redirect is no way around it.
    let mut hop = exchange("https://h/", basic());
    hop.plan.shared = Arc::new([bound("http://h/", Basic::new("alice", "s3cret").unwrap())]);
    begun(&mut hop);
    hop.step(head(302, &[("Location", "http://h/")])).unwrap();
    let error = hop.step(Event::Drained { open: true }).unwrap_err();
    assert!(
        matches!(error, Error::Misuse(Misuse::PlainHttp { .. })),
        "{error}"
    );
}

#[test]
fn a_body_that_can_be_sent_once_is_never_sent_empty() {
    let once = |steps: Vec<Step>| {
        let mut exchange = exchange("http://h/", Some(script(steps)));
        exchange.given.method = "POST".into();
        exchange.given.body = Body::Opaque {
            length: None,
            replayable: false,
        };
        assert!(exchange.step(Event::Start).is_ok());
        assert!(matches!(
            exchange.step(opened(1)),
            Ok(Action::Send(Payload::Stream))
        ));
        exchange
    };
    let is_refused = |result: Result<Action, Error>| {
        matches!(result, Err(Error::Misuse(Misuse::BodySentOnce { .. })))
    };
    assert!(is_refused(
        once(vec![Step::Retry(Via::Any)]).step(head(401, &[]))
    ));
    assert!(is_refused(
        once(vec![]).step(head(307, &[("Location", "/x")]))
    ));
    let mut after = once(vec![]);
    assert!(after.step(head(303, &[("Location", "/x")])).is_ok());
    after.step(Event::Drained { open: true }).unwrap();
    assert!(
        matches!(after.step(opened(1)), Ok(Action::Send(Payload::Bytes(bytes))) if bytes.is_empty())
    );
    assert_eq!(after.leg().unwrap().method(), "GET");
}

#[test]
fn a_stream_that_can_be_opened_again_is_sent_again() {
    let mut exchange = exchange("http://h/", Some(script(vec![Step::Retry(Via::Any)])));
    exchange.given.method = "POST".into();
    exchange.given.body = Body::Opaque {
        length: Some(3),
        replayable: true,
    };
    assert!(exchange.step(Event::Start).is_ok());
    for answer in [head(401, &[]), head(307, &[("Location", "/x")])] {
        let sent = exchange.step(opened(1));
        assert!(
            matches!(sent, Ok(Action::Send(Payload::Stream))),
            "{sent:?}"
        );
        assert!(matches!(exchange.step(answer), Ok(Action::Drain { .. })));
        exchange.step(Event::Drained { open: false }).unwrap();
    }
    let sent = exchange.step(opened(1));
    assert!(
        matches!(sent, Ok(Action::Send(Payload::Stream))),
        "{sent:?}"
    );
}

#[test]
fn a_dead_idle_connection_is_replaced_once() {
    for (reused, heard, is_replaced) in [
        (true, false, true),
        (true, true, false),
        (false, false, false),
    ] {
        let mut exchange = exchange("http://h/", None);
        exchange.step(Event::Start).unwrap();
        exchange
            .step(Event::Opened {
                connection: 1,
                reused,
                timing: Timing::default(),
                http2: false,
                tls: None,
                bindings: None,
                ends: None,
            })
            .unwrap();
        let next = exchange.step(lost(heard));
        assert_eq!(
            matches!(next, Ok(Action::Open(Route { fresh: true, .. }))),
            is_replaced
        );
        assert_eq!(next.is_err(), !is_replaced);
        if is_replaced {
            exchange.step(opened(2)).unwrap();
            assert!(
                exchange.step(lost(false)).is_err(),
                "a fresh connection that breaks is an error"
            );
            assert_eq!(exchange.finish().1.legs().len(), 1);
        }
    }
}

#[test]
fn a_scheme_can_ask_and_be_answered() {
    let scheme = Arc::new(Script {
        authorize: Mutex::new(
            [Step::Exchange(SideRequest::new(
                "k",
                "POST",
                "https://t/token",
            ))]
            .into(),
        ),
        inspect: Mutex::new(
            [
                Step::NeedBody,
                Step::Ask(Prompt::new("password?", vec!["password"])),
            ]
            .into(),
        ),
        resume: Mutex::new([Step::Done, Step::Retry(Via::Any)].into()),
        ..Script::default()
    });
    let mut exchange = exchange("http://h/", Some(Arc::clone(&scheme) as _));
    exchange.step(Event::Start).unwrap();
    assert!(matches!(exchange.step(opened(1)), Ok(Action::Side(..))));
    let answer = Head {
        status: 200,
        ..Head::none()
    };
    assert!(matches!(
        exchange.step(Event::Replied(Ok((answer, Bytes::new())))),
        Ok(Action::Send(_))
    ));
    assert!(matches!(
        exchange.step(head(401, &[])),
        Ok(Action::ReadBody)
    ));
    assert!(matches!(
        exchange.step(Event::Body(Bytes::from("why"))),
        Ok(Action::Ask(_))
    ));
    let values = Values::new().with("password", "pw");
    assert!(matches!(
        exchange.step(Event::Answered(Ok(values))),
        Ok(Action::Drain { .. })
    ));
    let heard = scheme.heard.lock().unwrap();
    assert_eq!(
        *heard,
        [
            "side 200",
            "401 None",
            "401 Some(\"why\")",
            "answer Some(\"pw\")"
        ]
    );
}

#[test]
fn questions_do_not_go_on_for_ever() {
    let ask = || Step::Ask(Prompt::new("?", vec![]));
    let scheme = Arc::new(Script {
        authorize: Mutex::new([ask()].into()),
        resume: Mutex::new((0..99).map(|_| ask()).collect()),
        ..Script::default()
    });
    let mut exchange = exchange("http://h/", Some(scheme));
    exchange.step(Event::Start).unwrap();
    exchange.step(opened(1)).unwrap();
    let mut asked = 1;
    while exchange.step(Event::Answered(Ok(Values::new()))).is_ok() {
        asked += 1;
    }
    assert_eq!(asked, MAX_ROUNDS);
}

#[test]
fn redirects_end() {
    let circle = ["http://h/a", "http://h/b", "http://h/a"];
    for (locations, expected) in [(["/b", "/a"], &circle[..]), (["/1", "/2"], &[])] {
        let mut exchange = exchange("http://h/a", None);
        exchange.plan.redirects = Redirects::limit(1);
        begun(&mut exchange);
        exchange
            .step(head(302, &[("Location", locations[0])]))
            .unwrap();
        exchange.step(Event::Drained { open: true }).unwrap();
        exchange.step(opened(1)).unwrap();
        let error = exchange
            .step(head(302, &[("Location", locations[1])]))
            .unwrap_err();
        assert!(
            matches!(error, Error::Peer(Peer::TooManyRedirects { ref circle, limit: 1, .. }) if circle == expected),
            "{error}"
        );
    }
}

/// Knows a credential for one origin, and counts how often it is asked.
struct Known(Space, Arc<dyn Scheme>, Mutex<usize>);

impl Provider for Known {
    fn credential(&self, space: &Space) -> Result<Option<Found>, Error> {
        *self.2.lock().unwrap() += 1;
        Ok((*space == self.0).then(|| Found::new(Arc::clone(&self.1), "from the keeper")))
    }
}

fn known(url: &str, scheme: impl Scheme + 'static) -> Arc<Known> {
    let space = Url::parse(url).unwrap().space();
    Arc::new(Known(space, Arc::new(scheme), Mutex::default()))
}

/// Carries the search out that the exchange asks for.
fn search(exchange: &mut Exchange, action: Action) {
    let Action::Find(search) = action else {
        panic!("{action:?}");
    };
    let found = Event::Found(search.run().unwrap());
    assert!(matches!(exchange.step(found), Ok(Action::Open(_))));
    assert!(matches!(exchange.step(opened(1)), Ok(Action::Send(_))));
}

#[test]
fn what_is_known_of_an_origin_goes_there_only() {
    let mut exchange = exchange("https://h/", None);
    exchange.plan.in_url = Some(bound("https://h/", Basic::new("url", "p").unwrap()));
    exchange.plan.provider = Some(known("https://h/", Basic::new("known", "p").unwrap()));
    let action = exchange.step(Event::Start).unwrap();
    search(&mut exchange, action);
    let leg = exchange.leg().unwrap();
    assert_eq!(leg.authentication().unwrap().source, "from the keeper");
    assert_eq!(
        leg.headers().get_str("Authorization"),
        Some("Basic a25vd246cA==")
    );
    exchange
        .step(head(302, &[("Location", "https://other/")]))
        .unwrap();
    let action = exchange.step(Event::Drained { open: true }).unwrap();
    search(&mut exchange, action);
    let leg = exchange.leg().unwrap();
    assert!(!leg.headers().contains("Authorization"));
    assert_eq!(leg.withheld()[0].what, "the Basic credential");
}

#[test]
fn nobody_is_asked_where_a_credential_was_given() {
    let basic = || Basic::new("own", "p").unwrap();
    for (own, header) in [(true, false), (false, true)] {
        let mut exchange = exchange("https://h/", own.then(|| Arc::new(basic()) as _));
        let keeper = known("https://h/", basic());
        exchange.plan.provider = Some(Arc::clone(&keeper) as _);
        if header {
            exchange.given.headers.append("authorization", "Bearer t");
        }
        begun(&mut exchange);
        assert_eq!(*keeper.2.lock().unwrap(), 0);
    }
}

#[test]
fn what_nobody_gave_is_passed_over_rather_than_revealed() {
    let text = b"machine h login a password p";
    let netrc = || Netrc::text("the file", text, Dialect::Netrc);
    let begin = |netrc: Netrc, allow: bool, body: Body| {
        let mut exchange = exchange("http://h/", None);
        exchange.plan.netrc = Some(Arc::new(netrc));
        exchange.plan.allow_plain_http = allow;
        exchange.given.body = body;
        begun(&mut exchange);
        let leg = exchange.leg().unwrap();
        let sent = leg.headers().contains("Authorization");
        let why = leg.passed_over().map(|it| it.why.clone());
        (
            sent,
            leg.authentication().is_some(),
            why.unwrap_or_default(),
        )
    };
    let once = || Body::Opaque {
        length: None,
        replayable: false,
    };
    let (sent, tried, why) = begin(netrc().with_scheme("basic"), false, Body::Empty);
    assert!(!sent && !tried && why.contains("plain HTTP"), "{why}");
    let (sent, _, why) = begin(netrc().with_scheme("basic"), true, Body::Empty);
    assert!(sent && why.is_empty(), "{why}");
    // The server is asked first, and may offer what reveals nothing.
    let (sent, tried, why) = begin(netrc(), false, Body::Empty);
    assert!(!sent && tried && why.is_empty(), "{why}");
    let (sent, tried, why) = begin(netrc(), false, once());
    assert!(!sent && !tried && why.contains("only once"), "{why}");
}

#[test]
fn the_explicit_header_goes_before_the_request_the_client_and_the_url() {
    let basic = |name: &str| Basic::new(name, "p").unwrap();
    let sent = |header: bool, own: bool, shared: bool| {
        let mut exchange = exchange("https://h/", own.then(|| Arc::new(basic("own")) as _));
        exchange.plan.in_url = Some(bound("https://h/", basic("url")));
        if shared {
            exchange.plan.shared = Arc::new([bound("https://h/", basic("shared"))]);
        }
        if header {
            exchange.given.headers.append("authorization", "Bearer t");
        }
        begun(&mut exchange);
        let leg = exchange.leg().unwrap();
        let overridden = leg.authentication().unwrap().overridden;
        assert_eq!(overridden, header);
        leg.headers().get_str("Authorization").unwrap().to_owned()
    };
    assert_eq!(sent(true, true, true), "Bearer t");
    assert_eq!(sent(false, true, true), "Basic b3duOnA=");
    assert_eq!(sent(false, false, true), "Basic c2hhcmVkOnA=");
    assert_eq!(sent(false, false, false), "Basic dXJsOnA=");
}
