//! The body of a request: bytes, or what is read while it is sent.

mod encode;
pub(crate) mod stream;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use gatepass_request::{Change, Content};
use tokio::io::AsyncRead;

use crate::config::Compression;
use crate::error::{Error, Misuse};
use stream::{Reader, Stream};

/// What a request carries: bytes, files and readers, one after the other.
///
/// Bytes and files can be sent again, after a challenge or a redirect. A reader can be read once, so whatever needs it again
/// is an error.
///
/// ```
/// use gatepass::Body;
///
/// let mut body = Body::from("first, ");
/// body.append(Body::read(std::io::Cursor::new("and then"), Some(8)));
/// assert_eq!((body.len(), body.is_replayable()), (Some(15), false));
/// ```
#[derive(Default)]
pub struct Body {
    pieces: Vec<Piece>,
}

enum Piece {
    Bytes(Bytes),
    Source(Source),
}

/// Where bytes are read from.
struct Source {
    length: Option<u64>,
    open: Open,
}

enum Open {
    /// A file, of which as much is sent as was there when its length was told.
    File(PathBuf),
    Again(Arc<Opener>),
    Once(Reader),
}

type Opener = dyn Fn() -> io::Result<Body> + Send + Sync;

/// Files of up to so many bytes in all are read before the request is sent: a scheme can then sign them, and a transcript
/// shows them.
const IN_MEMORY: u64 = 1 << 20;

/// A body in the form in which it is sent.
pub(crate) enum Settled {
    Empty,
    Bytes(Bytes),
    Stream(Stream),
}

impl Body {
    /// Sends nothing.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Sends what a file holds. It is opened for each time that it is sent, on the thread that drives the request. What is
    /// no regular file, a pipe or a device, can be read once, and its length is not known.
    ///
    /// # Errors
    /// [`Misuse::BodyFile`] for a file that cannot be read.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (about, file) = opened.map_err(|error| unreadable(path, &error))?;
        if about.is_dir() {
            let error = io::Error::from(io::ErrorKind::IsADirectory);
            return Err(unreadable(path, &error));
        }
        Ok(if about.is_file() {
            Self::of(Some(about.len()), Open::File(path.to_owned()))
        } else {
            Self::read(file, None)
        })
    }

    /// Sends what `reader` gives, once. `length` is the number of bytes, if it is known; without it, the body goes out in
    /// chunks (RFC 9112 section 7.1).
    pub fn reader(reader: impl AsyncRead + Send + 'static, length: Option<u64>) -> Self {
        Self::of(length, Open::Once(Reader::waiting(reader)))
    }

    /// As [`Body::reader`], for a reader that blocks: it holds up the thread that drives the request while it waits.
    pub fn read(reader: impl Read + Send + 'static, length: Option<u64>) -> Self {
        Self::of(length, Open::Once(Reader::blocking(reader)))
    }

    /// Sends the body that `open` gives, which is called for each time that it is sent. Every one must have `length` bytes,
    /// if it is known.
    pub fn replayable(
        length: Option<u64>,
        open: impl Fn() -> io::Result<Self> + Send + Sync + 'static,
    ) -> Self {
        Self::of(length, Open::Again(Arc::new(open)))
    }

    fn of(length: Option<u64>, open: Open) -> Self {
        Self {
            pieces: vec![Piece::Source(Source { length, open })],
        }
    }

    /// Adds another body behind this one.
    pub fn append(&mut self, other: Self) {
        self.pieces.extend(other.pieces);
    }

    /// Returns the length in bytes, where it is known.
    pub fn len(&self) -> Option<u64> {
        self.pieces.iter().try_fold(0_u64, |sum, piece| {
            let length = match piece {
                Piece::Bytes(bytes) => bytes.len() as u64,
                Piece::Source(source) => source.length?,
            };
            sum.checked_add(length)
        })
    }

    /// Says whether there is certainly no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Says whether it can be sent a second time.
    pub fn is_replayable(&self) -> bool {
        self.pieces.iter().all(|piece| match piece {
            Piece::Bytes(_) => true,
            Piece::Source(source) => !matches!(source.open, Open::Once(_)),
        })
    }

    /// Sends a content of a request that is data: its bytes, or what a file holds.
    ///
    /// # Errors
    /// [`Misuse::BodyFile`] for a file that cannot be read, [`Misuse::BodyElsewhere`] for standard input.
    pub fn open(content: &Content) -> Result<Self, Error> {
        match content {
            Content::Bytes(bytes) => Ok(bytes.clone().into()),
            Content::File(path) => Self::file(path),
            _ => Err(Misuse::BodyElsewhere.into()),
        }
    }

    /// Takes a content of a request that is data. `open` gives what is not in the request itself.
    pub(crate) fn of_content(
        content: &Content,
        change: Change,
        open: &dyn Fn(&Content) -> Result<Self, Error>,
    ) -> Result<Self, Error> {
        let body = match content {
            Content::Bytes(bytes) => bytes.clone().into(),
            elsewhere => open(elsewhere)?,
        };
        if change == Change::None {
            return Ok(body);
        }
        let bytes = body.into_bytes().map_err(|error| Misuse::BodyFile {
            path: format!("{content:?}"),
            problem: error.to_string(),
        })?;
        Ok(change.apply(bytes.into()).into())
    }

    /// Reads all of it into memory, on this thread.
    fn into_bytes(self) -> io::Result<Bytes> {
        let mut stream = Stream::new(self);
        let mut all = BytesMut::new();
        while let Some(chunk) = stream.next_now()? {
            all.extend_from_slice(&chunk);
        }
        Ok(all.freeze())
    }

    /// Decides how it is sent: from memory, where it is there already or where it is files that are small.
    ///
    /// # Errors
    /// [`Misuse::BodyFile`] for a file that cannot be read any more.
    pub(crate) fn settle(mut self) -> Result<Settled, Error> {
        let small = self.len().is_some_and(|length| length <= IN_MEMORY);
        for piece in &mut self.pieces {
            if let Piece::Source(Source {
                open: Open::File(path),
                ..
            }) = piece
                && small
            {
                let bytes = std::fs::read(&*path).map_err(|error| unreadable(path, &error))?;
                *piece = Piece::Bytes(bytes.into());
            }
        }
        let mut all: Vec<Bytes> = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(bytes) => all.push(bytes.clone()),
                Piece::Source(_) => return Ok(Settled::Stream(Stream::new(self))),
            }
        }
        all.retain(|bytes| !bytes.is_empty());
        Ok(match all.len() {
            0 => Settled::Empty,
            1 => Settled::Bytes(all.swap_remove(0)),
            _ => Settled::Bytes(all.concat().into()),
        })
    }
}

