//! Where the answer goes: standard output, a file, or nowhere.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Failure, reason};

/// The place of the answer.
pub(crate) enum Sink {
    /// Standard output.
    Stdout,
    /// A file that was named.
    File(BufWriter<File>, PathBuf),
    /// Nothing is to be shown.
    Nowhere,
}

impl Sink {
    /// Opens `path`, or standard output without one and for `-`.
    ///
    /// # Errors
    /// [`Failure`] for a file that cannot be written.
    pub(crate) fn open(path: Option<&Path>, quiet: bool) -> Result<Self, Failure> {
        match path {
            Some(path) if path.as_os_str() != "-" => match File::create(path) {
                Ok(file) => Ok(Self::File(BufWriter::new(file), path.to_owned())),
                Err(error) => Err(unwritable(path, &error)),
            },
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
            Self::File(file, path) => file
                .write_all(bytes)
                .map_err(|error| unwritable(path, &error)),
            Self::Nowhere => Ok(()),
        }
    }

    /// Makes sure that everything is written.
    ///
    /// # Errors
    /// [`Failure`] for a full disk, say.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        match self {
            Self::File(file, path) => file.flush().map_err(|error| unwritable(path, &error)),
            Self::Stdout | Self::Nowhere => Ok(()),
        }
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
