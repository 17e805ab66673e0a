//! What people write as a URL, read into an absolute URL whose request target is kept byte for byte.
//!
//! Packaged URL types rewrite `/a%2Fb/../c` and escape what a signature already covers. Here the path and the query
//! stay as written wherever RFC 3986 allows their bytes (and `[` and `]`, which everyone sends bare); any other byte is
//! percent-encoded. A percent sign that begins no escape becomes `%25`.

use std::borrow::Cow;
use std::fmt;

use gatepass_auth::{Secret, Space, percent};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::UrlError;
use crate::host::read_host;
use crate::variable::{Variable, has_variable};

/// What someone wrote where a URL is wanted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Typed {
    /// A URL.
    Absolute(Url),
    /// Only a path with its query, as it will be sent: the built-in server's.
    Path(String),
}

/// An absolute `http` or `https` URL.
///
/// `Display` and `Debug` leave out the user name and the password.
///
/// ```
/// use gatepass_request::Url;
///
/// let url = Url::parse("http://alice:s3cret@API.example:8080/a%2Fb/../c d?x=[1]#top")?;
/// assert_eq!(url.target(), "/a%2Fb/../c%20d?x=[1]");
/// assert_eq!((url.host(), url.port(), url.authority().as_str()), ("api.example", 8080, "api.example:8080"));
/// assert_eq!(url.user_info().unwrap().user, "alice");
/// assert_eq!(url.join("../d?y=1")?.to_string(), "http://api.example:8080/d?y=1#top");
/// # Ok::<(), gatepass_request::UrlError>(())
/// ```
#[derive(Clone)]
pub struct Url {
    scheme: &'static str,
    user_info: Option<UserInfo>,
    /// Scheme, host and port. Whatever belongs to the party has a share of it.
    space: Space,
    target: String,
    fragment: Option<String>,
    open: Option<Box<Open>>,
}

/// How a URL is written whose scheme, host or port a variable leaves open.
#[derive(Clone)]
struct Open {
    /// All that stands before the path, without user name and password.
    origin: String,
    /// Whether a path is written at all.
    path: bool,
}

/// The user name and password of a URL, percent-decoded.
///
/// `Debug` masks both: some services take a token as the user name.
#[derive(Clone)]
#[non_exhaustive]
pub struct UserInfo {
    /// The user name.
    pub user: String,
    /// The password, where a colon stood behind the user name.
    pub password: Option<Secret>,
}

