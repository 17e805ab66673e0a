//! Opens a connection: the name is looked up, every address is tried in turn, and TLS is spoken where the URL says so.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gatepass_auth::Space;
use rustls::ClientConfig;
use tokio::net::{TcpStream, lookup_host};

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
    let mut last = None;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(socket) => {
                // A request is written whole, so waiting for more of it only costs time.
                let _ = socket.set_nodelay(true);
                return Ok(socket);
            }
            Err(error) => last = Some(error),
        }
    }
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
