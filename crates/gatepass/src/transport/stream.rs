//! The bytes below HTTP: a socket, or TLS over one, or TLS inside TLS, as through an HTTPS proxy.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

use super::socket::Socket;

/// A socket, encrypted or not, that counts what moves over it.
pub(crate) struct Stream {
    kind: Kind,
    traffic: Arc<Traffic>,
}

/// What has moved over a socket so far.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    read: AtomicU64,
    written: AtomicU64,
}

impl Traffic {
    /// Returns the bytes that have come in.
    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Counts bytes that have gone out.
    pub(crate) fn wrote(&self, bytes: usize) {
        self.written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Returns the bytes that have moved in either direction.
    pub(crate) fn total(&self) -> u64 {
        self.read() + self.written.load(Ordering::Relaxed)
    }
}

enum Kind {
    Plain(Socket),
    Tls(Box<TlsStream<Stream>>),
}

impl Stream {
    pub(crate) fn plain(socket: Socket) -> Self {
        Self {
            kind: Kind::Plain(socket),
            traffic: Arc::default(),
        }
    }

    pub(crate) fn tls(stream: TlsStream<Self>) -> Self {
        Self {
            traffic: stream.get_ref().0.traffic(),
            kind: Kind::Tls(Box::new(stream)),
        }
    }

    /// Returns the protocol that the TLS handshake settled on, if there was one and it did.
    pub(crate) fn protocol(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Plain(_) => None,
            Kind::Tls(stream) => stream.get_ref().1.alpn_protocol(),
        }
    }

    /// Returns the counters, by which a time limit tells silence from a slow transfer.
    pub(crate) fn traffic(&self) -> Arc<Traffic> {
        Arc::clone(&self.traffic)
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
            Kind::Tls(stream) => return Pin::new(stream).poll_read(cx, buffer),
        };
        let before = buffer.filled().len();
        let polled = Pin::new(socket).poll_read(cx, buffer);
        let read = buffer.filled().len() - before;
        this.traffic.read.fetch_add(read as u64, Ordering::Relaxed);
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
            Kind::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        };
        this.count_written(polled)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Kind::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        match &mut this.kind {
            Kind::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Kind::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
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
            Kind::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        };
        this.count_written(polled)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.kind {
            Kind::Plain(stream) => stream.is_write_vectored(),
            Kind::Tls(stream) => stream.is_write_vectored(),
        }
    }
}
