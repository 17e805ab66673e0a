//! The operating system's clock and random source.

use std::time::{SystemTime, UNIX_EPOCH};

use gatepass_auth::{Env, Timestamp};

/// The clock and the random source of a server that is not under test.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemEnv;

impl Env for SystemEnv {
    fn now(&self) -> Timestamp {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn random(&self, out: &mut [u8]) {
        // A system without randomness could only hand out nonces that anybody can guess.
        if let Err(error) = getrandom::fill(out) {
            unreachable!("the operating system has no random numbers: {error}");
        }
    }
}
