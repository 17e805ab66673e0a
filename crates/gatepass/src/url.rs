//! A URL whose path and query are kept byte for byte, because signatures cover them.
//!
//! A general URL library rewrites `/a%2Fb/../c` to `/c`; here only what cannot stand in a request target is
//! percent-encoded. References are resolved as RFC 3986 section 5.2 says.

use std::fmt;

use gatepass_auth::{Secret, Space, percent};

use crate::error::Misuse;

/// An absolute http or https URL.
///
/// `Display` and `Debug` leave the user and the password out.
///
/// ```
/// use gatepass::Url;
///
/// let url = Url::parse("https://alice:s3cret@API.example/a%2fb/../c?q=é#top")?;
/// assert_eq!(url.target(), "/a%2fb/../c?q=%C3%A9");
/// assert_eq!(url.to_string(), "https://api.example/a%2fb/../c?q=%C3%A9#top");
/// # Ok::<(), gatepass::Error>(())
/// ```
#[derive(Clone)]
pub struct Url {
    space: Space,
    target: String,
    fragment: Option<String>,
    userinfo: Option<Userinfo>,
}

/// What stands before the `@`, percent-decoded.
#[derive(Clone)]
pub(crate) struct Userinfo {
    pub(crate) user: Secret,
    pub(crate) password: Secret,
}

impl Url {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`Misuse::NoScheme`], [`Misuse::UnknownScheme`] or [`Misuse::BadUrl`].
    pub fn parse(text: &str) -> Result<Self, crate::Error> {
        Ok(Self::read(text.trim())?)
    }

    fn read(text: &str) -> Result<Self, Misuse> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(Misuse::NoScheme {
                url: without_userinfo(text),
            });
        };
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => "http",
            "https" => "https",
            _ => {
                return Err(Misuse::UnknownScheme {
                    scheme: scheme.to_owned(),
                    suggestion: without_userinfo(&format!("https://{rest}")),
                });
            }
        };
        let bad = |problem: String| Misuse::BadUrl {
            url: without_userinfo(text),
            problem,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (userinfo, host_port) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(userinfo), host),
            None => (None, authority),
        };
        let space = read_host(scheme, host_port).map_err(bad)?;
        let (target, fragment) = match rest.split_once('#') {
            Some((target, fragment)) => (target, Some(fragment.to_owned())),
            None => (rest, None),
        };
        Ok(Self {
            space,
            target: target_of(target),
            fragment,
            userinfo: userinfo.map(read_userinfo),
        })
    }

    /// Returns the origin: scheme, host and port.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Returns path and query, as they are sent.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns the path, as it is sent.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Returns the fragment, which is never sent.
    pub fn fragment(&self) -> Option<&str> {
        self.fragment.as_deref()
    }

    pub(crate) fn userinfo(&self) -> Option<&Userinfo> {
        self.userinfo.as_ref()
    }

    /// Adds `name=value` to the query, percent-encoded.
    pub(crate) fn append_query(&mut self, name: &str, value: &str) {
        let joint = match self.target.find('?') {
            None => "?",
            Some(at) if at + 1 == self.target.len() || self.target.ends_with('&') => "",
            Some(_) => "&",
        };
        self.target.push_str(joint);
        self.target.push_str(&percent::encode(name.as_bytes()));
        self.target.push('=');
        self.target.push_str(&percent::encode(value.as_bytes()));
    }

    /// Resolves a `Location` against this URL (RFC 3986 section 5.2). User and password in it are ignored, and the
    /// fragment is inherited where it has none (RFC 9110 section 10.2.2).
    ///
    /// # Errors
    /// A phrase that says what is wrong with it.
    pub(crate) fn resolve(&self, location: &str) -> Result<Self, String> {
        let (reference, fragment) = match location.split_once('#') {
            Some((reference, fragment)) => (reference, Some(fragment.to_owned())),
            None => (location, None),
        };
        let mut next = if has_scheme(reference) {
            Self::read(reference).map_err(|error| match error {
                Misuse::BadUrl { problem, .. } => problem,
                other => other.to_string(),
            })?
        } else if reference.starts_with("//") {
            Self::read(&format!("{}:{reference}", self.space.scheme()))
                .map_err(|error| error.to_string())?
        } else {
            let target = if reference.is_empty() {
                self.target.clone()
            } else if reference.starts_with('/') {
                target_of(reference)
            } else if reference.starts_with('?') {
                target_of(&format!("{}{reference}", self.path()))
            } else {
                let folder = self.path().rfind('/').map_or("/", |at| &self.path()[..=at]);
                target_of(&format!("{folder}{reference}"))
            };
            Self {
                target,
                ..self.clone()
            }
        };
        next.target = without_dots(&next.target);
        next.fragment = fragment.or_else(|| self.fragment.clone());
        next.userinfo = None;
        Ok(next)
    }
}

