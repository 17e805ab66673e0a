//! Opens a connection by the settings of a request.

use std::sync::Arc;
use std::time::Instant;

use gatepass_auth::{Role, Space};

use super::lost::lost;
use super::runtime::Runtime;
use crate::address::address;
use crate::config::{Dial, Protocol, Proxies, Proxy, Timeouts, Tls, Version};
use crate::error::{self, Error, Misuse, Network, Peer};
use crate::exchange::Route;
use crate::redirect::Reach;
use crate::shared::Inner;
use crate::transcript::Timing;
use crate::transport::connection::Connection;
use crate::transport::connector::{Connector, within};
use crate::transport::pool::Key;
use crate::transport::socks::{self, Destination, Refusal};
use crate::transport::stream::{H2, Stream};
use crate::transport::tls;

/// By which settings a request connects.
#[derive(Clone)]
pub(crate) struct How {
    /// The origin of the request's URL.
    pub(crate) home: Space,
    /// The number of the TLS settings at home.
    pub(crate) tls: usize,
    pub(crate) dial: Arc<Dial>,
    /// The number of `dial`.
    pub(crate) dial_number: usize,
    pub(crate) proxies: Proxies,
}

impl How {
    /// Takes the client's settings where the request has none of its own.
    pub(crate) fn of(
        inner: &Inner,
        home: Space,
        tls: Option<&Tls>,
        dial: Option<&Dial>,
        proxies: Option<Proxies>,
    ) -> Self {
        Self {
            home,
            proxies: proxies.unwrap_or_else(|| inner.settled.proxies.clone()),
            tls: tls.map_or(inner.default_tls, |tls| inner.tls.id(tls)),
            dial: dial.map_or_else(|| Arc::clone(&inner.dial), |dial| Arc::new(dial.clone())),
            dial_number: dial.map_or(0, |dial| inner.dials.number(dial)),
        }
    }

    /// Returns the settings of a request to `space` beside this one: what belongs to another origin stays behind, but for the
    /// client's certificate `with_certificate`.
    pub(crate) fn beside(self, inner: &Inner, space: &Space, with_certificate: bool) -> Self {
        if *space == self.home {
            return self;
        }
        let change = match with_certificate {
            true => Tls::for_trusted_origin,
            false => Tls::for_another_origin,
        };
        Self {
            tls: inner.tls.derived(self.tls, change),
            home: space.clone(),
            ..self
        }
    }

    /// Returns the number of the TLS settings for a proxy.
    fn tls_of_proxy(&self, inner: &Inner, proxy: &Proxy) -> usize {
        match proxy.own_tls() {
            Some(own) => inner.tls.id(own),
            None => inner.tls.derived(self.tls, Tls::for_proxy),
        }
    }

    /// Returns what must be equal for a connection to be used again.
    pub(crate) fn key(&self, inner: &Inner, route: Route) -> Key {
        let is_https = |proxy: &&Arc<Proxy>| proxy.protocol() == Protocol::Https;
        let https_proxy = route.proxy.as_ref().filter(is_https);
        let is_origin = route.space.role() == Role::Origin;
        let tls = match (route.space.scheme(), route.reach) {
            ("https", Reach::Home) if is_origin => self.tls,
            ("https", Reach::Trusted) if is_origin => {
                inner.tls.derived(self.tls, Tls::for_trusted_origin)
            }
            ("https", _) if is_origin => inner.tls.derived(self.tls, Tls::for_another_origin),
            _ => https_proxy.map_or(0, |proxy| self.tls_of_proxy(inner, proxy)),
        };
        Key {
            tls,
            space: route.space,
            proxy: route.proxy,
            dial: self.dial_number,
            http1: route.http1,
            principals: route.principals,
        }
    }
}

/// What is needed to open a connection.
pub(crate) struct Opener<'a> {
    pub(crate) inner: &'a Inner,
    pub(crate) how: &'a How,
    pub(crate) limits: &'a Timeouts,
}

