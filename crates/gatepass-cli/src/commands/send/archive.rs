//! `--har FILE`: what was said, kept for other tools.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gatepass::har::Recorder;

use crate::error::{Failure, of_client};

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

    /// Writes the archive, all of it or nothing, readable by this user only.
    ///
    /// # Errors
    /// [`Failure`] for a file that cannot be written.
    pub(super) fn write(self) -> Result<(), Failure> {
        let body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        if !body.is_empty() {
            self.recorder.set_body(&body);
        }
        gatepass::config::write_private_file(&self.path, self.recorder.to_json().as_bytes())
            .map_err(|error| of_client(&error))
    }
}
