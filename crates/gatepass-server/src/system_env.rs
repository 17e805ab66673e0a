//! The operating system's clock and random source.

use std::time::{SystemTime, UNIX_EPOCH};

use gatepass_auth::{Env, NoRandomness, Timestamp};

/// The clock and the random source of a server that is not under test.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemEnv;

impl Env for SystemEnv {
    fn now(&self) -> Timestamp {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn random(&self, out: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(out).map_err(|error| NoRandomness::new(error.to_string()))
    }
}
