//! The body of a request: none, bytes, or a reader that can be read once.

use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, ReadBuf};

/// What a request carries.
#[derive(Default)]
pub(crate) enum RequestBody {
    #[default]
    Empty,
    Bytes(Bytes),
    Once(OnceBody),
}

impl RequestBody {
    /// Returns what a scheme may know of it.
    pub(crate) fn described(&self) -> gatepass_auth::Body {
        match self {
            Self::Empty => gatepass_auth::Body::Empty,
            Self::Bytes(bytes) => gatepass_auth::Body::Bytes(bytes.clone()),
            Self::Once(once) => gatepass_auth::Body::Opaque {
                length: once.length,
                replayable: false,
            },
        }
    }
}

/// A reader that is read to its end, once.
pub(crate) struct OnceBody {
    // The lock is never waited for: it makes a reader that is only `Send` shareable.
    reader: Mutex<Pin<Box<dyn AsyncRead + Send>>>,
    length: Option<u64>,
    left: Option<u64>,
    done: bool,
}

const CHUNK: usize = 16 * 1024;

impl OnceBody {
    pub(crate) fn new(reader: impl AsyncRead + Send + 'static, length: Option<u64>) -> Self {
        Self {
            reader: Mutex::new(Box::pin(reader)),
            length,
            left: length,
            done: length == Some(0),
        }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, std::io::Error>>> {
        if self.done {
            return Poll::Ready(None);
        }
        let mut chunk = vec![0; CHUNK];
        let mut buffer = ReadBuf::new(&mut chunk);
        let reader = self
            .reader
            .get_mut()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Err(error) = ready!(reader.as_mut().poll_read(cx, &mut buffer)) {
            self.done = true;
            return Poll::Ready(Some(Err(error)));
        }
        let read = buffer.filled().len();
        chunk.truncate(read);
        if read == 0 {
            self.done = true;
            return Poll::Ready(match self.left {
                Some(left) if left > 0 => {
                    let problem = format!("it ended {left} bytes before the length that was given");
                    Some(Err(std::io::Error::other(problem)))
                }
                _ => None,
            });
        }
        if let Some(left) = &mut self.left {
            match left.checked_sub(read as u64) {
                Some(rest) => *left = rest,
                None => {
                    self.done = true;
                    let problem = "it is longer than the length that was given";
                    return Poll::Ready(Some(Err(std::io::Error::other(problem))));
                }
            }
            self.done = *left == 0;
        }
        Poll::Ready(Some(Ok(chunk.into())))
    }
}

/// What goes over the wire in one attempt.
pub(crate) enum WireBody {
    Full(Full<Bytes>),
    Once(OnceBody),
}

impl WireBody {
    pub(crate) fn full(bytes: Bytes) -> Self {
        Self::Full(Full::new(bytes))
    }

    pub(crate) fn empty() -> Self {
        Self::full(Bytes::new())
    }
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.get_mut() {
            Self::Full(full) => Pin::new(full)
                .poll_frame(cx)
                .map_err(|never| match never {}),
            Self::Once(once) => once.poll_chunk(cx).map_ok(Frame::data),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Full(full) => full.is_end_stream(),
            Self::Once(once) => once.length == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Full(full) => full.size_hint(),
            Self::Once(once) => once
                .length
                .map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &'static [u8], length: Option<u64>) -> Result<Vec<u8>, std::io::Error> {
        let mut body = OnceBody::new(text, length);
        let mut all = Vec::new();
        while let Some(chunk) = std::future::poll_fn(|cx| body.poll_chunk(cx)).await {
            all.extend_from_slice(&chunk?);
        }
        Ok(all)
    }

    #[tokio::test]
    async fn a_wrong_length_is_an_error() {
        assert_eq!(read(b"hello", None).await.unwrap(), b"hello");
        assert_eq!(read(b"hello", Some(5)).await.unwrap(), b"hello");
        assert!(read(b"hello", Some(6)).await.is_err());
        assert!(read(b"hello", Some(4)).await.is_err());
    }
}
