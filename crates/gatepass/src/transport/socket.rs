//! A connected socket, whichever way it waits.

use std::io::{self, IoSlice, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

#[cfg(unix)]
use super::polled;
use super::room;
use crate::transcript::Ends;

/// A connected socket.
pub(crate) enum Socket {
    /// One that waits in the caller's tokio runtime.
    Tcp(TcpStream),
    /// The same, to a path.
    #[cfg(unix)]
    Unix(UnixStream),
    /// One that the calling thread waits for.
    #[cfg(unix)]
    Polled(polled::Socket),
}

impl Socket {
    /// Returns its two ends, where it is one over TCP.
    pub(crate) fn ends(&self) -> Option<Ends> {
        let socket = match self {
            Self::Tcp(socket) => SockRef::from(socket),
            #[cfg(unix)]
            Self::Unix(_) => return None,
            #[cfg(unix)]
            Self::Polled(socket) => SockRef::from(socket.fd()),
        };
        Some(Ends {
            local: socket.local_addr().ok()?.as_socket()?,
            peer: socket.peer_addr().ok()?.as_socket()?,
        })
    }

    /// Reads what has come, without waiting and whatever the runtime believes.
    pub(crate) fn read_now(&self, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let socket = match self {
            Self::Tcp(socket) => SockRef::from(socket),
            #[cfg(unix)]
            Self::Unix(socket) => SockRef::from(socket),
            #[cfg(unix)]
            Self::Polled(socket) => return socket.read_now(buffer),
        };
        match room::read(buffer, |room| (&*socket).read(room)) {
            Ok(_) => Poll::Ready(Ok(())),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Poll::Pending,
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

/// Calls a method of the socket that is inside.
macro_rules! inside {
    ($this:expr, $method:ident $(, $argument:expr)*) => {
        match $this.get_mut() {
            Socket::Tcp(socket) => Pin::new(socket).$method($($argument),*),
            #[cfg(unix)]
            Socket::Unix(socket) => Pin::new(socket).$method($($argument),*),
            #[cfg(unix)]
            Socket::Polled(socket) => Pin::new(socket).$method($($argument),*),
        }
    };
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        inside!(self, poll_read, cx, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        inside!(self, poll_write, cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        inside!(self, poll_flush, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        inside!(self, poll_shutdown, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        inside!(self, poll_write_vectored, cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
