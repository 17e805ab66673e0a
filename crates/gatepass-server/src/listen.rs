//! The doors: accepting connections, by TLS or without, until the server is told to stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use crate::connection::{serve, stopped};
use crate::faults::{Fault, play};
use crate::link::SharedTls;
use crate::site::Site;

/// A socket that is listened at, and how connections to it begin.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) speaks: Speaks,
}

/// What a connection begins with.
#[derive(Clone)]
pub(crate) enum Speaks {
    Http,
    /// With what of the certificate a proof can be bound to.
    Https(TlsAcceptor, Arc<[u8]>),
    /// A fault, before any request.
    Fault(Fault),
}

/// Serves until `stop` is set, then lets requests in progress end for a short while.
pub(crate) async fn run(
    site: Arc<Site>,
    listeners: Vec<Listener>,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(site.limits.connections));
    let doors: Vec<_> = listeners
        .into_iter()
        .map(|listener| {
            let door = accept(
                Arc::clone(&site),
                listener,
                Arc::clone(&places),
                stop.clone(),
            );
            tokio::spawn(door)
        })
        .collect();
    stopped(&mut stop).await;
    for door in doors {
        door.abort();
        let _ = door.await;
    }
    // When every place is free, no connection is left. What has not ended by then ends with the runtime.
    let all = u32::try_from(site.limits.connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(site.limits.stop_time, places.acquire_many(all)).await;
}

/// How long to wait after the system had no descriptor for a connection.
const PAUSE: Duration = Duration::from_millis(50);

async fn accept(
    site: Arc<Site>,
    listener: Listener,
    places: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
) {
    let Ok(socket) = tokio::net::TcpListener::from_std(listener.socket) else {
        return;
    };
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let Ok((stream, peer)) = socket.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        // An answer is written in one piece; nothing is gained by waiting for more.
        let _ = stream.set_nodelay(true);
        let (site, speaks, stop) = (Arc::clone(&site), listener.speaks.clone(), stop.clone());
        tokio::spawn(async move {
            let _place = place;
            begin(stream, site, peer, speaks, stop).await;
        });
    }
}

async fn begin(
    stream: TcpStream,
    site: Arc<Site>,
    peer: SocketAddr,
    speaks: Speaks,
    mut stop: watch::Receiver<bool>,
) {
    match speaks {
        Speaks::Http => serve(stream, site, peer, None, stop).await,
        Speaks::Https(acceptor, end_point) => {
            let limit = site.limits.handshake_time;
            let handshake = shake_hands(stream, acceptor);
            if let Ok(Some(stream)) = tokio::time::timeout(limit, handshake).await {
                let stream = SharedTls::new(stream);
                let tls = stream.link(end_point);
                serve(stream, site, peer, Some(tls), stop).await;
            }
        }
        Speaks::Fault(fault) => {
            let Some(script) = site.faults.as_ref().map(|faults| faults.script(fault)) else {
                return;
            };
            tokio::select! {
                _ = play(stream, script, None, BytesMut::new()) => {}
                () = stopped(&mut stop) => {}
            }
        }
    }
}

/// The first byte of a TLS connection: a record of the handshake (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;

const PLAIN_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\n\
    Content-Length: 84\r\n\r\nThis port speaks HTTPS, and the request came by plain HTTP. Write https:// instead.\n";

/// Makes the TLS connection; `None` where the client did not want one.
async fn shake_hands(
    mut stream: TcpStream,
    acceptor: TlsAcceptor,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    let mut first = [0];
    if stream.peek(&mut first).await.ok()? == 1 && first[0] != HANDSHAKE {
        stream.write_all(PLAIN_HTTP).await.ok()?;
        stream.shutdown().await.ok()?;
        // The request is read to its end, so that closing does not take the answer away.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await.ok()? > 0 {}
        return None;
    }
    acceptor.accept(stream).await.ok()
}
