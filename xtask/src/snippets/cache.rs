//! What was proven before: by code, toolchain and what is expected. Below `target`, so that it is gone with it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gatepass_auth::Hash;

use super::{Bench, place};
use crate::failure::Result;

/// Cases that have passed.
pub(crate) struct Cache {
    folder: PathBuf,
    enabled: bool,
    /// What every key has in it.
    ground: String,
}

/// What the server and the harness are made of.
const SOURCES: &[&str] = &[
    "crates/gatepass-auth/src",
    "crates/gatepass-server/src",
    "xtask/src/snippets",
];

/// Names all that a proof depends on beside its code and its toolchain: every package of the system with its revision, because
/// an interpreter says its version and not its patches, and the sources of the server and of the harness.
pub(crate) fn ground(root: &Path) -> Result<String> {
    let packages = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${Version}\n"])
        .output();
    let packages = packages.map(|output| output.stdout).unwrap_or_default();
    let mut files = Vec::new();
    for folder in SOURCES {
        files_below(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut parts = vec![packages];
    for file in files {
        parts.push(file.to_string_lossy().into_owned().into_bytes());
        parts.push(fs::read(&file)?);
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    Ok(Hash::Sha256.hex(&parts))
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

impl Cache {
    pub(crate) fn open(bench: &Bench<'_>) -> Result<Self> {
        let folder = place::folder(bench)?.join("proven");
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            enabled: !bench.arguments.again,
            ground: bench.ground.clone(),
        })
    }

    /// Returns the key of a case: whatever its outcome depends on.
    pub(crate) fn key(&self, parts: &[&str]) -> String {
        // The lengths keep neighbours apart.
        let text: String = std::iter::once(&self.ground.as_str())
            .chain(parts)
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
