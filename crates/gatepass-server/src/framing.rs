//! The stream between a socket and hyper: it lets a head through only when it has been looked at.
//!
//! It finds where each request begins and ends, times the wait for it, and leaves its head where the service takes it.
//! A head that is refused never reaches hyper. A request that only asks to close the connection goes in its place, and
//! the service answers that one with the refusal. A request for a fault never reaches hyper either: to hyper the
//! connection seems to end before it.

use std::collections::VecDeque;
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::chunks::Chunks;
use crate::faults::Fault;
use crate::head::{Found, Head, Length, Refusal, find};
use crate::limits::Limits;

/// What hyper sees in place of a refused request.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nHost: gatepass\r\nConnection: close\r\n\r\n";
/// How much is read from the socket at a time.
const READ_SIZE: usize = 8 * 1024;
/// How long, and for how many bytes, a client is listened to after the last answer: it may still be sending what nobody
/// wants, and closing at once could take the answer away from it (RFC 9112 section 9.6).
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 8 * 1024 * 1024;

/// What a connection's stream and its service share.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    arrivals: Mutex<VecDeque<Result<Head, Refusal>>>,
    busy: AtomicBool,
    detour: Mutex<Option<Detour>>,
}

/// A request for a fault, after which the connection is no longer hyper's.
#[derive(Debug)]
pub(crate) struct Detour {
    pub(crate) fault: Fault,
    pub(crate) head: Head,
    /// What was read after the head.
    pub(crate) read: BytesMut,
}

/// Whether requests for faults are looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Detours {
    None,
    Http,
    Https,
}

impl Exchange {
    /// Takes the head of the request that hyper has just announced.
    pub(crate) fn take(&self) -> Result<Head, Refusal> {
        self.busy.store(true, Ordering::Relaxed);
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        arrivals
            .pop_front()
            .unwrap_or_else(|| Err(Refusal::new(500, "a request came out of nowhere")))
    }

    /// Tells that the response is complete: from here on the connection waits for the next request.
    pub(crate) fn finished(&self) {
        self.busy.store(false, Ordering::Relaxed);
    }

    /// Takes the request for a fault that has ended the conversation.
    pub(crate) fn take_detour(&self) -> Option<Detour> {
        self.detour
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn put(&self, arrival: Result<Head, Refusal>) {
        self.arrivals
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(arrival);
    }

    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }
}

/// A socket, watched.
pub(crate) struct Framing<S> {
    stream: S,
    limits: Arc<Limits>,
    exchange: Arc<Exchange>,
    detours: Detours,
    buffer: BytesMut,
    /// A head that hyper has not read to its end.
    passing: Bytes,
    state: State,
    /// How much of the buffer was searched for the end of a head.
    scanned: usize,
    due: Instant,
    sleep: Pin<Box<Sleep>>,
    /// Rings when a write has waited for too long.
    stalled: Option<Pin<Box<Sleep>>>,
    lingered: usize,
}

#[derive(Debug)]
enum State {
    /// Between two requests.
    Idle,
    /// Within a head.
    Head,
    /// This many bytes of the body are to come.
    Body(u64),
    /// A body in chunks.
    Chunked(Chunks),
    /// After a refusal: whatever else comes is not listened to.
    Deaf,
    /// The client has ended its side.
    Ended,
    /// A fault has been asked for, and the connection is to be left as it is.
    Detour,
    /// The answer is out, and our side is closed.
    Lingering,
}

impl Detours {
    fn find(self, head: &Head) -> Option<Fault> {
        match self {
            Self::None => None,
            Self::Http => Fault::asked_for(head, false),
            Self::Https => Fault::asked_for(head, true),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Framing<S> {
    /// Watches a connection of which `read` was read already.
    pub(crate) fn new(
        stream: S,
        limits: Arc<Limits>,
        exchange: Arc<Exchange>,
        detours: Detours,
        read: BytesMut,
    ) -> Self {
        let due = Instant::now() + limits.idle_time;
        Self {
            stream,
            limits,
            exchange,
            detours,
            buffer: read,
            passing: Bytes::new(),
            state: State::Idle,
            scanned: 0,
            due,
            sleep: Box::pin(tokio::time::sleep_until(due)),
            stalled: None,
            lingered: 0,
        }
    }

    /// Sets the deadline. The timer is moved only when it would ring too late, since that costs more than one ring too
    /// many.
    fn arm(&mut self, after: Duration) {
        self.due = Instant::now() + after;
        if self.due < self.sleep.deadline() {
            let due = self.due;
            self.sleep.as_mut().reset(due);
        }
    }

    /// Waits for the deadline.
    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.sleep.as_mut().poll(cx));
            if Instant::now() >= self.due {
                return Poll::Ready(());
            }
            let due = self.due;
            self.sleep.as_mut().reset(due);
        }
    }

