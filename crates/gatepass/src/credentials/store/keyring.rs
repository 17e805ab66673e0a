//! Tokens in the system's keyring, with locks between processes in a folder, because a keyring has none.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::{Secret, StoreError, TokenEntry, TokenStore};

use super::name_of;
use crate::config::private_file::{self, Lock};
use crate::credentials::keyring;

/// Keeps tokens in the system's keyring.
#[derive(Clone, Debug)]
pub struct KeyringTokens {
    service: String,
    locks: PathBuf,
}

impl KeyringTokens {
    /// Keeps them under the name of a `service`, and the locks between processes in the folder `locks`.
    pub fn new(service: impl Into<String>, locks: impl Into<PathBuf>) -> Self {
        Self {
            service: service.into(),
            locks: locks.into(),
        }
    }
}

impl TokenStore for KeyringTokens {
    fn open(&self, key: &str) -> Result<Box<dyn TokenEntry>, StoreError> {
        let name = name_of(key);
        let entry = format!("{}/{name}", self.service);
        let lock = private_file::lock(&self.locks.join(&name));
        let lock = lock.map_err(|error| StoreError::new(&entry, error.to_string()))?;
        let found = keyring::find(&entry);
        let found = found.map_err(|problem| StoreError::new(&entry, problem))?;
        let value = found.map(|found| STANDARD.decode(found.expose().trim_ascii()));
        let value = value
            .transpose()
            .map_err(|_| StoreError::new(&entry, "it is not what was written there"))?;
        Ok(Box::new(Entry {
            label: format!("{} for {key}", self.service),
            entry,
            value: value.map(Secret::new),
            _lock: lock,
        }))
    }
}

struct Entry {
    label: String,
    entry: String,
    value: Option<Secret>,
    _lock: Lock,
}

impl TokenEntry for Entry {
    fn value(&self) -> Option<&Secret> {
        self.value.as_ref()
    }

    fn put(&mut self, value: &Secret) -> Result<(), StoreError> {
        // A keyring keeps one line of text.
        let line = Secret::from(STANDARD.encode(value.expose()));
        let kept = keyring::store(&self.entry, &self.label, &line);
        kept.map_err(|error| StoreError::new(&self.entry, error.to_string()))?;
        self.value = Some(value.clone());
        Ok(())
    }

    fn remove(&mut self) -> Result<(), StoreError> {
        let removed = keyring::remove(&self.entry);
        removed.map_err(|error| StoreError::new(&self.entry, error.to_string()))?;
        self.value = None;
        Ok(())
    }
}
