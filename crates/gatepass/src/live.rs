//! A response whose body is still on the wire, together with the connection that it comes over.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use gatepass_auth::Headers;

use crate::drive::clock::{Awaiting, Clock};
use crate::drive::lost;
use crate::error::Error;
use crate::shared::Inner;
use crate::transport::connection::Connection;
use crate::transport::pool::Key;

/// How much of a response that nobody wants is read, to keep its connection, in bytes.
pub(crate) const DRAIN_LIMIT: usize = 1 << 16;

/// How long that may take: a new connection costs less. Longer where a handshake needs this very connection.
pub(crate) const DRAIN_TIME: Duration = Duration::from_secs(2);
pub(crate) const DRAIN_TIME_PINNED: Duration = Duration::from_secs(10);

/// Gives its connection back when the body has been read to the end, and closes it when it is dropped before.
pub(crate) struct Live {
    inner: Arc<Inner>,
    wire: Option<(Connection, Key)>,
    trailers: Option<Headers>,
    ended: bool,
}

impl Live {
    pub(crate) fn new(inner: Arc<Inner>, connection: Connection, key: Key) -> Self {
        Self {
            inner,
            wire: Some((connection, key)),
            trailers: None,
            ended: false,
        }
    }

    /// Returns the next bytes of the body, or `None` at its end.
    pub(crate) async fn chunk(&mut self, clock: &mut Clock) -> Result<Option<Bytes>, Error> {
        let Some((connection, key)) = self.wire.as_mut().filter(|_| !self.ended) else {
            return Ok(None);
        };
        let traffic = Arc::clone(connection.traffic());
        let chunk = clock
            .limit(Awaiting::Body, &key.space, &traffic, |cx| {
                connection.poll_chunk(cx)
            })
            .await;
        let chunk = chunk.map(|chunk| chunk.transpose().map_err(|error| lost(&key.space, &error)));
        match chunk {
            Ok(Ok(Some(bytes))) => Ok(Some(bytes)),
            Ok(Ok(None)) => {
                self.ended = true;
                self.trailers = connection.take_trailers();
                Ok(None)
            }
            Err(error) | Ok(Err(error)) => {
                self.wire = None;
                Err(error)
            }
        }
    }

    /// Takes the fields that came behind the body.
    pub(crate) fn take_trailers(&mut self) -> Option<Headers> {
        self.trailers.take()
    }

    /// Takes the connection for the next request of the same conversation, if it can carry one.
    pub(crate) fn into_connection(mut self) -> Option<(Connection, Key)> {
        let (mut connection, key) = self.wire.take()?;
        (self.ended && connection.is_still_idle()).then_some((connection, key))
    }
}

impl Live {
    /// Takes the connection on which another protocol is spoken from here on.
    pub(crate) fn into_carrier(mut self) -> Option<(Connection, Key)> {
        self.wire.take()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let Some((mut connection, key)) = self.wire.take() else {
            return;
        };
        // Nobody waits any more, but what has already come may be all of it.
        let mut cx = Context::from_waker(Waker::noop());
        let mut left = DRAIN_LIMIT;
        while !self.ended {
            match connection.poll_chunk(&mut cx) {
                Poll::Ready(Some(Ok(chunk))) if chunk.len() <= left => left -= chunk.len(),
                Poll::Ready(None) => self.ended = true,
                Poll::Pending | Poll::Ready(Some(_)) => return,
            }
        }
        if connection.goes_back() && connection.is_idle() {
            self.inner.pool.put(key, connection);
        }
    }
}
