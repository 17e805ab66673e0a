//! hyper's codec over a socket and `poll(2)`, and nothing else: what no blocking client over hyper can be faster than.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::os::fd::AsFd as _;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::Request;
use hyper::client::conn::http1::{self, Connection, SendRequest};
use hyper::rt::{Read, ReadBufCursor, Write};
use rustix::event::{PollFd, PollFlags, poll};

use super::super::rounds::Contestant;
use super::{BASIC, expect_ok};
use crate::failure::{Failure, Result};

/// One connection.
pub(super) struct Bare {
    sender: SendRequest<Empty<Bytes>>,
    line: Line,
    path: String,
    host: String,
}

impl Bare {
    pub(super) fn connect(base: &str, path: &str) -> Result<Self> {
        let host = base.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let socket = Socket {
            stream: Rc::new(stream),
            wants: Rc::new(Cell::new(PollFlags::empty())),
        };
        let (stream, wants) = (Rc::clone(&socket.stream), Rc::clone(&socket.wants));
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        // The handshake of HTTP/1.1 sends nothing, so it is done at once.
        let mut handshake = pin!(http1::handshake(socket));
        let waker = Waker::from(Arc::clone(&woken));
        let Poll::Ready(made) = handshake.as_mut().poll(&mut Context::from_waker(&waker)) else {
            return Err(Failure::new("hyper's handshake waits"));
        };
        let (sender, connection) = made?;
        Ok(Self {
            sender,
            line: Line {
                connection,
                stream,
                wants,
                woken,
            },
            path: path.to_owned(),
            host,
        })
    }

    fn get(&mut self) -> Result {
        let request = Request::get(&self.path)
            .header("host", &self.host)
            .header("accept", "*/*")
            .header("authorization", BASIC)
            .body(Empty::new())?;
        let Self { sender, line, .. } = self;
        line.wait(pin!(sender.ready()))?;
        let response = line.wait(pin!(sender.send_request(request)))?;
        expect_ok(response.status().as_u16())?;
        line.wait(pin!(response.into_body().collect()))?;
        Ok(())
    }
}

impl Contestant for Bare {
    fn run(&mut self, count: usize) -> Result {
        (0..count).try_for_each(|_| self.get())
    }
}

/// The codec and its socket.
struct Line {
    connection: Connection<Socket, Empty<Bytes>>,
    stream: Rc<TcpStream>,
    wants: Rc<Cell<PollFlags>>,
    woken: Arc<Woken>,
}

impl Line {
    /// Waits on this thread.
    fn wait<T>(
        &mut self,
        mut future: Pin<&mut impl Future<Output = std::result::Result<T, hyper::Error>>>,
    ) -> Result<T> {
        let waker = Waker::from(Arc::clone(&self.woken));
        let mut cx = Context::from_waker(&waker);
        loop {
            self.woken.0.store(false, Ordering::Relaxed);
            self.wants.set(PollFlags::empty());
            if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
                return Ok(value?);
            }
            if let Poll::Ready(ended) = Pin::new(&mut self.connection).poll(&mut cx) {
                ended?;
                return Err(Failure::new("the server has closed the connection"));
            }
            if !self.woken.0.load(Ordering::Relaxed) {
                let mut fds = [PollFd::from_borrowed_fd(
                    self.stream.as_fd(),
                    self.wants.get(),
                )];
                poll(&mut fds, None).map_err(io::Error::from)?;
            }
        }
    }
}

/// Says that what waits may go on.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

thread_local! {
    /// Where the bytes of all connections are read to.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A socket that says what it waits for.
struct Socket {
    stream: Rc<TcpStream>,
    wants: Rc<Cell<PollFlags>>,
}

impl Socket {
    fn attempt<T>(
        &self,
        flags: PollFlags,
        mut attempt: impl FnMut(&TcpStream) -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        match attempt(&self.stream) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.wants.set(self.wants.get() | flags);
                Poll::Pending
            }
            done => Poll::Ready(done),
        }
    }
}

impl Read for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // The cursor gives safe code no memory to read into. The bytes, about 300 of them, are copied.
        ROOM.with_borrow_mut(|room| {
            room.resize(16 << 10, 0);
            let size = buffer.remaining().min(room.len());
            let read = self.attempt(PollFlags::IN, |mut stream| stream.read(&mut room[..size]));
            if let Poll::Ready(Ok(read)) = read {
                buffer.put_slice(&room[..read]);
            }
            read.map_ok(drop)
        })
    }
}

impl Write for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.attempt(PollFlags::OUT, |mut stream| stream.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.stream.shutdown(std::net::Shutdown::Write))
    }
}
