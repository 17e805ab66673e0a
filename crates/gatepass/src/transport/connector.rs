//! Opens a socket: the name is looked up, and every address is tried in turn.

use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::socket::Socket;
use super::stream::Stream;
use crate::address::host_port;
use crate::config::reach::is_public;
use crate::config::{Dial, Family};
use crate::drive::runtime::{Runtime, Sleep};
use crate::error::{Error, Misuse, Network};
use crate::transcript::Timing;

/// What is needed to open a socket.
pub(crate) struct Connector<'a> {
    pub(crate) runtime: Runtime,
    pub(crate) dial: &'a Dial,
    /// The limit of a name look-up.
    pub(crate) lookup: Option<Duration>,
}

impl Connector<'_> {
    /// Connects to `host` at `port`, or to where the settings lead a connection to it.
    ///
    /// # Errors
    /// [`Error::Network`].
    pub(crate) async fn tcp(
        &self,
        host: &str,
        port: u16,
        timing: &mut Timing,
    ) -> Result<Stream, Error> {
        let (host, port) = self.dial.destination(host, port);
        let start = Instant::now();
        let addresses = self.addresses(host, port).await?;
        let found = Instant::now();
        timing.lookup = Some(found - start);
        let attempt = |address| {
            let from = self.dial.from.as_ref();
            self.runtime.connect(address, from)
        };
        let connected = race(self.runtime, addresses, attempt).await;
        timing.connect = Some(found.elapsed());
        match connected {
            Ok(socket) => Ok(Stream::plain(socket)),
            Err(None) => Err(not_found(host, "it has no address".to_owned())),
            Err(Some(error)) => Err(no_connection(host_port(host, port), &error)),
        }
    }

    /// Connects to a Unix socket.
    ///
    /// # Errors
    /// [`Error::Network`].
    #[cfg(unix)]
    pub(crate) async fn unix(
        &self,
        path: &std::path::Path,
        timing: &mut Timing,
    ) -> Result<Stream, Error> {
        let start = Instant::now();
        let socket = self.runtime.connect_unix(path).await;
        timing.connect = Some(start.elapsed());
        socket
            .map(Stream::plain)
            .map_err(|error| no_connection(path.display().to_string(), &error))
    }

    /// Returns the first address of a name.
    ///
    /// # Errors
    /// [`Error::Network`].
    pub(crate) async fn address(
        &self,
        host: &str,
        port: u16,
        v4_only: bool,
    ) -> Result<IpAddr, Error> {
        let addresses = self.addresses(host, port).await?;
        let fits = |address: &&SocketAddr| address.is_ipv4() || !v4_only;
        match addresses.iter().find(fits) {
            Some(address) => Ok(address.ip()),
            None => Err(not_found(host, "it has no fitting address".to_owned())),
        }
    }

    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let mut addresses: Vec<SocketAddr> = match self.dial.given(host, port) {
            Some(given) => given.iter().map(|&ip| (ip, port).into()).collect(),
            None => {
                let looked_up = self.runtime.lookup(host, port);
                let Some(found) = within(self.runtime, self.lookup, looked_up).await else {
                    return Err(Network::LookupTimeout {
                        host: host.to_owned(),
                        after: self.lookup.unwrap_or_default(),
                    }
                    .into());
                };
                found.map_err(|error| not_found(host, plain_reason(&error)))?
            }
        };
        if self.dial.public_only && !addresses.iter().all(|address| is_public(address.ip())) {
            return Err(Misuse::NotPublic {
                host: host.to_owned(),
            }
            .into());
        }
        if let Some(family) = self.dial.family {
            addresses.retain(|address| address.is_ipv4() == (family == Family::V4));
            if addresses.is_empty() {
                let name = match family {
                    Family::V4 => "IPv4",
                    Family::V6 => "IPv6",
                };
                return Err(not_found(host, format!("it has no {name} address")));
            }
        }
        Ok(interleaved(addresses))
    }
}

/// Takes the families in turn, the one first that the system put first (RFC 8305 section 4).
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv4() == first_is_v4);
    let mut second = second.into_iter();
    let mut all = Vec::new();
    for address in first {
        all.push(address);
        all.extend(second.next());
    }
    all.extend(second);
    all
}

