//! Connections: how they are made, what speaks over them, and where they wait for the next request.

pub(crate) mod connection;
pub(crate) mod connector;
pub(crate) mod pool;
pub(crate) mod stream;
pub(crate) mod tls;
