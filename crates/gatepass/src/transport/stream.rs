//! The bytes below HTTP: a socket, or TLS over one, or TLS inside TLS, as through an HTTPS proxy.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};

use gatepass_auth::ChannelBindings;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

use super::bindings::{Bindings, Shared};
use super::socket::Socket;
use crate::tls_info::TlsInfo;
use crate::transcript::Ends;

/// A socket, encrypted or not, that counts what moves over it.
pub(crate) struct Stream {
    kind: Kind,
    traffic: Arc<Traffic>,
    tls: Option<Arc<TlsInfo>>,
    ending: Arc<Ending>,
    ends: Option<Ends>,
    /// The protocol that the TLS handshake settled on.
    protocol: Option<Vec<u8>>,
}

/// How TLS over a stream came to its end. The codec of HTTP/2 passes on that reading failed, and not why.
#[derive(Debug, Default)]
pub(crate) struct Ending {
    heard: AtomicBool,
    failure: OnceLock<rustls::Error>,
}

impl Ending {
    /// Says whether anything came that was inside TLS.
    pub(crate) fn heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }

    /// Returns what TLS failed with: an alert of the peer's, mostly.
    pub(crate) fn failure(&self) -> Option<&rustls::Error> {
        self.failure.get()
    }

    fn note(&self, outcome: Result<bool, &io::Error>) {
        match outcome {
            Ok(true) => self.heard.store(true, Ordering::Relaxed),
            Ok(false) => {}
            Err(error) => {
                let inner = error.get_ref();
                if let Some(failure) = inner.and_then(|it| it.downcast_ref::<rustls::Error>()) {
                    // What came first is what everything else comes from.
                    let _ = self.failure.set(failure.clone());
                }
            }
        }
    }
}

/// What has moved over a socket so far, and how it is read.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    read: AtomicU64,
    /// The first byte that came in, and one more.
    first: AtomicU64,
    written: AtomicU64,
    excuses: AtomicU64,
    asks_system: AtomicBool,
}

/// The name of HTTP/2 over TLS (RFC 9113 section 3.2).
pub(crate) const H2: &[u8] = b"h2";

impl Traffic {
    /// Returns the bytes that have come in.
    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Counts bytes that have gone out.
    pub(crate) fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Returns the first byte that came in.
    pub(crate) fn first_read(&self) -> Option<u8> {
        let first = self.first.load(Ordering::Relaxed).checked_sub(1)?;
        u8::try_from(first).ok()
    }

    /// Has a silence not count against the peer: it is this side that has nothing to say.
    pub(crate) fn excuse(&self) {
        self.excuses.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns a number that grows while bytes move in either direction, and with every excuse for that none do.
    pub(crate) fn total(&self) -> u64 {
        let excuses = self.excuses.load(Ordering::Relaxed);
        self.read() + self.written.load(Ordering::Relaxed) + excuses
    }

    /// Says whether the system is asked where the runtime believes that nothing has come.
    pub(crate) fn ask_system(&self, ask: bool) {
        self.asks_system.store(ask, Ordering::Relaxed);
    }

    /// Counts what has come.
    fn count_read(&self, bytes: &[u8]) {
        let count = bytes.len() as u64;
        let before = self.read.fetch_add(count, Ordering::Relaxed);
        if let (0, Some(&first)) = (before, bytes.first()) {
            self.first.store(u64::from(first) + 1, Ordering::Relaxed);
        }
    }
}

enum Kind {
    Plain(Socket),
    Tls(Shared<Stream>),
}

fn lock(stream: &Shared<Stream>) -> MutexGuard<'_, TlsStream<Stream>> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stream {
    pub(crate) fn plain(socket: Socket) -> Self {
        Self {
            ends: socket.ends(),
            kind: Kind::Plain(socket),
            traffic: Arc::default(),
            tls: None,
            ending: Arc::default(),
            protocol: None,
        }
    }

