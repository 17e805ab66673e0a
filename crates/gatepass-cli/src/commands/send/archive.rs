//! `--har FILE`: what was said, kept for other tools.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gatepass::har::Recorder;

use crate::error::{Failure, reason};

/// How much of a body is kept, in bytes. An archive is one text in memory.
const MOST: usize = 16 << 20;

/// The archive of a run.
pub(super) struct Archive {
    path: PathBuf,
    recorder: Arc<Recorder>,
    body: Mutex<Vec<u8>>,
}

impl Archive {
    pub(super) fn new(path: &Path, reveal: bool) -> Self {
        Self {
            path: path.to_owned(),
            recorder: Arc::new(if reveal {
                Recorder::revealing()
            } else {
                Recorder::masking()
            }),
            body: Mutex::default(),
        }
    }

    pub(super) fn recorder(&self) -> Arc<Recorder> {
        Arc::clone(&self.recorder)
    }

    /// Keeps a piece of the last response's body.
    pub(super) fn keep(&self, chunk: &[u8]) {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST.saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }

    /// Writes the archive, readable by this user only.
    ///
    /// # Errors
    /// [`Failure`] for a file that cannot be written.
    pub(super) fn write(self) -> Result<(), Failure> {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        if !body.is_empty() {
            self.recorder.set_body(&body);
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options
            .open(&self.path)
            .and_then(|mut file| file.write_all(self.recorder.to_json().as_bytes()));
        written.map_err(|error| {
            let path = self.path.display();
            Failure::new(format!(
                "the archive {path} could not be written: {}",
                reason(&error)
            ))
        })
    }
}
