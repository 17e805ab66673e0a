//! The door: it listens, reads requests within limits, and hands them to the guard, the page and the API.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use gatepass::{Secret, SystemEnv};
use gatepass_auth::Env as _;
use gatepass_auth::hash::hex;
use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::api;
use crate::guard::{Guard, Refusal};
use crate::page;
use crate::site::Site;

/// How long a request to the API may be: a body that is sent from the page is in it, in base64.
const LONGEST: usize = 32 * 1024 * 1024;
/// How long the head of a request may take, and then its body.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many connections are served at once.
const CONNECTIONS: usize = 256;
/// How long to wait after the system had no descriptor for a connection.
const PAUSE: Duration = Duration::from_millis(50);

/// A page that is listening. It serves while [`Web::run`] runs.
pub struct Web {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
    token: Secret,
}

/// The settings of a [`Web`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    listen: IpAddr,
    port: u16,
    hosts: Vec<String>,
    examples: Option<String>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            hosts: Vec::new(),
            examples: None,
        }
    }
}

impl Builder {
    /// Listens at this address; 127.0.0.1 otherwise. At any but a loopback address, requests go to public addresses only.
    pub fn listen(mut self, address: IpAddr) -> Self {
        self.listen = address;
        self
    }

    /// Listens at this port; at a free one otherwise.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Answers to this name in `Host` too, at any port: the name that a server before this one is reached by.
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Offers examples against a test server at this URL, `http://127.0.0.1:8000`. URLs that are only a path go there. It is
    /// left out where others can reach the page.
    pub fn examples(mut self, url: impl Into<String>) -> Self {
        self.examples = Some(url.into().trim_end_matches('/').to_owned());
        self
    }

    /// Binds the port.
    ///
    /// # Errors
    /// Whatever the system says, a port that is taken above all.
    pub async fn bind(self) -> io::Result<Web> {
        let listener = TcpListener::bind((self.listen, self.port)).await?;
        let address = listener.local_addr()?;
        let mut random = [0; 24];
        // A token that can be guessed guards nothing: without random numbers there is no page.
        SystemEnv.random(&mut random).map_err(io::Error::other)?;
        let token = Secret::from(hex(&random));
        let local = self.listen.is_loopback();
        let site = Site {
            guard: Guard::new(address, self.hosts, token.clone()),
            examples: self.examples.filter(|_| local),
            local,
        };
        Ok(Web {
            listener,
            address,
            site: Arc::new(site),
            token,
        })
    }
}

impl Web {
    /// Returns the settings: loopback, a free port.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Returns the address that is listened at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what to open in a browser. It holds the token of this launch: whoever has it can use the page.
    pub fn url(&self) -> String {
        let ip = match self.address.ip() {
            ip if !ip.is_unspecified() => ip,
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(_) => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        };
        let address = SocketAddr::new(ip, self.address.port());
        let token = self.token.expose_str().unwrap_or_default();
        format!("http://{address}/#token={token}")
    }

    /// Says whether only this machine can reach the page.
    pub fn is_local(&self) -> bool {
        self.site.local
    }

    /// Serves the page until this future is dropped.
    pub async fn run(self) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let site = Arc::clone(&self.site);
            tokio::spawn(async move {
                let _place = place;
                serve(stream, site).await;
            });
        }
    }
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Web")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

async fn serve(stream: TcpStream, site: Arc<Site>) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(answer(&site, request).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service);
    // An error here is the browser's: it went away, or sent what no parser understands. hyper has answered that.
    let _ = connection.await;
}

async fn answer(site: &Site, request: http::Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let host = match site.guard.host(&head) {
        Ok(host) => host.to_owned(),
        Err(refusal) => return page::refusal(&refusal),
    };
    let path = head.uri.path();
    let Some(call) = path.strip_prefix("/api/") else {
        return match head.method {
            Method::GET | Method::HEAD => page::file(path),
            _ => page::refusal(&Refusal::Method("GET")),
        };
    };
    if head.method != Method::POST {
        return page::refusal(&Refusal::Method("POST"));
    }
    if let Err(refusal) = site.guard.caller(&head, &host) {
        return page::refusal(&refusal);
    }
    match tokio::time::timeout(PATIENCE, read(body)).await {
        Ok(Ok(bytes)) => match api::call(site, call, &bytes).await {
            Ok(json) => page::json(StatusCode::OK, &json),
            Err(problem) => page::json(problem.status, &problem.json()),
        },
        Ok(Err(refusal)) => page::refusal(&refusal),
        Err(_) => page::refusal(&Refusal::Late),
    }
}

async fn read(mut body: Incoming) -> Result<Bytes, Refusal> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return Err(Refusal::Broken);
        };
        if let Some(data) = frame.data_ref() {
            if bytes.len() + data.len() > LONGEST {
                return Err(Refusal::Long(LONGEST));
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(bytes.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn debug_shows_no_token() {
        let web = Web::builder().bind().await.unwrap();
        let token = web.url().split_once("#token=").unwrap().1.to_owned();
        assert_eq!(token.len(), 48);
        assert!(!format!("{web:?}").contains(&token));
    }
}