    pub(crate) fn tls(stream: TlsStream<Self>, info: Arc<TlsInfo>) -> Self {
        Self {
            traffic: Arc::clone(stream.get_ref().0.traffic()),
            ends: stream.get_ref().0.ends,
            tls: Some(info),
            ending: Arc::default(),
            protocol: stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec),
            kind: Kind::Tls(Arc::new(Mutex::new(stream))),
        }
    }

    /// Returns the protocol that the TLS handshake settled on, if there was one and it did.
    pub(crate) fn protocol(&self) -> Option<&[u8]> {
        self.protocol.as_deref()
    }

    /// Returns what of its TLS a proof can be bound to.
    pub(crate) fn bindings(&self) -> Option<Arc<dyn ChannelBindings>> {
        match &self.kind {
            Kind::Plain(_) => None,
            Kind::Tls(stream) => Some(Arc::new(Bindings::of(stream))),
        }
    }

    /// Returns the two ends of the socket.
    pub(crate) fn ends(&self) -> Option<Ends> {
        self.ends
    }

    /// Returns what was agreed on by TLS, where it is spoken.
    pub(crate) fn tls_info(&self) -> Option<Arc<TlsInfo>> {
        self.tls.clone()
    }

    /// Returns what is kept of how TLS ended.
    pub(crate) fn ending(&self) -> Arc<Ending> {
        Arc::clone(&self.ending)
    }

    /// Returns the counters, by which a time limit tells silence from a slow transfer.
    pub(crate) fn traffic(&self) -> &Arc<Traffic> {
        &self.traffic
    }

    /// Looks for the alert behind a write that failed, because the codec of HTTP/2 reads no more once one has. That of HTTP/1.1
    /// does, and would miss what is read here.
    fn look_behind<T>(&mut self, polled: &Poll<io::Result<T>>, cx: &mut Context<'_>) {
        if !matches!(polled, Poll::Ready(Err(_))) || self.protocol() != Some(H2) {
            return;
        }
        let Kind::Tls(stream) = &mut self.kind else {
            return;
        };
        let mut space = [0; 1024];
        let mut rest = ReadBuf::new(&mut space);
        // The runtime has not heard yet of what has come since.
        self.traffic.ask_system(true);
        let read = Pin::new(&mut *lock(stream)).poll_read(cx, &mut rest);
        self.traffic.ask_system(false);
        if let Poll::Ready(Err(error)) = read {
            self.ending.note(Err(&error));
        }
    }

    /// Counts what was written to the socket; what TLS makes of it has been counted below.
    fn count_written(&self, polled: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if let (Poll::Ready(Ok(bytes)), Kind::Plain(_)) = (&polled, &self.kind) {
            self.traffic.wrote(*bytes);
        }
        polled
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let socket = match &mut this.kind {
            Kind::Plain(socket) => socket,
            Kind::Tls(stream) => {
                let before = buffer.filled().len();
                let polled = Pin::new(&mut *lock(stream)).poll_read(cx, buffer);
                if let Poll::Ready(outcome) = &polled {
                    let came = buffer.filled().len() > before;
                    this.ending.note(outcome.as_ref().map(|()| came));
                }
                return polled;
            }
        };
        let before = buffer.filled().len();
        let mut polled = Pin::new(&mut *socket).poll_read(cx, buffer);
        if polled.is_pending() && this.traffic.asks_system.load(Ordering::Relaxed) {
            polled = socket.read_now(buffer);
        }
        this.traffic.count_read(&buffer.filled()[before..]);
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = match &mut this.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Kind::Tls(stream) => Pin::new(&mut *lock(stream)).poll_write(cx, bytes),
        };
        this.look_behind(&polled, cx);
        this.count_written(polled)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let polled = match &mut this.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Kind::Tls(stream) => Pin::new(&mut *lock(stream)).poll_flush(cx),
        };
        this.look_behind(&polled, cx);
        polled
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Kind::Tls(stream) => Pin::new(&mut *lock(stream)).poll_shutdown(cx),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let polled = match &mut this.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Kind::Tls(stream) => Pin::new(&mut *lock(stream)).poll_write_vectored(cx, slices),
        };
        this.look_behind(&polled, cx);
        this.count_written(polled)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.kind {
            Kind::Plain(stream) => stream.is_write_vectored(),
            Kind::Tls(stream) => lock(stream).is_write_vectored(),
        }
    }
}
