//! Connections: how they are made, what speaks over them, and where they wait for the next request.

mod bindings;
pub(crate) mod broken;
pub(crate) mod connection;
pub(crate) mod connector;
pub(crate) mod known;
#[cfg(unix)]
pub(crate) mod polled;
pub(crate) mod pool;
mod process_local;
mod room;
mod scratch;
pub(crate) mod socket;
pub(crate) mod socks;
pub(crate) mod stream;
pub(crate) mod tls;
