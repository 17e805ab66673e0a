//! Who is let in: requests that name this server, and for the API only those of its own page, with the token of this launch.

use std::net::{IpAddr, SocketAddr};

use gatepass::Secret;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

/// The header field that carries the token. A page of another origin cannot set it without asking first, and is refused then.
pub(crate) const TOKEN: &str = "x-gatepass-token";

/// Decides who is let in.
pub(crate) struct Guard {
    address: SocketAddr,
    hosts: Vec<String>,
    token: Secret,
}

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It does not name this server.
    Host,
    /// It comes from another page, or from no page.
    Origin,
    /// It has no token, or that of another launch.
    Token,
    /// Its body is not JSON.
    Type,
    /// It has another method than this.
    Method(&'static str),
    /// There is nothing of this name.
    Missing,
    /// Its body has more bytes than this.
    Long(usize),
    /// Its body did not come in time.
    Late,
    /// Its body ended early.
    Broken,
}

impl Guard {
    /// Lets those in who name `address` or one of `hosts`.
    pub(crate) fn new(address: SocketAddr, hosts: Vec<String>, token: Secret) -> Self {
        Self {
            address,
            hosts,
            token,
        }
    }

    /// Checks that a request names this server, and returns the name with the port. A page whose name was made to point to
    /// this machine (DNS rebinding) names itself.
    ///
    /// # Errors
    /// [`Refusal::Host`].
    pub(crate) fn host<'r>(&self, head: &'r Parts) -> Result<&'r str, Refusal> {
        // Browsers write the path alone; a whole URL here could name something else than `Host` does.
        if head.uri.authority().is_some() {
            return Err(Refusal::Host);
        }
        let host = only(&head.headers, HOST.as_str()).ok_or(Refusal::Host)?;
        if self.is_here(host) {
            Ok(host)
        } else {
            Err(Refusal::Host)
        }
    }

    fn is_here(&self, host: &str) -> bool {
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => match port.parse::<u16>() {
                Ok(port) => (name, port),
                Err(_) => return false,
            },
            _ => (host, 80),
        };
        let name = name.to_ascii_lowercase();
        if self
            .hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&name))
        {
            return true;
        }
        if port != self.address.port() {
            return false;
        }
        let bare = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(&name);
        let here = self.address.ip();
        match bare.parse::<IpAddr>() {
            // Nobody can make an address point elsewhere. Bound to all of them, any may be the one that was asked for.
            Ok(ip) => ip == here || here.is_unspecified(),
            Err(_) => name == "localhost" && (here.is_loopback() || here.is_unspecified()),
        }
    }

    /// Checks that a request to the API comes from the page that this server served, of this launch. `host` is what
    /// [`Guard::host`] returned.
    ///
    /// # Errors
    /// [`Refusal`].
    pub(crate) fn caller(&self, head: &Parts, host: &str) -> Result<(), Refusal> {
        let headers = &head.headers;
        let origin = only(headers, ORIGIN.as_str()).ok_or(Refusal::Origin)?;
        // Behind a server with TLS, the page's scheme is https.
        let own = ["http://", "https://"].iter().any(|scheme| {
            origin
                .strip_prefix(scheme)
                .is_some_and(|it| it.eq_ignore_ascii_case(host))
        });
        let site = headers
            .get("sec-fetch-site")
            .map(http::HeaderValue::as_bytes);
        if !own || site.is_some_and(|site| site != b"same-origin") {
            return Err(Refusal::Origin);
        }
        let token = only(headers, TOKEN).unwrap_or_default();
        if !self.token.matches(token.as_bytes()) {
            return Err(Refusal::Token);
        }
        match only(headers, CONTENT_TYPE.as_str()) {
            Some("application/json") => Ok(()),
            _ => Err(Refusal::Type),
        }
    }
}

/// Returns the value of a field that stands there exactly once.
fn only<'r>(headers: &'r HeaderMap, name: &str) -> Option<&'r str> {
    let mut all = headers.get_all(name).iter();
    let first = all.next()?.to_str().ok()?;
    all.next().is_none().then_some(first)
}

impl Refusal {
    /// Returns the status that says so.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin | Self::Token => StatusCode::FORBIDDEN,
            Self::Type => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Long(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Late => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns a sentence that says what to do, without a full stop.
    pub(crate) fn sentence(self) -> String {
        match self {
            Self::Host => {
                "this server answers to its own address only; `gatepass web --host NAME` adds a name".to_owned()
            }
            Self::Origin => "only the page of this server may ask this".to_owned(),
            Self::Token => "the page has no token of this launch; open the address that `gatepass web` printed".to_owned(),
            Self::Type => "the body must be application/json".to_owned(),
            Self::Method(method) => format!("this is asked by {method}"),
            Self::Missing => "there is no such page".to_owned(),
            Self::Long(limit) => format!("the request is longer than {} MiB", limit / 1024 / 1024),
            Self::Late => "the request did not come in time".to_owned(),
            Self::Broken => "the request ended early".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(address: &str, hosts: &[&str]) -> Guard {
        let hosts = hosts.iter().map(|&host| host.to_owned()).collect();
        Guard::new(address.parse().unwrap(), hosts, "t".into())
    }

    #[test]
    fn a_server_answers_to_its_own_names() {
        let here = guard("127.0.0.1:8000", &["tools.example"]);
        for host in [
            "127.0.0.1:8000",
            "localhost:8000",
            "LOCALHOST:8000",
            "tools.example",
            "tools.example:443",
        ] {
            assert!(here.is_here(host), "{host}");
        }
        for host in [
            "127.0.0.1",
            "127.0.0.1:8001",
            "evil.example:8000",
            "127.0.0.1.evil.example:8000",
            "localhost.evil:8000",
            "[::1]:8000",
            "127.0.0.1:8000:8000",
            "127.0.0.1:x",
            "",
            ":8000",
            "a@127.0.0.1:8000",
            "evil.tools.example",
        ] {
            assert!(!here.is_here(host), "{host}");
        }
        assert!(guard("[::1]:8000", &[]).is_here("[::1]:8000"));
        assert!(guard("127.0.0.1:80", &[]).is_here("127.0.0.1"));
    }

    #[test]
    fn bound_to_every_address_it_answers_to_any_and_to_no_name() {
        let all = guard("0.0.0.0:8000", &[]);
        assert!(all.is_here("192.168.1.7:8000") && all.is_here("localhost:8000"));
        assert!(!all.is_here("rebound.example:8000"));
    }
}
