//! What carries an exchange out. A driver does I/O, and decides nothing.

pub(crate) mod clock;
pub(crate) mod tokio;
