//! One connection: its requests, one after the other, from the socket to the endpoints and back.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, CONNECTION, HeaderName, HeaderValue, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::watch;

use crate::endpoints;
use crate::faults::{Asked, Bare, Faults, play};
use crate::framing::{Detour, Detours, Exchange, Framing};
use crate::head::{Head, Refusal, body_too_long};
use crate::limits::Limits;
use crate::link::{Link, TlsLink};
use crate::reply::{Body, Reply};
use crate::request::Request;
use crate::site::Site;

/// Serves one connection until it ends, or until `stop` is set and the request in progress has ended.
pub(crate) async fn serve<S: Bare>(
    stream: S,
    site: Arc<Site>,
    peer: SocketAddr,
    tls: Option<TlsLink>,
    stop: watch::Receiver<bool>,
) {
    let id = site.connections.fetch_add(1, Ordering::Relaxed) + 1;
    let link = Arc::new(Link { id, peer, tls });
    exchange_all(stream, &site, &link, stop).await;
    site.verifiers.connection_ended(id);
}

async fn exchange_all<S: Bare>(
    mut stream: S,
    site: &Arc<Site>,
    link: &Arc<Link>,
    mut stop: watch::Receiver<bool>,
) {
    let mut read = BytesMut::new();
    loop {
        let detour = converse(&mut stream, read, site, link, &mut stop).await;
        let (Some(detour), Some(faults)) = (detour, &site.faults) else {
            return;
        };
        let left = tokio::select! {
            left = misbehave(stream, detour, site, faults, link.peer) => left,
            () = stopped(&mut stop) => return,
        };
        match left {
            Some(left) => (stream, read) = left,
            None => return,
        }
    }
}

/// Waits until the server is told to stop. The end of the sender means the same.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Has hyper serve a connection of which `read` was read already, until it ends or a fault is asked for.
async fn converse<S: Bare>(
    stream: &mut S,
    read: BytesMut,
    site: &Arc<Site>,
    link: &Arc<Link>,
    stop: &mut watch::Receiver<bool>,
) -> Option<Detour> {
    let exchange = Arc::new(Exchange::default());
    let detours = match &site.faults {
        None => Detours::None,
        Some(_) if link.tls.is_some() => Detours::Https,
        Some(_) => Detours::Http,
    };
    let limits = Arc::clone(&site.limits);
    let stream = Framing::new(stream, limits, Arc::clone(&exchange), detours, read);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        // hyper calls this once for each head that the stream has passed on, in order.
        let arrival = exchange.take();
        let (site, exchange) = (Arc::clone(site), Arc::clone(&exchange));
        let link = Arc::clone(link);
        async move {
            let reply = answer(&site, arrival, request.into_body(), &link).await;
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
    let mut connection = pin!(connection);
    // An error here is the client's: it went away, or sent what no parser understands. hyper has answered that with 400.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stopped(stop) => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
    exchange.take_detour()
}

/// Does what a request for a fault asks for.
async fn misbehave<S: Bare>(
    stream: S,
    detour: Detour,
    site: &Site,
    faults: &Faults,
    peer: SocketAddr,
) -> Option<(S, BytesMut)> {
    let started = Instant::now();
    let Detour { fault, head, read } = detour;
    let length = head.length;
    let head = Arc::new(head);
    site.journal.push(&head, &Bytes::new());
    let request = Asked {
        length,
        waits: head.field("expect").is_some(),
    };
    let left = play(stream, faults.script(fault), Some(request), read).await;
    if let Some(log) = &site.log {
        let request = Some((head.method(), head.target()));
        log.line(peer, request, None, None, started.elapsed());
    }
    left
}

async fn answer(
    site: &Site,
    arrival: Result<Head, Refusal>,
    body: Incoming,
    link: &Arc<Link>,
) -> Reply {
    let started = Instant::now();
    let head = match arrival {
        Ok(head) => Arc::new(head),
        Err(refusal) => {
            let mut reply = Reply::from(&refusal);
            protect(&mut reply);
            log(site, link.peer, None, &reply, started);
            return reply;
        }
    };
    let request = |body| Request {
        head: Arc::clone(&head),
        body,
        link: Arc::clone(link),
    };
    let mut reply = match unwanted(site, &request(Bytes::new())) {
        Some(reply) => reply,
        None => match read(body, &site.limits).await {
            Ok(body) => {
                site.journal.push(&head, &body);
                endpoints::answer(site, &request(body))
            }
            Err(refusal) => Reply::from(&refusal),
        },
    };
    if !reply.after.is_zero() {
        tokio::time::sleep(reply.after).await;
    }
    protect(&mut reply);
    share(&mut reply, &head);
    log(site, link.peer, Some(&head), &reply, started);
    reply
}

/// Answers a client that asks whether its body is wanted (RFC 9110 section 10.1.1) where it is not: without the
/// credentials that are asked for. What is not read ends the connection.
fn unwanted(site: &Site, request: &Request) -> Option<Reply> {
    let head = &request.head;
    let asks = head.field("expect")?.eq_ignore_ascii_case(b"100-continue");
    if !asks || head.field("authorization").is_some() {
        return None;
    }
    let reply = endpoints::answer(site, request);
    (reply.status.as_u16() == 401).then(|| {
        site.journal.push(head, &request.body);
        reply.with(CONNECTION, HeaderValue::from_static("close"))
    })
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
            Some(reply.status.as_u16()),
            length,
            started.elapsed(),
        );
    }
}
