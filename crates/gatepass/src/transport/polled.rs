//! Sockets for a thread that waits in `poll(2)`, and the look-up of names for it.

use std::io::{self, IoSlice, Read as _, Write as _};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use rustix::event::PollFlags;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::room;
use crate::drive::blocking::wait_for;

/// A descriptor that never blocks by itself.
#[derive(Debug)]
pub(crate) struct Fd {
    kind: Kind,
    /// Whether the last read has left nothing behind: the next one comes after `poll(2)` has seen something.
    is_drained: AtomicBool,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Fd {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            is_drained: AtomicBool::new(false),
        }
    }

    /// Takes note of what `poll(2)` has seen.
    pub(crate) fn seen(&self, flags: PollFlags) {
        if !(flags - PollFlags::OUT).is_empty() {
            self.is_drained.store(false, Ordering::Relaxed);
        }
    }
}

impl AsFd for Fd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.kind {
            Kind::Tcp(socket) => socket.as_fd(),
            Kind::Unix(socket) => socket.as_fd(),
        }
    }
}

/// A connected socket whose waits are those of the thread that polls it. It can go on on any thread.
#[derive(Debug)]
pub(crate) struct Socket(Arc<Fd>);

impl Socket {
    /// Connects a TCP socket, which is not connected yet and does not block.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) async fn connect(socket: socket2::Socket, to: SocketAddr) -> io::Result<Self> {
        match socket.connect(&to.into()) {
            Err(error) if !is_under_way(&error) => return Err(error),
            _ => {}
        }
        let fd = Arc::new(Fd::new(Kind::Tcp(socket.into())));
        let mut asked = false;
        std::future::poll_fn(|_| {
            let Kind::Tcp(socket) = &fd.kind else {
                return Poll::Ready(Ok(()));
            };
            if let Some(error) = socket.take_error()? {
                return Poll::Ready(Err(error));
            }
            // The first look may come before the answer does; later ones only when the socket is ready.
            if std::mem::replace(&mut asked, true) && socket.peer_addr().is_ok() {
                return Poll::Ready(Ok(()));
            }
            wait_for(&fd, PollFlags::OUT);
            Poll::Pending
        })
        .await?;
        Ok(Self(fd))
    }

    /// Connects to a Unix socket.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn connect_unix(path: &Path) -> io::Result<Self> {
        let socket = UnixStream::connect(path)?;
        socket.set_nonblocking(true)?;
        Ok(Self(Arc::new(Fd::new(Kind::Unix(socket)))))
    }

    /// Reads what has come, without waiting and whatever was seen before.
    pub(crate) fn read_now(&self, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.0.is_drained.store(false, Ordering::Relaxed);
        self.read(buffer)
    }

    fn read(&self, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let drained = &self.0.is_drained;
        if drained.load(Ordering::Relaxed) {
            wait_for(&self.0, PollFlags::IN);
            return Poll::Pending;
        }
        let room = buffer.remaining();
        let read = self.attempt(PollFlags::IN, |kind| {
            room::read(buffer, |room| match kind {
                Kind::Tcp(socket) => (&*socket).read(room),
                Kind::Unix(socket) => (&*socket).read(room),
            })
        });
        // The end leaves nothing behind, but no `poll(2)` would be right to wait for more.
        let rest = match &read {
            Poll::Pending => true,
            Poll::Ready(Ok(read)) => (1..room).contains(read),
            Poll::Ready(Err(_)) => false,
        };
        drained.store(rest, Ordering::Relaxed);
        read.map_ok(drop)
    }

    /// Returns the descriptor.
    pub(crate) fn fd(&self) -> &Fd {
        &self.0
    }

    /// Tries, and has the thread wait for `flags` where that would block.
    fn attempt<T>(
        &self,
        flags: PollFlags,
        mut attempt: impl FnMut(&Kind) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            match attempt(&self.0.kind) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    wait_for(&self.0, flags);
                    return Poll::Pending;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return Poll::Ready(done),
            }
        }
    }
}

fn is_under_way(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
        || error.raw_os_error() == Some(rustix::io::Errno::INPROGRESS.raw_os_error())
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.read(buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.attempt(PollFlags::OUT, |kind| match kind {
            Kind::Tcp(socket) => (&*socket).write(bytes),
            Kind::Unix(socket) => (&*socket).write(bytes),
        })
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.attempt(PollFlags::OUT, |kind| match kind {
            Kind::Tcp(socket) => (&*socket).write_vectored(slices),
            Kind::Unix(socket) => (&*socket).write_vectored(slices),
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = match &self.0.kind {
            Kind::Tcp(socket) => socket.shutdown(Shutdown::Write),
            Kind::Unix(socket) => socket.shutdown(Shutdown::Write),
        };
        Poll::Ready(match done {
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            done => done,
        })
    }
}

/// Looks a name up. An address needs no look-up; anything else is asked of the system on a thread that ends with its
/// answer.
///
/// # Errors
/// What the name service says.
pub(crate) async fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![(address, port).into()]);
    }
    let (done, hear) = UnixStream::pair()?;
    hear.set_nonblocking(true)?;
    let fd = Arc::new(Fd::new(Kind::Unix(hear)));
    let answer = Arc::new(Mutex::new(None));
    let (host, answered) = (host.to_owned(), Arc::clone(&answer));
    std::thread::Builder::new()
        .name("name look-up".to_owned())
        .spawn(move || {
            let found = (host.as_str(), port).to_socket_addrs();
            *answered.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(found.map(Iterator::collect));
            // The other end hears that this one is gone.
            drop(done);
        })?;
    std::future::poll_fn(
        |_| match answer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(found) => Poll::Ready(found),
            None => {
                wait_for(&fd, PollFlags::IN);
                Poll::Pending
            }
        },
    )
    .await
}
