//! What has arrived of a response, and how the rest of it is read, whoever waits for it.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use bytes::{Bytes, BytesMut};

use crate::charset;
use crate::checks::Checks;
use crate::config::Decoding;
use crate::decode::Decoder;
use crate::drive::clock::Clock;
use crate::error::{Error, Peer};
use crate::live::Live;
use crate::shared::Inner;
use crate::transcript::{Head, Transcript};
use gatepass_request::Url;

/// A body of fewer bytes than this is copied when all of it is read.
const SMALL: usize = 4 << 10;

/// A response whose head has come.
pub(crate) struct Arrived {
    pub(crate) inner: Arc<Inner>,
    pub(crate) url: Url,
    pub(crate) transcript: Transcript,
    since: Instant,
    clock: Clock,
    live: Option<Live>,
    /// What was read before it was asked for, as it is on the wire.
    read: Option<Bytes>,
    /// What was decoded before it was asked for.
    rest: Option<Bytes>,
    decoder: Option<Decoder>,
    checks: Checks,
}

impl Arrived {
    pub(crate) fn new(
        inner: Arc<Inner>,
        (url, mut transcript): (Url, Transcript),
        clock: Clock,
        mut live: Option<Live>,
        read: Option<Bytes>,
        checks: Checks,
    ) -> Self {
        let behind = live.as_mut().and_then(Live::take_trailers);
        let last = transcript.legs.last_mut();
        if let (Some(behind), Some(head)) = (behind, last.and_then(|it| it.response.as_mut())) {
            head.trailers = behind;
        }
        Self {
            inner,
            url,
            transcript,
            since: Instant::now(),
            clock,
            live: live.filter(|_| read.is_none()),
            read,
            rest: None,
            decoder: None,
            checks,
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

    /// Has the codings of the body undone, where it has any. A part of a body (206) cannot be decoded by itself.
    pub(crate) fn decode(&mut self, limits: Decoding) {
        let head = self.seen();
        if head.status != 206 {
            self.decoder = Decoder::of(&head.headers, limits);
        }
    }

    /// Leaves the codings of the body alone.
    pub(crate) fn undecoded(&mut self) {
        self.decoder = None;
    }

    /// Says whether the codings of the body are undone.
    pub(crate) fn is_decoding(&self) -> bool {
        self.decoder.is_some()
    }

    /// Returns the next bytes of the body as they come, decoded, or `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(rest) = self.rest.take() {
            return Ok(Some(rest));
        }
        while let Some(decoder) = &mut self.decoder {
            match decoder.pull() {
                Ok(Some(piece)) => return Ok(Some(piece)),
                Ok(None) if decoder.is_ended() => return Ok(None),
                Ok(None) => {}
                Err(error) => {
                    self.decoder = None;
                    self.live = None;
                    return Err(error.into());
                }
            }
            let more = self.wire_chunk().await?;
            match (&mut self.decoder, more) {
                (Some(decoder), Some(bytes)) => decoder.push(bytes),
                (Some(decoder), None) => decoder.end(),
                (None, _) => {}
            }
        }
        self.wire_chunk().await
    }

    /// Returns the next bytes as they are on the wire, or `None` at the end.
    async fn wire_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if let Some(read) = self.read.take().filter(|read| !read.is_empty()) {
            self.checks.update(&read);
            return Ok(Some(read));
        }
        let Some(live) = &mut self.live else {
            self.finish_checks()?;
            return Ok(None);
        };
        let chunk = live.chunk(&mut self.clock).await?;
        if let Some(bytes) = &chunk {
            self.checks.update(bytes);
        } else {
            if let Some(leg) = self.transcript.legs.last_mut() {
                leg.timing.body = Some(self.since.elapsed());
                if let (Some(trailers), Some(head)) = (live.take_trailers(), &mut leg.response) {
                    head.trailers = trailers;
                }
            }
            // The connection is free from here on, not when the response is dropped.
            self.live = None;
            self.finish_checks()?;
        }
        Ok(chunk)
    }

    fn finish_checks(&mut self) -> Result<(), Error> {
        let trailers = self.seen().trailers.clone();
        self.checks.finish(&trailers)
    }

    /// Reads the next bytes of the body into `buffer`, and returns how many; none at its end.
    pub(crate) async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let Some(mut chunk) = self.chunk().await? else {
            return Ok(0);
        };
        let read = chunk.len().min(buffer.len());
        buffer[..read].copy_from_slice(&chunk.split_to(read));
        self.rest = Some(chunk).filter(|rest| !rest.is_empty());
        Ok(read)
    }

    /// Reads the body to its end, not more of it than `limit` bytes.
    pub(crate) async fn read_all(&mut self, limit: usize) -> Result<Bytes, Error> {
        let Some(mut first) = self.chunk().await? else {
            return Ok(Bytes::new());
        };
        // It is a share of the memory that the codec reads into. That can be used again only when nobody has one.
        if first.len() < SMALL {
            first = Bytes::copy_from_slice(&first);
        }
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

    /// Reads the body as text; see [`crate::charset::text`].
    pub(crate) async fn text(&mut self) -> Result<String, Error> {
        let bytes = self.read_all(usize::MAX).await?;
        let content_type = self.seen().headers.get_str("Content-Type");
        charset::text(&bytes, content_type).map(Cow::into_owned)
    }
}
