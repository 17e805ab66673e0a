//! The files of this repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

/// Folders that are made, not written.
pub(crate) const MADE: &[&str] = &[
    "target",
    ".git",
    "corpus",
    "artifacts",
    "__pycache__",
    "node_modules",
];

/// Returns the repository's root, wherever the command was started.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// One file that somebody wrote: its path from the root, with `/`, and its text.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Source {
    /// Returns the part of the path behind the last dot.
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path)
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or("")
    }
}

/// Reads every text file below `root`, in alphabetical order. Files that are not UTF-8 are left out.
pub(crate) fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    walk(root, root, &mut found)?;
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<Source>) -> Result {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("");
        if MADE.contains(&name) || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, found)?;
        } else if let Ok(text) = fs::read_to_string(&path) {
            let relative = path.strip_prefix(root)?;
            found.push(Source {
                path: relative.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
    Ok(())
}

/// Reads a file below `root`.
pub(crate) fn read(root: &Path, path: &str) -> Result<String> {
    fs::read_to_string(root.join(path)).map_err(|error| Failure::from(error).during(path))
}
