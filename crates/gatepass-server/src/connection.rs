//! One connection: its requests, one after the other, from the socket to the endpoints and back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, HeaderName, HeaderValue, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::endpoints;
use crate::framing::{Exchange, Framing};
use crate::head::{Head, Refusal, body_too_long};
use crate::limits::Limits;
use crate::reply::{Body, Reply};
use crate::request::Request;
use crate::site::Site;

/// Serves one connection until it ends.
pub(crate) async fn serve<S>(
    stream: S,
    site: Arc<Site>,
    peer: SocketAddr,
    tls: bool,
    watcher: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let exchange = Arc::new(Exchange::default());
    let stream = Framing::new(stream, Arc::clone(&site.limits), Arc::clone(&exchange));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        // hyper calls this once for each head that the stream has passed on, in order.
        let arrival = exchange.take();
        let (site, exchange) = (Arc::clone(&site), Arc::clone(&exchange));
        async move {
            let reply = answer(&site, arrival, request.into_body(), peer, tls).await;
            Ok::<_, std::convert::Infallible>(reply.into_response(exchange))
        }
    });
    let connection = http1::Builder::new()
        // A client may end its side and still wait for the answer.
        .half_close(true)
        .title_case_headers(true)
        // The stream times heads itself, because hyper could only close the connection without a word.
        .header_read_timeout(None::<Duration>)
        .serve_connection(TokioIo::new(stream), service);
    // An error here is the client's: it went away, or sent what no parser understands. hyper has answered that with 400.
    let _ = watcher.watch(connection).await;
}

async fn answer(
    site: &Site,
    arrival: Result<Head, Refusal>,
    body: Incoming,
    peer: SocketAddr,
    tls: bool,
) -> Reply {
    let started = Instant::now();
    let head = match arrival {
        Ok(head) => Arc::new(head),
        Err(refusal) => {
            let mut reply = Reply::from(&refusal);
            protect(&mut reply);
            log(site, peer, None, &reply, started);
            return reply;
        }
    };
    let mut reply = match read(body, &site.limits).await {
        Ok(body) => {
            site.journal.push(&head, &body);
            let request = Request {
                head: Arc::clone(&head),
                body,
                peer,
                tls,
            };
            endpoints::answer(site, &request)
        }
        Err(refusal) => Reply::from(&refusal),
    };
    if !reply.after.is_zero() {
        tokio::time::sleep(reply.after).await;
    }
    protect(&mut reply);
    share(&mut reply, &head);
    log(site, peer, Some(&head), &reply, started);
    reply
}

/// Reads a body within the limits.
async fn read(mut body: Incoming, limits: &Limits) -> Result<Bytes, Refusal> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let all = async {
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame =
                frame.map_err(|_| Refusal::new(400, "the body ended early or is malformed"))?;
            if let Some(data) = frame.data_ref() {
                if bytes.len() + data.len() > limits.body {
                    return Err(body_too_long(limits));
                }
                bytes.extend_from_slice(data);
            }
        }
        Ok(bytes.freeze())
    };
    tokio::time::timeout(limits.body_time, all)
        .await
        .unwrap_or_else(|_| {
            let detail = format!("the body did not come within {:?}", limits.body_time);
            Err(Refusal::new(408, detail))
        })
}

/// Has browsers take every body for what it says it is.
fn protect(reply: &mut Reply) {
    reply
        .headers
        .insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

/// Lets the scripts of the page that has asked read the answer. Without `Origin` nobody has to be told, and `*` would
/// not go together with credentials.
fn share(reply: &mut Reply, head: &Head) {
    let Some(origin) = head
        .field("origin")
        .and_then(|origin| HeaderValue::from_bytes(origin).ok())
    else {
        return;
    };
    let headers = &mut reply.headers;
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if head.method() != "OPTIONS" {
        return;
    }
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    let asked = HeaderName::from_static("access-control-request-headers");
    if let Some(asked) = head
        .field(asked.as_str())
        .and_then(|names| HeaderValue::from_bytes(names).ok())
    {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
}

fn log(site: &Site, peer: SocketAddr, head: Option<&Head>, reply: &Reply, started: Instant) {
    if let Some(log) = &site.log {
        let request = head.map(|head| (head.method(), head.target()));
        let length = Body::length(&reply.body);
        log.line(
            peer,
            request,
            reply.status.as_u16(),
            length,
            started.elapsed(),
        );
    }
}
