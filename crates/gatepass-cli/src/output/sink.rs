//! Where the answer goes: standard output, a file, or nowhere.
//!
//! A file is opened before the request is sent, so that nothing is sent in vain, and emptied when the answer has come, so
//! that a request that fails leaves it alone.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Failure, reason};

/// The place of the answer.
pub(crate) enum Sink {
    /// Standard output.
    Stdout,
    /// A file that was named.
    File(Target),
    /// Nothing is to be shown.
    Nowhere,
}

/// A file that is to be written.
pub(crate) struct Target {
    file: BufWriter<File>,
    path: PathBuf,
    emptied: bool,
}

impl Sink {
    /// Opens `path`, or standard output without one and for `-`.
    ///
    /// # Errors
    /// [`Failure`] for a file that cannot be written.
    pub(crate) fn open(path: Option<&Path>, quiet: bool) -> Result<Self, Failure> {
        match path {
            Some(path) if path.as_os_str() != "-" => {
                let file = OpenOptions::new()
                    .create(true)
                    .write(true)
                    .truncate(false)
                    .open(path);
                let file = file.map_err(|error| unwritable(path, &error))?;
                Ok(Self::File(Target {
                    file: BufWriter::new(file),
                    path: path.to_owned(),
                    emptied: false,
                }))
            }
            _ if quiet => Ok(Self::Nowhere),
            _ => Ok(Self::Stdout),
        }
    }

    /// Writes bytes. On standard output they appear at once.
    ///
    /// # Errors
    /// [`Failure`], a silent one where the reader has gone.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout => crate::output::print_bytes(bytes),
            Self::File(target) => target.write(bytes),
            Self::Nowhere => Ok(()),
        }
    }

    /// Makes sure that everything is written.
    ///
    /// # Errors
    /// [`Failure`] for a full disk, say.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        match self {
            Self::File(target) => {
                target.write(b"")?;
                target
                    .file
                    .flush()
                    .map_err(|error| unwritable(&target.path, &error))
            }
            Self::Stdout | Self::Nowhere => Ok(()),
        }
    }
}

impl Target {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if !std::mem::replace(&mut self.emptied, true) {
            // A pipe or a device has nothing to empty.
            let _ = self.file.get_ref().set_len(0);
        }
        self.file
            .write_all(bytes)
            .map_err(|error| unwritable(&self.path, &error))
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!(
        "the file {} cannot be written: {}",
        path.display(),
        reason(error)
    ))
    .hint("Choose another place for -o")
}
