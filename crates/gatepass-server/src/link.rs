//! A connection as its requests know it: which one, from where, and what of its TLS a proof can be bound to.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};

use gatepass_auth::{ChannelBindings, Secret};
use rustls::ProtocolVersion;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// A connection, as its requests know it.
pub(crate) struct Link {
    /// A number that no other connection of this server has had.
    pub(crate) id: u64,
    pub(crate) peer: SocketAddr,
    pub(crate) tls: Option<TlsLink>,
}

/// What is known of a connection's TLS. It does not keep the connection.
pub(crate) struct TlsLink {
    end_point: Arc<[u8]>,
    stream: Weak<Mutex<TlsStream<TcpStream>>>,
}

/// A TLS connection whose keys can be asked for while it is read and written.
pub(crate) struct SharedTls(Arc<Mutex<TlsStream<TcpStream>>>);

impl SharedTls {
    pub(crate) fn new(stream: TlsStream<TcpStream>) -> Self {
        Self(Arc::new(Mutex::new(stream)))
    }

    /// Returns what requests may know; `end_point` is `tls-server-end-point` (RFC 5929 section 4).
    pub(crate) fn link(&self, end_point: Arc<[u8]>) -> TlsLink {
        let stream = Arc::downgrade(&self.0);
        TlsLink { end_point, stream }
    }

    /// Takes the TCP connection out of TLS, without a word to the client.
    ///
    /// # Errors
    /// Somebody asks it for keys at this moment.
    pub(crate) fn beneath(self) -> io::Result<TcpStream> {
        let stream = Arc::into_inner(self.0).ok_or(io::ErrorKind::NotConnected)?;
        let stream = stream.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(stream.into_inner().0)
    }

    fn polled<T>(
        &self,
        poll: impl FnOnce(Pin<&mut TlsStream<TcpStream>>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let mut stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        poll(Pin::new(&mut stream))
    }
}

impl AsyncRead for SharedTls {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.polled(|stream| stream.poll_read(cx, buffer))
    }
}

impl AsyncWrite for SharedTls {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.polled(|stream| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.polled(|stream| stream.poll_write_vectored(cx, bytes))
    }

    fn is_write_vectored(&self) -> bool {
        let stream = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.polled(|stream| stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.polled(|stream| stream.poll_shutdown(cx))
    }
}

impl ChannelBindings for TlsLink {
    fn end_point(&self) -> Option<&[u8]> {
        Some(&self.end_point)
    }

    fn export(&self, label: &[u8], context: Option<&[u8]>, length: usize) -> Option<Secret> {
        let stream = self.stream.upgrade()?;
        let stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = stream.get_ref().1;
        // Before 1.3 two connections can be made to have the same keys (RFC 7627), and whether these were is not told.
        if keys.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
            return None;
        }
        let out = vec![0; length];
        keys.export_keying_material(out, label, context)
            .ok()
            .map(Secret::new)
    }
}
