//! The clock and the random source of this machine.

use std::cell::RefCell;
use std::time::{SystemTime, UNIX_EPOCH};

use gatepass_auth::{Env, NoRandomness, Timestamp};

/// The system's clock, and the operating system's random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEnv;

impl Env for SystemEnv {
    fn now(&self) -> Timestamp {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn random(&self, out: &mut [u8]) -> Result<(), NoRandomness> {
        if out.len() > STORED / 8 {
            return fresh(out);
        }
        STORE.with_borrow_mut(|store| store.take(out))
    }
}

/// How many random bytes are asked for at once.
const STORED: usize = 512;

thread_local! {
    static STORE: RefCell<Store> = const { RefCell::new(Store::EMPTY) };
}

/// Random bytes that nobody has had. To ask the system for each nonce takes longer than to compute what is done with it.
struct Store {
    /// Whose they are: a child of `fork` has a copy of its parent's, and must not use it.
    process: u32,
    left: usize,
    bytes: [u8; STORED],
}

impl Store {
    const EMPTY: Self = Self {
        process: 0,
        left: 0,
        bytes: [0; STORED],
    };

    fn take(&mut self, out: &mut [u8]) -> Result<(), NoRandomness> {
        let process = std::process::id();
        if self.process != process || self.left < out.len() {
            self.left = 0;
            fresh(&mut self.bytes)?;
            (self.process, self.left) = (process, STORED);
        }
        let rest = self.left - out.len();
        let taken = &mut self.bytes[rest..self.left];
        out.copy_from_slice(taken);
        // Nobody who reads this memory later learns what was used.
        taken.fill(0);
        self.left = rest;
        Ok(())
    }
}

/// Fills `out` from the operating system. Nothing else may stand in for it.
fn fresh(out: &mut [u8]) -> Result<(), NoRandomness> {
    getrandom::fill(out).map_err(|error| NoRandomness::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nonces_differ() {
        let nonces: HashSet<String> = (0..1000).map(|_| SystemEnv.nonce().unwrap()).collect();
        assert_eq!(nonces.len(), 1000);
        let (mut small, mut large) = ([0; STORED / 8], [0; STORED]);
        SystemEnv.random(&mut small).unwrap();
        SystemEnv.random(&mut large).unwrap();
        assert!(small != [0; STORED / 8] && large != [0; STORED]);
    }

    #[test]
    fn a_child_uses_nothing_of_its_parents() {
        let mut store = Store::EMPTY;
        let mut parents = [0; 16];
        store.take(&mut parents).unwrap();
        let copy = store.bytes;
        // As after `fork`: the same memory in another process.
        store.process = 0;
        let mut childs = [0; 16];
        store.take(&mut childs).unwrap();
        assert_ne!(store.bytes[..STORED - 16], copy[..STORED - 16]);
        assert_eq!(store.left, STORED - 16);
        assert_eq!(store.bytes[STORED - 16..], [0; 16]);
    }
}
