//! One cookie as data: what a jar shows, takes, and writes into files.

use std::net::Ipv6Addr;

use cookie_store::{CookieDomain, CookieExpiration};
use gatepass_auth::{Secret, Timestamp};

use super::rules;

/// A cookie, and where it goes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cookie {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Secret,
    /// The host, in lower case: `api.example`.
    pub domain: String,
    /// Whether it goes to this host only, and not to those below it.
    pub host_only: bool,
    /// The path below which it goes.
    pub path: String,
    /// Whether it goes over TLS only, or to this machine.
    pub secure: bool,
    /// Whether it is kept from scripts, which is of no account here but kept in files.
    pub http_only: bool,
    /// Whether it goes along when another site redirects.
    pub same_site: Option<SameSite>,
    /// When it is over, in seconds since 1970; `None` for the end of the session.
    pub expires: Option<Timestamp>,
}

/// The values of `SameSite` (RFC 6265bis section 4.1.2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the attribute has these three values"
)]
pub enum SameSite {
    /// It does not go along when another site redirects.
    Strict,
    /// It goes along with methods that change nothing.
    Lax,
    /// It goes along.
    None,
}

impl Cookie {
    /// Makes a cookie of this session for every path of one host.
    pub fn new(name: impl Into<String>, value: impl Into<Secret>, host: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            domain: host.into(),
            host_only: true,
            path: "/".to_owned(),
            secure: false,
            http_only: false,
            same_site: None,
            expires: None,
        }
    }

    /// Says whether it would take the other's place in a jar.
    pub(super) fn replaces(&self, other: &Self) -> bool {
        self.name == other.name
            && self.path == other.path
            && self.domain.eq_ignore_ascii_case(&other.domain)
    }

    /// Says whether nothing about the two differs.
    pub(super) fn equals(&self, other: &Self) -> bool {
        let rest = |it: &Self| {
            (
                it.host_only,
                it.secure,
                it.http_only,
                it.same_site,
                it.expires,
            )
        };
        self.replaces(other)
            && rest(self) == rest(other)
            && self.value.matches(other.value.expose())
    }

    pub(super) fn of(kept: &cookie_store::Cookie<'_>) -> Self {
        let same_site = kept.same_site().map(|it| match () {
            () if it.is_strict() => SameSite::Strict,
            () if it.is_lax() => SameSite::Lax,
            () => SameSite::None,
        });
        let domain = kept.domain.as_cow().unwrap_or_default();
        Self {
            name: kept.name().to_owned(),
            value: kept.value().into(),
            domain: domain.trim_matches(['[', ']']).to_owned(),
            host_only: matches!(kept.domain, CookieDomain::HostOnly(_)),
            path: String::from(&kept.path),
            secure: rules::is_secure(kept),
            http_only: kept.http_only().unwrap_or(false),
            same_site,
            expires: match &kept.expires {
                CookieExpiration::AtUtc(end) => {
                    Some(Timestamp::try_from(end.unix_timestamp()).unwrap_or(0))
                }
                CookieExpiration::SessionEnd => None,
            },
        }
    }

    /// Returns the cookie as the library keeps it, or what is wrong with it, as a phrase that quotes nothing.
    pub(super) fn checked(&self) -> Result<cookie_store::Cookie<'static>, &'static str> {
        let fits = |text: &str| !text.chars().any(|c| c.is_control() || c == ';');
        let Some(value) = self.value.expose_str().filter(|value| fits(value)) else {
            return Err("its value has characters that a cookie cannot have");
        };
        if self.name.is_empty() || self.name.contains('=') || !fits(&self.name) {
            return Err("its name is empty, or has characters that a cookie cannot have");
        }
        if !self.path.starts_with('/') || !fits(&self.path) {
            return Err("its path does not begin with a slash");
        }
        let host = match self.domain.parse::<Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => self.domain.clone(),
        };
        let no_host = "its domain is no host";
        let host = url::Host::parse(&host).map_err(|_| no_host)?.to_string();
        // An empty label would hide what the domain is below.
        if host.split('.').rev().skip(1).any(str::is_empty) {
            return Err(no_host);
        }
        let url = url::Url::parse(&format!("https://{host}/")).map_err(|_| no_host)?;
        let mut line = format!("{}={value}; Path={}", self.name, self.path);
        // Under a public suffix are the hosts of others.
        if !self.host_only && !rules::is_public_suffix(&host) {
            line.push_str(&format!("; Domain={host}"));
        }
        if self.secure {
            line.push_str("; Secure");
        }
        if self.http_only {
            line.push_str("; HttpOnly");
        }
        if let Some(same_site) = self.same_site {
            line.push_str(&format!("; SameSite={same_site:?}"));
        }
        let malformed = "it has characters that a cookie cannot have";
        let raw = cookie_store::RawCookie::parse(line).map_err(|_| malformed)?;
        let cookie = cookie_store::Cookie::try_from_raw_cookie(&raw, &url);
        let mut cookie = cookie.map_err(|_| no_host)?;
        if let Some(expires) = self.expires {
            cookie.expires = rules::at(expires);
        }
        rules::check(&cookie, &url).map_err(|_| "its attributes do not fit together")?;
        Ok(cookie)
    }
}
