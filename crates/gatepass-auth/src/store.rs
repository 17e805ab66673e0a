//! What a verifier keeps between the requests of a handshake: bounded, and each piece with an end.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::env::{Env, NoRandomness, Timestamp};
use crate::hash::hex;

/// Handshakes that go on, by an id that the server gives out (`sid` of RFC 7804 section 5.1).
pub type Handshakes<V> = Store<String, V>;

/// What belongs to a connection, by [`crate::Connection::id`]: schemes that authenticate a connection keep it here.
pub type Connections<V> = Store<u64, V>;

/// State by a key. It is bounded in number and in time; when it is full, what ends first makes room.
///
/// Whoever has no secret can begin handshakes, and so fill the store: an honest client whose piece has made room is told to begin
/// again, and nobody is let in by what is not there.
///
/// ```
/// use gatepass_auth::{FixedEnv, Handshakes};
///
/// let store = Handshakes::new(100, 60);
/// let sid = store.open("what the server said", &FixedEnv::new(1_000))?;
/// assert_eq!(store.take(&sid, 1_001), Some("what the server said"));
/// assert_eq!(store.take(&sid, 1_001), None, "an id is good for one step");
/// # Ok::<(), gatepass_auth::NoRandomness>(())
/// ```
pub struct Store<K, V> {
    capacity: usize,
    lifetime: u64,
    state: Mutex<State<K, V>>,
}

struct State<K, V> {
    entries: HashMap<K, Kept<V>>,
    /// The keys by their end, then by age.
    ends: BTreeMap<(Timestamp, u64), K>,
    count: u64,
}

struct Kept<V> {
    end: (Timestamp, u64),
    value: V,
}

impl<K: Clone + Eq + Hash, V> Store<K, V> {
    /// Keeps at most `capacity` pieces, each for at most `lifetime` seconds.
    pub fn new(capacity: usize, lifetime: u64) -> Self {
        Self {
            capacity: capacity.max(1),
            lifetime,
            state: Mutex::new(State {
                entries: HashMap::new(),
                ends: BTreeMap::new(),
                count: 0,
            }),
        }
    }

    /// Keeps a value, in the place of any other of this key.
    pub fn put(&self, key: K, value: V, now: Timestamp) {
        let mut state = self.lock();
        state.remove(&key);
        state.make_room(self.capacity, now);
        state.count += 1;
        let end = (now.saturating_add(self.lifetime), state.count);
        state.ends.insert(end, key.clone());
        state.entries.insert(key, Kept { end, value });
    }

    /// Takes a value out.
    pub fn take(&self, key: &K, now: Timestamp) -> Option<V> {
        let mut state = self.lock();
        let kept = state.remove(key)?;
        (kept.end.0 > now).then_some(kept.value)
    }

    /// Forgets what belongs to a key: its connection has ended.
    pub fn forget(&self, key: &K) {
        self.lock().remove(key);
    }

    /// Returns how many pieces are kept.
    pub fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Says whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lock(&self) -> MutexGuard<'_, State<K, V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Store<K, V> {
    /// Returns a copy of a value, which stays.
    pub fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let state = self.lock();
        let kept = state.entries.get(key).filter(|kept| kept.end.0 > now)?;
        Some(kept.value.clone())
    }
}

impl<V> Store<String, V> {
    /// Keeps a value under a new id that nobody can guess, and returns the id.
    ///
    /// # Errors
    /// As [`Env::random`].
    pub fn open(&self, value: V, env: &dyn Env) -> Result<String, NoRandomness> {
        let mut bytes = [0; 16];
        env.random(&mut bytes)?;
        let id = hex(&bytes);
        self.put(id.clone(), value, env.now());
        Ok(id)
    }
}

impl<K: Clone + Eq + Hash, V> State<K, V> {
    fn remove(&mut self, key: &K) -> Option<Kept<V>> {
        let kept = self.entries.remove(key)?;
        self.ends.remove(&kept.end);
        Some(kept)
    }

    /// Drops what has ended, and what ends first while there is no place for one more.
    fn make_room(&mut self, capacity: usize, now: Timestamp) {
        while let Some(first) = self.ends.first_entry() {
            let has_ended = first.key().0 <= now;
            if !has_ended && self.entries.len() < capacity {
                return;
            }
            self.entries.remove(&first.remove());
        }
    }
}

/// Says how many: what is kept may be secret.
impl<K: Clone + Eq + Hash, V> fmt::Debug for Store<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({} of {})", self.len(), self.capacity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_ends() {
        let store = Connections::new(10, 60);
        store.put(1, "one", 100);
        assert_eq!(store.get(&1, 159), Some("one"));
        assert_eq!(store.get(&1, 160), None);
        assert_eq!(store.take(&1, 160), None);
        store.put(2, "two", 100);
        store.put(2, "two again", 130);
        assert_eq!((store.get(&2, 170), store.len()), (Some("two again"), 1));
        store.forget(&2);
        assert!(store.is_empty());
    }

    #[test]
    fn a_full_store_drops_what_ends_first() {
        let store = Connections::new(3, 60);
        for key in 0..5 {
            store.put(key, key, 100 + key);
        }
        let kept: Vec<u64> = (0..5).filter(|key| store.get(key, 110).is_some()).collect();
        assert_eq!(kept, [2, 3, 4]);
        store.put(9, 9, 1_000);
        assert_eq!(store.len(), 1, "what has ended is gone");
    }

    #[test]
    fn debug_shows_nothing_that_is_kept() {
        let store = Handshakes::new(3, 60);
        store.put("id-of-somebody".to_owned(), "a server key", 0);
        let shown = format!("{store:?}");
        assert!(
            !shown.contains("key") && !shown.contains("somebody"),
            "{shown}"
        );
    }
}
