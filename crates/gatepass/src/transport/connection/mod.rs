//! A connection, whichever version of HTTP is spoken over it.

mod http1;
mod http2;

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use gatepass_auth::{ChannelBindings, Headers};

use super::broken::Broken;
use super::stream::{Ending, Stream, Traffic};
use crate::body::stream::WireBody;
use crate::error::Error;
use crate::tls_info::TlsInfo;
use crate::transcript::{Ends, Head, Leg};
use crate::wire;
use http1::Http1;
use http2::Http2;

/// A connection, or a share of one.
pub(crate) struct Connection {
    pub(crate) id: u64,
    tls: Option<Arc<TlsInfo>>,
    ending: Arc<Ending>,
    ends: Option<Ends>,
    bindings: Option<Arc<dyn ChannelBindings>>,
    codec: Codec,
}

enum Codec {
    // One is a few hundred bytes, and connections are moved between a request and the pool.
    Http1(Box<Http1>),
    Http2(Box<Http2>),
}

/// Why no response head came.
pub(crate) struct Unanswered {
    pub(crate) error: Broken,
    /// Whether none of the request was written.
    pub(crate) unsent: bool,
    /// The body, if none of it was written.
    pub(crate) body: Option<WireBody>,
    /// Whether the peer says that it has not looked at the request (RFC 9113 sections 6.8 and 8.7).
    pub(crate) refused: bool,
}

impl Connection {
    /// Speaks HTTP/1.1 over `stream`.
    pub(crate) fn http1(id: u64, stream: Stream) -> Self {
        Self {
            id,
            tls: stream.tls_info(),
            ending: stream.ending(),
            ends: stream.ends(),
            bindings: stream.bindings(),
            codec: Codec::Http1(Box::new(Http1::new(stream))),
        }
    }

    /// Speaks HTTP/2 over `stream`, in a task of the caller's runtime.
    pub(crate) async fn http2(id: u64, stream: Stream) -> Result<Self, Broken> {
        Ok(Self {
            id,
            tls: stream.tls_info(),
            ending: stream.ending(),
            ends: stream.ends(),
            bindings: stream.bindings(),
            codec: Codec::Http2(Box::new(Http2::new(stream).await?)),
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

    /// Returns what of its TLS a proof can be bound to.
    pub(crate) fn bindings(&self) -> Option<Arc<dyn ChannelBindings>> {
        self.bindings.clone()
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
                bindings: self.bindings.clone(),
                codec: Codec::Http2(Box::new(http2.share())),
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
    pub(crate) fn traffic(&self) -> &Arc<Traffic> {
        match &self.codec {
            Codec::Http1(http1) => http1.traffic(),
            Codec::Http2(http2) => http2.traffic(),
        }
    }

    /// Says whether the connection can carry a request, as far as is known here.
    pub(crate) fn is_idle(&self) -> bool {
        match &self.codec {
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

    /// Begins to send a leg with this body, which waits until the peer wants it if it is `held`.
    ///
    /// # Errors
    /// [`crate::error::Misuse`] for what HTTP cannot carry. Nothing goes out then.
    pub(crate) fn begin(&mut self, leg: &Leg, body: WireBody, held: bool) -> Result<(), Error> {
        match &mut self.codec {
            Codec::Http1(http1) => {
                let encoder = wire::encoder(leg, body.length());
                let write = |out: &mut Vec<u8>| wire::write_head(leg, out);
                http1.begin(wire::asked(leg), write, body, encoder, held)
            }
            Codec::Http2(http2) => {
                http2.begin(wire::request(leg, body)?);
                Ok(())
            }
        }
    }

    /// Lets a body go that was held back.
    pub(crate) fn let_go(&mut self) {
        if let Codec::Http1(http1) = &mut self.codec {
            http1.let_go();
        }
    }

    /// Says whether the body is held back.
    pub(crate) fn is_held(&self) -> bool {
        matches!(&self.codec, Codec::Http1(http1) if http1.is_held())
    }

    /// Takes a body back that was held back until the response came. It does not go any more.
    pub(crate) fn take_held(&mut self) -> Option<WireBody> {
        match &mut self.codec {
            Codec::Http1(http1) if http1.is_held() => http1.take_back(),
            _ => None,
        }
    }

    /// Waits for the head of the response.
    pub(crate) fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Head, Unanswered>> {
        match &mut self.codec {
            Codec::Http1(http1) => Poll::Ready(match ready!(http1.poll_head(cx)) {
                Ok(head) => {
                    let kept = wire::head(&head, http1.take_early());
                    http1.recycle(head);
                    Ok(kept)
                }
                Err(error) => Err(Unanswered {
                    error,
                    unsent: !http1.has_begun(),
                    body: (!http1.has_begun()).then(|| http1.take_back()).flatten(),
                    refused: false,
                }),
            }),
            Codec::Http2(http2) => {
                let answered = ready!(http2.poll_head(cx));
                Poll::Ready(answered.map(|response| wire::head_of_http2(&response)))
            }
        }
    }

    /// Returns the next bytes of a response's body, or `None` at its end.
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        match &mut self.codec {
            Codec::Http1(http1) => http1.poll_chunk(cx),
            Codec::Http2(http2) => http2.poll_chunk(cx),
        }
    }

    /// Takes the fields that came behind the body, once that has been read.
    pub(crate) fn take_trailers(&mut self) -> Option<Headers> {
        match &mut self.codec {
            Codec::Http1(http1) => http1.take_trailers().as_ref().map(wire::fields),
            Codec::Http2(http2) => http2.take_trailers().as_ref().map(wire::fields_of_http2),
        }
    }
}
