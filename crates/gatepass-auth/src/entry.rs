//! One line of the list of schemes: what a scheme is, and how its two sides are made.

use std::fmt;
use std::sync::Arc;

use crate::accounts::Accounts;
use crate::descriptor::Descriptor;
use crate::error::AuthError;
use crate::reading::{ReadChallenge, ReadCredentials};
use crate::scheme::Scheme;
use crate::values::Values;
use crate::verifier::{ServerSetup, Verifier};

/// A scheme that is configured by values: what it is, and how its two sides are made.
#[derive(Clone, Copy)]
#[expect(
    clippy::exhaustive_structs,
    reason = "written as a literal in scheme files"
)]
pub struct Entry {
    /// What is known of it without credentials.
    pub about: &'static Descriptor,
    /// Makes the client's side.
    pub client: MakeClient,
    /// Makes the server's side.
    pub server: MakeServer,
    /// Tells what stands in credentials; `None` where only their issuer can read them.
    pub read: Option<ReadCredentials>,
    /// Says what is wrong with a challenge, where there is more to say than its grammar.
    pub read_challenge: Option<ReadChallenge>,
    /// Enters into accounts whom these credentials belong to.
    pub enroll: Enroll,
}

/// Makes the client's side of a scheme from its settings.
pub type MakeClient = fn(&Values) -> Result<Arc<dyn Scheme>, AuthError>;

/// Makes the server's side of a scheme from its settings and what all verifiers share.
pub type MakeServer = fn(&Values, &ServerSetup) -> Result<Arc<dyn Verifier>, AuthError>;

/// Enters the holder of some credentials into accounts, so that a verifier of the same scheme finds them.
pub type Enroll = fn(Accounts, &Values) -> Accounts;

impl Entry {
    /// Checks `values` against the fields, and makes the client's side.
    ///
    /// # Errors
    /// As [`Descriptor::check`]; and what the scheme itself refuses.
    pub fn client(&self, values: &Values) -> Result<Arc<dyn Scheme>, AuthError> {
        self.about.check(values)?;
        (self.client)(values)
    }

    /// Makes the server's side. `values` are the scheme's own settings; credentials are looked up.
    ///
    /// # Errors
    /// What the scheme refuses.
    pub fn server(
        &self,
        values: &Values,
        setup: &ServerSetup,
    ) -> Result<Arc<dyn Verifier>, AuthError> {
        (self.server)(values, setup)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.about.id).finish()
    }
}
