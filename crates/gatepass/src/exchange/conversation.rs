//! The conversation with one party, an origin or a proxy, about the requests of one hop.

use std::sync::Arc;
use std::time::Duration;

use gatepass_auth::{
    Body, BodyDigests, ChannelBindings, Connection, Env, Flow, Headers, Incoming, MAX_ROUNDS,
    MAX_WAITS, Needs, Outgoing, PeerError, Principal, Reply, Secret, Space, Step, Via, Workings,
};

use super::Bound;
use crate::error::{Credential, Error, Misuse, Peer};
use crate::transcript::{Authentication, Head};

/// The conversation with one party.
pub(super) struct Conversation {
    bound: Bound,
    flow: Box<dyn Flow>,
    attempts: usize,
    questions: usize,
    waits: usize,
    recalls: usize,
    /// Whether what was asked last was a wait: whoever polls waits before each question.
    polls: bool,
    /// Whether the last step was to go on over the same connection.
    in_handshake: bool,
}

/// What a party may know of the connection to it.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) connection: Connection,
    /// `None` where there is no TLS, or where it is not with this party.
    pub(super) tls: Option<&'a dyn ChannelBindings>,
    pub(super) env: &'a dyn Env,
}

/// A request that is being written.
pub(super) struct Draft<'a> {
    pub(super) method: &'a str,
    pub(super) target: String,
    pub(super) headers: Headers,
    pub(super) body: Body,
    /// The hashes of a body that is elsewhere.
    pub(super) digests: Option<&'a BodyDigests>,
    pub(super) workings: Workings,
    pub(super) concealed: Vec<Secret>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(method: &'a str, target: String, headers: Headers, body: Body) -> Self {
        Self {
            method,
            target,
            headers,
            body,
            digests: None,
            workings: Workings::default(),
            concealed: Vec::new(),
        }
    }
}

/// What came of writing a request.
pub(super) enum Written {
    Done(Authentication),
    /// The scheme has to know something first.
    Asks(Step),
}

impl Conversation {
    /// Begins it. A scheme that shows its secret to whoever reads the request is refused where others can.
    pub(super) fn begin(bound: Bound, allow_plain_http: bool) -> Result<Self, Error> {
        let space = &bound.space;
        if bound.scheme.reveals_secret() && !space.is_private() && !allow_plain_http {
            return Err(Misuse::PlainHttp {
                scheme: bound.title(),
                space: space.clone(),
            }
            .into());
        }
        Ok(Self {
            flow: Arc::clone(&bound.scheme).begin(space),
            bound,
            attempts: 0,
            questions: 0,
            waits: 0,
            recalls: 0,
            polls: false,
            in_handshake: false,
        })
    }