impl Url {
    /// Reads an absolute URL.
    ///
    /// # Errors
    /// [`UrlError`] where it is none; a URL without a scheme has [`UrlError::UnknownScheme`] or
    /// [`UrlError::MissingHost`].
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let text = cleaned(text)?;
        match split_scheme(text) {
            Some((scheme, rest)) => Self::hierarchical(known_scheme(scheme)?, rest),
            None => Err(without_scheme(text).unwrap_or(UrlError::MissingHost)),
        }
    }

    /// Reads what someone typed: `example.org/x`, `localhost:8080`, `:8080/x` and `:/x` (this machine), `//host/x`,
    /// `://host/x`, or only `/path`, which is the built-in server's. `default_scheme` stands in where there is none.
    ///
    /// # Errors
    /// [`UrlError`], which says what to write instead.
    ///
    /// ```
    /// use gatepass_request::{Typed, Url};
    ///
    /// let Typed::Absolute(url) = Url::typed(":8080/x", "http")? else { unreachable!() };
    /// assert_eq!(url.to_string(), "http://localhost:8080/x");
    /// assert_eq!(Url::typed("/get?a=1", "http")?, Typed::Path("/get?a=1".to_owned()));
    /// assert!(Url::typed("hppts://example.org", "http").unwrap_err().to_string().contains("https"));
    /// # Ok::<(), gatepass_request::UrlError>(())
    /// ```
    pub fn typed(text: &str, default_scheme: &str) -> Result<Typed, UrlError> {
        let default = known_scheme(default_scheme)?;
        let text = cleaned(text)?;
        if let Some((scheme, rest)) = split_scheme(text) {
            return Self::hierarchical(known_scheme(scheme)?, rest).map(Typed::Absolute);
        }
        if let Some(rest) = text.strip_prefix("://").or_else(|| text.strip_prefix("//")) {
            return Self::hierarchical(default, rest).map(Typed::Absolute);
        }
        if text.starts_with('/') {
            return Ok(Typed::Path(target_and_fragment(text).0));
        }
        if let Some(port) = text.strip_prefix(':').filter(|rest| !rest.starts_with(':')) {
            return Self::hierarchical(default, &format!("localhost:{port}")).map(Typed::Absolute);
        }
        match without_scheme(text) {
            Some(error) => Err(error),
            None => Self::hierarchical(default, text).map(Typed::Absolute),
        }
    }

    /// Reads a URL in which the stand-ins of `variables` may stand anywhere; one without a scheme has `default_scheme`.
    ///
    /// Where a variable stands before the path, nobody can tell scheme, host and port apart before it has a value, as in
    /// `$BASE/users`. [`Url::is_open`] says so; the URL is then written as it was, and its host is the text in the host's
    /// place.
    ///
    /// # Errors
    /// [`UrlError`], which says what to write instead.
    ///
    /// ```
    /// use gatepass_request::{StandIns, Url};
    ///
    /// let mut stand_ins = StandIns::beside("");
    /// let base = stand_ins.of("BASE", None, false);
    /// let url = Url::with_variables(&format!("{base}/a b"), "http", stand_ins.variables())?;
    /// assert!(url.is_open());
    /// assert_eq!(url.to_string(), format!("{base}/a%20b"));
    /// # Ok::<(), gatepass_request::UrlError>(())
    /// ```
    pub fn with_variables(
        text: &str,
        default_scheme: &str,
        variables: &[Variable],
    ) -> Result<Self, UrlError> {
        let text = cleaned(text)?;
        let (scheme, rest) = text
            .split_once("://")
            .filter(|(scheme, _)| is_scheme(scheme))
            .map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        let in_scheme = scheme.is_some_and(|it| has_variable(it.as_bytes(), variables));
        if !in_scheme && !has_variable(authority.as_bytes(), variables) {
            return match Self::typed(text, default_scheme)? {
                Typed::Absolute(url) => Ok(url),
                Typed::Path(_) => Err(UrlError::MissingHost),
            };
        }
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(UserInfo::read(user_info)?), host),
            None => (None, authority),
        };
        let known = match scheme {
            Some(scheme) if !in_scheme => known_scheme(scheme)?,
            _ => known_scheme(default_scheme)?,
        };
        let origin = match scheme {
            Some(scheme) => format!("{scheme}://{host}"),
            None => host.to_owned(),
        };
        if origin.contains(|c: char| c.is_whitespace() || c == '\\') {
            return Err(UrlError::BadHost {
                host: None,
                problem: "has a space or a backslash in it".to_owned(),
            });
        }
        let (target, fragment) = target_and_fragment(tail);
        let path = tail.starts_with('/');
        Ok(Self {
            scheme: known,
            user_info,
            space: Space::origin(known, host, default_port(known)),
            target,
            fragment,
            open: Some(Box::new(Open { origin, path })),
        })
    }

    /// Says whether a variable leaves open what scheme, host or port is.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Resolves a reference, such as the value of `Location`, against this URL (RFC 3986 section 5.2). A reference
    /// without a fragment inherits this one's (RFC 9110 section 10.2.2); percent-escapes stay as they are, and bytes
    /// that are not UTF-8 are percent-encoded.
    ///
    /// A reference with its own authority brings its own [`Url::user_info`], or none. It comes from the peer: whoever
    /// follows redirects decides whether to use it.
    ///
    /// # Errors
    /// [`UrlError`] where the reference leads to no `http` or `https` URL.
    pub fn join(&self, reference: impl AsRef<[u8]>) -> Result<Self, UrlError> {
        let reference = readable(reference.as_ref());
        let text = reference.trim_matches(|c: char| c.is_ascii_whitespace());
        refuse_controls(text)?;
        let mut joined = if let Some((scheme, rest)) = split_scheme(text) {
            Self::hierarchical(known_scheme(scheme)?, rest)?
        } else if let Some(rest) = text.strip_prefix("//") {
            Self::hierarchical(self.scheme, rest)?
        } else if let Some(colon) = text
            .find([':', '/', '?', '#'])
            .filter(|&at| text[at..].starts_with(':'))
        {
            return Err(match known_scheme(&text[..colon]) {
                Ok(scheme) => UrlError::MissingSlashes { scheme },
                Err(error) => error,
            });
        } else {
            let (relative, fragment) = split_fragment(text);
            let target = match relative {
                "" => self.target.clone(),
                query if query.starts_with('?') => format!("{}{}", self.path(), encode(query)),
                path if path.starts_with('/') => encode(path),
                path => format!("{}{}", directory(self.path()), encode(path)),
            };
            let fragment = fragment.map(encode);
            Self {
                target,
                fragment,
                ..self.clone()
            }
        };
        if !matches!(text.bytes().next(), None | Some(b'?' | b'#')) {
            joined.target = without_dots(&joined.target);
        }
        if joined.fragment.is_none() {
            joined.fragment.clone_from(&self.fragment);
        }
        Ok(joined)
    }

    /// Returns `http` or `https`.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Returns the host in lower case: a name in ASCII, an IPv4 address, or an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        self.space.host()
    }

    /// Returns the port, the default one included.
    pub fn port(&self) -> u16 {
        self.space.port()
    }

    /// Returns what a `Host` header says: the host, and the port where it is not the scheme's default.
    pub fn authority(&self) -> String {
        self.space.authority()
    }

    /// Returns scheme, host and port as the party that a credential belongs to.
    pub fn space(&self) -> Space {
        self.space.clone()
    }

    /// Returns path and query exactly as they will be sent. It begins with a slash.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Replaces path and query, as [`Url::target`] returns them; bytes that cannot stand there are percent-encoded.
    pub fn set_target(&mut self, target: &str) {
        self.target = target_and_fragment(target).0;
    }

    /// Returns the path as it will be sent.
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(&self.target, |(path, _)| path)
    }

    /// Returns the query as it will be sent, without its question mark.
    pub fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// Adds `name=value` to the query, both percent-encoded.
    pub fn push_query(&mut self, name: &str, value: &str) {
        let joint = match self.query() {
            None => "?",
            Some(query) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        let (name, value) = (
            percent::encode(name.as_bytes()),
            percent::encode(value.as_bytes()),
        );
        self.target.push_str(&format!("{joint}{name}={value}"));
    }

    /// Removes `.` and `..` from the path (RFC 3986 section 5.2.4), as browsers and curl do before they send a URL.
    pub fn remove_dot_segments(&mut self) {
        self.target = without_dots(&self.target);
    }

    /// Returns what follows `#`, which is never sent.
    pub fn fragment(&self) -> Option<&str> {
        self.fragment.as_deref()
    }

    /// Returns the user name and password that stood before the host.
    pub fn user_info(&self) -> Option<&UserInfo> {
        self.user_info.as_ref()
    }

    /// Takes the user name and password out of the URL.
    pub fn take_user_info(&mut self) -> Option<UserInfo> {
        self.user_info.take()
    }

    /// Puts a user name and a password before the host.
    pub(crate) fn set_user_info(&mut self, info: UserInfo) {
        self.user_info = Some(info);
    }

    /// Reads what follows `scheme://`.
    fn hierarchical(scheme: &'static str, rest: &str) -> Result<Self, UrlError> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        // Browsers read a backslash as a slash: what stands behind it would be the host to one and not to the other.
        if authority.contains('\\') {
            return Err(UrlError::BadHost {
                host: None,
                problem: "has a backslash; in a user name or password write it as %5C".to_owned(),
            });
        }
        let (user_info, host_port) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(UserInfo::read(user_info)?), host),
            None => (None, authority),
        };
        let (host, port) = split_port(host_port)?;
        if host.is_empty() {
            return Err(UrlError::MissingHost);
        }
        // An at sign anywhere may mean that a password has cut the authority short.
        let quotable = !rest.contains('@');
        let host = read_host(host, quotable)?;
        let port = match port {
            None | Some("") => default_port(scheme),
            Some(port) => read_port(port)?,
        };
        let (target, fragment) = target_and_fragment(tail);
        Ok(Self {
            scheme,
            user_info,
            space: Space::origin(scheme, &host, port),
            target,
            fragment,
            open: None,
        })
    }
}

