//! The options about how a request gets there: proxies, addresses, versions, limits of time, retries.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum, ValueHint};
use gatepass::ClientBuilder;
use gatepass::config::{Dial, Family, Proxies, Proxy, Retries, Timeouts, Version};
use gatepass::credentials::Resolver;
use gatepass_request::Auth;

use crate::auth_args::SchemeName;
use crate::commands::send::proxy_tls::ProxyTlsArgs;
use crate::commands::send::tls::TlsArgs;
use crate::error::{Failure, of_client};

const NETWORK: &str = "Network";
const PROXIES: &str = "Proxies";
const TIME: &str = "Time and retries";

/// How the request gets there.
#[derive(Args, Debug, Default)]
pub(crate) struct NetworkArgs {
    /// Go through a proxy: URL or PROTOCOL:URL, as in https:proxy.example:3128
    ///
    /// PROTOCOL is that of the requests which the proxy is for: http, https or all; without it, all. The URL can be http,
    /// https, socks4, socks4a, socks5 or socks5h. Without the option, http_proxy, https_proxy, all_proxy and no_proxy of the
    /// environment are used. USER:PASSWORD@ in the URL answers whatever the proxy asks for.
    #[arg(long, value_name = "PROXY", help_heading = PROXIES)]
    pub(crate) proxy: Vec<String>,

    /// Do not go through a proxy to these hosts: names (and what is below them), addresses, networks, *; as NO_PROXY has it
    #[arg(long, visible_alias = "noproxy", value_name = "LIST", help_heading = PROXIES)]
    pub(crate) no_proxy: Option<String>,

    /// The credential for the proxy: USER:PASSWORD, or as -a has it
    #[arg(short = 'U', long, value_name = "CREDENTIAL", help_heading = PROXIES)]
    pub(crate) proxy_user: Vec<String>,

    /// The authentication scheme for the proxy; auto asks first, which is the default
    #[arg(long, value_name = "SCHEME", value_parser = SchemeName, hide_possible_values = true, requires = "proxy_user",
          help_heading = PROXIES)]
    pub(crate) proxy_auth_type: Option<String>,

    /// Have the proxy make a tunnel for http URLs, too
    #[arg(long, visible_alias = "proxytunnel", requires = "proxy", help_heading = PROXIES)]
    pub(crate) proxy_tunnel: bool,

    #[command(flatten)]
    pub(crate) proxy_tls: ProxyTlsArgs,

    /// Give a name its addresses, separated by commas: HOST:PORT:ADDRESS
    #[arg(long, value_name = "HOST:PORT:ADDRESS", help_heading = NETWORK)]
    pub(crate) resolve: Vec<String>,

    /// Connect to another host and port: HOST:PORT:TO-HOST:TO-PORT, of which each can be left empty
    #[arg(long, value_name = "HOST:PORT:TO-HOST:TO-PORT", help_heading = NETWORK)]
    pub(crate) connect_to: Vec<String>,

    /// Use IPv4 only
    #[arg(short = '4', long, help_heading = NETWORK, conflicts_with = "ipv6")]
    pub(crate) ipv4: bool,

    /// Use IPv6 only
    #[arg(short = '6', long, help_heading = NETWORK)]
    pub(crate) ipv6: bool,

    /// Start from this interface, or this address of this machine
    #[arg(long, value_name = "NAME|ADDRESS", help_heading = NETWORK)]
    pub(crate) interface: Option<String>,

    /// Connect to this Unix socket, wherever the URL points
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, help_heading = NETWORK)]
    pub(crate) unix_socket: Option<PathBuf>,

    /// Speak this version of HTTP; without it, HTTP/2 where an https server takes it
    #[arg(long, value_name = "VERSION", value_enum, help_heading = NETWORK)]
    pub(crate) http_version: Option<HttpVersion>,

    /// Wait at most this many seconds for a connection, and for each piece of the response; 0 waits for ever
    ///
    /// Without it, 30 seconds for a connection and 60 for each piece.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = TIME)]
    pub(crate) timeout: Option<Duration>,

    /// Let everything together take at most this many seconds: redirects, challenges, retries and the body
    ///
    /// A command that a secret comes from (cmd:) may take as long.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = TIME)]
    pub(crate) max_time: Option<Duration>,

    /// Wait at most this many seconds for a connection: the name, the proxy and TLS together
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = TIME)]
    pub(crate) connect_timeout: Option<Duration>,

    /// Wait at most this many seconds for the name to be looked up
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = TIME)]
    pub(crate) lookup_timeout: Option<Duration>,

    /// Wait at most this many seconds for a TLS handshake
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = TIME)]
    pub(crate) tls_timeout: Option<Duration>,

    /// Wait at most this many seconds for the answer to begin
    #[arg(long, value_name = "SECONDS", value_parser = seconds, help_heading = TIME)]
    pub(crate) first_byte_timeout: Option<Duration>,

    /// Try again up to this many times what may be repeated: after network errors, and after 408, 429, 502, 503 and 504
    #[arg(long, value_name = "TIMES", default_value_t = 0, help_heading = TIME)]
    pub(crate) retry: u32,

    /// Wait up to this many seconds before the second try, doubled for each one after it, unless the server says when
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "retry", help_heading = TIME)]
    pub(crate) retry_delay: Option<Duration>,

    /// Repeat requests of every method, POST too, though the server may then do twice what was asked once
    #[arg(long, requires = "retry", action = ArgAction::SetTrue, help_heading = TIME)]
    pub(crate) retry_any_method: bool,
}

