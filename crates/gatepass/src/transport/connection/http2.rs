//! HTTP/2 (RFC 9113): many requests over one connection, which a task of the caller's runtime drives.
//!
//! hyper is spoken with here alone: what it says is put into this crate's words before it leaves this file.

use std::error::Error as _;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::TrySendError;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};

use super::super::broken::Broken;
use super::super::stream::{Stream, Traffic};
use super::Unanswered;
use crate::body::stream::WireBody;

/// A share of a connection. The connection ends when nobody has a share any more.
pub(super) struct Http2 {
    sender: SendRequest<Counted>,
    /// What has moved for the request of this share; the socket's count would be that of all.
    traffic: Arc<Traffic>,
    answer: Option<Answer>,
    body: Option<Incoming>,
    trailers: Option<HeaderMap>,
}

type Answer = Pin<
    Box<
        dyn Future<Output = Result<Response<Incoming>, TrySendError<Request<Counted>>>>
            + Send
            + Sync,
    >,
>;

impl Http2 {
    pub(super) async fn new(stream: Stream) -> Result<Self, Broken> {
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .adaptive_window(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broken(&error))?;
        // What ends it is told to the requests that it carries.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self::of(sender))
    }

    fn of(sender: SendRequest<Counted>) -> Self {
        Self {
            sender,
            traffic: Arc::default(),
            answer: None,
            body: None,
            trailers: None,
        }
    }

    pub(super) fn share(&self) -> Self {
        Self::of(self.sender.clone())
    }

    pub(super) fn traffic(&self) -> &Arc<Traffic> {
        &self.traffic
    }

    pub(super) fn is_open(&self) -> bool {
        self.sender.is_ready() && !self.sender.is_closed()
    }

    /// Begins a request, which goes out as soon as the peer takes one more.
    pub(super) fn begin(&mut self, request: Request<WireBody>) {
        let traffic = Arc::clone(&self.traffic);
        let request = request.map(|body| Counted { body, traffic });
        self.answer = Some(Box::pin(self.sender.try_send_request(request)));
    }

    /// Waits for the head of the response.
    pub(super) fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Response<()>, Unanswered>> {
        let Some(answer) = &mut self.answer else {
            return Poll::Pending;
        };
        let answered = ready!(answer.as_mut().poll(cx));
        self.answer = None;
        Poll::Ready(match answered {
            Ok(response) => {
                let (head, body) = response.into_parts();
                self.body = Some(body);
                Ok(Response::from_parts(head, ()))
            }
            Err(mut failed) => {
                let unsent = failed.take_message();
                let error = failed.into_error();
                Err(Unanswered {
                    refused: unsent.is_some() || is_refusal(&error),
                    unsent: unsent.is_some(),
                    body: unsent.map(|request| request.into_body().body),
                    error: broken(&error),
                })
            }
        })
    }

    /// Takes the fields that came behind the body.
    pub(super) fn take_trailers(&mut self) -> Option<HeaderMap> {
        self.trailers.take()
    }

    /// Returns the next bytes of the body, or `None` at its end.
    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        loop {
            match ready!(Pin::new(&mut *body).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(broken(&error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => return Poll::Ready(Some(Ok(bytes))),
                    Err(other) => self.trailers = other.into_trailers().ok(),
                },
            }
        }
    }
}

/// Says whether the peer refused a request without looking at it, as when it is about to go away.
fn is_refusal(error: &hyper::Error) -> bool {
    let mut cause = error.source();
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

/// Says in this crate's words what hyper says.
fn broken(error: &hyper::Error) -> Broken {
    if error.is_parse() {
        return Broken::NotHttp(error.to_string());
    }
    let cause = error.source();
    if error.is_user() {
        return Broken::Source(cause.map_or_else(|| error.to_string(), ToString::to_string));
    }
    if error.is_incomplete_message() {
        return Broken::Wire(gatepass_wire::Error::Silent);
    }
    let text = cause.map_or_else(|| error.to_string(), ToString::to_string);
    if let Some(inner) = cause.and_then(|cause| cause.downcast_ref::<hyper::Error>()) {
        return broken(inner);
    }
    if let Some(socket) = socket_error(error) {
        return Broken::Io(socket);
    }
    match error.is_canceled() || error.is_closed() {
        true => Broken::Ended(text),
        false => Broken::Reset(text),
    }
}

/// Returns a copy of the first error of a socket among the causes of an error.
fn socket_error(error: &hyper::Error) -> Option<io::Error> {
    let mut next = error.source();
    while let Some(error) = next {
        let inside = || error.downcast_ref::<h2::Error>()?.get_io();
        if let Some(socket) = error.downcast_ref::<io::Error>().or_else(inside) {
            let by_tls = socket
                .get_ref()
                .and_then(|it| it.downcast_ref::<rustls::Error>());
            return Some(match by_tls {
                Some(by_tls) => io::Error::new(socket.kind(), by_tls.clone()),
                None => io::Error::new(socket.kind(), socket.to_string()),
            });
        }
        next = error.source();
    }
    None
}

/// A body that counts what was taken from it.
struct Counted {
    body: WireBody,
    traffic: Arc<Traffic>,
}

impl Body for Counted {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let chunk = ready!(this.body.poll_chunk(cx));
        if let Some(Ok(bytes)) = &chunk {
            this.traffic.wrote(bytes.len());
        }
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.length() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.body.length();
        length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