impl UserInfo {
    /// Joins a user name and a password.
    pub fn new(user: impl Into<String>, password: Option<Secret>) -> Self {
        Self {
            user: user.into(),
            password,
        }
    }

    fn read(text: &str) -> Result<Self, UrlError> {
        let (user, password) = match text.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (text, None),
        };
        let decoded = |text: &str| {
            String::from_utf8(percent::decode(text).into_owned())
                .map_err(|_| UrlError::UserInfoNotUtf8)
        };
        let password = password.map(decoded).transpose()?.map(Secret::from);
        Ok(Self {
            user: decoded(user)?,
            password,
        })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.open.as_deref() {
            None => write!(f, "{}{}", self.space(), self.target)?,
            Some(Open { origin, path }) => {
                let target = self.target.strip_prefix('/').filter(|_| !path);
                write!(f, "{origin}{}", target.unwrap_or(&self.target))?;
            }
        }
        self.fragment
            .as_ref()
            .map_or(Ok(()), |fragment| write!(f, "#{fragment}"))
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo")
            .field("user", &Secret::from(self.user.as_str()))
            .field("password", &self.password)
            .finish()
    }
}

impl PartialEq for Url {
    fn eq(&self, other: &Self) -> bool {
        let info = match (&self.user_info, &other.user_info) {
            (None, None) => true,
            (Some(one), Some(two)) => one == two,
            _ => false,
        };
        info && self.to_string() == other.to_string()
    }
}

