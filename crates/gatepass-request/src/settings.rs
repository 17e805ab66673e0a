//! How a request is to be carried out, apart from what it says: proxy, TLS, redirects, time, names and addresses.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::auth::{Auth, Source};

/// How a request is to be carried out. What is not set is left to whoever sends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Settings {
    /// The proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Proxy>,
    /// Hosts that are asked without a proxy, separated by commas; `*` for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_proxy: Option<String>,
    /// Whom to believe, and who one is.
    #[serde(skip_serializing_if = "is_default")]
    pub tls: Tls,
    /// Whether redirects are followed.
    #[serde(skip_serializing_if = "is_default")]
    pub redirects: Redirects,
    /// How long to wait.
    #[serde(skip_serializing_if = "is_default")]
    pub timeouts: Timeouts,
    /// How often to try again.
    #[serde(skip_serializing_if = "is_default")]
    pub retries: Retries,
    /// Cookies that are read from a file and kept in one.
    #[serde(skip_serializing_if = "is_default")]
    pub cookies: Cookies,
    /// Whether the user's netrc is asked for a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub netrc: Option<Netrc>,
    /// Where to connect to.
    #[serde(skip_serializing_if = "is_default")]
    pub connect: Connect,
    /// The version of HTTP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_version: Option<HttpVersion>,
    /// Whether a compressed answer is asked for and decoded.
    #[serde(skip_serializing_if = "is_false")]
    pub compressed: bool,
    /// The request target that is sent in place of the URL's path and query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_target: Option<String>,
}

/// A proxy, and how to tell it who asks.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Proxy {
    /// Its URL without user name and password: `http`, `https`, `socks4`, `socks4a`, `socks5` or `socks5h`.
    pub url: String,
    /// By what to authenticate to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// Header fields for the proxy alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// Whether plain HTTP goes through a tunnel too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tunnel: bool,
    /// Whom to believe where the proxy itself is spoken to by TLS.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tls: Tls,
}

/// Whom to believe over TLS, and who one is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Tls {
    /// Whether the server's certificate is not checked at all.
    #[serde(skip_serializing_if = "is_false")]
    pub insecure: bool,
    /// A file of authorities to believe, in PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// A directory of authorities to believe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_directory: Option<String>,
    /// The certificate that is shown to the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientCertificate>,
    /// The lowest version, as in `1.2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_version: Option<String>,
    /// The highest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_version: Option<String>,
    /// The public key that the server must have, as curl's `--pinnedpubkey` takes it: `sha256//BASE64`, or a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned_key: Option<String>,
}

/// A client certificate by reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClientCertificate {
    /// The file with the certificate.
    pub certificate: String,
    /// The file with the key, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What opens the key. A literal is not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<Source>,
    /// The format of the file: `PEM`, `DER`, `P12` or `ENG`; PEM where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

/// Whether redirects are followed, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Redirects {
    /// Whether they are followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow: Option<bool>,
    /// How many at most; -1 for any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Whether credentials go to every host that a redirect names.
    #[serde(skip_serializing_if = "is_false")]
    pub trust_any_host: bool,
    /// Statuses after which POST stays POST: 301, 302, 303.
    #[serde(skip_serializing_if = "no_status")]
    pub keep_post: [bool; 3],
    /// Whether the next request names in `Referer` where it came from.
    #[serde(skip_serializing_if = "is_false")]
    pub referer: bool,
    /// The schemes of URLs that are followed, where not all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schemes: Option<Vec<String>>,
}

/// How long to wait, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection, look-up and TLS included.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    pub connect: Option<Duration>,
    /// For everything.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    pub total: Option<Duration>,
    /// For the server's word on whether it wants a body, where it is asked.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    pub expect_continue: Option<Duration>,
}

/// How often to try again, and how long to wait in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Retries {
    /// How often at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The wait before each; it doubles where it is not set.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    pub delay: Option<Duration>,
    /// The time within which a try may begin.
    #[serde(with = "seconds", skip_serializing_if = "Option::is_none")]
    pub within: Option<Duration>,
    /// Whether any error is tried again, not only passing ones.
    #[serde(skip_serializing_if = "is_false")]
    pub all_errors: bool,
    /// Whether a refused connection is tried again.
    #[serde(skip_serializing_if = "is_false")]
    pub refused: bool,
}

/// Cookie files in Netscape's format.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Cookies {
    /// Files whose cookies are sent where they belong; an empty name only switches the cookies of this run on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The file that all cookies are written to at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jar: Option<String>,
    /// Whether session cookies in the files are left out.
    #[serde(skip_serializing_if = "is_false")]
    pub new_session: bool,
}

/// That the user's netrc is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Netrc {
    /// The file, where it is not the user's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whether what the URL says goes before it.
    #[serde(skip_serializing_if = "is_false")]
    pub optional: bool,
    /// By which scheme what it knows is sent, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
}

/// Where to connect to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Connect {
    /// Addresses of names, as in `example.org:443:127.0.0.1`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resolve: Vec<String>,
    /// Other places to connect to, as in `example.org:443:other.example:8443`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub connect_to: Vec<String>,
    /// The socket in the file system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unix_socket: Option<String>,
    /// The interface or address to connect from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    /// The only version of IP that is used: 4 or 6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_version: Option<u8>,
}

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum HttpVersion {
    /// HTTP/1.0.
    #[serde(rename = "1.0")]
    Http10,
    /// HTTP/1.1.
    #[serde(rename = "1.1")]
    Http11,
    /// HTTP/2 where the server agrees to it.
    #[serde(rename = "2")]
    Http2,
    /// HTTP/2 without asking.
    #[serde(rename = "2-prior-knowledge")]
    Http2PriorKnowledge,
    /// HTTP/3 where the server agrees to it.
    #[serde(rename = "3")]
    Http3,
}

impl Settings {
    /// Says whether nothing is set.
    pub fn is_default(&self) -> bool {
        is_default(self)
    }
}

impl Connect {
    /// Says whether nothing is set.
    pub fn is_default(&self) -> bool {
        is_default(self)
    }
}

impl Proxy {
    /// Names a proxy without credentials.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            auth: None,
            headers: Vec::new(),
            tunnel: false,
            tls: Tls::default(),
        }
    }
}

/// Shows the names of header fields, and no value: one may be a credential.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Proxy")
            .field("url", &self.url)
            .field("auth", &self.auth)
            .field("headers", &names)
            .field("tunnel", &self.tunnel)
            .field("tls", &self.tls)
            .finish()
    }
}

impl ClientCertificate {
    /// Names a file that holds the certificate and its key.
    pub fn new(certificate: impl Into<String>) -> Self {
        Self {
            certificate: certificate.into(),
            key: None,
            password: None,
            format: None,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_false(value: &bool) -> bool {
    !value
}

fn no_status(kept: &[bool; 3]) -> bool {
    *kept == [false; 3]
}

/// Durations as seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        value: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(time) => serializer.serialize_f64(time.as_secs_f64()),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        Option::<f64>::deserialize(deserializer)?
            .map(|seconds| Duration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom))
            .transpose()
    }
}
