//! What a fault does, as data.

use std::time::Duration;

use bytes::Bytes;

/// What a fault does with a connection.
#[derive(Debug)]
pub(crate) struct Script {
    /// Whether the rest of the request is read first. What is not read turns a close into a reset.
    pub(crate) listens: bool,
    pub(crate) moves: Vec<Move>,
    pub(crate) end: End,
}

#[derive(Debug)]
pub(crate) enum Move {
    /// Writes this.
    Say(Bytes),
    /// Writes this over and over, as long as the client listens.
    Repeat(Bytes),
    /// Writes one byte of this a second.
    Drip(Bytes),
    /// Waits.
    Pause(Duration),
}

/// What becomes of the connection.
#[derive(Debug)]
pub(crate) enum End {
    /// It is closed in order.
    Close,
    /// Its TCP connection is closed, and TLS is not told.
    Cut,
    /// It is reset.
    Reset,
    /// Nothing more is said until the client goes.
    Stay,
    /// It takes the next request.
    Next,
    /// This is written beneath TLS, and then it is cut.
    Beneath(&'static [u8]),
}

/// Starts a script that reads the request and then writes `bytes`.
pub(crate) fn say(bytes: impl Into<Bytes>) -> Script {
    Script {
        listens: true,
        moves: vec![Move::Say(bytes.into())],
        end: End::Close,
    }
}

/// Starts a script that reads the request and then writes a response: status and fields with bare line feeds between
/// them, and a body.
pub(crate) fn answer(head: &str, body: &str) -> Script {
    let head = head.replace('\n', "\r\n");
    say(format!("HTTP/1.1 {head}\r\n\r\n{body}"))
}

impl Script {
    pub(crate) fn say(self, bytes: impl Into<Bytes>) -> Self {
        self.then(Move::Say(bytes.into()))
    }

    pub(crate) fn repeat(self, bytes: impl Into<Bytes>) -> Self {
        self.then(Move::Repeat(bytes.into()))
    }

    pub(crate) fn drip(self, bytes: impl Into<Bytes>) -> Self {
        self.then(Move::Drip(bytes.into()))
    }

    pub(crate) fn pause(self, time: Duration) -> Self {
        self.then(Move::Pause(time))
    }

    fn then(mut self, next: Move) -> Self {
        self.moves.push(next);
        self
    }

    /// Reads nothing first.
    pub(crate) fn deaf(mut self) -> Self {
        self.listens = false;
        self
    }

    pub(crate) fn end(mut self, end: End) -> Self {
        self.end = end;
        self
    }
}
