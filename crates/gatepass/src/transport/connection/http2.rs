//! HTTP/2 (RFC 9113): many requests over one connection, which a task of the caller's runtime drives.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::super::stream::{Stream, Traffic};
use super::Unanswered;
use crate::body::stream::WireBody;

/// A share of a connection. The connection ends when nobody has a share any more.
pub(super) struct Http2 {
    sender: SendRequest<Counted>,
    /// What has moved for the request of this share; the socket's count would be that of all.
    traffic: Arc<Traffic>,
}

impl Http2 {
    pub(super) async fn new(stream: Stream) -> Result<Self, hyper::Error> {
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .adaptive_window(true)
            .handshake(TokioIo::new(stream))
            .await?;
        // What ends it is told to the requests that it carries.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self {
            sender,
            traffic: Arc::default(),
        })
    }

    pub(super) fn share(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            traffic: Arc::default(),
        }
    }

    pub(super) fn traffic(&self) -> Arc<Traffic> {
        Arc::clone(&self.traffic)
    }

    pub(super) fn is_open(&self) -> bool {
        self.sender.is_ready() && !self.sender.is_closed()
    }

    /// Sends a request, as soon as the peer takes one more.
    pub(super) async fn send(
        &mut self,
        request: Request<WireBody>,
    ) -> Result<Response<Incoming>, Unanswered> {
        let traffic = Arc::clone(&self.traffic);
        let request = request.map(|body| Counted { body, traffic });
        match self.sender.try_send_request(request).await {
            Ok(response) => Ok(response),
            Err(mut failed) => {
                let unsent = failed.take_message();
                let error = failed.into_error();
                Err(Unanswered {
                    refused: unsent.is_some() || is_refusal(&error),
                    unsent: unsent.map(|request| request.into_body().body),
                    error,
                })
            }
        }
    }
}

/// Says whether the peer refused a request without looking at it, as when it is about to go away.
fn is_refusal(error: &hyper::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let reason = error.reason();
            return reason == Some(h2::Reason::REFUSED_STREAM)
                || (error.is_go_away() && reason == Some(h2::Reason::NO_ERROR));
        }
        cause = error.source();
    }
    false
}

/// Returns the next bytes of a body; trailers are read and dropped.
pub(super) fn poll_chunk(
    body: &mut Incoming,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Bytes, hyper::Error>>> {
    loop {
        match ready!(Pin::new(&mut *body).poll_frame(cx)) {
            None => return Poll::Ready(None),
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    return Poll::Ready(Some(Ok(bytes)));
                }
            }
        }
    }
}

/// A body that counts what was taken from it.
struct Counted {
    body: WireBody,
    traffic: Arc<Traffic>,
}

impl Body for Counted {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame {
            this.traffic.wrote(frame.data_ref().map_or(0, Bytes::len));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
