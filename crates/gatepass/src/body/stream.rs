//! A body on its way out, read piece by piece.

use std::collections::VecDeque;
use std::fs::File;
use std::future::poll_fn;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Bytes, BytesMut};
use gatepass_auth::{BodyDigester, BodyDigests, Hash};
use tokio::io::{AsyncRead, ReadBuf};

use super::encode::Encoder;
use super::{Body, Open, Piece, Source};
use crate::config::RequestCoding;

/// How much is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// A reader of either kind.
pub(super) enum Reader {
    // The locks are never waited for: they make a reader that is only `Send` shareable.
    Waiting(Mutex<Pin<Box<dyn AsyncRead + Send>>>),
    Blocking(Mutex<Box<dyn Read + Send>>),
}

impl Reader {
    pub(super) fn waiting(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::Waiting(Mutex::new(Box::pin(reader)))
    }

    pub(super) fn blocking(reader: impl Read + Send + 'static) -> Self {
        Self::Blocking(Mutex::new(Box::new(reader)))
    }

    fn poll_read(&mut self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Waiting(reader) => {
                let reader = reader.get_mut().unwrap_or_else(PoisonError::into_inner);
                let mut buffer = ReadBuf::new(buffer);
                ready!(reader.as_mut().poll_read(cx, &mut buffer))?;
                Poll::Ready(Ok(buffer.filled().len()))
            }
            Self::Blocking(reader) => {
                let reader = reader.get_mut().unwrap_or_else(PoisonError::into_inner);
                loop {
                    match reader.read(buffer) {
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        read => return Poll::Ready(read),
                    }
                }
            }
        }
    }
}

/// A reader that is being read, and how many bytes it still has to give.
struct Reading {
    reader: Reader,
    left: Option<u64>,
    /// Whether what is behind the length is left alone, because it came later.
    cut: bool,
    memory: Memory,
}

impl Reading {
    /// Reads the next bytes; none at the end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        let size = match self.left {
            // Who has told the length may leave the reader open.
            Some(0) => return Poll::Ready(Ok(Bytes::new())),
            Some(left) if self.cut => usize::try_from(left).unwrap_or(CHUNK).min(CHUNK),
            _ => CHUNK,
        };
        let mut chunk = self.memory.take();
        chunk.resize(size, 0);
        let read = match self.reader.poll_read(cx, &mut chunk) {
            Poll::Ready(read) => read?,
            Poll::Pending => {
                self.memory.put(chunk.freeze());
                return Poll::Pending;
            }
        };
        if let Some(left) = &mut self.left {
            if read == 0 {
                return Poll::Ready(Err(too_short(*left)));
            }
            *left = left.checked_sub(read as u64).ok_or_else(too_long)?;
        }
        chunk.truncate(read);
        let chunk = chunk.freeze();
        self.memory.put(chunk.clone());
        Poll::Ready(Ok(if read < CHUNK / 2 {
            // Little in a large piece of memory is better off in a small one.
            Bytes::copy_from_slice(&chunk)
        } else {
            chunk
        }))
    }
}

/// The memory of chunks that have gone out. To have it anew from the system, page by page, takes longer than to fill it.
#[derive(Default)]
struct Memory(VecDeque<Bytes>);

/// As many chunks as the codec takes before it writes them, and one more.
const KEPT: usize = 17;

impl Memory {
    /// Returns memory that nobody uses any more, or new one. What it held may still be in it.
    fn take(&mut self) -> BytesMut {
        let oldest = self.0.pop_front().map(Bytes::try_into_mut);
        match oldest {
            Some(Ok(memory)) => memory,
            Some(Err(used)) => {
                self.0.push_front(used);
                BytesMut::new()
            }
            None => BytesMut::new(),
        }
    }

    /// Keeps a share of a chunk until its other owner has let go.
    fn put(&mut self, chunk: Bytes) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(chunk);
    }
}

fn too_short(left: u64) -> io::Error {
    io::Error::other(format!(
        "it ended {left} bytes before the length that was given"
    ))
}

fn too_long() -> io::Error {
    io::Error::other("it is longer than the length that was given")
}

/// A body that is read while it is sent.
pub(crate) struct Stream {
    pieces: VecDeque<Piece>,
    reading: Option<Reading>,
    length: Option<u64>,
    left: Option<u64>,
    replayable: bool,
    begun: bool,
    /// Whether its source has nothing to give at the moment.
    waits: Arc<AtomicBool>,
    coding: Option<RequestCoding>,
    encoder: Option<Encoder>,
}