impl Piece {
    fn again(&self) -> Option<Self> {
        Some(match self {
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
            Self::Source(source) => Self::Source(Source {
                length: source.length,
                open: match &source.open {
                    Open::File(path) => Open::File(path.clone()),
                    Open::Again(open) => Open::Again(Arc::clone(open)),
                    Open::Once(_) => return None,
                },
            }),
        })
    }
}

impl Settled {
    /// Compresses it, and says whether that was done. What is in memory stays as it is where it would become no shorter; of
    /// a stream that cannot be known.
    ///
    /// # Errors
    /// [`Misuse::BodyFile`] for what the codec says, which is nothing.
    pub(crate) fn compress(&mut self, how: Compression) -> Result<bool, Error> {
        match self {
            Self::Empty => Ok(false),
            Self::Bytes(bytes) => {
                let shorter =
                    encode::encode(how.coding, bytes).map_err(|error| Misuse::BodyFile {
                        path: how.coding.name().to_owned(),
                        problem: error.to_string(),
                    })?;
                let is_better = how.always || shorter.len() < bytes.len();
                if is_better {
                    *bytes = shorter;
                }
                Ok(is_better)
            }
            Self::Stream(stream) => {
                stream.compress(how.coding);
                Ok(true)
            }
        }
    }

    /// Returns what a scheme may know of it.
    pub(crate) fn described(&self) -> gatepass_auth::Body {
        match self {
            Self::Empty => gatepass_auth::Body::Empty,
            Self::Bytes(bytes) => gatepass_auth::Body::Bytes(bytes.clone()),
            Self::Stream(stream) => gatepass_auth::Body::Opaque {
                length: stream.length(),
                replayable: stream.is_replayable(),
            },
        }
    }

    /// Returns what is sent other than from memory.
    pub(crate) fn into_stream(self) -> Option<Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            Self::Empty | Self::Bytes(_) => None,
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Misuse::BodyFile {
        path: path.display().to_string(),
        problem: error.to_string(),
    }
    .into()
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self {
            pieces: vec![Piece::Bytes(bytes)],
        }
    }
}

macro_rules! from_bytes {
    ($($kind:ty)*) => {
        $(impl From<$kind> for Body {
            fn from(value: $kind) -> Self {
                Bytes::from(value).into()
            }
        })*
    };
}

from_bytes!(Vec<u8> String &'static str &'static [u8]);

impl fmt::Debug for Body {
    /// Shows no content, which may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let again = if self.is_replayable() { "" } else { ", once" };
        match self.len() {
            Some(length) => write!(f, "Body({length} bytes{again})"),
            None => write!(f, "Body(a stream{again})"),
        }
    }
}
