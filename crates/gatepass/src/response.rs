//! A response: its head, its body as it comes, and how it came about.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use gatepass_auth::Headers;
use serde::de::DeserializeOwned;

use crate::arrived::Arrived;
use crate::charset;
use crate::error::{Error, Peer};
use crate::mode::{Async, Mode};
use crate::transcript::Transcript;
use gatepass_request::Url;

/// The answer to a request, whatever its status. The body is read by [`Response::bytes`] and its like.
pub type Response = ResponseOf<Async>;

/// The answer to a request of an asynchronous or a blocking client.
pub struct ResponseOf<M: Mode> {
    /// It is large, and responses are moved.
    pub(crate) arrived: Box<Arrived>,
    mode: PhantomData<M>,
}

impl<M: Mode> ResponseOf<M> {
    pub(crate) fn new(arrived: Box<Arrived>) -> Self {
        Self {
            arrived,
            mode: PhantomData,
        }
    }

    /// Returns the status code.
    pub fn status(&self) -> u16 {
        self.arrived.seen().status
    }

    /// Says whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// Returns the reason phrase, which HTTP allows to be empty.
    pub fn reason(&self) -> &str {
        &self.arrived.seen().reason
    }

    /// Returns the version as it is written: `HTTP/1.1`.
    pub fn version(&self) -> &'static str {
        self.arrived.seen().version
    }

    /// Returns the header fields.
    pub fn headers(&self) -> &Headers {
        &self.arrived.seen().headers
    }

    /// Returns the URL that the response came from: the last one, where there were redirects.
    pub fn url(&self) -> &Url {
        &self.arrived.url
    }

    /// Returns every request that was sent for this response, with what came back.
    pub fn transcript(&self) -> &Transcript {
        &self.arrived.transcript
    }

    /// Leaves the codings of the body alone: it is read as it is on the wire, compressed where `Content-Encoding` says so.
    #[must_use]
    pub fn undecoded(mut self) -> Self {
        self.arrived.undecoded();
        self
    }
}

impl Response {
    /// Returns the next bytes of the body as they come, decoded, or `None` at its end.
    ///
    /// # Errors
    /// [`Error::Network`] for a connection that breaks or goes silent; [`Peer::Coding`] and [`Peer::Swollen`] for a body
    /// that cannot be decoded.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.arrived.chunk().await
    }

    /// Reads the body to its end.
    ///
    /// # Errors
    /// As [`Response::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        self.arrived.read_all(usize::MAX).await
    }

    /// Reads the body as text in its own encoding; see [`crate::charset::text`].
    ///
    /// # Errors
    /// [`Peer::Charset`] for an encoding that nobody knows; else as [`Response::chunk`].
    pub async fn text(mut self) -> Result<String, Error> {
        self.arrived.text().await
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`Peer::NotJson`] with line and column; else as [`Response::chunk`].
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        from_json(&self.bytes().await?)
    }
}

/// Reads a body as JSON.
///
/// # Errors
/// [`Peer::NotJson`].
pub(crate) fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_str(&charset::json_text(body)).map_err(|error| {
        Peer::NotJson {
            problem: error.to_string(),
        }
        .into()
    })
}

impl<M: Mode> fmt::Debug for ResponseOf<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.arrived.seen();
        f.debug_struct("Response")
            .field("status", &head.status)
            .field("url", &self.arrived.url)
            .field("headers", &head.headers)
            .finish_non_exhaustive()
    }
}
