//! Tokens in memory, for as long as the client lives.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use gatepass_auth::{Secret, StoreError, TokenEntry, TokenStore};

/// Keeps tokens until it is dropped.
#[derive(Clone, Default)]
pub struct MemoryTokens(Arc<Shared>);

#[derive(Default)]
struct Shared {
    slots: Mutex<HashMap<String, Slot>>,
    freed: Condvar,
}

#[derive(Default)]
struct Slot {
    value: Option<Secret>,
    is_open: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MemoryTokens {
    /// Returns an empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

impl TokenStore for MemoryTokens {
    fn open(&self, key: &str) -> Result<Box<dyn TokenEntry>, StoreError> {
        let mut slots = self.0.lock();
        while slots.get(key).is_some_and(|slot| slot.is_open) {
            let waited = self.0.freed.wait(slots);
            slots = waited.unwrap_or_else(PoisonError::into_inner);
        }
        let slot = slots.entry(key.to_owned()).or_default();
        slot.is_open = true;
        Ok(Box::new(Entry {
            key: key.to_owned(),
            value: slot.value.clone(),
            shared: Arc::clone(&self.0),
        }))
    }
}

struct Entry {
    key: String,
    value: Option<Secret>,
    shared: Arc<Shared>,
}

impl TokenEntry for Entry {
    fn value(&self) -> Option<&Secret> {
        self.value.as_ref()
    }

    fn put(&mut self, value: &Secret) -> Result<(), StoreError> {
        self.value = Some(value.clone());
        Ok(())
    }

    fn remove(&mut self) -> Result<(), StoreError> {
        self.value = None;
        Ok(())
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut slots = self.shared.lock();
        if let Some(value) = self.value.take() {
            let slot = slots.entry(std::mem::take(&mut self.key)).or_default();
            slot.value = Some(value);
            slot.is_open = false;
        } else {
            slots.remove(&self.key);
        }
        drop(slots);
        self.shared.freed.notify_all();
    }
}

impl fmt::Debug for MemoryTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryTokens({})", self.0.lock().len())
    }
}
