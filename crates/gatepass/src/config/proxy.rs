//! Which requests go through a proxy, and through which.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use gatepass_auth::show::carries_credential;
use gatepass_auth::{Headers, Scheme, Secret, Space};
use gatepass_request::Url;

use super::no_proxy::NoProxy;
use super::tls::Tls;
use crate::error::{Error, Misuse};

/// How a proxy is spoken with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP: requests for http URLs are forwarded, those for https URLs go through a tunnel (RFC 9110 section 9.3.6).
    Http,
    /// The same inside TLS.
    Https,
    /// SOCKS 4, to an IPv4 address that is looked up here.
    Socks4,
    /// SOCKS 4a, which looks the name up itself.
    Socks4a,
    /// SOCKS 5, to an address that is looked up here (RFC 1928).
    Socks5,
    /// SOCKS 5, which looks the name up itself.
    Socks5h,
}

const PROTOCOLS: [(&str, Protocol, u16); 7] = [
    ("http", Protocol::Http, 80),
    ("https", Protocol::Https, 443),
    ("socks4", Protocol::Socks4, 1080),
    ("socks4a", Protocol::Socks4a, 1080),
    ("socks5", Protocol::Socks5, 1080),
    ("socks5h", Protocol::Socks5h, 1080),
    ("socks", Protocol::Socks5, 1080),
];

/// A proxy, and the credentials for it.
///
/// ```
/// use gatepass::config::{Protocol, Proxy};
///
/// let proxy = Proxy::parse("socks5h://alice:s3cret@proxy.example")?;
/// assert_eq!(proxy.protocol(), Protocol::Socks5h);
/// assert_eq!(proxy.to_string(), "socks5h://proxy.example:1080");
/// # Ok::<(), gatepass::Error>(())
/// ```
#[derive(Clone)]
pub struct Proxy {
    protocol: Protocol,
    host: String,
    port: u16,
    user: Option<(String, Secret)>,
    scheme: Option<Arc<dyn Scheme>>,
    tunnel: bool,
    tls: Option<Tls>,
    headers: Headers,
}