/// Waits for `future` within `limit`; `None` when that is over.
pub(crate) async fn within<T>(
    runtime: Runtime,
    limit: Option<Duration>,
    future: impl Future<Output = T>,
) -> Option<T> {
    let mut future = pin!(future);
    let until = limit.and_then(|limit| Instant::now().checked_add(limit));
    let mut timer: Option<Sleep> = None;
    poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(value));
        }
        let Some(until) = until else {
            return Poll::Pending;
        };
        let timer = timer.get_or_insert_with(|| runtime.sleep_until(until));
        Pin::new(timer).poll(cx).map(|()| None)
    })
    .await
}

fn no_connection(address: String, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Network::Refused { address },
        _ => Network::Connect {
            address,
            problem: error.to_string(),
        },
    }
    .into()
}

/// Tries the addresses in their order, the next one when the one before has failed or has been silent for a while; the
/// first connection wins (RFC 8305 section 5).
///
/// # Errors
/// The last failure, or `None` without addresses.
async fn race<F>(
    runtime: Runtime,
    addresses: Vec<SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> Result<Socket, Option<io::Error>>
where
    F: Future<Output = io::Result<Socket>>,
{
    let mut waiting = addresses.into_iter();
    let mut trying: Vec<Pin<Box<F>>> = Vec::new();
    let mut patience: Option<Sleep> = None;
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
                trying.push(Box::pin(connect(address)));
                // Whoever is the last has nobody to give way to.
                patience =
                    (waiting.len() > 0).then(|| runtime.sleep_until(Instant::now() + PATIENCE));
                continue;
            }
            let before = trying.len();
            if let Some(socket) = poll_all(&mut trying, &mut last, cx) {
                return Poll::Ready(Ok(socket));
            }
            let failed = trying.len() < before;
            let waited = patience
                .as_mut()
                .is_some_and(|timer| Pin::new(timer).poll(cx).is_ready());
            if !failed && !waited {
                return Poll::Pending;
            }
            patience = None;
        }
    })
    .await
}

/// How long an address has before the next one is tried beside it (RFC 8305 section 8).
const PATIENCE: Duration = Duration::from_millis(250);

/// Returns the first connection that is there; what has failed is taken off the list.
fn poll_all<F>(
    trying: &mut Vec<Pin<Box<F>>>,
    last: &mut Option<io::Error>,
    cx: &mut Context<'_>,
) -> Option<Socket>
where
    F: Future<Output = io::Result<Socket>>,
{
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

fn not_found(host: &str, problem: String) -> Error {
    Network::Dns {
        host: host.to_owned(),
        problem,
    }
    .into()
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
    use crate::drive::blocking::block_on;

    async fn try_all(runtime: Runtime) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let closed = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        // An address for documentation, where nobody answers (RFC 5737).
        let silent: SocketAddr = "192.0.2.1:9".parse().unwrap();
        let connect = |address| runtime.connect(address, None);
        for before in [vec![], vec![closed], vec![silent], vec![silent, closed]] {
            let addresses = before.iter().copied().chain([here]).collect();
            race(runtime, addresses, connect).await.ok().unwrap();
            assert!(listener.accept().is_ok(), "{before:?}");
        }
        let refused = race(runtime, vec![closed, closed], connect).await;
        assert!(refused.err().unwrap().is_some());
        assert!(
            race(runtime, vec![], connect)
                .await
                .err()
                .unwrap()
                .is_none()
        );
    }

    #[tokio::test]
    async fn an_address_that_fails_or_is_silent_gives_way_to_the_next() {
        try_all(Runtime::Tokio).await;
    }

    #[test]
    fn and_so_it_does_without_a_runtime() {
        block_on(None, try_all(Runtime::Thread)).unwrap();
    }

    #[test]
    fn families_take_turns() {
        let all = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"];
        let all = all.map(|text| text.parse().unwrap()).to_vec();
        let order: Vec<_> = interleaved(all).iter().map(|it| it.to_string()).collect();
        assert_eq!(
            order,
            ["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1", "[::3]:1"]
        );
    }
}
