//! The main loop of every request, without I/O: authentication, proxies, redirects and retries as a state machine.
//!
//! A driver calls [`Exchange::step`] with what happened and carries out the [`Action`] that comes back, until it is
//! [`Action::Finish`]. Only this module decides what is sent. Every attempt starts from the request as the caller gave it,
//! every redirect starts a new conversation, and no credential goes to an origin that it does not belong to.

mod conversation;
mod event;
mod failure;
mod lookup;
mod peek;
mod plan;
#[cfg(test)]
mod tests;
mod through;
mod write;

use std::sync::Arc;

use gatepass_auth::{
    Body, BodyCheck, BodyDigests, ChannelBindings, Connection, Hash, Incoming, Reply, Space, Step,
    Via, show,
};
use gatepass_request::Url;

use crate::config::Version;
use crate::cookies::{CookieNote, Errand, Jar};
use crate::diagnose;
use crate::error::{Error, Misuse, Peer};
use crate::given::Given;
use crate::method::known_method;
use crate::prompt::NoAnswer;
use crate::redirect::{self, Next, Reach};
use crate::retry::Retrying;
use crate::tls_info::TlsInfo;
use crate::transcript::{Ends, Head, Leg, PassedOver, Timing, Transcript, Withheld};

use conversation::{Conversation, Line};
pub(crate) use event::{Action, Asker, Event, Find, Payload, Route, Sided};
use peek::Peeking;
pub(crate) use plan::{Bound, Plan};
use through::Through;

/// Who a conversation is held with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Party {
    Origin,
    Proxy,
}

/// What is asked for on behalf of a flow: by whom, and whether the request was being written.
#[derive(Clone, Copy, Debug)]
struct Asked {
    party: Party,
    writing: bool,
}

/// What comes after a response was thrown away.
#[derive(Debug)]
enum Then {
    Retry(Party, Via),
    Wait(std::time::Duration),
    Hop(Box<Next>),
    /// The same once more, without asking whether the body is wanted.
    Unexpected,
}

/// One exchange: from the caller's request to the response that the caller gets.
pub(crate) struct Exchange {
    plan: Plan,
    given: Given,
    retrying: Retrying,
    home: Space,
    /// The credential that was used at home.
    at_home: Option<Bound>,
    /// Whether nobody gave it: a netrc file has it.
    is_known_at_home: bool,
    space: Space,
    /// What of home's may go to `space`.
    reach: Reach,
    conversation: Option<Conversation>,
    through: Option<Box<Through>>,
    withheld: Vec<Withheld>,
    passed_over: Option<PassedOver>,
    /// The places that redirects have left.
    been: Vec<Url>,
    connection: Connection,
    /// Whether the connection at hand leads to the proxy, and needs a tunnel to lead on.
    at_proxy: bool,
    reused: bool,
    http2: bool,
    tls: Option<Arc<TlsInfo>>,
    /// What of the TLS of the connection at hand a proof can be bound to.
    bindings: Option<Arc<dyn ChannelBindings>>,
    ends: Option<Ends>,
    timing: Timing,
    /// The hashes that the body was read through for, and what came of it.
    digested: (Vec<Hash>, BodyDigests),
    /// What the body of the response at hand is shown to while it is read.
    checks: Vec<Box<dyn BodyCheck>>,
    refreshed: bool,
    once_sent: bool,
    peeking: Peeking,
    /// Whether the server cannot be asked if it wants the body.
    unexpected: bool,
    asked: Asked,
    then: Option<Then>,
    transcript: Transcript,
}

