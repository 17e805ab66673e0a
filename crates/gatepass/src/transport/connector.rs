//! Opens a connection: the name is looked up, every address is tried in turn, and TLS is spoken where the URL says so.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use gatepass_auth::Space;
use rustls::ClientConfig;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::sleep;

use super::stream::Stream;
use super::tls;
use crate::error::{Error, Network};

/// Connects to `space` within `limit`. `tls` is asked for only if it is needed.
///
/// # Errors
/// [`Error::Network`] or [`Error::Tls`].
pub(crate) async fn connect(
    space: &Space,
    limit: Option<Duration>,
    tls: impl FnOnce() -> Result<Arc<ClientConfig>, Error>,
) -> Result<Stream, Error> {
    let work = async {
        let socket = dial(space).await?;
        if space.scheme() == "https" {
            return Ok(Stream::tls(tls::handshake(space, socket, tls()?).await?));
        }
        Ok(Stream::plain(socket))
    };
    match limit {
        None => work.await,
        Some(limit) => tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
            Err(Network::ConnectTimeout {
                address: address(space),
                after: limit,
            }
            .into())
        }),
    }
}

/// Returns `host:port`, the port always there.
pub(crate) fn address(space: &Space) -> String {
    if space.host().contains(':') {
        format!("[{}]:{}", space.host(), space.port())
    } else {
        format!("{}:{}", space.host(), space.port())
    }
}

async fn dial(space: &Space) -> Result<TcpStream, Error> {
    let found = lookup_host((space.host(), space.port())).await;
    let addresses: Vec<SocketAddr> = match found {
        Ok(addresses) => addresses.collect(),
        Err(error) => return Err(not_found(space, plain_reason(&error)).into()),
    };
    let last = match race(addresses).await {
        Ok(socket) => {
            // A request is written whole, so waiting for more of it only costs time.
            let _ = socket.set_nodelay(true);
            return Ok(socket);
        }
        Err(last) => last,
    };
    let address = address(space);
    Err(match last {
        None => not_found(space, "it has no address".to_owned()),
        Some(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            Network::Refused { address }
        }
        Some(error) => Network::Connect {
            address,
            problem: error.to_string(),
        },
    }
    .into())
}

/// Tries the addresses in their order, the next one when the one before has failed or has been silent for a while; the
/// first connection wins (RFC 8305 section 5).
///
/// # Errors
/// The last failure, or `None` without addresses.
async fn race(addresses: Vec<SocketAddr>) -> Result<TcpStream, Option<io::Error>> {
    let mut waiting = addresses.into_iter();
    let mut trying: Vec<Attempt> = Vec::new();
    let mut patience = None;
    let mut last = None;
    poll_fn(|cx| {
        loop {
            if patience.is_none() {
                let Some(address) = waiting.next() else {
                    return match poll_all(&mut trying, &mut last, cx) {
                        None if trying.is_empty() => Poll::Ready(Err(last.take())),
                        None => Poll::Pending,
                        Some(socket) => Poll::Ready(Ok(socket)),
                    };
                };
                trying.push(Box::pin(TcpStream::connect(address)));
                // Whoever is the last has nobody to give way to.
                patience = (waiting.len() > 0).then(|| Box::pin(sleep(PATIENCE)));
                continue;
            }
            let before = trying.len();
            if let Some(socket) = poll_all(&mut trying, &mut last, cx) {
                return Poll::Ready(Ok(socket));
            }
            let failed = trying.len() < before;
            let waited = patience
                .as_mut()
                .is_some_and(|timer| timer.as_mut().poll(cx).is_ready());
            if !failed && !waited {
                return Poll::Pending;
            }
            patience = None;
        }
    })
    .await
}

type Attempt = Pin<Box<dyn Future<Output = io::Result<TcpStream>> + Send>>;

/// How long an address has before the next one is tried beside it (RFC 8305 section 8).
const PATIENCE: Duration = Duration::from_millis(250);

/// Returns the first connection that is there; what has failed is taken off the list.
fn poll_all(
    trying: &mut Vec<Attempt>,
    last: &mut Option<io::Error>,
    cx: &mut Context<'_>,
) -> Option<TcpStream> {
    let mut won = None;
    trying.retain_mut(|attempt| {
        if won.is_some() {
            return false;
        }
        match attempt.as_mut().poll(cx) {
            Poll::Pending => return true,
            Poll::Ready(Ok(socket)) => won = Some(socket),
            Poll::Ready(Err(error)) => *last = Some(error),
        }
        false
    });
    won
}

fn not_found(space: &Space, problem: String) -> Network {
    Network::Dns {
        host: space.host().to_owned(),
        problem,
    }
}

/// Returns what the name service says, without what the runtime puts in front of it.
fn plain_reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ")
        .map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_fails_or_is_silent_gives_way_to_the_next() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let closed = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        // An address for documentation, where nobody answers (RFC 5737).
        let silent: SocketAddr = "192.0.2.1:9".parse().unwrap();
        for before in [vec![], vec![closed], vec![silent], vec![silent, closed]] {
            let addresses = before.iter().copied().chain([here]).collect();
            let socket = race(addresses).await.unwrap();
            assert_eq!(socket.peer_addr().unwrap(), here, "{before:?}");
        }
        assert!(race(vec![closed, closed]).await.unwrap_err().is_some());
        assert!(race(vec![]).await.unwrap_err().is_none());
    }
}
