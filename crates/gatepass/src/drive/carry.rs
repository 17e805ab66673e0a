//! The driver: opens what the exchange asks for, sends what it writes, and tells it what happened.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use gatepass_auth::{BodyDigests, Hash, Headers, Prompt, Role, SideRequest, Space, Values};

use super::clock::{Awaiting, Clock};
use super::lost::lost;
use super::open::{How, Opener, at_proxy};
use super::recall::{Recalled, keep};
use super::runtime::Runtime;
use crate::address::address;
use crate::arrived::Arrived;
use crate::body::stream::{Stream, WireBody};
use crate::checks::Checks;
use crate::config::ExpectContinue;
use crate::credentials::Found;
use crate::error::{Credential, Error, Misuse, Network, Peer};
use crate::exchange::{Action, Asker, Event, Exchange, Find, Payload, Plan, Route, Sided};
use crate::given::Given;
use crate::live::{DRAIN_LIMIT, DRAIN_TIME, DRAIN_TIME_PINNED, Live};
use crate::prompt::NoAnswer;
use crate::shared::{Inner, SideKey};
use crate::transcript::{Head, Leg, Timing};
use crate::transport::connection::{Connection, Unanswered};
use crate::transport::connector::within;
use crate::transport::pool::Key;
use crate::transport::tls;
use gatepass_request::Url;

/// How much of a response is read into memory for a scheme that asks for it, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// One request, on its way.
pub(crate) struct Drive {
    inner: Arc<Inner>,
    exchange: Exchange,
    clock: Clock,
    /// The body that is not in memory.
    stream: Option<Stream>,
    how: How,
    hand: Hand,
}

/// What is at hand between two actions.
#[derive(Default)]
struct Hand {
    connection: Option<(Connection, Key)>,
    live: Option<Live>,
    read: Option<Bytes>,
    /// What was recalled, which nobody else can open until it is let go.
    recalled: Option<Recalled>,
}

impl Drive {
    /// Puts together what an exchange needs on its way. It is large, and belongs into a box: futures are moved.
    pub(crate) fn new(
        inner: Arc<Inner>,
        exchange: Exchange,
        clock: Clock,
        stream: Option<Stream>,
        how: How,
    ) -> Self {
        Self {
            inner,
            exchange,
            clock,
            stream,
            how,
            hand: Hand::default(),
        }
    }

    /// Carries the exchange out until the response is the caller's. What happens once for many requests is boxed, so that the
    /// future of each is small.
    pub(crate) async fn run(mut self: Box<Self>) -> Result<Box<Arrived>, Error> {
        let mut event = Event::Start;
        loop {
            event = match self.step(event)? {
                Action::Open(route) => self.open(route).await?,
                Action::Tunnel(origin) => Box::pin(self.tunnel(&origin)).await,
                Action::Wait(wait) => {
                    self.pass(wait).await?;
                    Event::Waited
                }
                Action::Pause(wait) => {
                    self.pass(wait).await?;
                    Event::Paused
                }
                Action::Recall(key) => Box::pin(self.recall(&key)).await?,
                Action::Keep(tokens) => {
                    let kept = keep(self.inner.runtime, self.hand.recalled.take(), tokens);
                    Event::Kept(Box::pin(kept).await)
                }
                Action::Digest(hashes) => Box::pin(self.digest(&hashes)).await?,
                Action::Find(search) => {
                    Event::Found(Box::pin(find(self.inner.runtime, search)).await?)
                }
                Action::Send(payload) => self.send(payload).await?,
                Action::ReadBody => Box::pin(self.read_body()).await?,
                Action::Drain { keep } => Box::pin(self.drain(keep)).await?,
                Action::Side(side, asker) => {
                    Event::Replied(Box::pin(self.side_request(side, asker)).await?)
                }
                Action::Ask(prompt) => Event::Answered(ask(&self.inner, prompt).await),
                Action::Finish => break,
            };
        }
        let mut checks = Checks::new(self.exchange.take_checks());
        // Who reads no body would not hear that an empty one is not the peer's.
        if self.exchange.leg().is_some_and(Leg::is_bodiless) {
            checks.finish(&Headers::new())?;
        }
        Ok(Box::new(Arrived::new(
            self.inner,
            self.exchange.finish(),
            self.clock,
            self.hand.live,
            self.hand.read,
            checks,
        )))
    }

    /// Tells the exchange what happened, and the observer what came of a leg.
    fn step(&mut self, event: Event) -> Result<Action, Error> {
        let is_outcome = matches!(event, Event::Head(..) | Event::Lost { .. });
        let legs = self.exchange.legs();
        let step = self.exchange.step(event);
        // A leg that went to a dead connection is forgotten.
        if is_outcome
            && self.exchange.legs() == legs
            && let Some(leg) = self.exchange.leg()
        {
            let observers = self.inner.observers.iter();
            observers.for_each(|observer| observer.leg(leg));
        }
        step
    }

