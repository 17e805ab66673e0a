//! What differs between the two drivers: how a socket, a timer, a name look-up and a question wait.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use socket2::{Domain, Protocol, Type};

use crate::config::From;
#[cfg(unix)]
use crate::transport::polled;
use crate::transport::socket::Socket;

/// Who waits: the caller's tokio runtime, or the calling thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runtime {
    Tokio,
    #[cfg(unix)]
    Thread,
}

impl Runtime {
    /// Connects a TCP socket to `to`, from the address or the interface of `from` if there is one.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) async fn connect(self, to: SocketAddr, from: Option<&From>) -> io::Result<Socket> {
        let socket =
            socket2::Socket::new(Domain::for_address(to), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        if let Some(from) = from {
            bind(from, &socket, to)?;
        }
        // A request is written whole, so waiting for more of it only costs time.
        let _ = socket.set_tcp_nodelay(true);
        match self {
            Self::Tokio => {
                let socket = tokio::net::TcpSocket::from_std_stream(socket.into());
                Ok(Socket::Tcp(socket.connect(to).await?))
            }
            #[cfg(unix)]
            Self::Thread => Ok(Socket::Polled(polled::Socket::connect(socket, to).await?)),
        }
    }

    /// Connects to a Unix socket.
    ///
    /// # Errors
    /// What the system says.
    #[cfg(unix)]
    pub(crate) async fn connect_unix(self, path: &Path) -> io::Result<Socket> {
        Ok(match self {
            Self::Tokio => Socket::Unix(tokio::net::UnixStream::connect(path).await?),
            Self::Thread => Socket::Polled(polled::Socket::connect_unix(path)?),
        })
    }

    /// Returns the addresses of a name.
    ///
    /// # Errors
    /// What the name service says.
    pub(crate) async fn lookup(self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        match self {
            Self::Tokio => Ok(tokio::net::lookup_host((host, port)).await?.collect()),
            #[cfg(unix)]
            Self::Thread => polled::lookup(host, port).await,
        }
    }

    /// Returns a timer.
    pub(crate) fn sleep_until(self, until: Instant) -> Sleep {
        match self {
            Self::Tokio => Sleep::Tokio(Box::pin(tokio::time::sleep_until(until.into()))),
            #[cfg(unix)]
            Self::Thread => Sleep::Thread(until),
        }
    }

    /// Does `work` where it may wait, and returns `None` if that was broken off.
    pub(crate) async fn aside<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        match self {
            Self::Tokio => tokio::task::spawn_blocking(work).await.ok(),
            #[cfg(unix)]
            Self::Thread => Some(work()),
        }
    }
}

/// A timer.
pub(crate) enum Sleep {
    Tokio(Pin<Box<tokio::time::Sleep>>),
    #[cfg(unix)]
    Thread(Instant),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.get_mut() {
            Self::Tokio(sleep) => sleep.as_mut().poll(cx),
            #[cfg(unix)]
            Self::Thread(until) if Instant::now() >= *until => Poll::Ready(()),
            #[cfg(unix)]
            Self::Thread(until) => {
                super::blocking::wake_at(*until);
                Poll::Pending
            }
        }
    }
}

fn bind(from: &From, socket: &socket2::Socket, to: SocketAddr) -> io::Result<()> {
    match from {
        From::Address(address) if address.is_ipv4() != to.is_ipv4() => Err(io::Error::new(
            io::ErrorKind::AddrNotAvailable,
            format!("it cannot be reached from {address}"),
        )),
        From::Address(address) => socket.bind(&SocketAddr::new(*address, 0).into()),
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        From::Interface(name) => socket.bind_device(Some(name.as_bytes())),
        #[cfg(not(any(target_os = "android", target_os = "fuchsia", target_os = "linux")))]
        From::Interface(_) => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "this system binds to addresses only, not to interfaces",
        )),
    }
}
