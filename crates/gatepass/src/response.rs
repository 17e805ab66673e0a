//! A response: its head, its body as it comes, and how it came about.

use std::fmt;

use bytes::{Bytes, BytesMut};
use gatepass_auth::Headers;
use serde::de::DeserializeOwned;

use crate::drive::clock::Clock;
use crate::error::{Error, Peer};
use crate::live::Live;
use crate::transcript::{Head, Transcript};
use gatepass_request::Url;

/// The answer to a request, whatever its status. The body is read by [`Response::bytes`] and its like.
pub struct Response {
    url: Url,
    transcript: Transcript,
    clock: Clock,
    live: Option<Live>,
    read: Option<Bytes>,
}

impl Response {
    pub(crate) fn new(
        url: Url,
        transcript: Transcript,
        clock: Clock,
        live: Option<Live>,
        read: Option<Bytes>,
    ) -> Self {
        Self {
            url,
            transcript,
            clock,
            live: live.filter(|_| read.is_none()),
            read,
        }
    }

    fn seen(&self) -> &Head {
        const NONE: &Head = &Head::none();
        self.transcript
            .last()
            .and_then(|leg| leg.response())
            .unwrap_or(NONE)
    }

    pub(crate) fn head(&self) -> Head {
        self.seen().clone()
    }

    /// Returns the status code.
    pub fn status(&self) -> u16 {
        self.seen().status
    }

    /// Says whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// Returns the reason phrase, which HTTP allows to be empty.
    pub fn reason(&self) -> &str {
        &self.seen().reason
    }

    /// Returns the version as it is written: `HTTP/1.1`.
    pub fn version(&self) -> &'static str {
        self.seen().version
    }

    /// Returns the header fields.
    pub fn headers(&self) -> &Headers {
        &self.seen().headers
    }

    /// Returns the URL that the response came from: the last one, where there were redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns every request that was sent for this response, with what came back.
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Returns the next bytes of the body as they come, or `None` at its end.
    ///
    /// # Errors
    /// [`Error::Network`] for a connection that breaks or goes silent.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(read) = self.read.take() {
            return Ok(Some(read).filter(|bytes| !bytes.is_empty()));
        }
        let Some(live) = &mut self.live else {
            return Ok(None);
        };
        let chunk = live.chunk(&mut self.clock).await?;
        if chunk.is_none() {
            // The connection is free from here on, not when the response is dropped.
            self.live = None;
        }
        Ok(chunk)
    }

    /// Reads the body to its end.
    ///
    /// # Errors
    /// As [`Response::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        self.take_bytes(usize::MAX).await
    }

    pub(crate) async fn take_bytes(&mut self, limit: usize) -> Result<Bytes, Error> {
        let Some(first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        let mut all: Option<BytesMut> = None;
        while let Some(chunk) = self.chunk().await? {
            let all = all.get_or_insert_with(|| BytesMut::from(&first[..]));
            if all.len() + chunk.len() > limit {
                return Err(Peer::BodyTooLarge { limit }.into());
            }
            all.extend_from_slice(&chunk);
        }
        Ok(all.map_or(first, BytesMut::freeze))
    }

    /// Reads the body as text in the encoding that its `Content-Type` names: UTF-8, which is also the default, or
    /// ISO-8859-1. Bytes that are no UTF-8 become U+FFFD.
    ///
    /// # Errors
    /// [`Peer::Charset`] for another encoding; else as [`Response::chunk`].
    pub async fn text(mut self) -> Result<String, Error> {
        let charset = self.headers().get_str("Content-Type").and_then(charset_of);
        let bytes = self.take_bytes(usize::MAX).await?;
        match charset.as_deref() {
            None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => {
                Ok(String::from_utf8_lossy(&bytes).into_owned())
            }
            Some("iso-8859-1" | "latin1" | "iso8859-1") => {
                Ok(bytes.iter().copied().map(char::from).collect())
            }
            Some(other) => Err(Peer::Charset {
                charset: other.to_owned(),
            }
            .into()),
        }
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// [`Peer::NotJson`] with line and column; else as [`Response::chunk`].
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, Error> {
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Peer::NotJson {
                problem: error.to_string(),
            }
            .into()
        })
    }
}

/// Returns the `charset` parameter of a media type in lower case (RFC 9110 section 8.3.2).
fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    })
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.seen();
        f.debug_struct("Response")
            .field("status", &head.status)
            .field("url", &self.url)
            .field("headers", &head.headers)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_is_found() {
        for (value, charset) in [
            ("text/html; charset=UTF-8", Some("utf-8")),
            ("text/html;x=y; Charset=\"ISO-8859-1\"", Some("iso-8859-1")),
            ("text/html", None),
        ] {
            assert_eq!(charset_of(value).as_deref(), charset, "{value}");
        }
    }
}
