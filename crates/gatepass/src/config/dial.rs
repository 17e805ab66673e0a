//! How a connection is made: which address a name stands for, over which family, interface or Unix socket.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use crate::error::{Error, Misuse};

/// How a connection is made. It is part of what must be equal for a connection to be used again.
///
/// ```
/// use gatepass::config::Dial;
///
/// let dial = Dial::new().resolve("api.example:443:127.0.0.1")?.connect_to("old.example::new.example:8443")?;
/// # Ok::<(), gatepass::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dial {
    pub(crate) family: Option<Family>,
    pub(crate) from: Option<From>,
    pub(crate) unix: Option<PathBuf>,
    pub(crate) http: Version,
    pub(crate) public_only: bool,
    resolve: Vec<Resolve>,
    connect_to: Vec<ConnectTo>,
}

/// The two families of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the Internet has these two")]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Where on this machine a connection starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum From {
    /// An address of this machine.
    Address(IpAddr),
    /// An interface, by its name.
    Interface(String),
}

/// Which version of HTTP is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// HTTP/2 where a TLS server takes it (RFC 9113 section 3.2), else HTTP/1.1. Blocking clients speak HTTP/1.1 only.
    #[default]
    Any,
    /// HTTP/1.0, for servers that know no more: each request has a connection of its own, and a body of known length.
    Http10,
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 without asking, over plain TCP too (RFC 9113 section 3.3).
    Http2,
}

/// One of `resolve`: the addresses of a name at a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Resolve {
    host: String,
    port: u16,
    addresses: Vec<IpAddr>,
}

/// One of `connect_to`: what is empty stands for anything, or for no change.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ConnectTo {
    host: String,
    port: Option<u16>,
    to_host: String,
    to_port: Option<u16>,
}

impl Dial {
    /// Asks the system for addresses, and takes whatever family, interface and version come first.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes addresses of one family only.
    #[must_use]
    pub fn family(mut self, family: Family) -> Self {
        self.family = Some(family);
        self
    }

    /// Starts connections at this address of this machine, or at the interface of this name.
    #[must_use]
    pub fn from(mut self, address_or_interface: &str) -> Self {
        self.from = Some(address_or_interface.parse().map_or_else(
            |_| From::Interface(address_or_interface.to_owned()),
            From::Address,
        ));
        self
    }

    /// Connects to this Unix socket, wherever the URL points. Proxies are passed by.
    #[must_use]
    pub fn unix_socket(mut self, path: impl AsRef<Path>) -> Self {
        self.unix = Some(path.as_ref().to_owned());
        self
    }

    /// Connects to addresses only that belong to everybody, for a program that sends what strangers ask for: none of this
    /// machine, of a private network or of a link. A name of which one address is another is refused, on each hop of a
    /// redirect anew. What a proxy connects to is not looked at: use none.
    #[must_use]
    pub fn public_only(mut self) -> Self {
        self.public_only = true;
        self
    }

    /// Says which version of HTTP is spoken.
    #[must_use]
    pub fn http(mut self, version: Version) -> Self {
        self.http = version;
        self
    }

    /// Gives a name its addresses, as curl does: `HOST:PORT:ADDRESS[,ADDRESS]`, IPv6 addresses in brackets; `*` as the
    /// host is any.
    ///
    /// # Errors
    /// [`Misuse::BadSetting`] for text of another form.
    pub fn resolve(mut self, entry: &str) -> Result<Self, Error> {
        let bad = |problem: &str| bad("resolve", entry, problem);
        let entry = entry.trim_start_matches('+');
        let (host, rest) = split_host(entry).ok_or_else(|| bad(RESOLVE))?;
        let (port, addresses) = rest.split_once(':').ok_or_else(|| bad(RESOLVE))?;
        let port = port.parse().map_err(|_| bad("the port is no number"))?;
        let addresses = addresses
            .split(',')
            .map(|address| address.trim_matches(['[', ']']).parse())
            .collect::<Result<Vec<IpAddr>, _>>()
            .map_err(|_| bad("it must be an address, not a name"))?;
        self.resolve.push(Resolve {
            host: host.to_ascii_lowercase(),
            port,
            addresses,
        });
        Ok(self)
    }

