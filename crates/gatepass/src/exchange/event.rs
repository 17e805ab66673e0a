//! What an exchange and its driver tell each other.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gatepass_auth::{
    BodyDigests, ChannelBindings, Hash, Principal, Prompt, Secret, SideRequest, Space, StoreError,
    Tokens, Values,
};

use crate::config::Proxy;
use crate::credentials::{Found, Provider};
use crate::error::Error;
use crate::prompt::NoAnswer;
use crate::redirect::Reach;
use crate::tls_info::TlsInfo;
use crate::transcript::{Ends, Head, Timing};

/// What the driver does next.
#[derive(Debug)]
pub(crate) enum Action {
    /// Ask for the credential of an origin.
    Find(Find),
    /// Take an idle connection, or open one.
    Open(Route),
    /// Speak with this origin through the tunnel that the connection at hand has become.
    Tunnel(Space),
    /// Let this time pass before the whole request is tried again.
    Wait(Duration),
    /// Let this time pass, because a scheme wants it.
    Pause(Duration),
    /// Send the head of the last leg with this body over the connection at hand.
    Send(Payload),
    /// Read the body of the response into memory.
    ReadBody,
    /// Throw the rest of the response away. Keep the connection at hand, or give it back.
    Drain { keep: bool },
    /// Read through the body, which is elsewhere, for these hashes.
    Digest(Vec<Hash>),
    /// Do a request beside this one, for this scheme.
    Side(SideRequest, Asker),
    /// Open what is kept under this key, for this conversation alone.
    Recall(String),
    /// Change what was opened, and let it go.
    Keep(Tokens),
    /// Ask the embedding program.
    Ask(Prompt),
    /// The response is the caller's.
    Finish,
}

/// For whom a side request is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asker {
    /// A number that no other living scheme has.
    pub(crate) scheme: usize,
    /// The scheme's title.
    pub(crate) title: &'static str,
    /// Whether it may go over plain HTTP off this machine.
    pub(crate) allow_plain_http: bool,
}

/// What a connection is wanted for.
#[derive(Debug)]
pub(crate) struct Route {
    /// Whom HTTP is spoken with in the end: the origin, or a proxy that forwards.
    pub(crate) space: Space,
    /// How far what belongs to the origin of the request's URL reaches.
    pub(crate) reach: Reach,
    pub(crate) proxy: Option<Arc<Proxy>>,
    /// Who the connection belongs to, at the origin and at the proxy.
    pub(crate) principals: [Option<Principal>; 2],
    /// Whether HTTP/1.1 must be spoken.
    pub(crate) http1: bool,
    /// Whether it must have carried nothing before.
    pub(crate) fresh: bool,
}

/// The search for the credential of an origin. It may take its time.
#[derive(Clone)]
pub(crate) struct Find {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) space: Space,
}

impl Find {
    /// Searches on the calling thread.
    pub(crate) fn run(&self) -> Result<Option<Found>, Error> {
        self.provider.credential(&self.space)
    }
}

impl fmt::Debug for Find {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Find({})", self.space)
    }
}

/// What a leg carries.
#[derive(Debug)]
pub(crate) enum Payload {
    Bytes(Bytes),
    /// What is read while it is sent.
    Stream,
}

/// What came of a side request: its response and body, or why there is none.
pub(crate) type Sided = Result<(Head, Bytes), String>;

/// What happened.
#[derive(Debug)]
pub(crate) enum Event {
    Start,
    /// The search for a credential has ended.
    Found(Option<Found>),
    Opened {
        connection: u64,
        reused: bool,
        timing: Timing,
        http2: bool,
        tls: Option<Arc<TlsInfo>>,
        bindings: Option<Arc<dyn ChannelBindings>>,
        ends: Option<Ends>,
    },
    /// No connection could be made.
    Unopened(Error),
    /// The origin is at the other end of the tunnel; says how long the TLS handshake took, and what came of it, if
    /// there was one.
    Tunnelled {
        took: Option<Duration>,
        tls: Option<Arc<TlsInfo>>,
        bindings: Option<Arc<dyn ChannelBindings>>,
        http2: bool,
    },
    /// The connection broke before the head of the response came. `unsent` says that the body was not touched, `refused`
    /// that the peer says that it has not looked at the request, `heard` that a part of the response came.
    Lost {
        error: Error,
        unsent: bool,
        refused: bool,
        heard: bool,
    },
    /// The head of a response, and how long it was waited for.
    Head(Head, Duration),
    /// The time has passed.
    Waited,
    /// The time that a scheme wanted has passed.
    Paused,
    /// What was kept, or why that cannot be told.
    Recalled(Result<Option<Secret>, StoreError>),
    /// It was changed and let go, or why it was not.
    Kept(Result<(), StoreError>),
    /// The body was read through.
    Digested(BodyDigests),
    Body(Bytes),
    /// The response was thrown away; says whether the connection is still open.
    Drained {
        open: bool,
    },
    /// A side request's response and body, or why there is none.
    Replied(Sided),
    /// The answers to a question, or why there are none.
    Answered(Result<Values, NoAnswer>),
}
