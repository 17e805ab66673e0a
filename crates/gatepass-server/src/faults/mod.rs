//! Misbehaviour on purpose: what broken and hostile peers do to a client.
//!
//! Every fault is a row of `list.rs`: its name, the sentence about it, and its script. `play.rs` carries a script out on
//! the bare connection, because hyper would write none of this.

mod bomb;
mod list;
mod play;
mod script;

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU64, Ordering};

use script::Script;

pub use list::Fault;
pub(crate) use play::{Asked, Bare, play};

use crate::address::listen;
use crate::error::ServerError;
use crate::head::Head;
use crate::request::path_of;

/// Where a fault waits for its victim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A path, by http and by https.
    Path,
    /// A path, by https only.
    HttpsPath,
    /// A port of its own, which is spoken to by plain HTTP: the fault comes before a request could name it.
    Port,
    /// A port of its own, which is spoken to by TLS.
    TlsPort,
}

/// The paths of faults.
const ROOT: &str = "/faults/";

impl Fault {
    /// Returns the path, where the fault has one.
    pub(crate) fn path(self) -> Option<String> {
        match self.place() {
            Place::Path | Place::HttpsPath => Some(format!("{ROOT}{}", self.name())),
            Place::Port | Place::TlsPort => None,
        }
    }

    /// Says whether the path of the fault is there by https only.
    pub(crate) fn needs_https(self) -> bool {
        self.place() == Place::HttpsPath
    }

    /// Finds the fault that a request asks for.
    pub(crate) fn asked_for(head: &Head, tls: bool) -> Option<Self> {
        let name = path_of(head.target()).strip_prefix(ROOT)?;
        let fault = Self::named(name)?;
        (fault.path().is_some() && (tls || !fault.needs_https())).then_some(fault)
    }
}

/// What a server needs to misbehave.
#[derive(Debug)]
pub(crate) struct Faults {
    /// Where the faults are that have a port of their own.
    ports: Vec<(Fault, SocketAddr)>,
    requests: AtomicU64,
}

impl Faults {
    /// Listens for every fault that needs it, at free ports of `ip`.
    ///
    /// # Errors
    /// As [`listen`].
    pub(crate) fn open(ip: IpAddr) -> Result<(Self, Vec<(Fault, TcpListener)>), ServerError> {
        let (mut ports, mut listeners) = (Vec::new(), Vec::new());
        for &fault in Fault::ALL.iter().filter(|fault| fault.path().is_none()) {
            let listener = listen(ip, 0)?;
            let address = listener.local_addr().map_err(ServerError::Thread)?;
            ports.push((fault, address));
            listeners.push((fault, listener));
        }
        let requests = AtomicU64::new(0);
        Ok((Self { ports, requests }, listeners))
    }

    /// Returns the scheme and the address of a fault, if it has a port of its own.
    pub(crate) fn port(&self, fault: Fault) -> Option<(&'static str, SocketAddr)> {
        let (_, address) = self.ports.iter().find(|(known, _)| *known == fault)?;
        let scheme = match fault.place() {
            Place::TlsPort => "https",
            _ => "http",
        };
        Some((scheme, *address))
    }

    /// Returns what to do about the next request.
    pub(crate) fn script(&self, fault: Fault) -> Script {
        fault.script(self.requests.fetch_add(1, Ordering::Relaxed))
    }
}