impl Proxy {
    /// Reads `PROTOCOL://USER:PASSWORD@HOST:PORT`. The protocol can be left out for `http`, user and password can be left
    /// out, and so can the port: 80, 443 or, for SOCKS, 1080.
    ///
    /// User and password answer whatever the proxy asks for, as far as it is a scheme that takes them.
    ///
    /// # Errors
    /// [`Misuse::BadProxy`], without the password.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let bad = |problem: String| Misuse::BadProxy {
            proxy: without_user(text),
            problem,
        };
        let (name, rest) = text.split_once("://").unwrap_or(("http", text));
        let known = PROTOCOLS
            .iter()
            .find(|(known, ..)| known.eq_ignore_ascii_case(name));
        let Some(&(_, protocol, default_port)) = known else {
            let problem =
                format!("{name:?} is none of http, https, socks4, socks4a, socks5 and socks5h");
            return Err(bad(problem).into());
        };
        // Any protocol's URL has the form of an https URL; its port tells whether one was given.
        let mut url =
            Url::parse(&format!("https://{rest}")).map_err(|error| bad(error.to_string()))?;
        let given = has_port(rest);
        if url.path() != "/" || url.query().is_some() {
            return Err(bad("a proxy has no path".to_owned()).into());
        }
        let user = url
            .take_user_info()
            .map(|info| (info.user, info.password.unwrap_or_default()));
        Ok(Self {
            protocol,
            host: url.host().to_owned(),
            port: if given { url.port() } else { default_port },
            user,
            scheme: None,
            tunnel: false,
            tls: None,
            headers: Headers::new(),
        })
    }

    /// Authenticates to an HTTP proxy with `scheme`, whatever the URL says.
    #[must_use]
    pub fn auth(mut self, scheme: impl Scheme + 'static) -> Self {
        self.scheme = Some(Arc::new(scheme));
        self
    }

    /// Authenticates with a user and a password, whatever the URL says.
    #[must_use]
    pub fn user(mut self, user: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.user = Some((user.into(), password.into()));
        self
    }

    /// Speaks TLS with an HTTPS proxy by these settings: whom it has to be vouched for by, who we are to it, its pins.
    ///
    /// Without them, those are believed who are believed where the request goes, and the rest is as in [`Tls::system`]: a
    /// request's certificate, pins and server name are for its origin, and so is leave not to verify anything. Nothing of these
    /// settings goes to an origin.
    ///
    /// ```
    /// use gatepass::config::{Proxy, Tls};
    ///
    /// let tls = Tls::system().pin("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")?;
    /// let proxy = Proxy::parse("https://proxy.example")?.tls(tls);
    /// # Ok::<(), gatepass::Error>(())
    /// ```
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Sends requests for http URLs through a tunnel, too.
    #[must_use]
    pub fn tunnelling(mut self) -> Self {
        self.tunnel = true;
        self
    }

    /// Sends a header field to an HTTP proxy, and not through a tunnel: with CONNECT, and with each request that it forwards,
    /// which it may pass on. It takes the place of what would be sent under its name.
    #[must_use]
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        let name = name.as_ref();
        if carries_credential(name) {
            self.headers.append_secret(name, value);
        } else {
            self.headers.append(name, value);
        }
        self
    }

    /// Returns the fields that are for the proxy alone.
    pub(crate) fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns how the proxy is spoken with.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Returns the host, an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn credential(&self) -> Option<&(String, Secret)> {
        self.user.as_ref()
    }

    pub(crate) fn scheme(&self) -> Option<&Arc<dyn Scheme>> {
        self.scheme.as_ref()
    }

    /// Returns the settings of TLS that are for the proxy alone.
    pub(crate) fn own_tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    /// Returns the party that HTTP is spoken with, if it is HTTP.
    pub(crate) fn space(&self) -> Option<Space> {
        match self.protocol {
            Protocol::Http => Some(Space::proxy("http", &self.host, self.port)),
            Protocol::Https => Some(Space::proxy("https", &self.host, self.port)),
            _ => None,
        }
    }

    /// Says whether a request for `space` goes through a tunnel.
    pub(crate) fn tunnels(&self, space: &Space) -> bool {
        self.tunnel || space.scheme() == "https"
    }
}

impl PartialEq for Proxy {
    fn eq(&self, other: &Self) -> bool {
        let same_scheme = match (&self.scheme, &other.scheme) {
            (None, None) => true,
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            _ => false,
        };
        let same_user = match (&self.user, &other.user) {
            (None, None) => true,
            (Some((one, secret)), Some((other, known))) => {
                one == other && secret.matches(known.expose())
            }
            _ => false,
        };
        (self.protocol, &self.host, self.port, self.tunnel)
            == (other.protocol, &other.host, other.port, other.tunnel)
            && self.tls == other.tls
            && self.headers == other.headers
            && same_scheme
            && same_user
    }
}

impl Eq for Proxy {}

impl Hash for Proxy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.protocol, &self.host, self.port).hash(state);
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = PROTOCOLS
            .iter()
            .find(|(_, protocol, _)| *protocol == self.protocol)
            .map_or("http", |(name, ..)| name);
        let address = crate::address::host_port(&self.host, self.port);
        write!(f, "{name}://{address}")
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({self})")
    }
}

/// Says whether an authority ends in a port.
fn has_port(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.rsplit_once(':')
        .is_some_and(|(before, port)| !port.contains(']') && !port.is_empty() && !before.is_empty())
}