    pub(super) fn title(&self) -> &'static str {
        self.bound.title()
    }

    pub(super) fn principal(&self) -> Option<Principal> {
        self.flow.principal()
    }

    /// Says whether the handshake is bound to the connection at hand.
    pub(super) fn is_in_handshake(&self) -> bool {
        self.in_handshake
    }

    /// Returns a number that no other living scheme has.
    pub(super) fn identity(&self) -> usize {
        self.bound.scheme.identity()
    }

    /// Returns what must be arranged before the next request is written.
    pub(super) fn needs(&self) -> Needs {
        self.flow.needs()
    }

    /// Says whether the scheme may write its credentials only when it has been asked for them.
    pub(super) fn waits_for_challenge(&self) -> bool {
        self.bound.scheme.waits_for_challenge()
    }

    /// Says whether the scheme works over HTTP/1.1 only.
    pub(super) fn needs_http1(&self) -> bool {
        self.flow.needs().http1
    }

    /// Returns how many requests it has written.
    pub(super) fn attempts(&self) -> usize {
        self.attempts
    }

    /// Takes back that a request was written: it never got anywhere.
    pub(super) fn forget_attempt(&mut self) {
        self.attempts = self.attempts.saturating_sub(1);
    }

    /// Counts anew, because the whole request is repeated.
    pub(super) fn start_over(&mut self) {
        self.attempts = 0;
        self.questions = 0;
        self.in_handshake = false;
    }

    /// Has the scheme complete a request. What an explicit header of the caller's says goes before what it says.
    pub(super) fn authorize(
        &mut self,
        draft: &mut Draft<'_>,
        line: Line<'_>,
    ) -> Result<Written, Error> {
        let space = &self.bound.space;
        let name = space.credentials_header();
        let explicit = draft.headers.get(name).map(<[u8]>::to_vec);
        let before = (draft.headers.len(), draft.target.len());
        let mut message = Outgoing::new(
            draft.method,
            space,
            &mut draft.target,
            &mut draft.headers,
            &mut draft.body,
            line.env,
            &mut draft.workings,
        );
        message.connection = line.connection;
        message.tls = line.tls;
        message.digests = draft.digests;
        let step = self.flow.authorize(&mut message)?;
        let gave_way = message.gave_way();
        draft.concealed.extend(message.into_concealed());
        match step {
            Step::Done => {}
            step @ (Step::Exchange(_)
            | Step::Ask(_)
            | Step::Wait(_)
            | Step::Recall(_)
            | Step::Keep(_)) => return Ok(Written::Asks(step)),
            _ => return Err(self.broken("wants a response before it wrote a request")),
        }
        let overridden = explicit.is_some_and(|explicit| {
            let written = draft.headers.get(name) != Some(&explicit);
            draft.headers.set_secret(name, explicit);
            written || (draft.headers.len(), draft.target.len()) == before
        }) || gave_way;
        self.attempts += 1;
        let descriptor = self.bound.scheme.descriptor();
        Ok(Written::Done(Authentication {
            scheme: descriptor.id,
            word: descriptor.word,
            title: descriptor.title,
            source: self.bound.source.clone(),
            overridden,
        }))
    }

    /// Shows the scheme a response.
    pub(super) fn inspect(
        &mut self,
        head: &Head,
        body: Option<&[u8]>,
        line: Line<'_>,
    ) -> Result<Step, Error> {
        let space = &self.bound.space;
        let challenges = Incoming::challenges_in(space, &head.headers);
        let mut message = Incoming::new(head.status, space, &head.headers, &challenges, line.env);
        message.body = body;
        message.connection = line.connection;
        message.tls = line.tls;
        let step = self.flow.inspect(&message)?;
        self.in_handshake = matches!(step, Step::Retry(Via::Same));
        if matches!(step, Step::NeedBody) && body.is_some() {
            return Err(self.broken("wants a body that it was given"));
        }
        Ok(step)
    }

    /// Goes on with what came of a question, which was asked before the request was written if `writing`.
    pub(super) fn resume(&mut self, reply: Reply<'_>, writing: bool) -> Result<Step, Error> {
        let is_cancelled = matches!(reply, Reply::Cancelled);
        match self.flow.resume(reply)? {
            Step::Retry(_) | Step::NeedBody | Step::Check(_) if writing => {
                Err(self.broken("wants a response before it wrote a request"))
            }
            Step::Retry(_) | Step::Exchange(_) | Step::Ask(_) | Step::Wait(_) if is_cancelled => {
                Err(self.cancelled())
            }
            Step::Done if is_cancelled && writing => Err(self.cancelled()),
            step => {
                self.in_handshake = matches!(step, Step::Retry(Via::Same));
                Ok(step)
            }
        }
    }

    /// Says whether the request may be tried again: not for ever.
    pub(super) fn retry(&self) -> Result<(), Error> {
        if self.attempts >= MAX_ROUNDS {
            return Err(Peer::Auth(PeerError::TooManyRounds).into());
        }
        Ok(())
    }

    /// Counts a wait, not for ever.
    pub(super) fn count_wait(&mut self, wait: Duration) -> Result<(), Error> {
        self.waits += 1;
        if self.waits > MAX_WAITS {
            return Err(Peer::Auth(PeerError::TooManyRounds).into());
        }
        self.polls = !wait.is_zero();
        Ok(())
    }

    /// Counts a look into what is kept, not for ever: each attempt may take one, and one to keep what is new.
    pub(super) fn count_recall(&mut self) -> Result<(), Error> {
        self.recalls += 1;
        if self.recalls > 2 * MAX_ROUNDS {
            return Err(Peer::Auth(PeerError::TooManyRounds).into());
        }
        Ok(())
    }

    /// Counts a question, not for ever. One after a wait is a poll, and has been counted with that.
    pub(super) fn count_question(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.polls) {
            return Ok(());
        }
        self.questions += 1;
        if self.questions > MAX_ROUNDS {
            return Err(Peer::Auth(PeerError::TooManyRounds).into());
        }
        Ok(())
    }

    /// Returns the error of a handshake whose connection has gone.
    pub(super) fn connection_lost(&self) -> Error {
        let scheme = self.title();
        Peer::Auth(PeerError::ConnectionLost { scheme }).into()
    }

    fn cancelled(&self) -> Error {
        Credential::NoAnswer {
            question: format!("what {} asks", self.title()),
            problem: "it was cancelled".to_owned(),
        }
        .into()
    }

    fn broken(&self, problem: &'static str) -> Error {
        let scheme = self.title();
        Misuse::BrokenScheme { scheme, problem }.into()
    }

    /// Returns the party.
    pub(super) fn space(&self) -> &Space {
        &self.bound.space
    }
}
