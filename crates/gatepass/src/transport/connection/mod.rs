//! A connection, whichever version of HTTP is spoken over it.

mod http1;
mod http2;

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;

use super::stream::{Ending, Stream, Traffic};
use crate::body::stream::WireBody;
use crate::tls_info::TlsInfo;
use crate::transcript::Ends;
use http1::Http1;
use http2::Http2;

/// A connection, or a share of one.
pub(crate) struct Connection {
    pub(crate) id: u64,
    tls: Option<Arc<TlsInfo>>,
    ending: Arc<Ending>,
    ends: Option<Ends>,
    codec: Codec,
}

enum Codec {
    Http1(Http1),
    Http2(Http2),
}

/// Why no response head came.
pub(crate) struct Unanswered {
    pub(crate) error: hyper::Error,
    /// The body, if none of the request was written.
    pub(crate) unsent: Option<WireBody>,
    /// Whether the peer says that it has not looked at the request (RFC 9113 sections 6.8 and 8.7).
    pub(crate) refused: bool,
}

impl Connection {
    /// Speaks HTTP/1.1 over `stream`.
    pub(crate) async fn http1(id: u64, stream: Stream) -> Result<Self, hyper::Error> {
        let (tls, ending) = (stream.tls_info(), stream.ending());
        let ends = stream.ends();
        let codec = Codec::Http1(Http1::new(stream).await?);
        Ok(Self {
            id,
            tls,
            ending,
            ends,
            codec,
        })
    }

    /// Speaks HTTP/2 over `stream`, in a task of the caller's runtime.
    pub(crate) async fn http2(id: u64, stream: Stream) -> Result<Self, hyper::Error> {
        let (tls, ending) = (stream.tls_info(), stream.ending());
        let ends = stream.ends();
        let codec = Codec::Http2(Http2::new(stream).await?);
        Ok(Self {
            id,
            tls,
            ending,
            ends,
            codec,
        })
    }

    /// Returns what was agreed on by TLS, where it is spoken.
    pub(crate) fn tls_info(&self) -> Option<Arc<TlsInfo>> {
        self.tls.clone()
    }

    /// Returns what is kept of how TLS ended.
    pub(crate) fn ending(&self) -> &Ending {
        &self.ending
    }

    /// Returns the two ends of the socket below it.
    pub(crate) fn ends(&self) -> Option<Ends> {
        self.ends
    }

    /// Says whether HTTP/2 is spoken.
    pub(crate) fn is_http2(&self) -> bool {
        matches!(self.codec, Codec::Http2(_))
    }

    /// Returns a share of a connection that carries several requests at once.
    pub(crate) fn share(&self) -> Option<Self> {
        match &self.codec {
            Codec::Http1(_) => None,
            Codec::Http2(http2) => Some(Self {
                id: self.id,
                tls: self.tls.clone(),
                ending: Arc::clone(&self.ending),
                ends: self.ends,
                codec: Codec::Http2(http2.share()),
            }),
        }
    }

    /// Says that it leads to a proxy only, and is to become a tunnel. No pool keeps it.
    pub(crate) fn lead_to_proxy(&mut self) {
        if let Codec::Http1(http1) = &mut self.codec {
            http1.lead_to_proxy();
        }
    }

    /// Says whether it goes to the pool when its response has been read. One that is shared is there already.
    pub(crate) fn goes_back(&self) -> bool {
        match &self.codec {
            Codec::Http1(http1) => !http1.is_at_proxy(),
            Codec::Http2(_) => false,
        }
    }

    /// Takes the stream out of a connection whose other end has switched to another protocol.
    pub(crate) fn into_stream(self) -> Option<Stream> {
        match self.codec {
            Codec::Http1(http1) => http1.into_stream(),
            Codec::Http2(_) => None,
        }
    }

    /// Returns the counters of what moves for the request at hand.
    pub(crate) fn traffic(&self) -> Arc<Traffic> {
        match &self.codec {
            Codec::Http1(http1) => http1.traffic(),
            Codec::Http2(http2) => http2.traffic(),
        }
    }

    /// Says whether the connection can carry a request, as far as is known here.
    pub(crate) fn is_idle(&mut self) -> bool {
        match &mut self.codec {
            Codec::Http1(http1) => http1.is_idle(),
            Codec::Http2(http2) => http2.is_open(),
        }
    }

    /// As [`Connection::is_idle`], after nobody has looked at it for a while.
    pub(crate) fn is_still_idle(&mut self) -> bool {
        match &mut self.codec {
            Codec::Http1(http1) => http1.is_still_idle(),
            Codec::Http2(http2) => http2.is_open(),
        }
    }

    /// Has it carry no request after the present one. What one request over HTTP/2 brings says nothing about the next.
    pub(crate) fn end_after_this(&mut self) {
        if let Codec::Http1(http1) = &mut self.codec {
            http1.end_after_this();
        }
    }

    /// Sends a request and waits for the head of the response.
    pub(crate) async fn send(
        &mut self,
        request: Request<WireBody>,
    ) -> Result<Response<Incoming>, Unanswered> {
        match &mut self.codec {
            Codec::Http1(http1) => http1.send(request).await,
            Codec::Http2(http2) => Box::pin(http2.send(request)).await,
        }
    }

    /// Returns the next bytes of a response's body, or `None` at its end.
    pub(crate) fn poll_chunk(
        &mut self,
        body: &mut Incoming,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, hyper::Error>>> {
        match &mut self.codec {
            Codec::Http1(http1) => http1.poll_chunk(body, cx),
            Codec::Http2(_) => http2::poll_chunk(body, cx),
        }
    }
}
