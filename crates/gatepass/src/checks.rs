//! The checks that the body of a response has to pass, as a part of the peer's proof.

use gatepass_auth::{BodyCheck, Headers};

use crate::error::Error;

/// What a body is shown to while it is read.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<Box<dyn BodyCheck>>);

impl Checks {
    pub(crate) fn new(checks: Vec<Box<dyn BodyCheck>>) -> Self {
        Self(checks)
    }

    /// Shows them the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.iter_mut().for_each(|check| check.update(bytes));
    }

    /// Asks them at the end whether the body is the peer's. Each is asked once.
    ///
    /// # Errors
    /// What the first says that does not believe it.
    pub(crate) fn finish(&mut self, trailers: &Headers) -> Result<(), Error> {
        for check in std::mem::take(&mut self.0) {
            check.finish(trailers)?;
        }
        Ok(())
    }
}
