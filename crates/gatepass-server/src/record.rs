//! The journal: what the server has received, for a test to look at.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use gatepass_auth::Headers;

use crate::access_log::shown_target;
use crate::head::Head;

/// The bytes of bodies that a journal keeps at most.
const BODIES: usize = 16 * 1024 * 1024;

/// A request as it was received. `Debug` masks what carries a credential.
#[derive(Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The request target, byte for byte.
    pub target: String,
    /// The header fields, in order and with their case.
    pub headers: Headers,
    /// The body, without the framing of chunks.
    pub body: Bytes,
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("method", &self.method)
            .field("target", &shown_target(&self.target))
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// The last requests, bounded in number and in bytes.
#[derive(Debug)]
pub(crate) struct Journal {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    requests: VecDeque<(Arc<Head>, Bytes)>,
    bytes: usize,
}

impl fmt::Debug for Entries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entries({})", self.requests.len())
    }
}

impl Journal {
    /// Keeps at most `capacity` requests.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: Mutex::default(),
        }
    }

    /// Adds a request. Nothing is copied: the bytes are shared with the request itself.
    pub(crate) fn push(&self, head: &Arc<Head>, body: &Bytes) {
        if self.capacity == 0 {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.bytes += body.len();
        entries.requests.push_back((Arc::clone(head), body.clone()));
        while entries.requests.len() > self.capacity || entries.bytes > BODIES {
            let Some((_, oldest)) = entries.requests.pop_front() else {
                return;
            };
            entries.bytes -= oldest.len();
        }
    }

    /// Returns the requests in the order in which they came.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let record = |(head, body): &(Arc<Head>, Bytes)| Recorded {
            method: head.method().to_owned(),
            target: head.target().to_owned(),
            headers: head.fields().collect(),
            body: body.clone(),
        };
        entries.requests.iter().map(record).collect()
    }
}