impl Stream {
    pub(super) fn new(body: Body) -> Self {
        let length = body.len();
        Self {
            replayable: body.is_replayable(),
            pieces: body.pieces.into(),
            reading: None,
            length,
            left: length,
            begun: false,
            waits: Arc::default(),
            coding: None,
            encoder: None,
        }
    }

    /// Compresses what goes out. How long that will be is not known before.
    pub(super) fn compress(&mut self, coding: RequestCoding) {
        self.coding = Some(coding);
        self.encoder = Some(Encoder::new(coding));
        self.length = None;
    }

    /// Returns what says whether the source has nothing to give at the moment.
    pub(crate) fn waits(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.waits)
    }

    /// Returns the length in bytes, where it is known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Says whether it can be sent a second time.
    pub(crate) fn is_replayable(&self) -> bool {
        self.replayable
    }

    /// Returns the same stream, to be sent at another time; `None` where that cannot be, or where this one has begun.
    pub(crate) fn again(&self) -> Option<Self> {
        if self.begun {
            return None;
        }
        let pieces = self.pieces.iter().map(Piece::again);
        Some(Self {
            pieces: pieces.collect::<Option<_>>()?,
            reading: None,
            waits: Arc::default(),
            encoder: self.coding.map(Encoder::new),
            ..*self
        })
    }

    /// Returns the next bytes that go out, or `None` at the end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        loop {
            let Some(encoder) = &mut self.encoder else {
                return self.poll_source(cx);
            };
            match encoder.pull() {
                Ok(Some(piece)) => return Poll::Ready(Some(Ok(piece))),
                Ok(None) if encoder.is_done() => return Poll::Ready(None),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
            let more = ready!(self.poll_source(cx)).transpose()?;
            if let Some(encoder) = &mut self.encoder {
                encoder.push(more);
            }
        }
    }

    /// Returns the next bytes that were read, or `None` at the end.
    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.begun = true;
        let chunk = self.poll_next(cx);
        self.waits.store(chunk.is_pending(), Ordering::Relaxed);
        let chunk = ready!(chunk).and_then(|chunk| {
            match (&mut self.left, &chunk) {
                (Some(left), Some(bytes)) => {
                    *left = left.checked_sub(bytes.len() as u64).ok_or_else(too_long)?;
                }
                (Some(left), None) if *left > 0 => return Err(too_short(*left)),
                _ => {}
            }
            Ok(chunk)
        });
        if chunk.is_err() {
            self.reading = None;
            self.pieces.clear();
            self.left = None;
        }
        Poll::Ready(chunk.transpose())
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        loop {
            if let Some(reading) = &mut self.reading {
                let bytes = ready!(reading.poll_chunk(cx))?;
                if !bytes.is_empty() {
                    return Poll::Ready(Ok(Some(bytes)));
                }
                self.reading = None;
            }
            match self.pieces.pop_front() {
                None => return Poll::Ready(Ok(None)),
                // An empty chunk would be taken for the end of the body.
                Some(Piece::Bytes(bytes)) if bytes.is_empty() => {}
                Some(Piece::Bytes(bytes)) => return Poll::Ready(Ok(Some(bytes))),
                Some(Piece::Source(source)) => self.open(source)?,
            }
        }
    }

    fn open(&mut self, source: Source) -> io::Result<()> {
        let (reader, cut) = match source.open {
            Open::Once(reader) => (reader, false),
            Open::File(path) => {
                let file = File::open(&path).map_err(|error| {
                    io::Error::other(format!("the file {}: {error}", path.display()))
                })?;
                (Reader::blocking(file), true)
            }
            Open::Again(open) => {
                for piece in open()?.pieces.into_iter().rev() {
                    self.pieces.push_front(piece);
                }
                return Ok(());
            }
        };
        self.reading = Some(Reading {
            reader,
            left: source.length,
            cut,
            memory: Memory::default(),
        });
        Ok(())
    }

    /// Reads through another copy of it for these hashes. One that can be sent only once has none.
    ///
    /// # Errors
    /// What its sources say.
    pub(crate) async fn digests(&self, hashes: &[Hash]) -> io::Result<BodyDigests> {
        let mut digester = BodyDigester::new(hashes);
        let Some(mut copy) = self.again() else {
            return Ok(BodyDigests::default());
        };
        while let Some(chunk) = poll_fn(|cx| copy.poll_chunk(cx)).await {
            digester.update(&chunk?);
        }
        Ok(digester.finish())
    }

    /// As [`Stream::digests`], of a stream that never waits.
    ///
    /// # Errors
    /// What its sources say; a reader that has to be waited for.
    pub(crate) fn digests_now(&self, hashes: &[Hash]) -> io::Result<BodyDigests> {
        let mut digester = BodyDigester::new(hashes);
        let Some(mut copy) = self.again() else {
            return Ok(BodyDigests::default());
        };
        while let Some(chunk) = copy.next_now()? {
            digester.update(&chunk);
        }
        Ok(digester.finish())
    }

    /// Returns the next bytes, or `None` at the end, of a stream that never waits.
    ///
    /// # Errors
    /// What its sources say; a reader that has to be waited for.
    pub(super) fn next_now(&mut self) -> io::Result<Option<Bytes>> {
        match self.poll_chunk(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(chunk) => chunk.transpose(),
            Poll::Pending => Err(io::Error::other("it cannot be read at once")),
        }
    }
}

