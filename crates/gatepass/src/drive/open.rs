//! Opens a connection by the settings of a request.

use std::sync::Arc;
use std::time::Instant;

use gatepass_auth::{Principal, Space};

use super::carry::lost;
use crate::client::Inner;
use crate::config::{Dial, Timeouts, Tls};
use crate::error::{Error, Network};
use crate::transcript::Timing;
use crate::transport::connection::Connection;
use crate::transport::connector::{Connector, address, within};
use crate::transport::pool::Key;
use crate::transport::stream::Stream;
use crate::transport::tls;

/// By which settings a request connects.
#[derive(Clone)]
pub(crate) struct How {
    /// The number of the TLS settings.
    pub(crate) tls: usize,
    pub(crate) dial: Arc<Dial>,
    /// The number of `dial`.
    pub(crate) dial_number: usize,
}

impl How {
    /// Takes the client's settings where the request has none of its own.
    pub(crate) fn of(inner: &Inner, tls: Option<&Tls>, dial: Option<&Dial>) -> Self {
        Self {
            tls: tls.map_or(inner.default_tls, |tls| inner.tls.id(tls)),
            dial: dial.map_or_else(|| Arc::clone(&inner.dial), |dial| Arc::new(dial.clone())),
            dial_number: dial.map_or(0, |dial| inner.dials.number(dial)),
        }
    }

    /// Returns what must be equal for a connection to be used again.
    pub(crate) fn key(&self, space: Space, principal: Option<Principal>) -> Key {
        Key {
            tls: if space.scheme() == "https" {
                self.tls
            } else {
                0
            },
            space,
            dial: self.dial_number,
            principals: [principal, None],
        }
    }
}

/// What is needed to open a connection.
pub(crate) struct Opener<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) how: &'a How,
    pub(crate) limits: &'a Timeouts,
}

impl Opener<'_> {
    /// Opens a connection. The limits of its parts hold here, the limit of the whole is the caller's.
    ///
    /// # Errors
    /// [`Error::Network`] or [`Error::Tls`].
    pub(crate) async fn open(&self, key: &Key, timing: &mut Timing) -> Result<Connection, Error> {
        let stream = self.stream(key, timing).await?;
        let id = self.inner.next_connection();
        let connection = Connection::new(id, stream).await;
        connection.map_err(|error| lost(&key.space, &error))
    }

    async fn stream(&self, key: &Key, timing: &mut Timing) -> Result<Stream, Error> {
        let connector = Connector {
            runtime: self.inner.runtime,
            dial: &self.how.dial,
            lookup: self.limits.lookup,
        };
        let space = &key.space;
        let stream = match &self.how.dial.unix {
            #[cfg(unix)]
            Some(path) => connector.unix(path, timing).await?,
            _ => connector.tcp(space.host(), space.port(), timing).await?,
        };
        if space.scheme() == "https" {
            return self.secure(space, stream, key.tls, timing).await;
        }
        Ok(stream)
    }

    /// Speaks TLS over a stream within its limit.
    async fn secure(
        &self,
        space: &Space,
        stream: Stream,
        tls: usize,
        timing: &mut Timing,
    ) -> Result<Stream, Error> {
        let (start, limit) = (Instant::now(), self.limits.tls);
        let handshake = tls::handshake(space, stream, self.inner.tls.get(tls)?);
        let done = within(self.inner.runtime, limit, handshake).await;
        timing.tls = Some(start.elapsed());
        match done {
            Some(stream) => Ok(Stream::tls(stream?)),
            None => Err(Network::TlsTimeout {
                address: address(space),
                after: limit.unwrap_or_default(),
            }
            .into()),
        }
    }
}
