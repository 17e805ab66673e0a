//! Standard input as a body: taken where something comes, sent while it comes where it is long, and never waited for in
//! vain.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _, Seek as _, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use gatepass::Body;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

use crate::error::{Failure, reason};
use crate::output;

/// How long a pipe may be silent before it is passed over, or before a note says what is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// What comes through a pipe is held until it ends, up to so many bytes: then its length can be told, and it can be sent
/// again after a challenge.
const HELD: usize = 1 << 20;

/// Returns what standard input holds, if it is a file, or a pipe that something comes through.
///
/// A program that is started by another one often inherits a pipe that nobody writes to. HTTPie waits for it for ever;
/// here, only a `method` that stands for sending a body (POST, PUT, PATCH) waits, and says so.
///
/// # Errors
/// [`Failure`] where it cannot be read.
pub(super) fn body(method: Option<&str>, chunked: bool) -> Result<Option<Body>, Failure> {
    let body = match kind() {
        Kind::Nothing => return Ok(None),
        Kind::File(file) => whole(file)?,
        Kind::Pipe => match first(method)? {
            Some(pipe) => pipe.into_body(chunked)?,
            None => return Ok(None),
        },
    };
    Ok(Some(body).filter(|body| !body.is_empty()))
}

/// Returns standard input as a body, however long it has to be waited for.
///
/// # Errors
/// [`Failure`] where it cannot be read.
pub(super) fn named(chunked: bool) -> Result<Body, Failure> {
    match kind() {
        Kind::File(file) => whole(file),
        Kind::Pipe | Kind::Nothing => Pipe::open().into_body(chunked),
    }
}

/// Reads standard input to its end, however long that takes.
///
/// # Errors
/// [`Failure`] where it cannot be read.
pub(super) fn read_all() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    Ok(bytes)
}

enum Kind {
    Nothing,
    File(File),
    Pipe,
}

#[cfg(unix)]
fn kind() -> Kind {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;

    let file = io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .map(File::from)
        .and_then(|file| Ok((file.metadata()?.file_type(), file)));
    match file {
        Ok((kind, file)) if kind.is_file() => Kind::File(file),
        Ok((kind, _)) if kind.is_fifo() || kind.is_socket() => Kind::Pipe,
        _ => Kind::Nothing,
    }
}

#[cfg(not(unix))]
fn kind() -> Kind {
    if io::stdin().is_terminal() {
        Kind::Nothing
    } else {
        Kind::Pipe
    }
}

/// Returns a file from where it stands to its end. It can be sent again: the place is found again.
fn whole(mut file: File) -> Result<Body, Failure> {
    let place = file
        .stream_position()
        .and_then(|start| Ok((start, file.metadata()?.len())));
    let (start, end) = place.map_err(|error| unreadable(&error))?;
    let length = end.saturating_sub(start);
    if length <= HELD as u64 {
        return Ok(read_all()?.into());
    }
    Ok(Body::replayable(Some(length), move || {
        let mut file = file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Body::read(file.take(length), Some(length)))
    }))
}

/// Waits for the first bytes of a pipe; `None` where there are none.
fn first(method: Option<&str>) -> Result<Option<Pipe>, Failure> {
    let mut pipe = Pipe::open();
    let came = wait(async { timeout(PATIENCE, pipe.fill()).await })?;
    let came = match came {
        Ok(came) => came,
        Err(_) if waits(method) => {
            output::note(
                "Waiting for the body from standard input; -I sends the request without one.",
            );
            wait(pipe.fill())?
        }
        Err(_) => {
            if io::stderr().is_terminal() {
                output::note(
                    "Nothing came from standard input, so the request has no body; -I saves the wait.",
                );
            }
            return Ok(None);
        }
    };
    let came = came.map_err(|error| unreadable(&error))?;
    Ok(came.then_some(pipe))
}

/// Says whether a request of this method is worth waiting for: without its body it would do something else.
fn waits(method: Option<&str>) -> bool {
    matches!(method, Some("POST" | "PUT" | "PATCH"))
}

/// Waits before there is a request that could be waited for.
fn wait<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(|error| Failure::new(format!("the system gives no event queue: {error}")))?;
    Ok(runtime.block_on(work))
}

/// Standard input, read on a thread of its own, because a read cannot be given up. The channel ends where the input does.
struct Pipe {
    chunks: Receiver<io::Result<Vec<u8>>>,
    /// What has come and was not taken.
    held: Vec<u8>,
}

impl Pipe {
    fn open() -> Self {
        let (sender, chunks) = channel(16);
        std::thread::spawn(move || {
            let mut input = io::stdin().lock();
            loop {
                let mut chunk = vec![0; 64 * 1024];
                let read = match input.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(length) => {
                        chunk.truncate(length);
                        Ok(chunk)
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let failed = read.is_err();
                if sender.blocking_send(read).is_err() || failed {
                    break;
                }
            }
        });
        Self {
            chunks,
            held: Vec::new(),
        }
    }

    /// Waits for more, and says whether any came.
    async fn fill(&mut self) -> io::Result<bool> {
        match self.chunks.recv().await.transpose()? {
            Some(chunk) => {
                self.held.extend_from_slice(&chunk);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Holds what is short, and sends what is long, or what shall be `chunked`, as it comes.
    fn into_body(mut self, chunked: bool) -> Result<Body, Failure> {
        while !chunked && self.held.len() <= HELD {
            if !wait(self.fill())?.map_err(|error| unreadable(&error))? {
                return Ok(self.held.into());
            }
        }
        Ok(Body::reader(self, None))
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.held.is_empty() {
            match ready!(this.chunks.poll_recv(cx)).transpose()? {
                Some(chunk) => this.held = chunk,
                None => return Poll::Ready(Ok(())),
            }
        }
        let taken = this.held.len().min(buffer.remaining());
        buffer.put_slice(&this.held[..taken]);
        this.held.drain(..taken);
        Poll::Ready(Ok(()))
    }
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(format!("standard input cannot be read: {}", reason(error)))
        .hint("-I sends the request without reading it")
}
