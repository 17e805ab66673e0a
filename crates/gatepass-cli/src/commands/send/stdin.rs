//! Standard input as a body: taken where something comes, and never waited for in vain.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::error::{Failure, reason};
use crate::output;

/// How long a pipe may be silent before it is passed over, or before a note says what is waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// Returns what standard input holds, if it is a file, or a pipe that something comes through.
///
/// A program that is started by another one often inherits a pipe that nobody writes to. HTTPie waits for it for ever;
/// here, only a `method` that stands for sending a body (POST, PUT, PATCH) waits, and says so.
///
/// # Errors
/// [`Failure`] where it cannot be read.
pub(super) fn body(method: Option<&str>) -> Result<Option<Vec<u8>>, Failure> {
    let bytes = match kind() {
        Kind::Nothing => return Ok(None),
        Kind::File => read_all()?,
        Kind::Pipe => match from_pipe(method)? {
            Some(bytes) => bytes,
            None => return Ok(None),
        },
    };
    Ok((!bytes.is_empty()).then_some(bytes))
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
    File,
    Pipe,
}

#[cfg(unix)]
fn kind() -> Kind {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;

    let file_type = io::stdin()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|handle| File::from(handle).metadata())
        .map(|metadata| metadata.file_type());
    match file_type {
        Ok(kind) if kind.is_file() => Kind::File,
        Ok(kind) if kind.is_fifo() || kind.is_socket() => Kind::Pipe,
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

fn from_pipe(method: Option<&str>) -> Result<Option<Vec<u8>>, Failure> {
    let chunks = reader();
    let mut all = match chunks.recv_timeout(PATIENCE) {
        Ok(first) => first.map_err(|error| unreadable(&error))?,
        Err(RecvTimeoutError::Disconnected) => return Ok(None),
        Err(RecvTimeoutError::Timeout) if waits(method) => {
            output::note(
                "Waiting for the body from standard input; -I sends the request without one.",
            );
            match chunks.recv() {
                Ok(first) => first.map_err(|error| unreadable(&error))?,
                Err(_) => return Ok(None),
            }
        }
        Err(RecvTimeoutError::Timeout) => {
            if io::stderr().is_terminal() {
                output::note(
                    "Nothing came from standard input, so the request has no body; -I saves the wait.",
                );
            }
            return Ok(None);
        }
    };
    for chunk in chunks {
        all.extend_from_slice(&chunk.map_err(|error| unreadable(&error))?);
    }
    Ok(Some(all))
}

/// Says whether a request of this method is worth waiting for: without its body it would do something else.
fn waits(method: Option<&str>) -> bool {
    matches!(method, Some("POST" | "PUT" | "PATCH"))
}

/// Reads standard input on a thread of its own, because a read cannot be given up. The channel ends where the input does.
fn reader() -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(16);
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
            if sender.send(read).is_err() || failed {
                break;
            }
        }
    });
    receiver
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(format!("standard input cannot be read: {}", reason(error)))
        .hint("-I sends the request without reading it")
}
