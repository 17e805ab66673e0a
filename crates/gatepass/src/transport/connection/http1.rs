//! HTTP/1.1, driven by whoever waits for it: no task runs beside the request.

use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf as _, Bytes};
use gatepass_wire::{Asked, Encoder, Event, Fields, Head, Leniency, Reader, Rules};
use tokio::io::{AsyncRead as _, AsyncReadExt as _, AsyncWrite as _, ReadBuf};

use super::super::broken::Broken;
use super::super::scratch::Scratch;
use super::super::stream::{Stream, Traffic};
use crate::body::stream::WireBody;

/// A connection and its codec.
pub(super) struct Http1 {
    stream: Stream,
    reader: Reader,
    scratch: Scratch,
    /// How much of what was written has gone out.
    gone: usize,
    /// A piece of the body that goes out behind that.
    piece: Bytes,
    /// What goes out behind the piece.
    behind: Vec<u8>,
    /// What is left of the body.
    body: Option<Sending>,
    /// Whether anything of the request has gone out.
    has_begun: bool,
    needs_flush: bool,
    /// Whether the body waits until the peer wants it.
    is_held: bool,
    /// Why nothing more goes out.
    failed: Option<Broken>,
    /// Whether the peer says nothing more.
    is_closed: bool,
    early: Vec<Head>,
    trailers: Option<Fields>,
    room: usize,
    /// Whether it leads to a proxy only, and is to become a tunnel.
    at_proxy: bool,
    /// Whether no request may follow the present one.
    last: bool,
}

/// A body on its way out.
struct Sending {
    body: WireBody,
    encoder: Encoder,
}

/// How much is read at first, in bytes. A long answer is read in larger pieces.
const ROOM: usize = 8 << 10;
const MOST_ROOM: usize = 256 << 10;

/// Up to so many bytes of a body are copied behind what goes out before them.
const JOINED: usize = 16 << 10;

/// What is put up with. What is left out differs from peer to peer in where a response ends.
fn rules() -> Rules {
    let mut rules = Rules::strict();
    let mut leniency = Leniency::default();
    leniency.bare_lf = true;
    leniency.no_reason = true;
    leniency.repeated_length = true;
    leniency.length_with_chunks = true;
    leniency.padded_chunks = true;
    rules.leniency = leniency;
    rules
}

