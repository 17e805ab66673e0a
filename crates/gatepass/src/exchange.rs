//! The main loop of every request, without I/O: authentication and redirects as a state machine.
//!
//! A driver calls [`Exchange::step`] with what happened and carries out the [`Action`] that comes back, until it is
//! [`Action::Finish`]. Only this file decides what is sent. Every attempt starts from the request as the caller gave it,
//! every redirect starts a new conversation, and no credential goes to an origin that it does not belong to.

mod event;
mod lookup;
mod plan;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use gatepass_auth::{
    Body, Connection, Flow, Incoming, MAX_ROUNDS, Outgoing, PeerError, Reply, Space, Step, Via,
    Workings,
};
use gatepass_request::Url;

use crate::cookies::{CookieNote, Errand, Jar};
use crate::error::{Error, Misuse, Network, Peer};
use crate::redirect::{self, Next, Reach};
use crate::transcript::{Authentication, Leg, PassedOver, SentBody, Timing, Transcript, Withheld};
use crate::wire;

pub(crate) use event::{Action, Event, Find, Payload, Sided};
pub(crate) use plan::{Bound, Given, Plan};

/// What a flow was doing when it asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Authorizing,
    Inspecting,
}

/// What comes after a response was thrown away.
#[derive(Debug)]
enum Then {
    Retry(Via),
    Hop(Next),
}

/// A conversation with one party about the present hop.
struct Conversation {
    bound: Bound,
    flow: Box<dyn Flow>,
    pinned: bool,
}

/// One exchange: from the caller's request to the response that the caller gets.
pub(crate) struct Exchange {
    plan: Plan,
    given: Given,
    home: Space,
    /// The credential that was used at home.
    at_home: Option<Bound>,
    /// Whether nobody gave it: a netrc file has it.
    is_known_at_home: bool,
    space: Space,
    /// What of home's may go to `space`.
    reach: Reach,
    conversation: Option<Conversation>,
    withheld: Vec<Withheld>,
    passed_over: Option<PassedOver>,
    attempts: usize,
    questions: usize,
    /// The places that redirects have left.
    been: Vec<Url>,
    connection: Connection,
    reused: bool,
    timing: Timing,
    refreshed: bool,
    once_sent: bool,
    phase: Phase,
    then: Option<Then>,
    transcript: Transcript,
}

impl Exchange {
    pub(crate) fn new(plan: Plan, given: Given) -> Self {
        Self {
            home: given.url.space(),
            at_home: None,
            is_known_at_home: false,
            space: given.url.space(),
            reach: Reach::Home,
            plan,
            given,
            conversation: None,
            withheld: Vec::new(),
            passed_over: None,
            attempts: 0,
            questions: 0,
            been: Vec::new(),
            connection: Connection::default(),
            reused: false,
            timing: Timing::default(),
            refreshed: false,
            once_sent: false,
            phase: Phase::Authorizing,
            then: None,
            transcript: Transcript::default(),
        }
    }

    /// Takes what happened and returns what to do. An error ends the exchange.
    pub(crate) fn step(&mut self, event: Event) -> Result<Action, Error> {
        match event {
            Event::Start => self.begin_hop(),
            Event::Found(found) => self.found(found),
            Event::Opened {
                connection,
                reused,
                timing,
            } => {
                self.timing = timing;
                self.connection = Connection::new(connection);
                self.reused = reused;
                self.authorize()
            }
            Event::Lost {
                error,
                unsent,
                heard,
            } => self.lost(error, unsent, heard),
            Event::Head(head) => {
                let cookies = self.cookies(|jar, errand| jar.keep(errand, &head.headers));
                if let Some(leg) = self.transcript.legs.last_mut() {
                    leg.cookies.extend(cookies);
                    leg.response = Some(head);
                }
                self.inspect(None)
            }
            Event::Body(body) => self.inspect(Some(&body)),
            Event::Drained { open } => self.drained(open),
            Event::Replied(reply) => self.replied(reply),
            Event::Answered(answer) => match answer {
                Ok(values) => self.resume(Reply::Answers(values)),
                Err(problem) => self.resume(Reply::Failed(&problem)),
            },
        }
    }

    /// Returns the request that is sent next, or was sent last.
    pub(crate) fn leg(&self) -> Option<&Leg> {
        self.transcript.legs.last()
    }