/// Says whether a reference begins with `scheme:` (RFC 3986 section 3.1).
fn has_scheme(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

fn read_host(scheme: &str, host_port: &str) -> Result<Space, String> {
    let (host, port) = match host_port.rfind(':') {
        // A colon inside brackets belongs to an IPv6 address.
        Some(at) if !host_port[at..].contains(']') => (&host_port[..at], &host_port[at + 1..]),
        _ => (host_port, ""),
    };
    if host.is_empty() {
        return Err("it has no host".to_owned());
    }
    let port = match port {
        "" if scheme == "https" => 443,
        "" => 80,
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits
            .parse::<u16>()
            .ok()
            .filter(|&port| port != 0)
            .ok_or_else(|| format!("{digits} is not a port"))?,
        other => return Err(format!("{other:?} is not a port")),
    };
    let host = match url::Host::parse(host) {
        Ok(url::Host::Domain(name)) => name,
        Ok(url::Host::Ipv4(address)) => address.to_string(),
        Ok(url::Host::Ipv6(address)) => address.to_string(),
        Err(problem) => return Err(format!("{host:?} is not a host: {problem}")),
    };
    Ok(Space::origin(scheme, &host, port))
}

fn read_userinfo(text: &str) -> Userinfo {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Userinfo {
        user: Secret::new(percent::decode(user).into_owned()),
        password: Secret::new(percent::decode(password).into_owned()),
    }
}

/// Returns path and query with a leading slash, and with what a request target cannot contain percent-encoded.
fn target_of(text: &str) -> String {
    let mut target = String::with_capacity(text.len() + 1);
    if !text.starts_with('/') {
        target.push('/');
    }
    for byte in text.bytes() {
        // RFC 3986 appendix A, and the brackets that everyone writes in queries.
        let stays = byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
        if stays {
            target.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            target.push('%');
            target.push(char::from(DIGITS[usize::from(byte >> 4)]));
            target.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    target
}

/// Removes dot segments from the path (RFC 3986 section 5.2.4).
fn without_dots(target: &str) -> String {
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    if !path.contains("/.") {
        return target.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

/// Returns a URL as it may be shown, however malformed it is: what stands before an `@` is left out.
pub(crate) fn without_userinfo(text: &str) -> String {
    let start = text.find("://").map_or(0, |at| at + 3);
    let end = text[start..]
        .find(['/', '?', '#'])
        .map_or(text.len(), |at| start + at);
    match text[start..end].rfind('@') {
        Some(at) => format!("{}{}", &text[..start], &text[start + at + 1..]),
        None => text.to_owned(),
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.space, self.target)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_stays_as_it_was_written() {
        for (text, target) in [
            ("http://h", "/"),
            ("http://h?a=b", "/?a=b"),
            ("http://h/a%2fb/../c//d", "/a%2fb/../c//d"),
            ("http://h/%zz?a[]=1&b=100%", "/%zz?a[]=1&b=100%"),
            (
                "http://h/a b<é>\"{}|\\^`",
                "/a%20b%3C%C3%A9%3E%22%7B%7D%7C%5C%5E%60",
            ),
            ("http://h/a?b?c#d?e", "/a?b?c"),
        ] {
            assert_eq!(Url::parse(text).unwrap().target(), target, "{text}");
        }
    }

    #[test]
    fn hosts_and_ports_are_read() {
        for (text, shown) in [
            ("HTTP://Example.ORG:80/", "http://example.org/"),
            ("https://h:8443", "https://h:8443/"),
            ("http://[::1]:80/", "http://[::1]/"),
            ("http://[::1]", "http://[::1]/"),
            ("http://u:p@h:1@h2:8/", "http://h2:8/"),
            ("http://bücher.example/", "http://xn--bcher-kva.example/"),
            ("http://0x7f.1/", "http://127.0.0.1/"),
        ] {
            assert_eq!(Url::parse(text).unwrap().to_string(), shown, "{text}");
        }
        for text in [
            "http://",
            "http:///x",
            "http://h:x/",
            "http://h:99999/",
            "http://a b/",
            "http://h\\x/",
        ] {
            assert!(Url::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn errors_show_no_password() {
        for text in [
            "alice:s3cret@h/x",
            "ftp://alice:s3cret@h/x",
            "http://alice:s3cret@h:x/",
        ] {
            let error = Url::parse(text).unwrap_err();
            let shown = format!("{error} {error:?} {:?}", error.hint());
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn references_are_resolved() {
        let base = Url::parse("http://u:p@h/a/b?q#f").unwrap();
        for (location, url) in [
            ("c", "http://h/a/c#f"),
            ("./c", "http://h/a/c#f"),
            ("../../c", "http://h/c#f"),
            ("/x/./y/../z", "http://h/x/z#f"),
            ("?r", "http://h/a/b?r#f"),
            ("#g", "http://h/a/b?q#g"),
            ("//k/x", "http://k/x#f"),
            ("https://x:y@k/z w", "https://k/z%20w#f"),
            ("..", "http://h/#f"),
        ] {
            let next = base.resolve(location).unwrap();
            assert_eq!(next.to_string(), url, "{location}");
            assert!(next.userinfo().is_none());
        }
        assert!(base.resolve("javascript:alert(1)").is_err());
        assert!(base.resolve("ftp://h/").is_err());
    }
}