    async fn pass(&mut self, wait: Duration) -> Result<(), Error> {
        let until = self.clock.until(wait)?;
        self.inner.runtime.sleep_until(until).await;
        Ok(())
    }

    /// Opens what is kept under a key, as soon as nobody else has it.
    async fn recall(&mut self, key: &str) -> Result<Event, Error> {
        // Who asks for another lets go of the first: nobody waits for two.
        self.hand.recalled = None;
        let limit = self.clock.left()?;
        let recalling = Recalled::open(&self.inner, key);
        let Some(recalled) = within(self.inner.runtime, limit, recalling).await else {
            return Err(self.clock.over());
        };
        Ok(Event::Recalled(recalled.map(|recalled| {
            self.hand.recalled.insert(recalled).value()
        })))
    }

    /// Reads through the body for its hashes, before it is sent.
    async fn digest(&mut self, hashes: &[Hash]) -> Result<Event, Error> {
        let Some(stream) = &self.stream else {
            return Ok(Event::Digested(BodyDigests::default()));
        };
        let limit = self.clock.left()?;
        match within(self.inner.runtime, limit, stream.digests(hashes)).await {
            Some(Ok(digests)) => Ok(Event::Digested(digests)),
            Some(Err(error)) => Err(Network::BodySource {
                problem: error.to_string(),
            }
            .into()),
            None => Err(self.clock.over()),
        }
    }

