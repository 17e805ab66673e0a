//! Tokens in files of mode 0600, one for each key, written all of it or nothing, with a lock between processes.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use gatepass_auth::{Secret, StoreError, TokenEntry, TokenStore};

use super::name_of;
use crate::config::private_file::{self, Lock};
use crate::error::Error;

/// Keeps tokens in the files of a folder.
///
/// A file has the key in its first line and the value behind it, so that its owner can see what it is for. One that other
/// users could have written is not read.
#[derive(Clone, Debug)]
pub struct FileTokens {
    folder: PathBuf,
}

impl FileTokens {
    /// Keeps them in `folder`, which is made for the owner alone where it is missing.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }
}

impl TokenStore for FileTokens {
    fn open(&self, key: &str) -> Result<Box<dyn TokenEntry>, StoreError> {
        let path = self.folder.join(name_of(key));
        let failed = |error: Error| failed(&path, &error.to_string());
        let lock = private_file::lock(&path).map_err(failed)?;
        let read = private_file::read(&path).map_err(failed)?.map(Secret::new);
        let value = match read {
            None => None,
            Some(read) => {
                let bytes = read.expose();
                let value = bytes
                    .strip_prefix(key.as_bytes())
                    .and_then(|it| it.strip_prefix(b"\n"));
                Some(Secret::new(value.ok_or_else(|| {
                    self::failed(&path, "it is not what was written there")
                })?))
            }
        };
        Ok(Box::new(Entry {
            key: key.to_owned(),
            value,
            path,
            _lock: lock,
        }))
    }
}

struct Entry {
    key: String,
    value: Option<Secret>,
    path: PathBuf,
    _lock: Lock,
}

impl TokenEntry for Entry {
    fn value(&self) -> Option<&Secret> {
        self.value.as_ref()
    }

    fn put(&mut self, value: &Secret) -> Result<(), StoreError> {
        let bytes = Secret::new([self.key.as_bytes(), b"\n", value.expose()].concat());
        let written = private_file::write(&self.path, bytes.expose());
        written.map_err(|error| failed(&self.path, &error.to_string()))?;
        self.value = Some(value.clone());
        Ok(())
    }

    fn remove(&mut self) -> Result<(), StoreError> {
        self.value = None;
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(failed(&self.path, &error.to_string()))
            }
            _ => Ok(()),
        }
    }
}

fn failed(path: &Path, problem: &str) -> StoreError {
    StoreError::new(path.display().to_string(), problem)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_kept_is_the_owners_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileTokens::new(folder.path().join("tokens"));
        let mut entry = store.open("https://as.example client").unwrap();
        assert!(entry.value().is_none());
        entry.put(&Secret::from("t0ken\nin two lines")).unwrap();
        drop(entry);
        let path = store.folder.join(name_of("https://as.example client"));
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let mut entry = store.open("https://as.example client").unwrap();
        assert!(entry.value().unwrap().matches(b"t0ken\nin two lines"));
        assert!(store.open("another").unwrap().value().is_none());
        entry.remove().unwrap();
        drop(entry);
        assert!(
            store
                .open("https://as.example client")
                .unwrap()
                .value()
                .is_none()
        );
        // What somebody else has put there is an error, and is not quoted.
        private_file::write(&path, b"s3cret").unwrap();
        let error = store.open("https://as.example client").err().unwrap();
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}
