//! What of a TLS connection a scheme can bind a proof to (RFC 5929, RFC 9266).

use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use gatepass_auth::{ChannelBindings, Secret, server_end_point};
use rustls::{ClientConnection, ProtocolVersion};
use tokio_rustls::client::TlsStream;

/// A TLS connection whose keys can be asked for while it is read and written. Nobody ever waits for it.
pub(super) type Shared<S> = Arc<Mutex<TlsStream<S>>>;

/// The keys of a connection, as long as it is there. It does not keep it.
pub(super) struct Bindings<S> {
    stream: Weak<Mutex<TlsStream<S>>>,
    end_point: OnceLock<Option<Vec<u8>>>,
}

impl<S> Bindings<S> {
    pub(super) fn of(stream: &Shared<S>) -> Self {
        Self {
            stream: Arc::downgrade(stream),
            end_point: OnceLock::new(),
        }
    }

    /// Asks the connection for something, if it is still there.
    fn ask<T>(&self, question: impl FnOnce(&ClientConnection) -> Option<T>) -> Option<T> {
        let stream = self.stream.upgrade()?;
        let stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
        question(stream.get_ref().1)
    }
}

impl<S: Send> ChannelBindings for Bindings<S> {
    fn end_point(&self) -> Option<&[u8]> {
        let found = || self.ask(|tls| server_end_point(tls.peer_certificates()?.first()?));
        self.end_point.get_or_init(found).as_deref()
    }

    fn export(&self, label: &[u8], context: Option<&[u8]>, length: usize) -> Option<Secret> {
        self.ask(|tls| {
            // Before 1.3 two connections can be made to have the same keys (RFC 7627), and whether these were is not told.
            if tls.protocol_version() != Some(ProtocolVersion::TLSv1_3) {
                return None;
            }
            let keys = tls.export_keying_material(vec![0; length], label, context);
            keys.ok().map(Secret::new)
        })
    }
}