    async fn open(&mut self, route: Route) -> Result<Event, Error> {
        // A connection that goes back before another is wanted can be that other.
        self.hand.connection = None;
        let fresh = route.fresh;
        let key = self.how.key(&self.inner, route);
        let idle = if fresh {
            None
        } else {
            self.inner
                .pool
                .take(&key, Connection::is_still_idle, Connection::share)
        };
        let reused = idle.is_some();
        let mut timing = Timing::default();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let limit = self.clock.for_connect()?;
                let opener = self.opener();
                let opening = Box::pin(opener.open(&key, &mut timing));
                let opened = within(self.inner.runtime, limit, opening).await;
                let late = || Err(self.clock.no_connection(address(&key.space)));
                match opened.unwrap_or_else(late) {
                    Ok(connection) => connection,
                    Err(error) => return Ok(Event::Unopened(error)),
                }
            }
        };
        self.share(&connection, &key, reused);
        let event = Event::Opened {
            connection: connection.id,
            reused,
            timing,
            http2: connection.is_http2(),
            tls: connection.tls_info(),
            bindings: connection.bindings(),
            ends: connection.ends(),
        };
        self.hand.connection = Some((connection, key));
        Ok(event)
    }

    /// Lets other requests use a new connection that carries several at once.
    fn share(&self, connection: &Connection, key: &Key, reused: bool) {
        if let Some(share) = connection.share().filter(|_| !reused) {
            self.inner.pool.put(key.clone(), share);
        }
    }

    fn opener(&self) -> Opener<'_> {
        Opener {
            inner: &self.inner,
            how: &self.how,
            limits: self.clock.limits(),
        }
    }

    /// Has the connection at hand go on to the origin.
    async fn tunnel(&mut self, origin: &Space) -> Event {
        let carried = self.hand.live.take().and_then(Live::into_carrier);
        let Some((connection, key)) = carried else {
            return Event::Unopened(broken_tunnel(origin));
        };
        let limit = match self.clock.for_connect() {
            Ok(limit) => limit,
            Err(error) => return Event::Unopened(error),
        };
        let mut timing = Timing::default();
        let opener = self.opener();
        let going = opener.go_through(connection, &key, &mut timing);
        match within(self.inner.runtime, limit, going).await {
            Some(Ok(connection)) => {
                self.share(&connection, &key, false);
                let (http2, tls) = (connection.is_http2(), connection.tls_info());
                let bindings = connection.bindings();
                self.hand.connection = Some((connection, key));
                Event::Tunnelled {
                    took: timing.tls,
                    tls,
                    bindings,
                    http2,
                }
            }
            Some(Err(error)) => Event::Unopened(error),
            None => Event::Unopened(self.clock.no_connection(address(origin))),
        }
    }

    async fn send(&mut self, payload: Payload) -> Result<Event, Error> {
        let (Some((mut connection, key)), Some(leg)) =
            (self.hand.connection.take(), self.exchange.leg())
        else {
            return Ok(Event::Drained { open: false });
        };
        // Who asks for a tunnel speaks with the proxy, whatever the tunnel is for.
        let party = match leg.space().role() {
            Role::Proxy => leg.space().clone(),
            Role::Origin => key.space.clone(),
        };
        let patience = leg
            .expects_continue()
            .then(|| self.exchange.patience_for_continue());
        let until = patience.and_then(|patience| Instant::now().checked_add(patience));
        let body = match payload {
            Payload::Bytes(bytes) => WireBody::Full(bytes),
            Payload::Stream => self.take_stream(),
        };
        let Some(leg) = self.exchange.leg() else {
            return Ok(Event::Drained { open: false });
        };
        let waits = body.waits();
        connection.begin(leg, body, until.is_some())?;
        if leg.http10 {
            connection.end_after_this();
        }
        let before = connection.traffic().read();
        let start = Instant::now();
        let answer = self.answer(&mut connection, &party, until, waits).await;
        let heard = connection.traffic().read() > before;
        match answer {
            Ok(Ok(head)) => {
                let inner = Arc::clone(&self.inner);
                self.hand.live = Some(Live::new(inner, connection, key));
                Ok(Event::Head(head, start.elapsed()))
            }
            Ok(Err(unanswered)) => Ok(self.unanswered(&connection, &party, unanswered, heard)),
            Err(error) => Ok(Event::Lost {
                error,
                unsent: false,
                refused: false,
                heard,
            }),
        }
    }

    /// Says what came of a request that was not answered.
    fn unanswered(
        &mut self,
        connection: &Connection,
        party: &Space,
        unanswered: Unanswered,
        heard: bool,
    ) -> Event {
        let broken = unanswered.error;
        if let Some(body) = unanswered.body {
            self.give_back(body);
        }
        let by_tls = match connection.tls_info() {
            Some(info) => tls::after_handshake(party, &info, connection.ending(), &broken),
            None => tls::not_spoken(party, connection.traffic()),
        };
        let by_tls = by_tls.map(|error| match party.role() {
            Role::Proxy => at_proxy(error),
            Role::Origin => error,
        });
        Event::Lost {
            error: by_tls.unwrap_or_else(|| lost(party, &broken)),
            unsent: unanswered.unsent,
            refused: unanswered.refused,
            heard,
        }
    }

    /// Waits for the head of a response. A body that is to be wanted first waits for that, `until` then.
    async fn answer(
        &mut self,
        connection: &mut Connection,
        space: &Space,
        until: Option<Instant>,
        source_waits: Option<Arc<AtomicBool>>,
    ) -> Result<Result<Head, Unanswered>, Error> {
        let traffic = Arc::clone(connection.traffic());
        let mut patience = until.map(|until| self.inner.runtime.sleep_until(until));
        let answer = self
            .clock
            .limit(Awaiting::Head, space, &traffic, |cx| {
                let waited = patience.as_mut().map(|until| Pin::new(until).poll(cx));
                if waited.is_some_and(|waited| waited.is_ready()) {
                    patience = None;
                    connection.let_go();
                }
                let answer = connection.poll_head(cx);
                // Whoever has nothing to say, or waits before it does, has no answer to wait for.
                let source_waits = source_waits.as_ref();
                if connection.is_held()
                    || source_waits.is_some_and(|waits| waits.load(Ordering::Relaxed))
                {
                    traffic.excuse();
                } else {
                    patience = None;
                }
                answer
            })
            .await;
        if let Some(body) = connection.take_held() {
            self.exchange.body_was_not_sent();
            self.give_back(body);
        }
        answer
    }

    /// Returns the stream for one attempt: another copy, or the only one there is.
    fn take_stream(&mut self) -> WireBody {
        let copy = self.stream.as_ref().and_then(Stream::again);
        copy.or_else(|| self.stream.take())
            .map_or_else(WireBody::empty, WireBody::Stream)
    }

    /// Keeps a stream that nobody has begun to read for another attempt.
    fn give_back(&mut self, body: WireBody) {
        if let WireBody::Stream(stream) = body {
            self.stream.get_or_insert(stream);
        }
    }

    async fn read_body(&mut self) -> Result<Event, Error> {
        let mut all = BytesMut::new();
        if let Some(live) = &mut self.hand.live {
            while let Some(chunk) = live.chunk(&mut self.clock).await? {
                if all.len() + chunk.len() > BODY_LIMIT {
                    return Err(Peer::BodyTooLarge { limit: BODY_LIMIT }.into());
                }
                all.extend_from_slice(&chunk);
            }
        }
        let all = all.freeze();
        self.hand.read = Some(all.clone());
        Ok(Event::Body(all))
    }

    /// Reads what is left of a response, within reason. What breaks here costs the connection, not the request; but a response
    /// that is not the peer's is not followed.
    async fn drain(&mut self, keep: bool) -> Result<Event, Error> {
        let mut checks = Checks::new(self.exchange.take_checks());
        checks.update(&self.hand.read.take().unwrap_or_default());
        let Some(mut live) = self.hand.live.take() else {
            return Ok(Event::Drained { open: false });
        };
        let limit = if keep { DRAIN_TIME_PINNED } else { DRAIN_TIME };
        // Whoever sends a byte now and then is never silent, and holds the request as long as it likes.
        let read = within(self.inner.runtime, Some(limit), async {
            let mut left = DRAIN_LIMIT;
            loop {
                match live.chunk(&mut self.clock).await {
                    Ok(None) => return true,
                    Ok(Some(chunk)) if chunk.len() <= left => {
                        left -= chunk.len();
                        checks.update(&chunk);
                    }
                    Ok(Some(_)) | Err(_) => return false,
                }
            }
        });
        if read.await != Some(true) {
            return Ok(Event::Drained { open: false });
        }
        checks.finish(&live.take_trailers().unwrap_or_default())?;
        if keep {
            self.hand.connection = live.into_connection();
        }
        Ok(Event::Drained {
            open: self.hand.connection.is_some(),
        })
    }

    /// Does a side request through the same client, without credentials. Those of one scheme with equal keys and settings that are
    /// in flight are one; each waits for it as long as its own request may take.
    async fn side_request(&mut self, side: SideRequest, asker: Asker) -> Result<Sided, Error> {
        let space = Url::parse(&side.url)?.space();
        if !space.is_private() && !asker.allow_plain_http {
            return Err(Misuse::PlainHttp {
                scheme: asker.title,
                space,
            }
            .into());
        }
        let how = self
            .how
            .clone()
            .beside(&self.inner, &space, side.with_certificate);
        let key = SideKey {
            scheme: asker.scheme,
            key: side.key.clone(),
            tls: how.tls,
            dial: how.dial_number,
            proxies: how.proxies.clone(),
        };
        let merged = self.inner.side_request(key);
        let alone = || side_alone(Arc::clone(&self.inner), how, side);
        let limit = self.clock.left()?;
        let done = within(self.inner.runtime, limit, merged.get_or_init(alone)).await;
        done.cloned().ok_or_else(|| self.clock.over())
    }

    fn for_side(inner: Arc<Inner>, how: How, side: SideRequest) -> Result<Self, Error> {
        let body = match side.body.expose() {
            [] => gatepass_auth::Body::Empty,
            bytes => gatepass_auth::Body::Bytes(Bytes::copy_from_slice(bytes)),
        };
        let url = Url::parse(&side.url)?;
        let given = Given {
            url,
            method: side.method.into(),
            headers: side.headers,
            without: Vec::new(),
            body,
            is_secret: true,
            decodes: false,
        };
        let plan = Plan {
            env: Arc::clone(&inner.env),
            redirects: crate::config::Redirects::none(),
            retries: Arc::new(crate::config::Retries::none()),
            budget: Arc::clone(&inner.budget),
            http: how.dial.http,
            expect: ExpectContinue::never(),
            proxies: how.proxies.clone(),
            proxy_schemes: Arc::clone(&inner.proxy_schemes),
            allow_plain_http: true,
            identity: None,
            jar: None,
            own: None,
            shared: Arc::new([]),
            provider: None,
            in_url: None,
            user: None,
            netrc: None,
        };
        // Who waits for it says how long all of it may take.
        let clock = Clock::start(inner.runtime, inner.settled.timeouts.without_total());
        let exchange = Exchange::new(plan, given);
        Ok(Self::new(inner, exchange, clock, None, how))
    }
}

