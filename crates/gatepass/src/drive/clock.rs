//! The time limits of one request. A timer is set only when something has to be waited for.

use std::future::{Future as _, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use gatepass_auth::Space;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::config::Timeouts;
use crate::error::{Error, Network};
use crate::transport::connector::address;

/// The limits, and when the request began.
pub(crate) struct Clock {
    limits: Timeouts,
    deadline: Option<Instant>,
    timer: Option<(Pin<Box<Sleep>>, Network)>,
}

impl Clock {
    /// Starts the time of a request.
    pub(crate) fn start(limits: Timeouts) -> Self {
        Self {
            deadline: limits.total.map(|total| Instant::now() + total),
            limits,
            timer: None,
        }
    }

    /// Returns how long a connection may take: the shorter of its own limit and what is left.
    ///
    /// # Errors
    /// [`Network::TotalTimeout`] when nothing is left.
    pub(crate) fn for_connect(&self) -> Result<Option<Duration>, Error> {
        let left = self
            .deadline
            .map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Err(self.total().into());
        }
        Ok(self.limits.connect.into_iter().chain(left).min())
    }

    /// Returns the error of a connection that was not made in time: which of the two limits it was.
    pub(crate) fn which(&self, error: Error) -> Error {
        let over = self
            .deadline
            .is_some_and(|deadline| Instant::now() >= deadline);
        match error {
            Error::Network(Network::ConnectTimeout { .. }) if over => self.total().into(),
            other => other,
        }
    }

    /// Waits for `poll`, not longer than the limits allow. `space` is whom it waits for.
    ///
    /// # Errors
    /// [`Network::ReadTimeout`] or [`Network::TotalTimeout`].
    pub(crate) async fn limit<T>(
        &mut self,
        space: &Space,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Result<T, Error> {
        let result = poll_fn(|cx| match poll(cx) {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending => self.poll_timer(space, cx).map(Err),
        })
        .await;
        self.timer = None;
        result
    }

    fn poll_timer(&mut self, space: &Space, cx: &mut Context<'_>) -> Poll<Error> {
        if self.timer.is_none() {
            let silence = self.limits.read.map(|limit| Instant::now() + limit);
            let (until, error) = match (silence, self.deadline) {
                (None, None) => return Poll::Pending,
                (Some(silence), deadline)
                    if deadline.is_none_or(|deadline| silence <= deadline) =>
                {
                    let after = self.limits.read.unwrap_or_default();
                    (
                        silence,
                        Network::ReadTimeout {
                            address: address(space),
                            after,
                        },
                    )
                }
                (_, deadline) => (deadline.unwrap_or_else(Instant::now), self.total()),
            };
            self.timer = Some((Box::pin(sleep_until(until)), error));
        }
        match &mut self.timer {
            Some((timer, error)) => timer.as_mut().poll(cx).map(|()| error.clone().into()),
            None => Poll::Pending,
        }
    }

    fn total(&self) -> Network {
        Network::TotalTimeout {
            after: self.limits.total.unwrap_or_default(),
        }
    }
}