impl PartialEq for UserInfo {
    fn eq(&self, other: &Self) -> bool {
        let password = match (&self.password, &other.password) {
            (None, None) => true,
            (Some(one), Some(two)) => one.matches(two.expose()),
            _ => false,
        };
        password && self.user == other.user
    }
}

impl std::str::FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text)
    }
}

/// Writes the URL as text. A user name or password is an error: what is stored refers to secrets and does not hold them.
impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.user_info.is_some() {
            return Err(serde::ser::Error::custom(
                "the URL has a user name or password in it, which is not written; give it as a reference such as env:NAME",
            ));
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Schemes that exist and are not misspelt, though they look like `http` and `https`.
const OTHER_SCHEMES: &[&str] = &["ftp", "ftps", "sftp", "tftp", "ws", "wss"];

fn known_scheme(scheme: &str) -> Result<&'static str, UrlError> {
    let known = ["http", "https"];
    if let Some(scheme) = known
        .into_iter()
        .find(|name| name.eq_ignore_ascii_case(scheme))
    {
        return Ok(scheme);
    }
    Err(UrlError::UnknownScheme {
        scheme: scheme.to_owned(),
        nearest: nearest_scheme(scheme),
    })
}

fn nearest_scheme(scheme: &str) -> Option<&'static str> {
    let scheme = scheme.to_ascii_lowercase();
    // The distance takes quadratic time, and nobody misspells four letters by writing eight.
    if scheme.len() > 8 || OTHER_SCHEMES.contains(&scheme.as_str()) {
        return None;
    }
    ["https", "http"]
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(known, &scheme), known))
        .filter(|(distance, _)| *distance <= 2)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

fn default_port(scheme: &str) -> u16 {
    if scheme == "https" { 443 } else { 80 }
}

/// Takes white space off both ends and refuses control characters within.
fn cleaned(text: &str) -> Result<&str, UrlError> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    if text.is_empty() {
        return Err(UrlError::Empty);
    }
    refuse_controls(text)?;
    Ok(text)
}

