//! The clock and the random source of this machine.

use std::time::{SystemTime, UNIX_EPOCH};

use gatepass_auth::{Env, Timestamp};

/// The system's clock, and the operating system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnv;

impl Env for SystemEnv {
    fn now(&self) -> Timestamp {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn random(&self, out: &mut [u8]) {
        if getrandom::fill(out).is_err() {
            fallback(out);
        }
    }
}

/// Fills `out` from the hash keys of this process, which come from the operating system too, when it gives no more.
fn fallback(out: &mut [u8]) {
    use std::hash::{BuildHasher as _, RandomState};

    let keys = RandomState::new();
    for (at, chunk) in out.chunks_mut(8).enumerate() {
        let word = keys.hash_one((at, SystemTime::now()));
        chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_differ() {
        assert_ne!(SystemEnv.nonce(), SystemEnv.nonce());
        let (mut one, mut other) = ([0; 16], [0; 16]);
        fallback(&mut one);
        fallback(&mut other);
        assert_ne!(one, other);
    }
}
