//! What of a TLS connection a proof can be bound to, so that it is worth nothing on another one.

use std::fmt;

use crate::secret::Secret;

/// The TLS of a connection, as either side knows it. Both sides of one connection see the same.
pub trait ChannelBindings: Send + Sync {
    /// Returns `tls-server-end-point`: the hash of the server's certificate (RFC 5929 section 4). `None` where it is not defined.
    fn end_point(&self) -> Option<&[u8]>;

    /// Returns keying material for a label (RFC 8446 section 7.5). `None` where the connection is gone, or its version leaves open
    /// whether both sides have the same keys.
    fn export(&self, label: &[u8], context: Option<&[u8]>, length: usize) -> Option<Secret>;

    /// Returns `tls-exporter` (RFC 9266 section 4).
    fn exporter(&self) -> Option<Secret> {
        self.export(b"EXPORTER-Channel-Binding", Some(b""), 32)
    }
}

impl fmt::Debug for dyn ChannelBindings + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelBindings")
    }
}