impl Opener<'_> {
    /// Opens a connection, to the proxy if a tunnel is needed first. The limits of its parts hold here, the limit of the
    /// whole is the caller's.
    ///
    /// # Errors
    /// [`Error::Network`] or [`Error::Tls`]; [`Peer::Socks`].
    pub(crate) async fn open(&self, key: &Key, timing: &mut Timing) -> Result<Connection, Error> {
        if self.inner.runtime != Runtime::Tokio && self.how.dial.http == Version::Http2 {
            return Err(Misuse::BadSetting {
                setting: "the version of HTTP",
                value: "HTTP/2".to_owned(),
                problem: "a blocking client speaks HTTP/1.1 only".to_owned(),
            }
            .into());
        }
        let tunnels = key
            .proxy
            .as_ref()
            .is_some_and(|proxy| proxy.space().is_some() && key.space.role() == Role::Origin);
        let stream = self.stream(key, timing).await?;
        let id = self.inner.next_connection();
        if tunnels {
            let mut connection = Connection::http1(id, stream);
            connection.lead_to_proxy();
            return Ok(connection);
        }
        self.speak(id, stream, &key.space, key.http1).await
    }

    /// Goes through a tunnel, and speaks with the origin at its other end.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub(crate) async fn go_through(
        &self,
        connection: Connection,
        key: &Key,
        timing: &mut Timing,
    ) -> Result<Connection, Error> {
        let (id, origin) = (connection.id, &key.space);
        let Some(mut stream) = connection.into_stream() else {
            return Err(Peer::NotHttp {
                space: origin.clone(),
                problem: "something came through the tunnel before it was asked for".to_owned(),
            }
            .into());
        };
        if origin.scheme() == "https" {
            let (tls, http1) = (key.tls, key.http1);
            stream = self.secure(origin, stream, tls, http1, timing).await?;
        }
        self.speak(id, stream, origin, key.http1).await
    }

    /// Speaks the version that the handshake settled on, or that the settings name.
    async fn speak(
        &self,
        id: u64,
        stream: Stream,
        space: &Space,
        http1: bool,
    ) -> Result<Connection, Error> {
        let asked = self.how.dial.http == Version::Http2 && !http1;
        let h2 = match stream.protocol() {
            Some(protocol) => protocol == H2,
            None => asked && space.scheme() == "http" && space.role() == Role::Origin,
        };
        if asked && !h2 && space.role() == Role::Origin {
            return Err(Peer::NotHttp2 {
                space: space.clone(),
            }
            .into());
        }
        if !h2 {
            return Ok(Connection::http1(id, stream));
        }
        let (info, ending) = (stream.tls_info(), stream.ending());
        let connection = Connection::http2(id, stream).await;
        connection.map_err(|error| {
            let by_tls = info.and_then(|info| tls::after_handshake(space, &info, &ending, &error));
            by_tls.unwrap_or_else(|| lost(space, &error))
        })
    }

    /// Returns the protocols that a handshake offers (RFC 7301), the preferred one first.
    fn protocols(&self, space: &Space, http1: bool) -> Vec<Vec<u8>> {
        let wanted = match self.how.dial.http {
            _ if http1 || space.role() == Role::Proxy => Version::Http1,
            Version::Any if self.inner.runtime != Runtime::Tokio => Version::Http1,
            wanted => wanted,
        };
        let names: &[&[u8]] = match wanted {
            Version::Any => &[H2, b"http/1.1"],
            Version::Http10 | Version::Http1 => &[b"http/1.1"],
            Version::Http2 => &[H2],
        };
        names.iter().map(|name| name.to_vec()).collect()
    }

    /// Opens the stream to the origin, or to the HTTP proxy on the way.
    async fn stream(&self, key: &Key, timing: &mut Timing) -> Result<Stream, Error> {
        let connector = Connector {
            runtime: self.inner.runtime,
            dial: &self.how.dial,
            lookup: self.limits.lookup,
        };
        let space = &key.space;
        let stream = match (&self.how.dial.unix, &key.proxy) {
            #[cfg(unix)]
            (Some(path), _) => connector.unix(path, timing).await?,
            (_, Some(proxy)) => {
                let stream = connector.tcp(proxy.host(), proxy.port(), timing).await?;
                match proxy.space() {
                    Some(space) if space.scheme() == "https" => {
                        let tls = self.how.tls_of_proxy(self.inner, proxy);
                        let secured = self.secure(&space, stream, tls, true, timing).await;
                        return secured.map_err(at_proxy);
                    }
                    Some(_) => return Ok(stream),
                    None => self.through_socks(&connector, stream, proxy, space).await?,
                }
            }
            _ => connector.tcp(space.host(), space.port(), timing).await?,
        };
        if space.scheme() == "https" {
            let (tls, http1) = (key.tls, key.http1);
            return self.secure(space, stream, tls, http1, timing).await;
        }
        Ok(stream)
    }

    /// Has a SOCKS proxy connect to the origin.
    async fn through_socks(
        &self,
        connector: &Connector<'_>,
        mut stream: Stream,
        proxy: &Proxy,
        origin: &Space,
    ) -> Result<Stream, Error> {
        let (host, port) = self.how.dial.destination(origin.host(), origin.port());
        let resolves = matches!(proxy.protocol(), Protocol::Socks4a | Protocol::Socks5h);
        let destination = match host.parse() {
            Ok(address) => Destination::Address(address),
            Err(_) if resolves => Destination::Name(host),
            Err(_) => {
                let v4_only = proxy.protocol() == Protocol::Socks4;
                Destination::Address(connector.address(host, port, v4_only).await?)
            }
        };
        match socks::connect(&mut stream, proxy, destination, port).await {
            Ok(()) => Ok(stream),
            Err(Refusal::Broken(error)) => Err(Network::Lost {
                address: proxy.to_string(),
                problem: error.to_string(),
            }
            .into()),
            Err(Refusal::Said(problem)) => Err(Peer::Socks {
                proxy: proxy.to_string(),
                origin: origin.clone(),
                problem,
            }
            .into()),
        }
    }

    /// Speaks TLS over a stream within its limit.
    async fn secure(
        &self,
        space: &Space,
        stream: Stream,
        tls: usize,
        http1: bool,
        timing: &mut Timing,
    ) -> Result<Stream, Error> {
        let (start, limit) = (Instant::now(), self.limits.tls);
        let settings = self.inner.tls.get(tls)?;
        let protocols = self.protocols(space, http1);
        let handshake = tls::handshake(space, stream, &settings, protocols);
        let done = within(self.inner.runtime, limit, handshake).await;
        timing.tls = Some(start.elapsed());
        match done {
            Some(stream) => stream,
            None => Err(Network::TlsTimeout {
                address: address(space),
                after: limit.unwrap_or_default(),
            }
            .into()),
        }
    }
}

/// Says that it was the proxy with which TLS failed.
pub(super) fn at_proxy(error: Error) -> Error {
    match error {
        Error::Tls(error) => error::Tls::AtProxy(Box::new(error)).into(),
        other => other,
    }
}
