//! A response on its way to hyper.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use http::{Response, StatusCode};
use hyper::body::{Frame, SizeHint};

use crate::framing::Exchange;
use crate::head::Refusal;
use crate::json::Json;

/// What an endpoint answers.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// How long the answer is held back.
    pub(crate) after: Duration,
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

impl Reply {
    /// Answers without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: HeaderMap::with_capacity(8),
            body: Body::from(Bytes::new()),
            after: Duration::ZERO,
        }
    }

    /// Answers 200 with bytes of a type.
    pub(crate) fn bytes(kind: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        let mut reply = Self::empty(200).with(CONTENT_TYPE, kind);
        reply.body = Body::from(bytes.into());
        reply
    }

    /// Answers with a JSON document.
    pub(crate) fn json(status: u16, json: Json) -> Self {
        Self::bytes(JSON, json.finish()).status(status)
    }

    /// Answers with what is wrong and a sentence about it.
    pub(crate) fn problem(status: u16, detail: &str) -> Self {
        let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut json = Json::object();
        json.string("error", code.canonical_reason().unwrap_or("Error"));
        json.string("detail", detail);
        Self::json(status, json)
    }

    /// Answers with a body that is written piece by piece.
    pub(crate) fn pieces(
        kind: HeaderValue,
        pieces: impl Iterator<Item = Bytes> + Send + 'static,
    ) -> Self {
        let mut reply = Self::empty(200).with(CONTENT_TYPE, kind);
        reply.body.content = Content::Pieces(Box::new(pieces));
        reply
    }

    /// Waits before each piece.
    pub(crate) fn every(mut self, interval: Duration) -> Self {
        self.body.interval = interval;
        self
    }

    /// Sets the status.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// Adds a header field beside any of the same name.
    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Has a browser run nothing of a body that a client may have written.
    pub(crate) fn sandboxed(self) -> Self {
        let policy = HeaderValue::from_static("default-src 'none'; sandbox");
        self.with(CONTENT_SECURITY_POLICY, policy)
    }

    /// Makes the response, and tells `exchange` when its body is out.
    pub(crate) fn into_response(mut self, exchange: Arc<Exchange>) -> Response<Body> {
        self.body.exchange = Some(exchange);
        let mut response = Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

impl From<&Refusal> for Reply {
    fn from(refusal: &Refusal) -> Self {
        Self::problem(refusal.status, &refusal.detail)
            .with(CONNECTION, HeaderValue::from_static("close"))
    }
}

/// The body of a response.
pub(crate) struct Body {
    content: Content,
    /// How long each piece is held back.
    interval: Duration,
    timer: Option<Pin<Box<tokio::time::Sleep>>>,
    exchange: Option<Arc<Exchange>>,
}

enum Content {
    Whole(Bytes),
    Pieces(Box<dyn Iterator<Item = Bytes> + Send>),
}

impl Body {
    /// Returns the bytes, where they are held whole.
    pub(crate) fn whole(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Whole(bytes) => Some(bytes),
            Content::Pieces(_) => None,
        }
    }

    /// Returns the length in bytes, where it is known.
    pub(crate) fn length(&self) -> Option<usize> {
        self.whole().map(<[u8]>::len)
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self {
            content: Content::Whole(bytes),
            interval: Duration::ZERO,
            timer: None,
            exchange: None,
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if !self.interval.is_zero() {
            let interval = self.interval;
            let timer = self
                .timer
                .get_or_insert_with(|| Box::pin(tokio::time::sleep(interval)));
            ready!(timer.as_mut().poll(cx));
            self.timer = None;
        }
        let piece = match &mut self.content {
            Content::Whole(bytes) if bytes.is_empty() => None,
            Content::Whole(bytes) => Some(std::mem::take(bytes)),
            Content::Pieces(pieces) => pieces.next(),
        };
        Poll::Ready(piece.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.content, Content::Whole(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        self.length().map_or_else(SizeHint::default, |length| {
            SizeHint::with_exact(length as u64)
        })
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if let Some(exchange) = &self.exchange {
            exchange.finished();
        }
    }
}
