//! Memory for what is written and read, which an idle connection does without.

use std::cell::Cell;

use bytes::BytesMut;

/// The memory of one request on its way.
#[derive(Default)]
pub(super) struct Scratch {
    /// What has come and was not read yet.
    pub(super) came: BytesMut,
    /// What was written and has not gone out yet.
    pub(super) out: Vec<u8>,
}

/// What is larger is given back to the system.
const MOST: usize = 64 << 10;

thread_local! {
    static KEPT: Cell<Option<Scratch>> = const { Cell::new(None) };
}

impl Scratch {
    /// Returns memory that holds nothing.
    pub(super) fn take() -> Self {
        KEPT.take().unwrap_or_default()
    }

    /// Keeps the memory for the next request of this thread.
    pub(super) fn give(mut self) {
        if self.came.capacity() > MOST || self.out.capacity() > MOST {
            return;
        }
        self.came.clear();
        // It has carried credentials.
        self.out.fill(0);
        self.out.clear();
        KEPT.set(Some(self));
    }
}