/// A version of HTTP, as it is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HttpVersion {
    /// HTTP/1.1
    #[value(name = "1.1", alias = "1")]
    Http1,
    /// HTTP/2, over plain TCP too
    #[value(name = "2", aliases = ["2-prior-knowledge", "2.0"])]
    Http2,
}

impl NetworkArgs {
    /// Says whether a secret for a proxy is read from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.proxy_tls.reads_stdin()
    }

    /// Makes the settings of the client. `tls` are those for the server, and `at_home` says that the server is inside this process.
    ///
    /// # Errors
    /// [`Failure`] for an option that cannot be read, or a credential that is not there.
    pub(crate) fn apply(
        &self,
        builder: ClientBuilder,
        at_home: bool,
        tls: &TlsArgs,
        resolver: &Resolver,
    ) -> Result<ClientBuilder, Failure> {
        let builder = builder.timeouts(self.timeouts()).retries(self.retries());
        if at_home {
            return Ok(builder.proxies(Proxies::none()));
        }
        let builder = builder.dial(self.dial()?);
        let proxies = self.proxies(resolver)?;
        Ok(match (proxies, self.proxy_tls.settings(tls, resolver)?) {
            (None, None) => builder,
            (Some(proxies), None) => builder.proxies(proxies),
            (proxies, Some(tls)) => {
                builder.proxies(proxies.unwrap_or_else(Proxies::from_env).tls(&tls))
            }
        })
    }

    /// Says whether an option says where to connect to, or which version of HTTP is spoken.
    pub(super) fn dials(&self) -> bool {
        let lists = [&self.resolve, &self.connect_to];
        lists.iter().any(|list| !list.is_empty())
            || self.ipv4
            || self.ipv6
            || self.interface.is_some()
            || self.unix_socket.is_some()
            || self.http_version.is_some()
    }

    fn timeouts(&self) -> Timeouts {
        let mut timeouts = Timeouts::new();
        let limit = |limit: Duration| Some(limit).filter(|limit| !limit.is_zero());
        if let Some(both) = self.timeout {
            (timeouts.connect, timeouts.read) = (limit(both), limit(both));
        }
        for (given, place) in [
            (self.max_time, &mut timeouts.total),
            (self.connect_timeout, &mut timeouts.connect),
            (self.lookup_timeout, &mut timeouts.lookup),
            (self.tls_timeout, &mut timeouts.tls),
            (self.first_byte_timeout, &mut timeouts.first_byte),
        ] {
            if let Some(given) = given {
                *place = limit(given);
            }
        }
        timeouts
    }

    fn retries(&self) -> Retries {
        let mut retries = Retries::times(self.retry);
        if let Some(wait) = self.retry_delay {
            retries = retries.first_wait(wait);
        }
        if self.retry_any_method {
            retries = retries.any_method();
        }
        retries
    }

    fn dial(&self) -> Result<Dial, Failure> {
        let mut dial = Dial::new();
        for entry in &self.resolve {
            dial = dial.resolve(entry).map_err(|error| of_client(&error))?;
        }
        for entry in &self.connect_to {
            dial = dial.connect_to(entry).map_err(|error| of_client(&error))?;
        }
        if self.ipv4 || self.ipv6 {
            dial = dial.family(if self.ipv4 { Family::V4 } else { Family::V6 });
        }
        if let Some(interface) = &self.interface {
            dial = dial.from(interface);
        }
        if let Some(path) = &self.unix_socket {
            dial = dial.unix_socket(path);
        }
        Ok(match self.http_version {
            Some(HttpVersion::Http1) => dial.http(Version::Http1),
            Some(HttpVersion::Http2) => dial.http(Version::Http2),
            None => dial,
        })
    }

    /// Returns the proxies, or `None` where the environment alone says.
    fn proxies(&self, resolver: &Resolver) -> Result<Option<Proxies>, Failure> {
        if self.proxy.is_empty() && self.no_proxy.is_none() {
            return match self.proxy_user.as_slice() {
                [] => Ok(None),
                _ => Err(Failure::new("-U is for a proxy, and none is given")
                    .hint("Name it with --proxy http://HOST:PORT")),
            };
        }
        let scheme = self.scheme(resolver)?;
        let mut proxies = if self.proxy.is_empty() {
            Proxies::from_env()
        } else {
            Proxies::none()
        };
        for text in &self.proxy {
            let (target, url) = split(text);
            let mut proxy = Proxy::parse(url).map_err(|error| of_client(&error))?;
            if let Some(scheme) = &scheme {
                proxy = scheme.clone().give(proxy);
            }
            if self.proxy_tunnel {
                proxy = proxy.tunnelling();
            }
            proxies = match target {
                "http" => proxies.http(proxy),
                "https" => proxies.https(proxy),
                _ => proxies.all(proxy),
            };
        }
        Ok(Some(match &self.no_proxy {
            Some(list) => proxies.except(list),
            None => proxies,
        }))
    }

    /// Finds the credential for the proxy.
    fn scheme(&self, resolver: &Resolver) -> Result<Option<ForProxy>, Failure> {
        if self.proxy_user.is_empty() {
            return Ok(None);
        }
        let words: Vec<&str> = self.proxy_user.iter().map(String::as_str).collect();
        let name = self.proxy_auth_type.as_deref().unwrap_or("auto");
        let auth = Auth::parse(Some(name), &words)
            .map_err(|error| Failure::new(format!("-U cannot be read: {error}")))?;
        // SOCKS takes a user and a password, and no scheme.
        let values = [auth.get("username"), auth.get("password")];
        let user = match values {
            [Some(user), Some(password)] => {
                let find = |field, source| {
                    let found = resolver.resolve(field, source);
                    found.map_err(|error| of_client(&error))
                };
                let user = find("username", user)?.secret;
                let user = user
                    .expose_str()
                    .map(str::to_owned)
                    .ok_or_else(|| Failure::new("the user name for the proxy is no text"))?;
                Some((user, find("password", password)?.secret))
            }
            _ => None,
        };
        let scheme = match (&user, self.proxy_auth_type.as_deref()) {
            (Some(_), None | Some("auto")) => None,
            _ => Some(
                resolver
                    .scheme(&auth)
                    .map_err(|error| of_client(&error))?
                    .scheme,
            ),
        };
        Ok(Some(ForProxy { user, scheme }))
    }
}

