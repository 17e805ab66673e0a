//! What a scheme keeps for longer than the program runs, while one conversation has it.

use std::sync::{Arc, PoisonError};

use gatepass_auth::{Secret, StoreError, TokenEntry, Tokens};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::runtime::Runtime;
use crate::shared::Inner;

/// An entry that is open. It is closed first, and then the next request of this client may open it.
pub(super) struct Recalled {
    entry: Box<dyn TokenEntry>,
    _turn: OwnedMutexGuard<()>,
}

impl Recalled {
    /// Opens an entry, as soon as nobody else has it. The requests of one client wait without a thread, so that as many as there
    /// are can wait; what waits for other programs is one thread for each key.
    pub(super) async fn open(inner: &Arc<Inner>, key: &str) -> Result<Self, StoreError> {
        let turn = inner.turn(key).lock_owned().await;
        let (store, key) = (Arc::clone(&inner.tokens), key.to_owned());
        let opened = inner.runtime.aside(move || store.open(&key)).await;
        let entry = opened.unwrap_or_else(|| Err(broken_off()))?;
        Ok(Self { entry, _turn: turn })
    }

    /// Returns what is kept, if anything is.
    pub(super) fn value(&self) -> Option<Secret> {
        self.entry.value().cloned()
    }
}

/// Changes what was recalled, and lets it go.
pub(super) async fn keep(
    runtime: Runtime,
    recalled: Option<Recalled>,
    tokens: Tokens,
) -> Result<(), StoreError> {
    let Some(mut recalled) = recalled else {
        return Err(StoreError::new(
            "the store",
            "the scheme keeps what it has not recalled",
        ));
    };
    let kept = runtime.aside(move || match tokens {
        Tokens::Replaced(value) => recalled.entry.put(&value),
        Tokens::Forgotten => recalled.entry.remove(),
        _ => Ok(()),
    });
    kept.await.unwrap_or_else(|| Err(broken_off()))
}

fn broken_off() -> StoreError {
    StoreError::new("the store", "it was broken off")
}

impl Inner {
    /// Returns what the requests of this client take turns by at an entry.
    fn turn(&self, key: &str) -> Arc<Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|(_, turn)| turn.strong_count() > 0);
        let known = turns.iter().find(|(known, _)| known == key);
        if let Some(turn) = known.and_then(|(_, turn)| turn.upgrade()) {
            return turn;
        }
        let turn = Arc::new(Mutex::new(()));
        turns.push((key.to_owned(), Arc::downgrade(&turn)));
        turn
    }
}
