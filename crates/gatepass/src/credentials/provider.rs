//! Credentials by origin, for requests that were given none.

use std::sync::Arc;

use gatepass_auth::Space;

use super::Found;
use crate::error::Error;

/// Knows credentials by origin. It is asked anew for every origin that a request goes to and that no credential was given
/// for, and never where the request has an `Authorization` header of its own.
///
/// It may wait for a keyring, a file or a person. What it returns for an origin should be the same scheme each time, because
/// a scheme keeps what it learns, such as a nonce.
pub trait Provider: Send + Sync {
    /// Returns the credential of the origin, or `None` where there is none.
    ///
    /// # Errors
    /// What ends the request: a credential that is there and cannot be used.
    fn credential(&self, space: &Space) -> Result<Option<Found>, Error>;
}

impl<P: Provider + ?Sized> Provider for Arc<P> {
    fn credential(&self, space: &Space) -> Result<Option<Found>, Error> {
        (**self).credential(space)
    }
}
