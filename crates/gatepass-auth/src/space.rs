//! Where a credential is valid: an origin server or a proxy, with the header names and the status that belong to each.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// Which of the two parties asks for credentials (RFC 9110 sections 11.6 and 11.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9110 knows these two")]
pub enum Role {
    /// The server that owns the resource: 401, `WWW-Authenticate`, `Authorization`.
    Origin,
    /// A proxy on the way: 407, `Proxy-Authenticate`, `Proxy-Authorization`.
    Proxy,
}

/// The party that a conversation is held with: scheme, host, port, and whether it is a proxy.
///
/// A realm is not part of it: the protection spaces of one party share the conversation's state, and a scheme that
/// needs to tell realms apart (Digest) does so inside.
///
/// ```
/// use gatepass_auth::Space;
///
/// let space = Space::origin("https", "API.example", 443);
/// assert_eq!(space.to_string(), "https://api.example");
/// assert_eq!(space.challenge_header(), "WWW-Authenticate");
/// assert_eq!(Space::proxy("http", "::1", 3128).to_string(), "http://[::1]:3128");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Space {
    role: Role,
    scheme: Cow<'static, str>,
    // It is cloned into whatever belongs to the party.
    host: Arc<str>,
    port: u16,
}

impl Space {
    /// Names an origin server. `host` has no brackets and no port; case does not matter.
    pub fn origin(scheme: &str, host: &str, port: u16) -> Self {
        Self::new(Role::Origin, scheme, host, port)
    }

    /// Names a proxy. `host` has no brackets and no port; case does not matter.
    pub fn proxy(scheme: &str, host: &str, port: u16) -> Self {
        Self::new(Role::Proxy, scheme, host, port)
    }

    fn new(role: Role, scheme: &str, host: &str, port: u16) -> Self {
        let mut usual = ["http", "https"].into_iter();
        let usual = usual.find(|it| it.eq_ignore_ascii_case(scheme));
        Self {
            role,
            scheme: usual.map_or_else(|| scheme.to_ascii_lowercase().into(), Cow::Borrowed),
            host: if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
                host.to_ascii_lowercase().into()
            } else {
                host.into()
            },
            port,
        }
    }

    /// Returns whether this is an origin or a proxy.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Returns `http` or `https`, in lower case.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Returns the host in lower case, an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port, the default one included.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns `host`, or `host:port` where the port is not the scheme's default; an IPv6 address stands in brackets.
    ///
    /// This is the form of a `Host` header and of the base string URI (RFC 5849 section 3.4.1.2).
    pub fn authority(&self) -> String {
        let default = matches!((&*self.scheme, self.port), ("http", 80) | ("https", 443));
        let (open, close) = if self.host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        // Room for brackets, a colon and the longest port.
        let mut authority = String::with_capacity(self.host.len() + 8);
        for part in [open, &self.host, close] {
            authority.push_str(part);
        }
        if !default {
            // A string takes whatever is written to it.
            let _ = write!(authority, ":{}", self.port);
        }
        authority
    }

    /// Says whether what is sent here stays on this machine, or is encrypted on its way.
    pub fn is_private(&self) -> bool {
        self.scheme == "https" || self.is_loopback()
    }

    /// Says whether the host is this machine: `localhost`, a name below it, `127.0.0.0/8` or `::1`.
    pub fn is_loopback(&self) -> bool {
        if &*self.host == "localhost" || self.host.ends_with(".localhost") {
            return true;
        }
        self.host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
    }

    /// Returns the status by which this party asks for credentials: 401 or 407.
    pub fn status(&self) -> u16 {
        match self.role {
            Role::Origin => 401,
            Role::Proxy => 407,
        }
    }

    /// Returns the header that carries challenges (RFC 9110 sections 11.6.1 and 11.7.1).
    pub fn challenge_header(&self) -> &'static str {
        match self.role {
            Role::Origin => "WWW-Authenticate",
            Role::Proxy => "Proxy-Authenticate",
        }
    }

    /// Returns the header that carries credentials (RFC 9110 sections 11.6.2 and 11.7.2).
    pub fn credentials_header(&self) -> &'static str {
        match self.role {
            Role::Origin => "Authorization",
            Role::Proxy => "Proxy-Authorization",
        }
    }

    /// Returns the header of what follows a success (RFC 9110 sections 11.6.3 and 11.7.3).
    pub fn info_header(&self) -> &'static str {
        match self.role {
            Role::Origin => "Authentication-Info",
            Role::Proxy => "Proxy-Authentication-Info",
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_what_looks_like_it() {
        for (host, expected) in [
            ("localhost", true),
            ("app.localhost", true),
            ("127.8.9.1", true),
            ("::1", true),
            ("::ffff:127.0.0.1", true),
            ("localhost.example", false),
            ("127.0.0.1.example", false),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(
                Space::origin("http", host, 80).is_loopback(),
                expected,
                "{host}"
            );
        }
    }
}
