//! `--at` and `--nonce`: a clock that stands still, and a random text that is known.

use gatepass::SystemEnv;
use gatepass_auth::{Env, NoRandomness, Timestamp};

/// The system's clock and random source, except for what was given.
#[derive(Debug)]
pub(super) struct Pinned {
    pub(super) at: Option<Timestamp>,
    pub(super) nonce: Option<String>,
}

impl Env for Pinned {
    fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(|| SystemEnv.now())
    }

    fn random(&self, out: &mut [u8]) -> Result<(), NoRandomness> {
        SystemEnv.random(out)
    }

    fn nonce(&self) -> Result<String, NoRandomness> {
        self.nonce.clone().map_or_else(|| SystemEnv.nonce(), Ok)
    }
}