/// What goes over the wire in one attempt.
pub(crate) enum WireBody {
    /// What is in memory.
    Full(Bytes),
    /// What is read while it is sent.
    Stream(Stream),
}

impl WireBody {
    pub(crate) const fn empty() -> Self {
        Self::Full(Bytes::new())
    }

    /// Returns what says whether its source has nothing to give at the moment, if it has one.
    pub(crate) fn waits(&self) -> Option<Arc<AtomicBool>> {
        match self {
            Self::Stream(stream) => Some(stream.waits()),
            Self::Full(_) => None,
        }
    }

    /// Returns the length in bytes, where it is known.
    pub(crate) fn length(&self) -> Option<u64> {
        match self {
            Self::Full(bytes) => Some(bytes.len() as u64),
            Self::Stream(stream) => stream.length(),
        }
    }

    /// Returns the next bytes that go out, never none, or `None` at the end.
    pub(crate) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match self {
            Self::Full(bytes) => {
                let all = std::mem::take(bytes);
                Poll::Ready((!all.is_empty()).then_some(Ok(all)))
            }
            Self::Stream(stream) => stream.poll_chunk(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Body) -> io::Result<Vec<u8>> {
        let mut stream = Stream::new(body);
        let mut all = Vec::new();
        while let Some(chunk) = stream.next_now()? {
            assert!(!chunk.is_empty());
            all.extend_from_slice(&chunk);
        }
        Ok(all)
    }

    #[test]
    fn a_wrong_length_is_an_error() {
        for (length, fits) in [
            (None, true),
            (Some(5), true),
            (Some(6), false),
            (Some(4), false),
        ] {
            let bodies = [
                Body::reader(&b"hello"[..], length),
                Body::read(&b"hello"[..], length),
                Body::replayable(length, || Ok("hello".into())),
            ];
            for body in bodies {
                assert_eq!(
                    read(body).ok(),
                    fits.then(|| b"hello".to_vec()),
                    "{length:?}"
                );
            }
        }
    }

    #[test]
    fn pieces_follow_each_other_and_are_sent_again() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "file").unwrap();
        let mut body = Body::from("<");
        body.append(Body::file(file.path()).unwrap());
        body.append(Body::empty());
        body.append(Body::from(""));
        body.append(Body::replayable(Some(2), || {
            let mut inner = Body::read(&b"a"[..], Some(1));
            inner.append("b".into());
            Ok(inner)
        }));
        let stream = Stream::new(body);
        // What the file gets later is not part of the body.
        std::fs::write(file.path(), "file and more").unwrap();
        for _ in 0..2 {
            let mut stream = stream.again().unwrap();
            let mut all = Vec::new();
            while let Some(chunk) = stream.next_now().unwrap() {
                all.extend_from_slice(&chunk);
            }
            assert_eq!(all, b"<fileab");
            assert!(stream.again().is_none());
        }
        std::fs::write(file.path(), "f").unwrap();
        assert!(stream.again().unwrap().next_now().is_ok());
        drop(file);
        let mut gone = stream.again().unwrap();
        assert_eq!(gone.next_now().unwrap().unwrap(), "<");
        let problem = gone.next_now().unwrap_err().to_string();
        assert!(problem.contains("No such file"), "{problem}");
        assert!(gone.next_now().unwrap().is_none());
    }
}
