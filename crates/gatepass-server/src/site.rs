//! What every connection of one server shares.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};

use gatepass_auth::schemes::oauth1::Provider;
use gatepass_auth::{Accounts, Env, ServerSetup};

use crate::access_log::AccessLog;
use crate::faults::Faults;
use crate::limits::Limits;
use crate::record::Journal;
use crate::verifiers::Verifiers;

/// What every connection of one server shares.
pub(crate) struct Site {
    pub(crate) limits: Arc<Limits>,
    pub(crate) accounts: Accounts,
    /// Whether a refusal by one of `accounts` shows what was computed from its secret. They are secrets of somebody's
    /// unless they are the examples that everybody knows.
    pub(crate) shows_secrets: bool,
    pub(crate) setup: ServerSetup,
    /// What verifies `/auth/<scheme>`.
    pub(crate) verifiers: Verifiers,
    /// How many connections there have been: the number of the last.
    pub(crate) connections: AtomicU64,
    pub(crate) env: Arc<dyn Env>,
    /// The tokens of OAuth 1.0a that were given out.
    pub(crate) provider: Mutex<Provider>,
    pub(crate) journal: Journal,
    pub(crate) log: Option<AccessLog>,
    /// What is needed to misbehave, where that is wanted.
    pub(crate) faults: Option<Faults>,
}