/// Boxed, because a side request is an exchange inside an exchange.
fn side_alone(
    inner: Arc<Inner>,
    how: How,
    side: SideRequest,
) -> Pin<Box<dyn Future<Output = Sided> + Send>> {
    Box::pin(async move {
        let drive = Drive::for_side(inner, how, side).map_err(|error| error.to_string())?;
        let mut arrived = Box::new(drive)
            .run()
            .await
            .map_err(|error| error.to_string())?;
        let head = arrived.head();
        let body = arrived
            .read_all(BODY_LIMIT)
            .await
            .map_err(|error| error.to_string())?;
        Ok((head, body))
    })
}

async fn ask(inner: &Inner, prompt: Prompt) -> Result<Values, NoAnswer> {
    let Some(prompter) = inner.prompter.clone() else {
        return Err("nobody can be asked here".into());
    };
    let answer = inner.runtime.aside(move || prompter.ask(&prompt)).await;
    answer.unwrap_or_else(|| Err("the question was broken off".into()))
}

async fn find(runtime: Runtime, search: Find) -> Result<Option<Found>, Error> {
    let space = search.space.clone();
    let found = runtime.aside(move || search.run()).await;
    found.unwrap_or_else(|| {
        Err(Credential::Missing {
            place: format!("what is known of {space}"),
            problem: "the search was broken off".to_owned(),
        }
        .into())
    })
}

fn broken_tunnel(origin: &Space) -> Error {
    Network::Lost {
        address: address(origin),
        problem: "the proxy closed the tunnel".to_owned(),
    }
    .into()
}