    /// Returns the title of the scheme of this hop.
    pub(crate) fn scheme_title(&self) -> &'static str {
        self.conversation
            .as_ref()
            .map_or("nothing", |it| it.bound.scheme.descriptor().title)
    }

    /// Returns where the last request went, and everything that was said.
    pub(crate) fn finish(self) -> (Url, Transcript) {
        (self.given.url, self.transcript)
    }

    fn begin_hop(&mut self) -> Result<Action, Error> {
        self.space = self.given.url.space();
        self.passed_over = None;
        let space = &self.space;
        let (redirects, plain) = (&self.plan.redirects, self.plan.allow_plain_http);
        self.reach = Reach::of(&self.home, space, redirects, plain);
        self.look_up()
    }

    /// Begins the conversation of this hop.
    fn converse(&mut self, bound: Option<Bound>) -> Result<Action, Error> {
        let space = &self.space;
        if let Some(bound) = &bound {
            if bound.scheme.reveals_secret() && !space.is_private() && !self.plan.allow_plain_http {
                return Err(Misuse::PlainHttp {
                    scheme: bound.scheme.descriptor().title,
                    space: space.clone(),
                }
                .into());
            }
        } else if let Reach::Elsewhere { trusted } = self.reach
            && let Some(it) = &self.at_home
        {
            let withheld = Withheld {
                what: format!("the {} credential", it.scheme.descriptor().title),
                belongs_to: self.home.clone(),
                trusted,
            };
            self.withheld.insert(0, withheld);
        }
        if self.space == self.home {
            self.at_home.clone_from(&bound);
        }
        self.conversation = bound.map(|bound| Conversation {
            flow: Arc::clone(&bound.scheme).begin(space),
            pinned: bound.scheme.needs().pinned,
            bound,
        });
        self.attempts = 0;
        self.questions = 0;
        self.refreshed = false;
        Ok(self.open(false))
    }

    fn open(&self, fresh: bool) -> Action {
        let scheme = self.conversation.as_ref().map(|it| &it.bound.scheme);
        Action::Open {
            space: self.space.clone(),
            principal: scheme.and_then(|scheme| scheme.principal()),
            fresh,
        }
    }

    /// Writes the next leg from the caller's request, and has the scheme complete it.
    fn authorize(&mut self) -> Result<Action, Error> {
        let space = &self.space;
        let mut withheld = self.withheld.clone();
        let mut headers = wire::opening(&self.given, &self.home, space, self.reach, &mut withheld);
        let cookies = self.cookies(|jar, errand| jar.attach(errand, &mut headers));
        let mut target = self.given.url.target().to_owned();
        let mut body = self.given.body.clone();
        let mut workings = Workings::default();
        let mut concealed = Vec::new();
        let mut authentication = None;
        if let Some(conversation) = &mut self.conversation {
            let name = space.credentials_header();
            let explicit = headers.get(name).map(<[u8]>::to_vec);
            let before = (headers.len(), target.len());
            let mut message = Outgoing::new(
                &self.given.method,
                space,
                &mut target,
                &mut headers,
                &mut body,
                &*self.plan.env,
                &mut workings,
            );
            message.connection = self.connection;
            let step = conversation.flow.authorize(&mut message)?;
            concealed = message.into_concealed();
            match step {
                Step::Done => {}
                Step::Exchange(side) => return self.ask(Phase::Authorizing, Action::Side(side)),
                Step::Ask(prompt) => return self.ask(Phase::Authorizing, Action::Ask(prompt)),
                _ => {
                    return Err(broken(
                        &conversation.bound,
                        "wants a response before it wrote a request",
                    ));
                }
            }
            // What an explicit header says goes before what a scheme says.
            let overridden = explicit.is_some_and(|explicit| {
                let written = headers.get(name) != Some(&explicit);
                headers.set_secret(name, explicit);
                written || (headers.len(), target.len()) == before
            });
            authentication = Some(describe(&conversation.bound, overridden));
        }
        let payload = match &body {
            Body::Bytes(bytes) => Payload::Bytes(bytes.clone()),
            Body::Opaque { .. } if self.once_sent => {
                return Err(sent_once("the server asks for it again"));
            }
            Body::Opaque { .. } => Payload::Stream,
            _ => Payload::Bytes(Bytes::new()),
        };
        self.once_sent |= matches!(payload, Payload::Stream) && !self.given.body.is_replayable();
        self.transcript.legs.push(Leg {
            space: space.clone(),
            method: self.given.method.clone(),
            target,
            headers: wire::framed(headers, &self.given.method, &body),
            body: SentBody::of(&body),
            workings,
            concealed,
            authentication,
            withheld,
            cookies,
            passed_over: self.passed_over.clone(),
            connection: self.connection.id,
            reused: self.reused,
            timing: self.timing,
            leads_to: None,
            response: None,
        });
        self.attempts += 1;
        Ok(Action::Send(payload))
    }

    /// Does something with the jar, if there is one, for the request of this hop.
    fn cookies(
        &self,
        action: impl FnOnce(&Jar, &Errand<'_>) -> Vec<CookieNote>,
    ) -> Vec<CookieNote> {
        let errand = Errand {
            url: &self.given.url,
            method: &self.given.method,
            home: &self.home,
            now: self.plan.env.now(),
        };
        let jar = self.plan.jar.as_ref();
        jar.map_or_else(Vec::new, |jar| action(jar, &errand))
    }

    /// A connection that had been idle may be dead without a sign. Then a fresh one gets the request, once.
    fn lost(&mut self, error: Error, unsent: bool, heard: bool) -> Result<Action, Error> {
        let once = self.once_sent;
        let unreadable = matches!(error, Error::Network(Network::BodySource { .. }));
        let pinned = self
            .conversation
            .as_ref()
            .filter(|it| it.pinned && self.attempts > 1);
        if let Some(conversation) = pinned {
            return Err(connection_lost(&conversation.bound).into());
        }
        if !self.reused || self.refreshed || heard || unreadable || (once && !unsent) {
            return Err(error);
        }
        if once {
            self.once_sent = false;
        }
        self.refreshed = true;
        self.attempts -= 1;
        self.transcript.legs.pop();
        Ok(self.open(true))
    }

    fn inspect(&mut self, body: Option<&[u8]>) -> Result<Action, Error> {
        let Some((leg, head)) = self
            .transcript
            .legs
            .last()
            .and_then(|leg| Some((leg, leg.response.as_ref()?)))
        else {
            return Ok(Action::Finish);
        };
        let explicit = self.is_explicit();
        let step = match &mut self.conversation {
            Some(conversation) if !explicit => {
                let challenges = Incoming::challenges_in(&leg.space, &head.headers);
                let mut message = Incoming::new(
                    head.status,
                    &leg.space,
                    &head.headers,
                    &challenges,
                    &*self.plan.env,
                );
                message.body = body;
                message.connection = self.connection;
                conversation.flow.inspect(&message)?
            }
            _ => Step::Done,
        };
        if matches!(step, Step::NeedBody) && body.is_some() {
            return match &self.conversation {
                Some(it) => Err(broken(&it.bound, "wants a body that it was given")),
                None => Ok(Action::Finish),
            };
        }
        self.obey(step)
    }

    /// Carries out what a flow wants after it has seen a response.
    fn obey(&mut self, step: Step) -> Result<Action, Error> {
        match step {
            Step::Retry(via) => self.retry(via),
            Step::NeedBody => Ok(Action::ReadBody),
            Step::Exchange(side) => self.ask(Phase::Inspecting, Action::Side(side)),
            Step::Ask(prompt) => self.ask(Phase::Inspecting, Action::Ask(prompt)),
            _ => self.follow(),
        }
    }

    fn retry(&mut self, via: Via) -> Result<Action, Error> {
        if self.attempts >= MAX_ROUNDS {
            return Err(Peer::Auth(PeerError::TooManyRounds).into());
        }
        if self.once_sent {
            return Err(sent_once("the server asks for it again, with credentials"));
        }
        let pinned = self.conversation.as_ref().is_some_and(|it| it.pinned);
        let via = if pinned { Via::Same } else { via };
        self.then = Some(Then::Retry(via));
        Ok(Action::Drain {
            keep: via == Via::Same,
        })
    }

    fn follow(&mut self) -> Result<Action, Error> {
        let Some(head) = self
            .leg()
            .and_then(|leg| leg.response.as_ref())
            .filter(|_| self.plan.redirects.follow)
        else {
            return Ok(Action::Finish);
        };
        let Some(next) = redirect::next(&self.given.url, &self.given.method, head)? else {
            return Ok(Action::Finish);
        };
        // Only the limit ends a circle: a page that sends the client back to itself until it is ready is common.
        if self.been.len() >= self.plan.redirects.limit {
            let shown = |url: &Url| Url::to_string(url);
            let been: Vec<String> = self
                .been
                .iter()
                .chain([&self.given.url])
                .map(shown)
                .collect();
            let url = shown(&next.url);
            let start = been.iter().rposition(|it| *it == url);
            let circle = start.map(|start| [&been[start..], std::slice::from_ref(&url)].concat());
            return Err(Peer::TooManyRedirects {
                limit: self.plan.redirects.limit,
                circle: circle.unwrap_or_default(),
                url,
            }
            .into());
        }
        if self.once_sent && next.keeps_body {
            return Err(sent_once("the server redirects the request elsewhere"));
        }
        self.then = Some(Then::Hop(next));
        Ok(Action::Drain { keep: false })
    }

    fn drained(&mut self, open: bool) -> Result<Action, Error> {
        match self.then.take() {
            Some(Then::Retry(Via::Any)) => Ok(self.open(false)),
            Some(Then::Retry(Via::Same)) => match &self.conversation {
                Some(conversation) if !open => Err(connection_lost(&conversation.bound).into()),
                _ => {
                    self.reused = true;
                    self.authorize()
                }
            },
            Some(Then::Hop(next)) => {
                self.withheld.clear();
                self.withheld.extend(next.had_user_info.then(|| Withheld {
                    what: "the user name in the Location".to_owned(),
                    belongs_to: self.space.clone(),
                    trusted: false,
                }));
                if let Some(leg) = self.transcript.legs.last_mut() {
                    leg.leads_to = Some(next.url.clone());
                }
                let left = std::mem::replace(&mut self.given.url, next.url);
                self.been.push(left);
                self.given.method = next.method;
                if !next.keeps_body {
                    self.given.body = Body::Empty;
                    self.once_sent = false;
                    self.given.headers = redirect::without_body(&self.given.headers);
                }
                self.begin_hop()
            }
            None => Ok(Action::Finish),
        }
    }

    /// Has the driver ask for something on behalf of the flow, not for ever.
    fn ask(&mut self, phase: Phase, action: Action) -> Result<Action, Error> {
        self.questions += 1;
        if self.questions > MAX_ROUNDS {
            return Err(Peer::Auth(PeerError::TooManyRounds).into());
        }
        self.phase = phase;
        Ok(action)
    }

    fn replied(&mut self, reply: Sided) -> Result<Action, Error> {
        let (head, body) = match reply {
            Ok(reply) => reply,
            Err(problem) => return self.resume(Reply::Failed(&problem)),
        };
        let space = self.space.clone();
        let challenges = Incoming::challenges_in(&space, &head.headers);
        let env = Arc::clone(&self.plan.env);
        let mut message = Incoming::new(head.status, &space, &head.headers, &challenges, &*env);
        message.body = Some(&body);
        self.resume(Reply::Response(&message))
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Action, Error> {
        let Some(conversation) = &mut self.conversation else {
            return Ok(Action::Finish);
        };
        let step = conversation.flow.resume(reply)?;
        match (self.phase, step) {
            (Phase::Authorizing, Step::Done) => self.authorize(),
            (Phase::Authorizing, Step::Retry(_) | Step::NeedBody) => Err(broken(
                &conversation.bound,
                "wants a response before it wrote a request",
            )),
            (Phase::Authorizing, Step::Exchange(side)) => {
                self.ask(Phase::Authorizing, Action::Side(side))
            }
            (Phase::Authorizing, Step::Ask(prompt)) => {
                self.ask(Phase::Authorizing, Action::Ask(prompt))
            }
            (_, step) => self.obey(step),
        }
    }
}

fn describe(bound: &Bound, overridden: bool) -> Authentication {
    let descriptor = bound.scheme.descriptor();
    Authentication {
        scheme: descriptor.id,
        word: descriptor.word,
        title: descriptor.title,
        source: bound.source.clone(),
        overridden,
    }
}

fn connection_lost(bound: &Bound) -> Peer {
    let scheme = bound.scheme.descriptor().title;
    Peer::Auth(PeerError::ConnectionLost { scheme })
}

fn broken(bound: &Bound, problem: &'static str) -> Error {
    let scheme = bound.scheme.descriptor().title;
    Misuse::BrokenScheme { scheme, problem }.into()
}

fn sent_once(why: &str) -> Error {
    Misuse::BodySentOnce {
        why: why.to_owned(),
    }
    .into()
}