impl Http1 {
    /// Speaks HTTP/1.1 over `stream`.
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            reader: Reader::new(rules()),
            scratch: Scratch::default(),
            gone: 0,
            piece: Bytes::new(),
            behind: Vec::new(),
            body: None,
            has_begun: false,
            needs_flush: false,
            is_held: false,
            failed: None,
            is_closed: false,
            early: Vec::new(),
            trailers: None,
            room: ROOM,
            at_proxy: false,
            last: false,
        }
    }

    /// Says that it leads to a proxy only, and is to become a tunnel. No pool keeps it.
    pub(super) fn lead_to_proxy(&mut self) {
        self.at_proxy = true;
    }

    /// Says whether it leads to a proxy only.
    pub(super) fn is_at_proxy(&self) -> bool {
        self.at_proxy
    }

    /// Has it carry no request after the present one.
    pub(super) fn end_after_this(&mut self) {
        self.last = true;
    }

    /// Takes the stream out of a connection whose other end has switched to another protocol.
    ///
    /// Nothing may have come over it yet: in a tunnel, the client speaks first.
    pub(super) fn into_stream(self) -> Option<Stream> {
        let is_clean = self.scratch.came.is_empty() && !self.is_closed;
        is_clean.then_some(self.stream)
    }

    /// Returns the counters of what moves over it.
    pub(super) fn traffic(&self) -> &Arc<Traffic> {
        self.stream.traffic()
    }

    /// Says whether the connection waits for a request.
    pub(super) fn is_idle(&self) -> bool {
        let is_whole = self.body.is_none() && self.failed.is_none() && !self.needs_flush;
        let is_silent = self.scratch.came.is_empty() && !self.is_closed;
        self.reader.may_go_on() && is_whole && is_silent && !self.last
    }

    /// As [`Http1::is_idle`], after nobody has looked at it for a while.
    ///
    /// A runtime knows of what has come only when it has run since then. So the system is asked, and neither the end of the
    /// connection nor an answer to nothing is taken for the answer to the next request.
    pub(super) fn is_still_idle(&mut self) -> bool {
        if !self.is_idle() {
            return false;
        }
        let mut room = [0; 1];
        let mut room = ReadBuf::new(&mut room);
        let mut cx = Context::from_waker(Waker::noop());
        self.stream.traffic().ask_system(true);
        let read = Pin::new(&mut self.stream).poll_read(&mut cx, &mut room);
        self.stream.traffic().ask_system(false);
        read.is_pending()
    }

    /// Begins a request: `write` writes its head, and `body` goes out behind it, when the peer wants it if it is `held`.
    ///
    /// # Errors
    /// What `write` says. Nothing goes out then.
    pub(super) fn begin<E>(
        &mut self,
        asked: Asked,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
        body: WireBody,
        encoder: Encoder,
        held: bool,
    ) -> Result<(), E> {
        if self.scratch.out.capacity() == 0 {
            self.scratch = Scratch::take();
        }
        self.scratch.out.clear();
        self.gone = 0;
        write(&mut self.scratch.out)?;
        self.has_begun = false;
        self.needs_flush = true;
        self.is_held = held;
        let is_empty = encoder == Encoder::Length(0) && body.length() == Some(0);
        self.body = (!is_empty).then_some(Sending { body, encoder });
        if !held {
            self.join();
        }
        self.reader.begin(asked);
        Ok(())
    }

    /// Puts a short body that is in memory behind the head, so that both go out at once.
    fn join(&mut self) {
        if let Some(Sending {
            body: WireBody::Full(bytes),
            encoder,
        }) = &mut self.body
            && bytes.len() <= JOINED
        {
            let out = &mut self.scratch.out;
            let size = bytes.len();
            if size > 0 {
                encoder.before(out, size);
                out.extend_from_slice(bytes);
            }
            let counted = size == 0 || encoder.after(out, size).is_some();
            if counted && encoder.end(out, []) == Ok(true) {
                self.body = None;
            }
        }
    }

    /// Lets a body go that was held back.
    pub(super) fn let_go(&mut self) {
        self.is_held = false;
    }

    /// Says whether the body is held back.
    pub(super) fn is_held(&self) -> bool {
        self.is_held
    }

    /// Takes a body back of which nothing has gone out. It does not go any more, and no request follows.
    pub(super) fn take_back(&mut self) -> Option<WireBody> {
        if !self.is_held && self.has_begun {
            return None;
        }
        self.last |= self.body.is_some();
        self.body.take().map(|sending| sending.body)
    }

    /// Says whether anything of the request has gone out.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Sends what there is to send. `Ready` says that there is nothing left, or that it cannot go.
    fn poll_out(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.failed.is_some() {
            return Poll::Ready(());
        }
        match ready!(self.try_out(cx)) {
            Ok(()) => {}
            Err(error) => {
                self.piece = Bytes::new();
                self.failed = Some(error);
            }
        }
        Poll::Ready(())
    }

    fn try_out(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        loop {
            ready!(self.poll_written(cx))?;
            let next = match &mut self.body {
                Some(sending) if !self.is_held => sending.body.poll_chunk(cx),
                _ => return self.poll_flush(cx),
            };
            let Poll::Ready(next) = next else {
                // What there is goes out while the source has nothing.
                ready!(self.poll_flush(cx))?;
                return Poll::Pending;
            };
            self.frame(next)?;
        }
    }

    /// Puts the next piece of the body, or its end, behind what goes out.
    fn frame(&mut self, next: Option<io::Result<Bytes>>) -> Result<(), Broken> {
        let Some(Sending { encoder, .. }) = &mut self.body else {
            return Ok(());
        };
        let out = &mut self.scratch.out;
        self.needs_flush = true;
        match next {
            Some(Ok(piece)) => {
                encoder.before(out, piece.len());
                let size = piece.len();
                if size <= JOINED && !self.stream.is_write_vectored() {
                    out.extend_from_slice(&piece);
                    let counted = encoder.after(out, size);
                    return counted.ok_or_else(too_long);
                }
                self.piece = piece;
                encoder.after(&mut self.behind, size).ok_or_else(too_long)
            }
            Some(Err(error)) => Err(Broken::Source(error.to_string())),
            None => {
                let encoder = *encoder;
                self.body = None;
                match encoder.end(out, []) {
                    Ok(true) => Ok(()),
                    _ => Err(Broken::Source(
                        "it ended before the length that was given".to_owned(),
                    )),
                }
            }
        }
    }

    /// Writes what is ready to go.
    fn poll_written(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        loop {
            let head = &self.scratch.out[self.gone..];
            let wrote = match (head.is_empty(), self.piece.is_empty()) {
                (true, true) if self.behind.is_empty() => {
                    self.scratch.out.clear();
                    self.gone = 0;
                    return Poll::Ready(Ok(()));
                }
                (true, true) => {
                    self.scratch.out.clear();
                    self.gone = 0;
                    self.scratch.out.append(&mut self.behind);
                    continue;
                }
                (false, true) => Pin::new(&mut self.stream).poll_write(cx, head),
                (true, false) => Pin::new(&mut self.stream).poll_write(cx, &self.piece),
                (false, false) => {
                    let both = [IoSlice::new(head), IoSlice::new(&self.piece)];
                    Pin::new(&mut self.stream).poll_write_vectored(cx, &both)
                }
            };
            let count = match ready!(wrote) {
                Ok(0) => return Poll::Ready(Err(Broken::Io(io::ErrorKind::WriteZero.into()))),
                Ok(count) => count,
                Err(error) => return Poll::Ready(Err(Broken::Io(error))),
            };
            self.has_begun = true;
            let of_head = count.min(self.scratch.out.len() - self.gone);
            self.gone += of_head;
            self.piece.advance(count - of_head);
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        if self.needs_flush {
            ready!(Pin::new(&mut self.stream).poll_flush(cx)).map_err(Broken::Io)?;
            self.needs_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Waits for the final head of the response, and sends what is left of the request in the meantime.
    pub(super) fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Head, Broken>> {
        loop {
            match ready!(self.poll_event(cx))? {
                Event::Informational(head) => {
                    // 100 (Continue).
                    self.is_held &= head.status() != 100;
                    self.early.push(head);
                }
                Event::Head(head) => return Poll::Ready(Ok(head)),
                Event::Data(_) | Event::Trailers(_) | Event::End => {}
            }
        }
    }

    /// Takes the informational heads that came before the final one.
    pub(super) fn take_early(&mut self) -> Vec<Head> {
        std::mem::take(&mut self.early)
    }

    /// Takes the fields that came behind the body.
    pub(super) fn take_trailers(&mut self) -> Option<Fields> {
        self.trailers.take()
    }

    /// Returns the memory of a head to the codec.
    pub(super) fn recycle(&mut self, head: Head) {
        self.reader.recycle(head);
    }

    /// Returns the next bytes of a response's body, or `None` at its end.
    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        loop {
            match ready!(self.poll_event(cx)) {
                Ok(Event::Data(data)) => return Poll::Ready(Some(Ok(data))),
                Ok(Event::Trailers(fields)) => self.trailers = Some(fields),
                Ok(Event::End) => {
                    self.rest();
                    return Poll::Ready(None);
                }
                Ok(Event::Head(_) | Event::Informational(_)) => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    /// Gives memory back where a request is over.
    fn rest(&mut self) {
        if self.is_idle() {
            std::mem::take(&mut self.scratch).give();
            self.room = ROOM;
        }
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Result<Event, Broken>> {
        loop {
            let is_sending = self.body.is_some() || self.needs_flush;
            if is_sending && self.poll_out(cx).is_ready() && self.is_source_broken() {
                return Poll::Ready(Err(self.broken(None)));
            }
            match self.reader.read(&mut self.scratch.came, self.is_closed) {
                Ok(Some(event)) => return Poll::Ready(Ok(event)),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Err(self.broken(Some(error.into())))),
            }
            match ready!(self.poll_fill(cx)) {
                Ok(0) => self.is_closed = true,
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(self.broken(Some(Broken::Io(error))))),
            }
        }
    }

    fn is_source_broken(&self) -> bool {
        matches!(self.failed, Some(Broken::Source(_)))
    }

    /// Returns what broke the connection: what was read says more than that nothing could be written, and that more than
    /// that nothing came.
    fn broken(&mut self, read: Option<Broken>) -> Broken {
        self.last = true;
        let is_silence = matches!(&read, Some(Broken::Wire(gatepass_wire::Error::Silent)));
        match (read, self.failed.take()) {
            (Some(_), Some(written)) if is_silence => written,
            (Some(read), _) => read,
            (None, Some(written)) => written,
            (None, None) => Broken::Wire(gatepass_wire::Error::Silent),
        }
    }

    /// Reads what has come.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let came = &mut self.scratch.came;
        let before = came.len();
        came.reserve(self.room);
        let read = pin!(self.stream.read_buf(came)).poll(cx);
        if let Poll::Ready(Ok(read)) = &read
            && *read >= self.room
            && before == 0
        {
            self.room = (self.room * 2).min(MOST_ROOM);
        }
        read
    }
}

fn too_long() -> Broken {
    Broken::Source("it is longer than the length that was given".to_owned())
}
