//! Memory of what was used, so that nothing is accepted twice: nonces and their counts.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::env::Timestamp;

/// Remembers which counts of a nonce were used. The memory is bounded, and never forgets in favour of an attacker.
pub trait ReplayCache: Send + Sync {
    /// Records the use of `key` with `count`.
    ///
    /// `expires` is when the key is refused for its age anyway, `now` is the time, both in seconds since the Unix epoch.
    /// Call it only after the credentials were found right: then nobody without the secret can fill the memory.
    ///
    /// # Errors
    /// [`Replayed`] when this use cannot be told from one that was.
    fn admit(
        &self,
        key: &str,
        count: u64,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<(), Replayed>;
}

/// Why a use was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replayed {
    /// The key was used with this count, or with one so much higher that nobody remembers.
    Used,
    /// The key is so old that it may have been dropped to make room. The client should take a new nonce.
    Forgotten,
}

/// Keeps the keys in memory.
///
/// For each key it keeps the highest count and which of the 128 counts below it were used, so that requests that
/// overtook each other are all admitted once. When it is full it drops the key that expires first, and from then on
/// refuses unknown keys that expire no later than that one.
#[derive(Debug)]
pub struct MemoryReplayCache {
    capacity: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    uses: HashMap<String, Use>,
    by_expiry: BTreeSet<(Timestamp, String)>,
    /// Keys that expire at this time or before may have been dropped.
    floor: Timestamp,
}

#[derive(Clone, Copy, Debug)]
struct Use {
    highest: u64,
    /// Bit `n` says whether the count `highest - n` was used.
    window: u128,
}

impl MemoryReplayCache {
    /// Keeps at most `capacity` keys: about 200 bytes each.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            state: Mutex::default(),
        }
    }

    /// Returns how many keys are remembered.
    pub fn len(&self) -> usize {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .uses
            .len()
    }

    /// Says whether no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for MemoryReplayCache {
    /// Keeps 65,536 keys.
    fn default() -> Self {
        Self::new(65_536)
    }
}

impl ReplayCache for MemoryReplayCache {
    fn admit(
        &self,
        key: &str,
        count: u64,
        expires: Timestamp,
        now: Timestamp,
    ) -> Result<(), Replayed> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = state.uses.get_mut(key) {
            return known.admit(count);
        }
        if expires <= state.floor {
            return Err(Replayed::Forgotten);
        }
        state.make_room(self.capacity, now);
        if expires <= state.floor {
            return Err(Replayed::Forgotten);
        }
        let first = Use {
            highest: count,
            window: 1,
        };
        state.uses.insert(key.to_owned(), first);
        state.by_expiry.insert((expires, key.to_owned()));
        Ok(())
    }
}

impl State {
    fn make_room(&mut self, capacity: usize, now: Timestamp) {
        while let Some((expires, _)) = self.by_expiry.first() {
            let expired = *expires < now;
            if !expired && self.uses.len() < capacity {
                return;
            }
            let Some((expires, key)) = self.by_expiry.pop_first() else {
                return;
            };
            self.uses.remove(&key);
            if !expired {
                self.floor = self.floor.max(expires);
            }
        }
    }
}

impl Use {
    fn admit(&mut self, count: u64) -> Result<(), Replayed> {
        if count > self.highest {
            let ahead = count - self.highest;
            self.window = u32::try_from(ahead)
                .ok()
                .and_then(|by| self.window.checked_shl(by))
                .unwrap_or(0)
                | 1;
            self.highest = count;
            return Ok(());
        }
        let behind = self.highest - count;
        let bit = u32::try_from(behind)
            .ok()
            .and_then(|by| 1_u128.checked_shl(by))
            .ok_or(Replayed::Used)?;
        if self.window & bit != 0 {
            return Err(Replayed::Used);
        }
        self.window |= bit;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_count_is_admitted_once_in_any_order() {
        let cache = MemoryReplayCache::new(10);
        for count in [1, 3, 2, 200, 150] {
            assert_eq!(cache.admit("n", count, 100, 0), Ok(()), "{count}");
            assert_eq!(
                cache.admit("n", count, 100, 0),
                Err(Replayed::Used),
                "{count}"
            );
        }
        assert_eq!(
            cache.admit("n", 4, 100, 0),
            Err(Replayed::Used),
            "too far behind to tell"
        );
    }

    #[test]
    fn a_full_memory_never_admits_a_replay() {
        let cache = MemoryReplayCache::new(2);
        for (key, expires) in [("a", 10), ("b", 20), ("c", 30)] {
            assert_eq!(cache.admit(key, 1, expires, 0), Ok(()));
        }
        assert_eq!(cache.admit("a", 1, 10, 0), Err(Replayed::Forgotten));
        assert_eq!(cache.admit("b", 1, 20, 0), Err(Replayed::Used));
        assert_eq!(cache.len(), 2);
    }

    #[test]
    fn what_has_expired_makes_room_without_a_floor() {
        let cache = MemoryReplayCache::new(2);
        for key in ["a", "b"] {
            assert_eq!(cache.admit(key, 1, 10, 0), Ok(()));
        }
        assert_eq!(cache.admit("c", 1, 15, 11), Ok(()));
        assert_eq!(cache.admit("d", 1, 12, 11), Ok(()));
    }
}