/// Returns a proxy's URL as it may be shown, however malformed.
fn without_user(text: &str) -> String {
    match (text.split_once("://"), text.rsplit_once('@')) {
        (Some((name, _)), Some((_, rest))) => format!("{name}://{rest}"),
        (None, Some((_, rest))) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

/// Which requests go through which proxy.
///
/// ```
/// use gatepass::config::{Proxies, Proxy};
///
/// let proxies = Proxies::none()
///     .https(Proxy::parse("http://proxy.example:3128")?)
///     .except("internal.example, 10.0.0.0/8");
/// # Ok::<(), gatepass::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies {
    http: Option<Arc<Proxy>>,
    https: Option<Arc<Proxy>>,
    all: Option<Arc<Proxy>>,
    except: NoProxy,
    broken: Option<Broken>,
}

/// A variable of the environment that names no proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Broken {
    scheme: &'static str,
    error: String,
}

impl Proxies {
    /// Uses no proxy.
    pub fn none() -> Self {
        Self::default()
    }

    /// Uses what the environment says: `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, in lower case before upper
    /// case.
    ///
    /// `HTTP_PROXY` is not believed where `REQUEST_METHOD` is set: there, a client could have set it (CVE-2016-5385). A
    /// variable that names no proxy is an error of the requests that it would be used for.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &'static str| {
            let upper = name.to_ascii_uppercase();
            let set = |value: &String| !value.trim().is_empty();
            let lower = variable(name).map(|value| (name.to_owned(), value));
            lower.filter(|(_, value)| set(value)).or_else(|| {
                if name == "http_proxy" && variable("REQUEST_METHOD").is_some() {
                    return None;
                }
                variable(&upper).filter(set).map(|value| (upper, value))
            })
        };
        let mut proxies = Self::none();
        for (name, scheme) in [
            ("http_proxy", "http"),
            ("https_proxy", "https"),
            ("all_proxy", ""),
        ] {
            let Some((name, value)) = get(name) else {
                continue;
            };
            match Proxy::parse(value.trim()) {
                Ok(proxy) => match scheme {
                    "http" => proxies = proxies.http(proxy),
                    "https" => proxies = proxies.https(proxy),
                    _ => proxies = proxies.all(proxy),
                },
                Err(error) => {
                    let error = format!("environment variable {name}: {error}");
                    proxies.broken.get_or_insert(Broken { scheme, error });
                }
            }
        }
        match get("no_proxy") {
            Some((_, list)) => proxies.except(&list),
            None => proxies,
        }
    }

    /// Sends requests for http URLs through `proxy`.
    #[must_use]
    pub fn http(mut self, proxy: Proxy) -> Self {
        self.http = Some(Arc::new(proxy));
        self
    }

    /// Sends requests for https URLs through `proxy`.
    #[must_use]
    pub fn https(mut self, proxy: Proxy) -> Self {
        self.https = Some(Arc::new(proxy));
        self
    }

    /// Sends all requests through `proxy` for which nothing else is said.
    #[must_use]
    pub fn all(mut self, proxy: Proxy) -> Self {
        self.all = Some(Arc::new(proxy));
        self
    }

    /// Speaks TLS by these settings with every HTTPS proxy among these; see [`Proxy::tls`].
    #[must_use]
    pub fn tls(mut self, tls: &Tls) -> Self {
        let all = [&mut self.http, &mut self.https, &mut self.all];
        for proxy in all.into_iter().flatten() {
            if proxy.protocol == Protocol::Https {
                *proxy = Arc::new(Proxy::clone(proxy).tls(tls.clone()));
            }
        }
        self
    }

    /// Uses no proxy for the hosts of a list, as `NO_PROXY` has it: names with what is below them, addresses, networks as in
    /// `10.0.0.0/8`, each of the first two with a port or without, and `*`.
    #[must_use]
    pub fn except(mut self, list: &str) -> Self {
        self.except.extend(NoProxy::parse(list));
        self
    }

    /// Returns the proxy for an origin.
    ///
    /// # Errors
    /// [`Misuse::BadProxy`] for a variable of the environment that would name it.
    pub(crate) fn for_origin(&self, space: &Space) -> Result<Option<&Arc<Proxy>>, Error> {
        if self.except.covers(space) {
            return Ok(None);
        }
        let own = match space.scheme() {
            "https" => &self.https,
            _ => &self.http,
        };
        let broken = self
            .broken
            .as_ref()
            .filter(|it| it.scheme == space.scheme() || it.scheme.is_empty());
        match (own, broken) {
            (Some(own), _) => Ok(Some(own)),
            (None, Some(broken)) => Err(Misuse::BrokenProxy {
                problem: broken.error.clone(),
            }
            .into()),
            (None, None) => Ok(self.all.as_ref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Proxies {
        Proxies::from_variables(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn chosen(proxies: &Proxies, scheme: &str, host: &str) -> Option<String> {
        let space = Space::origin(scheme, host, 80);
        proxies
            .for_origin(&space)
            .unwrap()
            .map(|proxy| proxy.to_string())
    }

    #[test]
    fn urls_are_read() {
        for (text, shown) in [
            ("proxy.example", "http://proxy.example:80"),
            ("proxy.example:3128", "http://proxy.example:3128"),
            ("HTTPS://proxy.example/", "https://proxy.example:443"),
            ("socks4a://[::1]", "socks4a://[::1]:1080"),
            ("socks5://[::1]:9", "socks5://[::1]:9"),
            ("http://a:b:c@h:1", "http://h:1"),
        ] {
            assert_eq!(Proxy::parse(text).unwrap().to_string(), shown, "{text}");
        }
        for text in [
            "ftp://u:s3cret@h",
            "http://u:s3cret@h/path",
            "u:s3cret@",
            "http://u:s3cret@h:x",
        ] {
            let error = Proxy::parse(text).unwrap_err().to_string();
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let proxy = Proxy::parse("http://alice:s3cret@h").unwrap();
        let proxies = Proxies::none().all(proxy.clone());
        let shown = format!("{proxy} {proxy:?} {proxies:?}");
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn credentials_tell_proxies_apart() {
        let of = |text| Proxy::parse(text).unwrap();
        assert_eq!(of("http://a:b@h"), of("http://a:b@h"));
        assert_ne!(of("http://a:b@h"), of("http://a:c@h"));
        assert_ne!(of("http://a:b@h"), of("http://h"));
        let scheme: Arc<dyn Scheme> = Arc::new(gatepass_auth::Basic::new("a", "b").unwrap());
        let one = of("h").auth(Arc::clone(&scheme));
        assert_eq!(one, one.clone());
        assert_ne!(
            one,
            of("h").auth(scheme),
            "each is a conversation of its own"
        );
    }

    #[test]
    fn the_environment_is_read() {
        let all = from(&[
            ("http_proxy", "one"),
            ("HTTP_PROXY", "two"),
            ("HTTPS_PROXY", "socks5h://three"),
            ("NO_PROXY", "internal"),
        ]);
        assert_eq!(chosen(&all, "http", "a").unwrap(), "http://one:80");
        assert_eq!(chosen(&all, "https", "a").unwrap(), "socks5h://three:1080");
        assert_eq!(chosen(&all, "https", "x.internal"), None);
        let rest = from(&[("ALL_PROXY", "rest"), ("https_proxy", " ")]);
        assert_eq!(chosen(&rest, "https", "a").unwrap(), "http://rest:80");
        let cgi = from(&[("HTTP_PROXY", "evil"), ("REQUEST_METHOD", "GET")]);
        assert_eq!(chosen(&cgi, "http", "a"), None);
    }

    #[test]
    fn a_broken_variable_is_told_where_it_would_be_used() {
        let broken = from(&[("https_proxy", "gopher://u:s3cret@h")]);
        assert_eq!(chosen(&broken, "http", "a"), None);
        let error = broken
            .for_origin(&Space::origin("https", "a", 443))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("https_proxy") && error.contains("gopher") && !error.contains("s3cret"),
            "{error}"
        );
    }
}
