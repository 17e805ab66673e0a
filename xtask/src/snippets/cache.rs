//! What was proven before: by code, toolchain and what is expected. Below `target`, so that it is gone with it.

use std::fs;
use std::path::PathBuf;

use gatepass_auth::Hash;

use super::{Bench, place};
use crate::failure::Result;

/// Cases that have passed.
pub(crate) struct Cache {
    folder: PathBuf,
    enabled: bool,
}

impl Cache {
    pub(crate) fn open(bench: &Bench<'_>) -> Result<Self> {
        let folder = place::folder(bench)?.join("proven");
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            enabled: !bench.arguments.again,
        })
    }

    /// Returns the key of a case: whatever its outcome depends on.
    pub(crate) fn key(parts: &[&str]) -> String {
        // The lengths keep neighbours apart.
        let text: String = parts
            .iter()
            .map(|part| format!("{}:{part}", part.len()))
            .collect();
        Hash::Sha256.hex(&[text.as_bytes()])
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.enabled && self.folder.join(key).is_file()
    }

    pub(crate) fn keep(&self, key: &str) -> Result {
        Ok(fs::write(self.folder.join(key), "")?)
    }
}
