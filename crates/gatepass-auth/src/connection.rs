//! The connection that a message goes over, as a scheme and a verifier may know it.

/// The connection that a request goes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connection {
    /// A number that no other connection of this client has had.
    pub id: u64,
}

impl Connection {
    /// Names a connection.
    pub fn new(id: u64) -> Self {
        Self { id }
    }
}
