//! What has arrived of a response, and how the rest of it is read, whoever waits for it.

use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::client::Inner;
use crate::drive::clock::Clock;
use crate::error::{Error, Peer};
use crate::live::Live;
use crate::transcript::{Head, Transcript};
use gatepass_request::Url;

/// A response whose head has come.
pub(crate) struct Arrived {
    pub(crate) inner: Arc<Inner>,
    pub(crate) url: Url,
    pub(crate) transcript: Transcript,
    since: Instant,
    clock: Clock,
    live: Option<Live>,
    /// What was read before it was asked for.
    read: Option<Bytes>,
}

impl Arrived {
    pub(crate) fn new(
        inner: Arc<Inner>,
        (url, transcript): (Url, Transcript),
        clock: Clock,
        live: Option<Live>,
        read: Option<Bytes>,
    ) -> Self {
        Self {
            inner,
            url,
            transcript,
            since: Instant::now(),
            clock,
            live: live.filter(|_| read.is_none()),
            read,
        }
    }

    pub(crate) fn seen(&self) -> &Head {
        const NONE: &Head = &Head::none();
        self.transcript
            .last()
            .and_then(|leg| leg.response())
            .unwrap_or(NONE)
    }

    pub(crate) fn head(&self) -> Head {
        self.seen().clone()
    }

    /// Returns the next bytes of the body as they come, or `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(read) = self.read.take().filter(|read| !read.is_empty()) {
            return Ok(Some(read));
        }
        let Some(live) = &mut self.live else {
            return Ok(None);
        };
        let chunk = live.chunk(&mut self.clock).await?;
        if chunk.is_none() {
            if let Some(leg) = self.transcript.legs.last_mut() {
                leg.timing.body = Some(self.since.elapsed());
            }
            // The connection is free from here on, not when the response is dropped.
            self.live = None;
        }
        Ok(chunk)
    }

    /// Reads the next bytes of the body into `buffer`, and returns how many; none at its end.
    pub(crate) async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let Some(mut chunk) = self.chunk().await? else {
            return Ok(0);
        };
        let read = chunk.len().min(buffer.len());
        buffer[..read].copy_from_slice(&chunk.split_to(read));
        self.read = Some(chunk).filter(|rest| !rest.is_empty());
        Ok(read)
    }

    /// Reads the body to its end, not more of it than `limit` bytes.
    pub(crate) async fn read_all(&mut self, limit: usize) -> Result<Bytes, Error> {
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

    /// Reads the body as text in the encoding that its `Content-Type` names.
    pub(crate) async fn text(&mut self) -> Result<String, Error> {
        let headers = &self.seen().headers;
        let charset = headers.get_str("Content-Type").and_then(charset_of);
        let bytes = self.read_all(usize::MAX).await?;
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
}

/// Returns the `charset` parameter of a media type in lower case (RFC 9110 section 8.3.2).
fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"').to_ascii_lowercase();
        name.trim().eq_ignore_ascii_case("charset").then_some(value)
    })
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