    /// Connects to another host and port than the URL names, as curl does: `HOST:PORT:TO-HOST:TO-PORT`. An empty HOST or
    /// PORT is any, an empty TO-HOST or TO-PORT changes nothing. TLS and `Host` still name the URL's.
    ///
    /// # Errors
    /// [`Misuse::BadSetting`] for text of another form.
    pub fn connect_to(mut self, entry: &str) -> Result<Self, Error> {
        let bad = |problem: &str| bad("connect-to", entry, problem);
        let number = |port: &str| match port {
            "" => Ok(None),
            port => port
                .parse()
                .map(Some)
                .map_err(|_| bad("the port is no number")),
        };
        let (host, rest) = split_host(entry).ok_or_else(|| bad(CONNECT_TO))?;
        let (port, rest) = rest.split_once(':').ok_or_else(|| bad(CONNECT_TO))?;
        let (to_host, to_port) = split_host(rest).ok_or_else(|| bad(CONNECT_TO))?;
        self.connect_to.push(ConnectTo {
            host: host.to_ascii_lowercase(),
            port: number(port)?,
            to_host: to_host.to_owned(),
            to_port: number(to_port)?,
        });
        Ok(self)
    }

    /// Returns where a connection for `host` and `port` goes.
    pub(crate) fn destination<'a>(&'a self, host: &'a str, port: u16) -> (&'a str, u16) {
        let fits = |it: &&ConnectTo| {
            (it.host.is_empty() || it.host == host) && it.port.is_none_or(|it| it == port)
        };
        match self.connect_to.iter().find(fits) {
            Some(it) if it.to_host.is_empty() => (host, it.to_port.unwrap_or(port)),
            Some(it) => (&it.to_host, it.to_port.unwrap_or(port)),
            None => (host, port),
        }
    }

    /// Returns the addresses that were given for `host` at `port`; the last one given counts.
    pub(crate) fn given(&self, host: &str, port: u16) -> Option<&[IpAddr]> {
        let fits = |it: &&Resolve| (it.host == host || it.host == "*") && it.port == port;
        self.resolve
            .iter()
            .rev()
            .find(fits)
            .map(|it| it.addresses.as_slice())
    }
}

const RESOLVE: &str = "it must be HOST:PORT:ADDRESS";
const CONNECT_TO: &str = "it must be HOST:PORT:TO-HOST:TO-PORT";

/// Splits a host, in brackets if it is an IPv6 address, from what stands behind its colon.
fn split_host(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]:"),
        None => text.split_once(':'),
    }
}

fn bad(setting: &'static str, value: &str, problem: &str) -> Error {
    Misuse::BadSetting {
        setting,
        value: value.to_owned(),
        problem: problem.to_owned(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_given_to_names() {
        let dial = Dial::new()
            .resolve("A.example:443:192.0.2.1,[2001:db8::1]")
            .and_then(|dial| dial.resolve("[::1]:80:127.0.0.2"))
            .and_then(|dial| dial.resolve("*:8080:127.0.0.3"))
            .unwrap();
        let given = |host, port| {
            dial.given(host, port)
                .map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(
            given("a.example", 443).unwrap(),
            ["192.0.2.1", "2001:db8::1"]
        );
        assert_eq!(given("::1", 80).unwrap(), ["127.0.0.2"]);
        assert_eq!(given("b.example", 8080).unwrap(), ["127.0.0.3"]);
        assert_eq!(given("a.example", 80), None);
        for bad in ["", "a", "a:80", "a:x:127.0.0.1", "a:80:name"] {
            let error = Dial::new().resolve(bad).unwrap_err().to_string();
            assert!(error.contains("resolve"), "{bad}: {error}");
        }
    }

    #[test]
    fn connections_are_led_elsewhere() {
        let dial = Dial::new()
            .connect_to("a.example:443:[::1]:8443")
            .and_then(|dial| dial.connect_to("b.example:::81"))
            .and_then(|dial| dial.connect_to(":80:c.example:"))
            .unwrap();
        assert_eq!(dial.destination("a.example", 443), ("::1", 8443));
        assert_eq!(dial.destination("a.example", 444), ("a.example", 444));
        assert_eq!(dial.destination("b.example", 443), ("b.example", 81));
        assert_eq!(dial.destination("d.example", 80), ("c.example", 80));
        for bad in ["", "a:80", "a:80:b", "a:x:b:80", "a:80:b:x"] {
            assert!(Dial::new().connect_to(bad).is_err(), "{bad}");
        }
    }
}
