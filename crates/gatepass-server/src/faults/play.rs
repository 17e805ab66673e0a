//! Carries a script out on a bare connection.

use std::io;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::script::{End, Move, Script};
use crate::chunks::Chunks;
use crate::head::Length;
use crate::link::SharedTls;

/// How long a fault lasts at most, however long its client puts up with it.
const LONGEST: Duration = Duration::from_secs(600);
/// How much time passes between two bytes that drip.
const DRIP: Duration = Duration::from_secs(1);
/// How long, and for how many bytes, a client is listened to after a close: closing at once could take the answer away from
/// it (RFC 9112 section 9.6).
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 64 << 20;
/// How much of what repeats itself is written at a time.
const PIECE: usize = 16 * 1024;

/// A connection whose TCP connection can be had.
pub(crate) trait Bare: AsyncRead + AsyncWrite + Unpin + Send {
    /// Takes TLS away, without a word to the client.
    ///
    /// # Errors
    /// The connection is still asked for something.
    fn into_tcp(self) -> io::Result<TcpStream>;
}

impl Bare for TcpStream {
    fn into_tcp(self) -> io::Result<TcpStream> {
        Ok(self)
    }
}

impl Bare for SharedTls {
    fn into_tcp(self) -> io::Result<TcpStream> {
        self.beneath()
    }
}

/// What is to be known of the request that a fault answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// How its body is delimited.
    pub(crate) length: Length,
    /// Whether the client waits to be asked for the body (RFC 9110 section 10.1.1).
    pub(crate) waits: bool,
}

/// Plays a script about `request`, whose head was read, and `read` after it. Returns the connection where it takes another
/// request, with what was read of that.
pub(crate) async fn play<S: Bare>(
    stream: S,
    script: Script,
    request: Option<Asked>,
    read: BytesMut,
) -> Option<(S, BytesMut)> {
    // A client that goes away in the midst of it is what most faults are for.
    tokio::time::timeout(LONGEST, perform(stream, script, request, read))
        .await
        .ok()?
        .ok()?
}

async fn perform<S: Bare>(
    mut stream: S,
    script: Script,
    request: Option<Asked>,
    mut read: BytesMut,
) -> io::Result<Option<(S, BytesMut)>> {
    if script.listens {
        listen(&mut stream, request, &mut read).await?;
    }
    for step in script.moves {
        carry_out(&mut stream, step).await?;
    }
    match script.end {
        End::Next => return Ok(Some((stream, read))),
        End::Stay => until_gone(&mut stream, usize::MAX).await?,
        End::Close => {
            stream.shutdown().await?;
            let _ = tokio::time::timeout(LINGER_TIME, until_gone(&mut stream, LINGER_BYTES)).await;
        }
        End::Cut => stream.into_tcp()?.shutdown().await?,
        End::Reset => stream.into_tcp()?.set_zero_linger()?,
        End::Beneath(bytes) => {
            let mut tcp = stream.into_tcp()?;
            tcp.write_all(bytes).await?;
            tcp.shutdown().await?;
        }
    }
    Ok(None)
}

async fn carry_out<S: Bare>(stream: &mut S, step: Move) -> io::Result<()> {
    match step {
        Move::Say(bytes) => stream.write_all(&bytes).await?,
        Move::Repeat(bytes) => {
            let piece = bytes.repeat(PIECE.div_ceil(bytes.len().max(1)));
            loop {
                stream.write_all(&piece).await?;
                stream.flush().await?;
            }
        }
        Move::Drip(bytes) => {
            for byte in bytes {
                stream.write_all(&[byte]).await?;
                stream.flush().await?;
                tokio::time::sleep(DRIP).await;
            }
        }
        Move::Pause(time) => {
            stream.flush().await?;
            tokio::time::sleep(time).await;
        }
    }
    stream.flush().await
}

/// Reads the body of the request; where there is no request, whatever comes first.
async fn listen<S: Bare>(
    stream: &mut S,
    request: Option<Asked>,
    read: &mut BytesMut,
) -> io::Result<()> {
    let Some(request) = request else {
        more(stream, read).await?;
        read.clear();
        return Ok(());
    };
    if request.waits {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        stream.flush().await?;
    }
    match request.length {
        Length::Fixed(length) => {
            let mut left = usize::try_from(length).unwrap_or(usize::MAX);
            while left > read.len() {
                left -= read.len();
                read.clear();
                more(stream, read).await?;
            }
            read.advance(left);
        }
        Length::Chunked => {
            let mut chunks = Chunks::default();
            loop {
                let taken = chunks.scan(read);
                read.advance(taken);
                if chunks.ended() {
                    break;
                }
                more(stream, read).await?;
            }
        }
    }
    Ok(())
}

async fn more<S: Bare>(stream: &mut S, read: &mut BytesMut) -> io::Result<()> {
    match stream.read_buf(read).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

/// Reads until the client closes, or has sent more than `limit` bytes.
async fn until_gone<S: Bare>(stream: &mut S, limit: usize) -> io::Result<()> {
    let mut heard = 0_usize;
    let mut buffer = [0; 8192];
    while heard < limit {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            read => heard = heard.saturating_add(read),
        }
    }
    Ok(())
}
