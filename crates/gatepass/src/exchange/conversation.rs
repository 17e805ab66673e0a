//! The conversation with one party, an origin or a proxy, about the requests of one hop.

use std::sync::Arc;

use gatepass_auth::{
    Body, Connection, Env, Flow, Headers, Incoming, MAX_ROUNDS, Outgoing, PeerError, Principal,
    Reply, Secret, Space, Step, Via, Workings,
};

use super::Bound;
use crate::error::{Error, Misuse, Peer};
use crate::transcript::{Authentication, Head};

/// The conversation with one party.
pub(super) struct Conversation {
    bound: Bound,
    flow: Box<dyn Flow>,
    attempts: usize,
    questions: usize,
}

/// A request that is being written.
pub(super) struct Draft<'a> {
    pub(super) method: &'a str,
    pub(super) target: String,
    pub(super) headers: Headers,
    pub(super) body: Body,
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
        })
    }

    pub(super) fn title(&self) -> &'static str {
        self.bound.title()
    }

    pub(super) fn principal(&self) -> Option<Principal> {
        self.bound.scheme.principal()
    }

    pub(super) fn is_pinned(&self) -> bool {
        self.bound.scheme.needs().pinned
    }

    /// Says whether the scheme may write its credentials only when it has been asked for them.
    pub(super) fn waits_for_challenge(&self) -> bool {
        self.bound.scheme.waits_for_challenge()
    }

    /// Says whether the scheme works over HTTP/1.1 only.
    pub(super) fn needs_http1(&self) -> bool {
        let needs = self.bound.scheme.needs();
        needs.http1 || needs.pinned
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
    }

    /// Has the scheme complete a request. What an explicit header of the caller's says goes before what it says.
    pub(super) fn authorize(
        &mut self,
        draft: &mut Draft<'_>,
        env: &dyn Env,
        connection: Connection,
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
            env,
            &mut draft.workings,
        );
        message.connection = connection;
        let step = self.flow.authorize(&mut message)?;
        let gave_way = message.gave_way();
        draft.concealed.extend(message.into_concealed());
        match step {
            Step::Done => {}
            step @ (Step::Exchange(_) | Step::Ask(_)) => return Ok(Written::Asks(step)),
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
        env: &dyn Env,
        connection: Connection,
    ) -> Result<Step, Error> {
        let space = &self.bound.space;
        let challenges = Incoming::challenges_in(space, &head.headers);
        let mut message = Incoming::new(head.status, space, &head.headers, &challenges, env);
        message.body = body;
        message.connection = connection;
        let step = self.flow.inspect(&message)?;
        if matches!(step, Step::NeedBody) && body.is_some() {
            return Err(self.broken("wants a body that it was given"));
        }
        Ok(step)
    }

    /// Goes on with what came of a question, which was asked before the request was written if `writing`.
    pub(super) fn resume(&mut self, reply: Reply<'_>, writing: bool) -> Result<Step, Error> {
        match self.flow.resume(reply)? {
            Step::Retry(_) | Step::NeedBody if writing => {
                Err(self.broken("wants a response before it wrote a request"))
            }
            step => Ok(step),
        }
    }

    /// Says over which connection the request is tried again, not for ever.
    pub(super) fn retry(&self, via: Via) -> Result<Via, Error> {
        if self.attempts >= MAX_ROUNDS {
            return Err(Peer::Auth(PeerError::TooManyRounds).into());
        }
        Ok(if self.is_pinned() { Via::Same } else { via })
    }

    /// Counts a question, not for ever.
    pub(super) fn count_question(&mut self) -> Result<(), Error> {
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

    fn broken(&self, problem: &'static str) -> Error {
        let scheme = self.title();
        Misuse::BrokenScheme { scheme, problem }.into()
    }

    /// Returns the party.
    pub(super) fn space(&self) -> &Space {
        &self.bound.space
    }
}