    /// Reads from the socket into the buffer; 0 at the end.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.buffer.reserve(READ_SIZE);
        pin!(self.stream.read_buf(&mut self.buffer)).poll(cx)
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.exchange.put(Err(refusal));
        self.passing = Bytes::from_static(STAND_IN);
        self.state = State::Deaf;
    }

    /// Looks at what is in the buffer between two requests or within a head, and says whether something can be passed on.
    fn advance(&mut self) -> bool {
        // Line breaks before a request line are no request (RFC 9112 section 2.2).
        if matches!(self.state, State::Idle) {
            let blank = self.buffer.iter().take_while(|byte| b"\r\n".contains(byte));
            let blank = blank.count();
            self.buffer.advance(blank);
            if self.buffer.is_empty() {
                return false;
            }
            self.state = State::Head;
            self.arm(self.limits.head_time);
        }
        let found = find(&self.buffer, self.scanned, &self.limits);
        self.scanned = self.buffer.len();
        match found {
            Ok(Found::Partial) => return false,
            Ok(Found::Complete(length)) => {
                let bytes = self.buffer.split_to(length).freeze();
                self.scanned = 0;
                match Head::read(bytes.clone(), &self.limits) {
                    Ok(head) => {
                        if let Some(fault) = self.detours.find(&head) {
                            self.leave(fault, head);
                            return true;
                        }
                        self.state = match head.length {
                            Length::Fixed(0) => State::Idle,
                            Length::Fixed(length) => State::Body(length),
                            Length::Chunked => State::Chunked(Chunks::default()),
                        };
                        self.arm(self.limits.idle_time);
                        self.exchange.put(Ok(head));
                        self.passing = bytes;
                    }
                    Err(refusal) => self.refuse(refusal),
                }
            }
            Err(refusal) => self.refuse(refusal),
        }
        true
    }

    fn leave(&mut self, fault: Fault, head: Head) {
        let read = std::mem::take(&mut self.buffer);
        let detour = Detour { fault, head, read };
        *self
            .exchange
            .detour
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(detour);
        self.state = State::Detour;
    }

    /// Moves bytes of a body from the buffer to hyper.
    fn pass_body(&mut self, out: &mut ReadBuf<'_>) {
        let room = self.buffer.len().min(out.remaining());
        let taken = match &mut self.state {
            State::Body(left) => {
                let taken = room.min(usize::try_from(*left).unwrap_or(usize::MAX));
                *left -= taken as u64;
                if *left == 0 {
                    self.state = State::Idle;
                }
                taken
            }
            State::Chunked(chunks) => {
                let taken = chunks.scan(&self.buffer[..room]);
                if chunks.ended() {
                    self.state = State::Idle;
                }
                taken
            }
            _ => 0,
        };
        out.put_slice(&self.buffer[..taken]);
        self.buffer.advance(taken);
        if matches!(self.state, State::Idle) {
            self.arm(self.limits.idle_time);
        }
    }

    /// What comes of a deadline that has passed while a request was waited for.
    fn expire(&mut self) {
        match self.state {
            State::Idle if self.exchange.is_busy() => self.arm(self.limits.idle_time),
            State::Idle => self.state = State::Ended,
            _ => {
                let detail = format!(
                    "the request's head did not come within {:?}",
                    self.limits.head_time
                );
                self.refuse(Refusal::new(408, detail));
            }
        }
    }

    /// Gives up on a client that does not read what is written to it.
    fn poll_written<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let limit = self.limits.idle_time;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(stalled.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !matches!(self.state, State::Lingering) {
            self.state = State::Lingering;
            self.due = Instant::now() + LINGER_TIME;
            let due = self.due;
            self.sleep.as_mut().reset(due);
        }
        loop {
            if self.poll_due(cx).is_ready() || self.lingered > LINGER_BYTES {
                return Poll::Ready(());
            }
            self.buffer.clear();
            match ready!(self.poll_fill(cx)) {
                Ok(0) | Err(_) => return Poll::Ready(()),
                Ok(length) => self.lingered += length,
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Framing<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.passing.is_empty() {
                let taken = this.passing.len().min(out.remaining());
                out.put_slice(&this.passing[..taken]);
                this.passing.advance(taken);
                return Poll::Ready(Ok(()));
            }
            let unseen = this.scanned < this.buffer.len();
            if matches!(this.state, State::Idle | State::Head) && unseen && this.advance() {
                continue;
            }
            match this.state {
                State::Deaf => return Poll::Pending,
                State::Ended | State::Lingering | State::Detour => return Poll::Ready(Ok(())),
                State::Body(_) | State::Chunked(_) if !this.buffer.is_empty() => {
                    this.pass_body(out);
                    return Poll::Ready(Ok(()));
                }
                _ => {}
            }
            if let Poll::Ready(filled) = this.poll_fill(cx)? {
                if filled == 0 {
                    this.state = State::Ended;
                }
                continue;
            }
            // The time of a body is the service's to keep.
            if matches!(this.state, State::Idle | State::Head) && this.poll_due(cx).is_ready() {
                this.expire();
                continue;
            }
            return Poll::Pending;
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Framing<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.poll_written(written, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, parts);
        this.poll_written(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(cx);
        this.poll_written(flushed, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if matches!(this.state, State::Detour) {
            return Pin::new(&mut this.stream).poll_flush(cx);
        }
        ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        if !matches!(this.state, State::Idle | State::Ended) {
            ready!(this.poll_linger(cx));
            this.state = State::Ended;
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    const STREAM: &[u8] = b"POST /1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nGET\r\n0\r\nA: b\r\n\r\n\
        \r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\nGET / HTTP/1.1\r\n\r\n\r\nGET /3 HTTP/1.0\r\n\r\n";

    /// Writes `stream` in pieces of `step` bytes; returns what comes through, and what arrived.
    async fn pass(stream: &'static [u8], step: usize) -> (Vec<u8>, Vec<Result<Head, Refusal>>) {
        let (mut client, server) = tokio::io::duplex(step);
        let exchange = Arc::new(Exchange::default());
        let limits = Arc::new(Limits::default());
        let mut framing = Framing::new(
            server,
            limits,
            Arc::clone(&exchange),
            Detours::None,
            BytesMut::new(),
        );
        let write = async {
            client.write_all(stream).await.unwrap();
            client.shutdown().await.unwrap();
        };
        let read = async {
            let mut through = Vec::new();
            while framing.read_buf(&mut through).await.unwrap() > 0 && !through.ends_with(STAND_IN)
            {
            }
            through
        };
        let (_, through) = tokio::join!(write, read);
        let arrivals = std::mem::take(&mut *exchange.arrivals.lock().unwrap());
        (through, arrivals.into())
    }

    #[tokio::test]
    async fn requests_are_found_however_their_bytes_come() {
        for step in 1..STREAM.len() + 1 {
            let (through, arrivals) = pass(STREAM, step).await;
            let targets = arrivals.iter().map(|head| head.as_ref().unwrap().target());
            assert_eq!(targets.collect::<Vec<_>>(), ["/1", "/2", "/3"], "{step}");
            // Only the empty line between two requests is dropped.
            assert_eq!(through.len(), STREAM.len() - 2, "{step}");
        }
    }

    #[tokio::test]
    async fn a_refused_head_does_not_come_through() {
        let stream = b"GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\n\r\n";
        let (first, _) = stream.split_at(stream.len() - b"GET /2 HTTP/1.1\r\n\r\n".len());
        for step in 1..stream.len() + 1 {
            let (through, arrivals) = pass(stream, step).await;
            let statuses = arrivals
                .iter()
                .map(|head| head.as_ref().map_err(|no| no.status).err());
            assert_eq!(statuses.collect::<Vec<_>>(), [None, Some(400)], "{step}");
            assert_eq!(through, [first, STAND_IN].concat(), "{step}");
        }
    }
}