impl Exchange {
    pub(crate) fn new(plan: Plan, given: Given) -> Self {
        let home = given.url.space();
        Self {
            retrying: Retrying::new(
                Arc::clone(&plan.retries),
                Arc::clone(&plan.budget),
                &*plan.env,
            ),
            at_home: None,
            is_known_at_home: false,
            space: home.clone(),
            home,
            reach: Reach::Home,
            plan,
            given,
            conversation: None,
            through: None,
            withheld: Vec::new(),
            passed_over: None,
            been: Vec::new(),
            connection: Connection::default(),
            at_proxy: false,
            reused: false,
            http2: false,
            tls: None,
            bindings: None,
            ends: None,
            timing: Timing::default(),
            digested: Default::default(),
            checks: Vec::new(),
            refreshed: false,
            once_sent: false,
            peeking: Peeking::default(),
            unexpected: false,
            asked: Asked {
                party: Party::Origin,
                writing: true,
            },
            then: None,
            transcript: Transcript {
                // Most need one, and room for four of them is a lot.
                legs: Vec::with_capacity(1),
            },
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
                http2,
                tls,
                bindings,
                ends,
            } => {
                self.http2 = http2;
                self.bindings = bindings;
                self.ends = ends;
                self.timing = timing;
                self.tls = tls;
                self.connection = Connection::new(connection);
                self.reused = reused;
                self.at_proxy = !reused && self.through.as_deref().is_some_and(Through::tunnels);
                self.write()
            }
            Event::Unopened(error) => self.unopened(error),
            Event::Tunnelled {
                took,
                tls,
                bindings,
                http2,
            } => {
                self.bindings = bindings;
                self.http2 = http2;
                self.at_proxy = false;
                self.timing.tls = took;
                self.tls = tls;
                self.write()
            }
            Event::Lost {
                error,
                unsent,
                refused,
                heard,
            } => self.lost(error, unsent, refused, heard),
            Event::Head(head, waited) => self.head(head, waited),
            Event::Body(body) => match self.peeked(&body) {
                true => self.follow(),
                false => self.inspect(Some(&body)),
            },
            Event::Drained { open } => self.drained(open),
            Event::Waited => self.start_over(),
            Event::Paused => self.resume(Reply::Waited),
            Event::Recalled(recalled) => match recalled {
                Ok(value) => self.resume(Reply::Recalled(value.as_ref())),
                Err(error) => self.resume(Reply::Failed(&error.to_string())),
            },
            Event::Kept(kept) => match kept {
                Ok(()) => self.resume(Reply::Kept),
                Err(error) => self.resume(Reply::Failed(&error.to_string())),
            },
            Event::Digested(digests) => {
                self.digested.1 = digests;
                self.write()
            }
            Event::Replied(reply) => self.replied(reply),
            Event::Answered(answer) => match answer {
                Ok(values) => self.resume(Reply::Answers(values)),
                Err(NoAnswer::Cancelled) => self.resume(Reply::Cancelled),
                Err(NoAnswer::Problem(problem)) => self.resume(Reply::Failed(&problem)),
            },
        }
    }

    /// Returns the request that is sent next, or was sent last.
    pub(crate) fn leg(&self) -> Option<&Leg> {
        self.transcript.legs.last()
    }

    /// Returns how many requests were written.
    pub(crate) fn legs(&self) -> usize {
        self.transcript.legs.len()
    }

    /// Returns the title of the scheme of this hop.
    pub(crate) fn scheme_title(&self) -> &'static str {
        self.conversation
            .as_ref()
            .map_or("nothing", Conversation::title)
    }

    /// Returns what the body of the response at hand must be shown to.
    pub(crate) fn take_checks(&mut self) -> Vec<Box<dyn BodyCheck>> {
        std::mem::take(&mut self.checks)
    }

    /// Returns where the last request went, and everything that was said.
    pub(crate) fn finish(self) -> (Url, Transcript) {
        (self.given.url, self.transcript)
    }

    fn begin_hop(&mut self) -> Result<Action, Error> {
        self.space = self.given.url.space();
        self.passed_over = None;
        self.unexpected = false;
        let space = &self.space;
        let (redirects, plain) = (&self.plan.redirects, self.plan.allow_plain_http);
        self.reach = Reach::of(&self.home, space, redirects, plain);
        self.look_up()
    }

    /// Begins the conversations of this hop, with the origin and with the proxy.
    fn converse(&mut self, bound: Option<Bound>) -> Result<Action, Error> {
        if bound.is_none()
            && let Reach::Elsewhere { trusted } = self.reach
            && let Some(at_home) = &self.at_home
        {
            let withheld = Withheld {
                what: format!("the {} credential", at_home.title()),
                belongs_to: self.home.clone(),
                trusted,
                is_certificate: false,
                is_unknown: false,
            };
            self.withheld.insert(0, withheld);
        }
        if let Some(identity) = &self.plan.identity
            && let Reach::Elsewhere { trusted } = self.reach
        {
            self.withheld.push(Withheld {
                what: format!(
                    "the client certificate of {}",
                    identity.certificate().whom()
                ),
                belongs_to: self.home.clone(),
                trusted,
                is_certificate: true,
                is_unknown: false,
            });
        }
        if self.space == self.home {
            self.at_home.clone_from(&bound);
        }
        let allow = self.plan.allow_plain_http;
        // What may go along from home speaks with this hop's origin here.
        let here = |bound| Bound {
            space: self.space.clone(),
            ..bound
        };
        let begun = bound.map(|bound| Conversation::begin(here(bound), allow));
        self.conversation = begun.transpose()?;
        if let Some(conversation) = &self.conversation
            && conversation.needs_http1()
            && self.plan.http == Version::Http2
        {
            let scheme = conversation.title();
            return Err(Misuse::NeedsHttp1 { scheme }.into());
        }
        self.through = Through::find(&self.plan, &self.space)?.map(Box::new);
        self.refreshed = false;
        Ok(self.open(false))
    }

    fn open(&self, fresh: bool) -> Action {
        let origin = self.conversation.as_ref();
        let proxy = self.through.as_deref().and_then(|it| it.http.as_ref());
        let at_proxy = proxy.and_then(|it| it.conversation.as_ref());
        Action::Open(Route {
            space: match proxy {
                Some(http) if !http.tunnels => http.space.clone(),
                _ => self.space.clone(),
            },
            reach: self.reach,
            proxy: self.through.as_deref().map(|it| Arc::clone(&it.proxy)),
            principals: [origin, at_proxy].map(|it| it.and_then(Conversation::principal)),
            http1: origin.is_some_and(Conversation::needs_http1),
            fresh,
        })
    }

    /// Does something with the jar, if there is one, for the request of this hop.
    fn cookies(
        &self,
        action: impl FnOnce(&Jar, &Errand<'_>) -> Vec<CookieNote>,
    ) -> Vec<CookieNote> {
        let Some(jar) = &self.plan.jar else {
            return Vec::new();
        };
        let errand = Errand {
            url: &self.given.url,
            method: &self.given.method,
            home: &self.home,
            now: self.plan.env.now(),
        };
        action(jar, &errand)
    }

    fn party(&self, party: Party) -> Option<&Conversation> {
        match party {
            Party::Origin => self.conversation.as_ref(),
            Party::Proxy => self
                .through
                .as_deref()?
                .http
                .as_ref()?
                .conversation
                .as_ref(),
        }
    }

    fn party_mut(&mut self, party: Party) -> Option<&mut Conversation> {
        match party {
            Party::Origin => self.conversation.as_mut(),
            Party::Proxy => self.through.as_deref_mut()?.conversation(),
        }
    }

    fn head(&mut self, head: Head, waited: std::time::Duration) -> Result<Action, Error> {
        let status = head.status;
        // What a proxy says is not said for the origin.
        let cookies = if self.at_proxy || status == 407 {
            Vec::new()
        } else {
            self.cookies(|jar, errand| jar.keep(errand, &head.headers))
        };
        if let Some(leg) = self.transcript.legs.last_mut() {
            leg.cookies.extend(cookies);
            leg.timing.first_byte = Some(waited);
            leg.response = Some(head);
        }
        self.peeking = Peeking::default();
        self.checks.clear();
        if status == 417
            && !self.unexpected
            && !self.once_sent
            && self.leg().is_some_and(Leg::expects_continue)
        {
            self.unexpected = true;
            self.then = Some(Then::Unexpected);
            return Ok(Action::Drain { keep: false });
        }
        self.inspect(None)
    }

    fn inspect(&mut self, body: Option<&[u8]>) -> Result<Action, Error> {
        let Some(head) = self
            .transcript
            .legs
            .last()
            .and_then(|leg| leg.response.as_ref())
        else {
            return Ok(Action::Finish);
        };
        let forwarded = self.through.as_deref().is_some_and(Through::forwards);
        let at_proxy = Line {
            connection: self.connection,
            tls: self.bindings.as_deref(),
            env: &*self.plan.env,
        };
        if self.at_proxy || forwarded {
            // What the caller wrote by hand is not the scheme's to mend.
            let explicit = self.given.headers.contains(PROXY_AUTHORIZATION);
            let conversation = self.through.as_deref_mut().and_then(Through::conversation);
            let step = match conversation.filter(|_| !explicit) {
                Some(conversation) => conversation.inspect(head, body, at_proxy)?,
                None => Step::Done,
            };
            let step = keep_check(step, &mut self.checks);
            if self.at_proxy || head.status == 407 || !matches!(step, Step::Done) {
                return self.obey(Party::Proxy, step);
            }
        }
        let explicit = self.is_explicit();
        // The TLS of a proxy that forwards is not with the origin.
        let line = Line {
            tls: at_proxy.tls.filter(|_| !forwarded),
            ..at_proxy
        };
        let step = match &mut self.conversation {
            Some(conversation) if !explicit => conversation.inspect(head, body, line)?,
            _ => Step::Done,
        };
        let step = keep_check(step, &mut self.checks);
        self.obey(Party::Origin, step)
    }

    /// Carries out what a flow wants after it has seen a response.
    fn obey(&mut self, party: Party, step: Step) -> Result<Action, Error> {
        match step {
            Step::Retry(via) => self.retry(party, via),
            Step::NeedBody => Ok(Action::ReadBody),
            step @ (Step::Exchange(_)
            | Step::Ask(_)
            | Step::Wait(_)
            | Step::Recall(_)
            | Step::Keep(_)) => self.ask(party, false, step),
            _ if self.at_proxy => self.tunnel(),
            _ => self.follow(),
        }
    }

    fn retry(&mut self, party: Party, via: Via) -> Result<Action, Error> {
        self.party(party).map_or(Ok(()), Conversation::retry)?;
        if self.once_sent {
            return Err(sent_once(match party {
                Party::Origin => "the server asks for it again, with credentials",
                Party::Proxy => "the proxy asks for it again, with credentials",
            }));
        }
        self.then = Some(Then::Retry(party, via));
        Ok(Action::Drain {
            // A connection that leads to the proxy only is good for nothing but this.
            keep: via == Via::Same || self.at_proxy,
        })
    }

    /// Goes through the tunnel, if the proxy made one.
    fn tunnel(&mut self) -> Result<Action, Error> {
        let response = self.leg().and_then(|leg| leg.response.as_ref());
        let Some(head) = response else {
            return Ok(Action::Finish);
        };
        if (200..300).contains(&head.status) {
            return Ok(Action::Tunnel(self.space.clone()));
        }
        // What a proxy says must not be taken for the origin's answer.
        let diagnosis = diagnose::explain(&self.transcript);
        Err(Peer::NoTunnel {
            proxy: self
                .through
                .as_ref()
                .map_or_else(String::new, |it| it.proxy.to_string()),
            origin: self.space.clone(),
            status: head.status,
            reason: head.reason.clone(),
            diagnosis: diagnosis.map(Box::new),
        }
        .into())
    }

    fn follow(&mut self) -> Result<Action, Error> {
        if let Some(peek) = self.peek() {
            return Ok(peek);
        }
        let Some(head) = self
            .transcript
            .legs
            .last()
            .and_then(|leg| leg.response.as_ref())
        else {
            return Ok(Action::Finish);
        };
        if !self.once_sent {
            let request = (&*self.given.method, &self.given.headers);
            let again = self.retrying.after_response(head, request, &*self.plan.env);
            if let Some(wait) = again {
                self.then = Some(Then::Wait(wait));
                return Ok(Action::Drain { keep: false });
            }
        }
        if !self.plan.redirects.follow {
            return Ok(Action::Finish);
        }
        let Some(next) = redirect::next(
            &self.given.url,
            &self.given.method,
            head,
            &self.plan.redirects,
        )?
        else {
            return Ok(Action::Finish);
        };
        // Only the limit ends a circle: a page that sends the client back to itself until it is ready is common.
        if self.been.len() >= self.plan.redirects.limit {
            let text = |url: &Url| Url::to_string(url);
            let been: Vec<String> = self
                .been
                .iter()
                .chain([&self.given.url])
                .map(text)
                .collect();
            let url = text(&next.url);
            let start = been.iter().rposition(|it| *it == url);
            let circle = start.map(|start| [&been[start..], std::slice::from_ref(&url)].concat());
            let circle = circle.unwrap_or_default();
            return Err(Peer::TooManyRedirects {
                limit: self.plan.redirects.limit,
                circle: circle.iter().map(|url| show::url(url)).collect(),
                url: show::url(&url),
            }
            .into());
        }
        if self.once_sent && next.keeps_body {
            return Err(sent_once("the server redirects the request elsewhere"));
        }
        self.then = Some(Then::Hop(Box::new(next)));
        Ok(Action::Drain { keep: false })
    }

    fn drained(&mut self, open: bool) -> Result<Action, Error> {
        match self.then.take() {
            Some(Then::Retry(..)) if self.at_proxy && open => {
                self.reused = true;
                self.write()
            }
            Some(Then::Retry(_, Via::Any)) => Ok(self.open(self.at_proxy)),
            Some(Then::Retry(party, Via::Same)) => match self.party(party) {
                Some(conversation) if !open => Err(conversation.connection_lost()),
                _ => {
                    self.reused = true;
                    self.write()
                }
            },
            Some(Then::Wait(wait)) => Ok(Action::Wait(wait)),
            Some(Then::Unexpected) => Ok(self.open(false)),
            Some(Then::Hop(next)) => {
                self.withheld.clear();
                self.withheld.extend(next.had_user_info.then(|| Withheld {
                    what: "the user name in the Location".to_owned(),
                    belongs_to: self.space.clone(),
                    trusted: false,
                    is_certificate: false,
                    is_unknown: false,
                }));
                if let Some(leg) = self.transcript.legs.last_mut() {
                    leg.leads_to = Some(next.url.clone());
                }
                let left = std::mem::replace(&mut self.given.url, next.url);
                if self.plan.redirects.referer {
                    redirect::name_referer(&mut self.given.headers, &left, &self.given.url);
                }
                self.been.push(left);
                self.given.method = known_method(&next.method);
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

    /// Has the driver ask for something on behalf of a flow, not for ever.
    fn ask(&mut self, party: Party, writing: bool, step: Step) -> Result<Action, Error> {
        let allow_plain_http = self.plan.allow_plain_http;
        let Some(conversation) = self.party_mut(party) else {
            return Ok(Action::Finish);
        };
        match &step {
            Step::Wait(wait) => conversation.count_wait(*wait)?,
            Step::Recall(_) | Step::Keep(_) => conversation.count_recall()?,
            _ => conversation.count_question()?,
        }
        let asker = Asker {
            scheme: conversation.identity(),
            title: conversation.title(),
            allow_plain_http,
        };
        self.asked = Asked { party, writing };
        match step {
            Step::Wait(wait) => Ok(Action::Pause(wait)),
            Step::Recall(key) => Ok(Action::Recall(key)),
            Step::Keep(tokens) => Ok(Action::Keep(tokens)),
            Step::Exchange(side) => Ok(Action::Side(side, asker)),
            Step::Ask(prompt) => Ok(Action::Ask(prompt)),
            _ => Ok(Action::Finish),
        }
    }

    fn replied(&mut self, reply: Sided) -> Result<Action, Error> {
        let (head, body) = match reply {
            Ok(reply) => reply,
            Err(problem) => return self.resume(Reply::Failed(&problem)),
        };
        let space = match self.party(self.asked.party) {
            Some(conversation) => conversation.space().clone(),
            None => self.space.clone(),
        };
        let challenges = Incoming::challenges_in(&space, &head.headers);
        let env = Arc::clone(&self.plan.env);
        let mut message = Incoming::new(head.status, &space, &head.headers, &challenges, &*env);
        message.body = Some(&body);
        self.resume(Reply::Response(&message))
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Action, Error> {
        let Asked { party, writing } = self.asked;
        let Some(conversation) = self.party_mut(party) else {
            return Ok(Action::Finish);
        };
        match conversation.resume(reply, writing)? {
            Step::Done if writing => self.write(),
            step if writing => self.ask(party, true, step),
            step => {
                let step = keep_check(step, &mut self.checks);
                self.obey(party, step)
            }
        }
    }
}

/// Keeps the check of a body for whoever reads it.
fn keep_check(step: Step, checks: &mut Vec<Box<dyn BodyCheck>>) -> Step {
    match step {
        Step::Check(check) => {
            checks.push(check);
            Step::Done
        }
        step => step,
    }
}

/// The field that is for the proxy, whoever wrote it.
const PROXY_AUTHORIZATION: &str = "Proxy-Authorization";

fn sent_once(why: &str) -> Error {
    Misuse::BodySentOnce {
        why: why.to_owned(),
    }
    .into()
}
