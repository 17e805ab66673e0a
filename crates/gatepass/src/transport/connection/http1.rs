//! HTTP/1.1, driven by whoever waits for it: no task runs beside the request.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;

use super::super::stream::{Stream, Traffic};
use super::Unanswered;
use crate::body::stream::WireBody;

type Driver = http1::Connection<TokioIo<Stream>, WireBody>;

/// A connection and its codec.
pub(super) struct Http1 {
    traffic: Arc<Traffic>,
    sender: SendRequest<WireBody>,
    driver: Option<Box<Driver>>,
    /// Whether it leads to a proxy only, and is to become a tunnel.
    at_proxy: bool,
    /// Whether no request may follow the present one.
    last: bool,
}

impl Http1 {
    /// Speaks HTTP/1.1 over `stream`.
    pub(super) async fn new(stream: Stream) -> Result<Self, hyper::Error> {
        let traffic = stream.traffic();
        let (sender, driver) = http1::Builder::new()
            .title_case_headers(true)
            .handshake(TokioIo::new(stream))
            .await?;
        Ok(Self {
            traffic,
            sender,
            driver: Some(Box::new(driver)),
            at_proxy: false,
            last: false,
        })
    }

    /// Says that it leads to a proxy only, and is to become a tunnel. No pool keeps it.
    pub(super) fn lead_to_proxy(&mut self) {
        self.at_proxy = true;
    }

    /// Says whether it leads to a proxy only.
    pub(super) fn is_at_proxy(&self) -> bool {
        self.at_proxy
    }

    /// Has it carry no request after the present one.
    pub(super) fn end_after_this(&mut self) {
        self.last = true;
    }

    /// Takes the stream out of a connection whose other end has switched to another protocol.
    ///
    /// Nothing may have come over it yet: in a tunnel, the client speaks first.
    pub(super) fn into_stream(self) -> Option<Stream> {
        let parts = self.driver?.into_parts();
        parts.read_buf.is_empty().then(|| parts.io.into_inner())
    }

    /// Returns the counters of what moves over it.
    pub(super) fn traffic(&self) -> Arc<Traffic> {
        Arc::clone(&self.traffic)
    }

    /// Lets the codec read and write. It ends when the connection does.
    fn drive(&mut self, cx: &mut Context<'_>) -> Option<hyper::Error> {
        let driver = self.driver.as_mut()?;
        if self.at_proxy {
            // It stays when it ends: what speaks over it next is another protocol.
            return match driver.poll_without_shutdown(cx) {
                Poll::Ready(result) => result.err(),
                Poll::Pending => None,
            };
        }
        match Pin::new(&mut **driver).poll(cx) {
            Poll::Ready(result) => {
                self.driver = None;
                result.err()
            }
            Poll::Pending => None,
        }
    }

    /// Says whether the connection waits for a request and the peer has not closed it.
    pub(super) fn is_idle(&mut self) -> bool {
        self.drive(&mut Context::from_waker(Waker::noop()));
        self.driver.is_some() && self.sender.is_ready() && !self.last
    }

    /// As [`Http1::is_idle`], after nobody has looked at it for a while.
    ///
    /// A runtime knows of what has come only when it has run since then. So the system is asked, and neither the end of the
    /// connection nor an answer to nothing is taken for the answer to the next request.
    pub(super) fn is_still_idle(&mut self) -> bool {
        self.traffic.ask_system(true);
        let idle = self.is_idle();
        self.traffic.ask_system(false);
        idle
    }

    /// Sends a request and waits for the head of the response.
    pub(super) async fn send(
        &mut self,
        request: Request<WireBody>,
    ) -> Result<Response<Incoming>, Unanswered> {
        let mut answer = pin!(self.sender.try_send_request(request));
        let mut broken = None;
        self.traffic.limit_head(true);
        let answered = poll_fn(|cx| {
            broken = self.drive(cx).or(broken.take());
            match answer.as_mut().poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(response)) => Poll::Ready(Ok(response)),
                Poll::Ready(Err(mut failed)) => {
                    let unsent = failed.take_message().map(Request::into_body);
                    // What broke the connection says more than that it is gone.
                    let error = broken.take().unwrap_or_else(|| failed.into_error());
                    Poll::Ready(Err(Unanswered {
                        error,
                        unsent,
                        refused: false,
                    }))
                }
            }
        })
        .await;
        self.traffic.limit_head(false);
        answered
    }

    /// Returns the next bytes of a response's body, or `None` at its end.
    pub(super) fn poll_chunk(
        &mut self,
        body: &mut Incoming,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, hyper::Error>>> {
        loop {
            let frame = match Pin::new(&mut *body).poll_frame(cx) {
                Poll::Pending => {
                    self.drive(cx);
                    Pin::new(&mut *body).poll_frame(cx)
                }
                ready => ready,
            };
            match frame {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                // Trailers are read and dropped.
                Poll::Ready(Some(Ok(frame))) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                }
            }
        }
    }
}
