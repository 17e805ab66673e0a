//! Waiting on the calling thread: no runtime and no task, only `poll(2)` over the sockets that have nothing to give.
//!
//! [`block_on`] polls one future. What cannot go on says so here before it returns `Pending`: a socket by
//! [`wait_for`], a timer by [`wake_at`]. When nothing has been woken in the meantime, the thread sleeps in `poll(2)`
//! until one of them is ready, and then polls the future again. A signal that interrupts the sleep reaches the
//! embedding program.
//!
//! Looking a name up is the one thing that the system cannot do so: `getaddrinfo` only returns when it is done. It
//! runs on a thread of its own that ends with it ([`crate::transport::polled::lookup`]), so that time limits and signals hold there, too.

mod bell;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use rustix::event::PollFlags;

use crate::interrupt::OnInterrupt;
use crate::transport::polled::Fd;
use bell::Bell;

/// Says that the embedding program broke a wait off.
#[derive(Debug)]
pub(crate) struct Interrupted;

/// A socket, and what is waited for there.
type Waited = (Arc<Fd>, PollFlags);

/// What the future that is being polled waits for.
#[derive(Default)]
struct Turn {
    sockets: Vec<Waited>,
    until: Option<Instant>,
}

thread_local! {
    /// The turn of the innermost [`block_on`] of this thread. A socket that is polled outside of one waits for nothing.
    static TURN: RefCell<Option<Turn>> = const { RefCell::new(None) };

    /// Memory for the sockets of the next turn.
    static SPARE: Cell<Vec<Waited>> = const { Cell::new(Vec::new()) };

    /// By what other threads wake this one, kept for the next request.
    static BELL: Cell<Option<Arc<Bell>>> = const { Cell::new(None) };
}

/// Waits for `future` on this thread.
///
/// # Errors
/// [`Interrupted`] when a signal came and `on_interrupt` returned `false`. The future is dropped then.
pub(crate) fn block_on<T>(
    on_interrupt: Option<&OnInterrupt>,
    future: impl Future<Output = T>,
) -> Result<T, Interrupted> {
    let mut future = pin!(future);
    let bell = Borrowed::take();
    let waker = Waker::from(Arc::clone(&bell.0));
    let mut cx = Context::from_waker(&waker);
    let turn = Turn {
        sockets: SPARE.take(),
        until: None,
    };
    let _outer = Outer(TURN.replace(Some(turn)));
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return Ok(value);
        }
        let mut waited_for = TURN.with_borrow_mut(Option::take).unwrap_or_default();
        bell.0.sleep(&waited_for, on_interrupt)?;
        waited_for.sockets.clear();
        waited_for.until = None;
        TURN.set(Some(waited_for));
    }
}

/// Puts the turn of an outer [`block_on`] back: a reader of the program's may send a request of its own.
struct Outer(Option<Turn>);

impl Drop for Outer {
    fn drop(&mut self) {
        let ended = TURN.replace(self.0.take());
        if let Some(mut ended) = ended {
            ended.sockets.clear();
            SPARE.set(ended.sockets);
        }
    }
}

/// The bell of this thread while a request has it.
struct Borrowed(Arc<Bell>);

impl Borrowed {
    fn take() -> Self {
        let process = std::process::id();
        // A request inside another's reader finds none, and must not hear what is meant for the outer one.
        let kept = BELL.take().filter(|bell| bell.is_of(process));
        // What has rung it since then was meant for a request that is over.
        kept.iter().for_each(|bell| bell.hush());
        Self(kept.unwrap_or_else(|| Arc::new(Bell::new(process))))
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        BELL.set(Some(Arc::clone(&self.0)));
    }
}

/// Has the thread polled again when the socket is ready.
pub(crate) fn wait_for(fd: &Arc<Fd>, flags: PollFlags) {
    TURN.with_borrow_mut(|turn| {
        if let Some(turn) = turn {
            match turn
                .sockets
                .iter_mut()
                .find(|(known, _)| Arc::ptr_eq(known, fd))
            {
                Some((_, known)) => *known |= flags,
                None => turn.sockets.push((Arc::clone(fd), flags)),
            }
        }
    });
}

/// Has the thread polled again at `until`, at the latest.
pub(crate) fn wake_at(until: Instant) {
    TURN.with_borrow_mut(|turn| {
        if let Some(turn) = turn {
            turn.until = turn.until.into_iter().chain([until]).min();
        }
    });
}
