//! A body that is held back until the server says that it wants it (RFC 9110 section 10.1.1).

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, StatusCode};
use hyper::body::{Body as _, Frame, SizeHint};

use super::stream::WireBody;

/// Lets a body go. Its other end is [`Held`].
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_open: bool,
    /// The body, until it goes.
    body: Option<Box<WireBody>>,
    waker: Option<Waker>,
}

/// A body behind a gate.
pub(crate) struct Held {
    gate: Gate,
    size: SizeHint,
    /// The body, when it goes.
    body: Option<Box<WireBody>>,
}

impl Gate {
    /// Puts the body of a request behind the gate, which a 100 (Continue) opens.
    pub(crate) fn hold_back(&self, request: Request<WireBody>) -> Request<WireBody> {
        let mut request = request.map(|body| {
            let size = body.size_hint();
            self.state().body = Some(Box::new(body));
            WireBody::Held(Held {
                gate: self.clone(),
                size,
                body: None,
            })
        });
        let gate = self.clone();
        hyper::ext::on_informational(&mut request, move |head| {
            if head.status() == StatusCode::CONTINUE {
                gate.open();
            }
        });
        request
    }

    /// Lets the body go.
    pub(crate) fn open(&self) {
        let waker = {
            let mut state = self.state();
            state.is_open = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Says whether the body may go.
    pub(crate) fn is_open(&self) -> bool {
        self.state().is_open
    }

    /// Returns the body, if nobody has begun to read it. It does not go any more.
    pub(crate) fn take_back(&self) -> Option<WireBody> {
        let mut state = self.state();
        state.is_open = false;
        state.body.take().map(|body| *body)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    pub(super) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if self.body.is_none() {
            let mut state = self.gate.state();
            if !state.is_open {
                state.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            self.body = state.body.take();
        }
        match &mut self.body {
            Some(body) => Pin::new(&mut **body).poll_frame(cx),
            // It was taken back, so that it cannot go.
            None => Poll::Pending,
        }
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.size
    }
}
