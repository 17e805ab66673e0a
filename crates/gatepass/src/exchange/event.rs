//! What an exchange and its driver tell each other.

use bytes::Bytes;
use gatepass_auth::{Principal, Prompt, SideRequest, Space, Values};

use crate::error::Error;
use crate::transcript::Head;

/// What the driver does next.
#[derive(Debug)]
pub(crate) enum Action {
    /// Take an idle connection to the origin of the next leg, or open one. A fresh one has carried nothing before.
    Open {
        space: Space,
        principal: Option<Principal>,
        fresh: bool,
    },
    /// Send the head of the last leg with this body over the connection at hand.
    Send(Payload),
    /// Read the body of the response into memory.
    ReadBody,
    /// Throw the rest of the response away. Keep the connection at hand, or give it back.
    Drain { keep: bool },
    /// Do a request beside this one.
    Side(SideRequest),
    /// Ask the embedding program.
    Ask(Prompt),
    /// The response is the caller's.
    Finish,
}

/// What a leg carries.
#[derive(Debug)]
pub(crate) enum Payload {
    Bytes(Bytes),
    /// The reader that the caller gave. It is asked for once.
    Once,
}

/// What came of a side request: its response and body, or why there is none.
pub(crate) type Sided = Result<(Head, Bytes), String>;

/// What happened.
#[derive(Debug)]
pub(crate) enum Event {
    Start,
    Opened {
        connection: u64,
        reused: bool,
    },
    /// The connection broke before the head of the response came. `unsent` says that the body was not touched, `heard`
    /// that a part of the response came.
    Lost {
        error: Error,
        unsent: bool,
        heard: bool,
    },
    Head(Head),
    Body(Bytes),
    /// The response was thrown away; says whether the connection is still open.
    Drained {
        open: bool,
    },
    /// A side request's response and body, or why there is none.
    Replied(Sided),
    /// The answers to a question, or why there are none.
    Answered(Result<Values, String>),
}
