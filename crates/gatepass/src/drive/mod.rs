//! What carries an exchange out. A driver does I/O, and decides nothing.
//!
//! There is one driver, [`Drive`], and two ways to wait: in the tokio runtime of the caller's, or on the calling thread
//! ([`blocking`]). [`runtime::Runtime`] is all that differs.

#[cfg(unix)]
pub(crate) mod blocking;
mod carry;
pub(crate) mod clock;
mod lost;
mod open;
mod recall;
pub(crate) mod runtime;

pub(crate) use carry::Drive;
pub(crate) use lost::lost;
pub(crate) use open::How;