/// The credential for proxies.
#[derive(Clone)]
struct ForProxy {
    user: Option<(String, gatepass::Secret)>,
    scheme: Option<std::sync::Arc<dyn gatepass::Scheme>>,
}

impl ForProxy {
    fn give(self, proxy: Proxy) -> Proxy {
        let proxy = match self.user {
            Some((user, password)) => proxy.user(user, password),
            None => proxy,
        };
        match self.scheme {
            Some(scheme) => proxy.auth(scheme),
            None => proxy,
        }
    }
}

/// Splits what a proxy is for from its URL: `https:http://proxy`. A URL alone is for all.
fn split(text: &str) -> (&str, &str) {
    match text.split_once(':') {
        Some((target @ ("http" | "https" | "all"), url)) if !url.starts_with("//") => (target, url),
        _ => ("all", text),
    }
}

/// Reads a length of time in seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.strip_suffix('s').unwrap_or(text);
    let wrong = || "write a number of seconds, as in 2.5; 0 waits for ever".to_owned();
    let value: f64 = number.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(value).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_protocol_is_told_from_a_url() {
        for (text, target, url) in [
            ("http://p:1", "all", "http://p:1"),
            ("p:1", "all", "p:1"),
            ("https:http://p:1", "https", "http://p:1"),
            ("http:p:1", "http", "p:1"),
            ("all:socks5h://p", "all", "socks5h://p"),
            ("socks5://p", "all", "socks5://p"),
        ] {
            assert_eq!(split(text), (target, url), "{text}");
        }
    }
}
