//! The time limits of one request. A timer is set only when something has to be waited for.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use gatepass_auth::Space;

use super::runtime::{Runtime, Sleep};
use crate::address::address;
use crate::config::Timeouts;
use crate::error::{Error, Network};
use crate::transport::stream::Traffic;

/// The limits, and when the request began.
pub(crate) struct Clock {
    runtime: Runtime,
    limits: Timeouts,
    deadline: Option<Instant>,
    timer: Option<Timer>,
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Awaiting {
    Head,
    Body,
}

/// A timer that is running.
struct Timer {
    sleep: Sleep,
    /// How much had moved when it was last looked at, and when that was.
    heard: u64,
    since: Instant,
}

impl Clock {
    /// Starts the time of a request.
    pub(crate) fn start(runtime: Runtime, limits: Timeouts) -> Self {
        Self {
            runtime,
            deadline: limits
                .total
                .and_then(|total| Instant::now().checked_add(total)),
            limits,
            timer: None,
        }
    }

    /// Returns the limits as they were given.
    pub(crate) fn limits(&self) -> &Timeouts {
        &self.limits
    }

    /// Returns how much is left for the whole request, where that is limited.
    ///
    /// # Errors
    /// [`Network::TotalTimeout`] when nothing is.
    pub(crate) fn left(&self) -> Result<Option<Duration>, Error> {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Err(self.over());
        }
        Ok(left)
    }

    /// Returns the error of a request that took too long.
    pub(crate) fn over(&self) -> Error {
        self.total().into()
    }

    /// Returns how long a connection may take: the shorter of its own limit and what is left.
    ///
    /// # Errors
    /// [`Network::TotalTimeout`] when nothing is left.
    pub(crate) fn for_connect(&self) -> Result<Option<Duration>, Error> {
        let left = self.left()?;
        Ok(self.limits.connect.into_iter().chain(left).min())
    }

    /// Returns when a wait of this length ends.
    ///
    /// # Errors
    /// [`Network::TotalTimeout`] if that is later than the whole request may take.
    pub(crate) fn until(&self, wait: Duration) -> Result<Instant, Error> {
        let until = Instant::now().checked_add(wait);
        match (until, self.deadline) {
            (Some(until), Some(deadline)) if until < deadline => Ok(until),
            (Some(until), None) => Ok(until),
            _ => Err(self.total().into()),
        }
    }

    /// Returns the error of a connection that was not made in time: which of the two limits it was.
    pub(crate) fn no_connection(&self, address: String) -> Error {
        if self.is_over() {
            return self.total().into();
        }
        let after = self.limits.connect.unwrap_or_default();
        Network::ConnectTimeout { address, after }.into()
    }

    /// Waits for `poll`, not longer than the limits allow. `space` is whom it waits for; while `traffic` grows, something
    /// is heard of it.
    ///
    /// # Errors
    /// [`Network::ReadTimeout`] or [`Network::TotalTimeout`].
    pub(crate) async fn limit<T>(
        &mut self,
        awaiting: Awaiting,
        space: &Space,
        traffic: &Traffic,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Result<T, Error> {
        let result = poll_fn(|cx| match poll(cx) {
            // A peer that sends without a pause is never waited for.
            Poll::Ready(_) if self.is_over() => Poll::Ready(Err(self.total().into())),
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            // The runtime may let no timer ring to a task that has read a lot.
            Poll::Pending if self.is_over() => Poll::Ready(Err(self.total().into())),
            Poll::Pending => self.poll_timer(awaiting, space, traffic, cx).map(Err),
        })
        .await;
        self.timer = None;
        result
    }

    fn poll_timer(
        &mut self,
        awaiting: Awaiting,
        space: &Space,
        traffic: &Traffic,
        cx: &mut Context<'_>,
    ) -> Poll<Error> {
        loop {
            let heard = traffic.total();
            let timer = match &mut self.timer {
                Some(timer) => timer,
                None => match self.set_timer(awaiting, heard, Instant::now()) {
                    Some(timer) => self.timer.insert(timer),
                    None => return Poll::Pending,
                },
            };
            if timer.heard != heard {
                (timer.heard, timer.since) = (heard, Instant::now());
            }
            ready!(Pin::new(&mut timer.sleep).poll(cx));
            let since = timer.since;
            self.timer = None;
            if self.is_over() {
                return Poll::Ready(self.total().into());
            }
            let silence = self.silence(awaiting);
            if let Some(after) = silence.filter(|limit| since.elapsed() >= *limit) {
                let address = address(space);
                let first = awaiting == Awaiting::Head && self.limits.first_byte == Some(after);
                return Poll::Ready(if first {
                    Network::FirstByteTimeout { address, after }.into()
                } else {
                    Network::ReadTimeout { address, after }.into()
                });
            }
            self.timer = self.set_timer(awaiting, heard, since);
        }
    }

    fn is_over(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Returns how long nothing may move.
    fn silence(&self, awaiting: Awaiting) -> Option<Duration> {
        let first = self.limits.first_byte;
        let first = first.filter(|_| awaiting == Awaiting::Head);
        self.limits.read.into_iter().chain(first).min()
    }

    fn set_timer(&self, awaiting: Awaiting, heard: u64, since: Instant) -> Option<Timer> {
        let silence = self
            .silence(awaiting)
            .and_then(|limit| since.checked_add(limit));
        let until = silence.into_iter().chain(self.deadline).min()?;
        Some(Timer {
            sleep: self.runtime.sleep_until(until),
            heard,
            since,
        })
    }

    fn total(&self) -> Network {
        Network::TotalTimeout {
            after: self.limits.total.unwrap_or_default(),
        }
    }
}