fn refuse_controls(text: &str) -> Result<(), UrlError> {
    match text.chars().position(char::is_control) {
        Some(at) => Err(UrlError::Control { at }),
        None => Ok(()),
    }
}

/// Splits `scheme://rest` where a scheme's characters stand before it (RFC 3986 section 3.1).
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    is_scheme(scheme).then_some((scheme, rest))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Returns what is wrong with a text that seems to begin with a scheme but lacks its slashes; `None` for `host:port`.
fn without_scheme(text: &str) -> Option<UrlError> {
    let (name, rest) = text.split_once(':')?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let is_port = !rest[..end].is_empty() && rest[..end].bytes().all(|byte| byte.is_ascii_digit());
    if !is_scheme(name) || is_port {
        return None;
    }
    match known_scheme(name) {
        Ok(scheme) => Some(UrlError::MissingSlashes { scheme }),
        Err(error) => (rest.starts_with('/') && nearest_scheme(name).is_some()).then_some(error),
    }
}

/// Splits the port off. A host with colons must stand in brackets (RFC 3986 section 3.2.2).
fn split_port(text: &str) -> Result<(&str, Option<&str>), UrlError> {
    if text.starts_with('[') {
        let bad = || UrlError::BadHost {
            host: None,
            problem: "has an opening bracket and no closing one".to_owned(),
        };
        let end = text.find(']').ok_or_else(bad)? + 1;
        return match &text[end..] {
            "" => Ok((&text[..end], None)),
            rest => rest
                .strip_prefix(':')
                .map(|port| (&text[..end], Some(port)))
                .ok_or(UrlError::BadPort),
        };
    }
    match text.split_once(':') {
        None => Ok((text, None)),
        Some((_, rest)) if rest.contains(':') => Err(UrlError::BadHost {
            host: None,
            problem: "has several colons; an IPv6 address stands in brackets, as in [::1]:8080"
                .to_owned(),
        }),
        Some((host, port)) => Ok((host, Some(port))),
    }
}

fn read_port(text: &str) -> Result<u16, UrlError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if digits && port > 0 => Ok(port),
        _ => Err(UrlError::BadPort),
    }
}

fn split_fragment(text: &str) -> (&str, Option<&str>) {
    text.split_once('#')
        .map_or((text, None), |(before, fragment)| (before, Some(fragment)))
}

/// Encodes what follows the authority. A target begins with a slash even where none was written.
fn target_and_fragment(text: &str) -> (String, Option<String>) {
    let (target, fragment) = split_fragment(text);
    let mut target = encode(target);
    if !target.starts_with('/') {
        target.insert(0, '/');
    }
    (target, fragment.map(encode))
}

/// Percent-encodes what RFC 3986 sections 3.3 and 3.4 do not allow in a path or query; see the head of this file.
fn encode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        let legal = match byte {
            b'%' => bytes
                .get(at + 1..at + 3)
                .is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?[]".contains(&byte),
        };
        if legal {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Reads bytes as text; where they are not UTF-8, every byte above 127 is percent-encoded.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().fold(String::new(), |mut text, &byte| {
            if byte.is_ascii() {
                text.push(char::from(byte));
            } else {
                text.push_str(&format!("%{byte:02X}"));
            }
            text
        })),
    }
}

/// Returns a path up to and with its last slash (RFC 3986 section 5.2.3).
fn directory(path: &str) -> &str {
    path.rfind('/').map_or("/", |at| &path[..=at])
}

/// Removes `.` and `..` from the path of a target (RFC 3986 section 5.2.4).
fn without_dots(target: &str) -> String {
    let (path, query) = target
        .split_once('?')
        .map_or((target, None), |(path, query)| (path, Some(query)));
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        match segment {
            "." => {}
            ".." => drop(kept.pop()),
            _ => kept.push(segment),
        }
        if segments.peek().is_none() && matches!(segment, "." | "..") {
            kept.push("");
        }
    }
    let path = format!("/{}", kept.join("/"));
    query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"))
}
