//! The client for programs without a runtime: the same, on the calling thread.
//!
//! ```
//! # let server = gatepass_server::Server::start().unwrap();
//! # let url = server.url("/digest-auth/auth/alice/s3cret");
//! use gatepass::auth::Digest;
//! use gatepass::blocking::Client;
//!
//! let client = Client::new();
//! let response = client.get(&url).auth(Digest::new("alice", "s3cret")).send()?;
//! assert_eq!(response.status(), 200);
//! let answer: serde_json::Value = response.json()?;
//! assert_eq!(answer["user"], "alice");
//! # Ok::<(), gatepass::Error>(())
//! ```
//!
//! No runtime is started, no task is handed over, and while the peer is silent the
//! thread sleeps in `poll(2)`. So:
//!
//! - a signal that interrupts the sleep reaches [`ClientBuilder::on_interrupt`], which can break the request off;
//! - a client that was made before `fork` works in the child, which never touches the parent's connections;
//! - time limits hold to within what the system needs to wake a thread.
//!
//! Only a host name is looked up on a thread of its own, which ends with the look-up, because the system offers no way to
//! wait for it; an address needs none. What a scheme asks of the [`Prompter`](crate::Prompter) and a
//! [`Provider`](crate::credentials::Provider), they do on the calling thread. It speaks HTTP/1.1.

use std::future::Future;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::client::{ClientBuilderOf, ClientOf};
use crate::download::{Destination, DownloadError, Progress, Saved};
use crate::drive::blocking::block_on;
use crate::error::{Error, Network};
use crate::mode::Blocking;
use crate::request::RequestBuilderOf;
use crate::response::{ResponseOf, from_json};
use crate::shared::Inner;

/// Sends requests on the calling thread and keeps connections for the next ones. A clone shares everything with its
/// original, and may be used by another thread.
pub type Client = ClientOf<Blocking>;

/// The settings of a [`Client`].
pub type ClientBuilder = ClientBuilderOf<Blocking>;

/// A request that is being put together. The first mistake is told when it is sent.
pub type RequestBuilder = RequestBuilderOf<Blocking>;

/// The answer to a request, whatever its status. The body is read by [`Response::bytes`] and its like, or through
/// [`io::Read`].
pub type Response = ResponseOf<Blocking>;

impl RequestBuilder {
    /// Sends the request and returns when the head of the response has come, after challenges and redirects.
    ///
    /// # Errors
    /// [`Error`]: no response came. A response with an error status is a response.
    pub fn send(self) -> Result<Response, Error> {
        let inner = Arc::clone(&self.inner);
        wait(&inner, self.carry_out()).map(Response::new)
    }
}

impl Response {
    /// Returns the next bytes of the body as they come, or `None` at its end.
    ///
    /// # Errors
    /// [`Error::Network`] for a connection that breaks or goes silent.
    pub fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let inner = Arc::clone(&self.arrived.inner);
        wait(&inner, self.arrived.chunk())
    }

    /// Reads the body to its end.
    ///
    /// # Errors
    /// As [`Response::chunk`].
    pub fn bytes(mut self) -> Result<Bytes, Error> {
        let inner = Arc::clone(&self.arrived.inner);
        wait(&inner, self.arrived.read_all(usize::MAX))
    }

    /// Reads the body as text, as [`crate::Response::text`] does.
    ///
    /// # Errors
    /// As [`crate::Response::text`].
    pub fn text(mut self) -> Result<String, Error> {
        let inner = Arc::clone(&self.arrived.inner);
        wait(&inner, self.arrived.text())
    }

    /// Writes the body to a file, as [`crate::Response::download`] does.
    ///
    /// # Errors
    /// As [`crate::Response::download`].
    pub fn download(
        self,
        destination: Destination,
        mut on_progress: impl FnMut(&Progress),
    ) -> Result<Saved, DownloadError> {
        let inner = Arc::clone(&self.arrived.inner);
        let mut latest = None;
        let note = |progress: &Progress| {
            latest = Some(progress.clone());
            on_progress(progress);
        };
        let work = async { Ok(self.arrived.download(&destination, note).await) };
        let done = wait(&inner, work);
        done.unwrap_or_else(|error| {
            Err(DownloadError {
                error: Box::new(error),
                progress: latest,
            })
        })
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`crate::error::Peer::NotJson`] with line and column; else as [`Response::chunk`].
    pub fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        from_json(&self.bytes()?)
    }
}

/// Reads the body as it comes. An error of the client's is inside the [`io::Error`].
impl io::Read for Response {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let inner = Arc::clone(&self.arrived.inner);
        wait(&inner, self.arrived.read(buffer)).map_err(|error| match error {
            // `Interrupted` would have the caller try again.
            error if error.is_timeout() => io::Error::new(io::ErrorKind::TimedOut, error),
            error => io::Error::other(error),
        })
    }
}

/// Waits on this thread.
fn wait<T>(inner: &Inner, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    block_on(inner.on_interrupt.as_deref(), future)
        .unwrap_or_else(|_| Err(Network::Interrupted.into()))
}
