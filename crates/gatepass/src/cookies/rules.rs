//! What a cookie must be to be kept, and to which requests it goes, as far as the library leaves it open.

use std::net::IpAddr;

use cookie_store::{Cookie, CookieDomain, CookieError, CookieExpiration, RawCookie};
use gatepass_auth::{Space, Timestamp};
use gatepass_request::Url;
use psl::Psl as _;
use time::OffsetDateTime;

/// The most bytes of a name and its value together (RFC 6265bis section 5.6).
const SIZE: usize = 4096;

/// The longest that a cookie lives: 400 days (RFC 6265bis section 5.6.1).
const LONGEST: Timestamp = 400 * 24 * 60 * 60;

/// Why a cookie is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Malformed,
    TooLong,
    OtherDomain,
    PublicSuffix,
    PlainHttp,
    WouldShadow,
    NoneWithoutSecure,
    SecurePrefix,
    HostPrefix,
}

impl Refused {
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Malformed => {
                "was not kept: it has no name, or characters that a cookie cannot have"
            }
            Self::TooLong => "was not kept: name and value have more than 4096 bytes",
            Self::OtherDomain => "was not kept: its Domain is not one of this host's",
            Self::PublicSuffix => "was not kept: its Domain is a public suffix, which others share",
            Self::PlainHttp => "was not kept: it is marked Secure, and came over plain http",
            Self::WouldShadow => {
                "was not kept: it came over plain http, and would hide one that is marked Secure"
            }
            Self::NoneWithoutSecure => "was not kept: SameSite=None needs Secure",
            Self::SecurePrefix => "was not kept: a name with __Secure- needs Secure",
            Self::HostPrefix => {
                "was not kept: a name with __Host- needs Secure and Path=/, and no Domain"
            }
        }
    }
}

/// Returns the URL in the form that the library reads.
pub(super) fn readable(url: &Url) -> Option<url::Url> {
    url::Url::parse(&format!("{}{}", url.space(), url.path())).ok()
}

/// Returns the name in a `name=value`, in whichever of the two fields.
pub(super) fn name(pair: &[u8]) -> &[u8] {
    let end = pair.iter().position(|byte| matches!(byte, b'=' | b';'));
    pair[..end.unwrap_or(pair.len())].trim_ascii()
}

/// Reads a `Set-Cookie` line that came from `url`, and checks it by itself.
pub(super) fn accept(
    line: &[u8],
    url: &url::Url,
    now: Timestamp,
) -> Result<Cookie<'static>, Refused> {
    let text = std::str::from_utf8(line).map_err(|_| Refused::Malformed)?;
    if text.chars().any(|c| c.is_ascii_control() && c != '\t') {
        return Err(Refused::Malformed);
    }
    let raw = RawCookie::parse(text.to_owned()).map_err(|_| Refused::Malformed)?;
    if raw.name().len() + raw.value().len() > SIZE {
        return Err(Refused::TooLong);
    }
    let mut cookie = Cookie::try_from_raw_cookie(&raw, url).map_err(|error| match error {
        CookieError::DomainMismatch => Refused::OtherDomain,
        _ => Refused::Malformed,
    })?;
    // A tab is allowed, but no cookie file can hold it; curl refuses it, too.
    if [raw.name(), raw.value(), &cookie.path]
        .iter()
        .any(|it| it.contains('\t'))
    {
        return Err(Refused::Malformed);
    }
    cookie.expires = expiry(&raw, text, now);
    if let CookieDomain::Suffix(domain) = &cookie.domain
        && is_public_suffix(domain)
    {
        if url.host_str() != Some(domain.as_str()) {
            return Err(Refused::PublicSuffix);
        }
        cookie.domain = CookieDomain::HostOnly(domain.clone());
    }
    check(&cookie, url)?;
    Ok(cookie)
}

/// Checks what the attributes promise (RFC 6265bis section 5.7, from `Secure` on).
pub(super) fn check(cookie: &Cookie<'_>, url: &url::Url) -> Result<(), Refused> {
    let secure = is_secure(cookie);
    let host_only = matches!(cookie.domain, CookieDomain::HostOnly(_));
    let whole_host = host_only && cookie.path.is_from_path_attr() && &*cookie.path == "/";
    let prefixed = |prefix: &str| {
        let start = cookie.name().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let none = cookie.same_site().is_some_and(|it| it.is_none());
    match () {
        () if secure && !is_private(url) => Err(Refused::PlainHttp),
        () if none && !secure => Err(Refused::NoneWithoutSecure),
        () if prefixed("__Secure-") && !secure => Err(Refused::SecurePrefix),
        () if prefixed("__Host-") && !(secure && whole_host) => Err(Refused::HostPrefix),
        () => Ok(()),
    }
}

pub(super) fn is_secure(cookie: &Cookie<'_>) -> bool {
    cookie.secure().unwrap_or(false)
}

/// Says whether nobody on the way can read or write: TLS, or this machine, as the library sees it for `Secure`.
fn is_private(url: &url::Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(url::Host::Domain(name)) => name == "localhost",
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

/// Returns when a cookie is over: `Max-Age` goes before `Expires` (RFC 6265bis section 5.7).
fn expiry(raw: &RawCookie<'_>, line: &str, now: Timestamp) -> CookieExpiration {
    let max_age = raw
        .max_age()
        .map(|age| match u64::try_from(age.whole_seconds()) {
            Ok(age) if age > 0 => now.saturating_add(age),
            _ => 0,
        });
    let expires = || attribute(line, "expires").and_then(super::date::read);
    match max_age.or_else(expires) {
        Some(end) => at(end.min(now.saturating_add(LONGEST))),
        None => CookieExpiration::SessionEnd,
    }
}

pub(super) fn at(moment: Timestamp) -> CookieExpiration {
    let seconds = i64::try_from(moment).unwrap_or(i64::MAX);
    match OffsetDateTime::from_unix_timestamp(seconds) {
        Ok(moment) => CookieExpiration::AtUtc(moment),
        Err(_) => CookieExpiration::SessionEnd,
    }
}

/// Returns the last value of an attribute.
fn attribute<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let attributes = line.split(';').skip(1).filter_map(|it| it.split_once('='));
    let named = |(found, _): &(&str, &str)| found.trim().eq_ignore_ascii_case(name);
    attributes
        .filter(named)
        .last()
        .map(|(_, value)| value.trim())
}

/// Says whether the cookie has expired.
pub(super) fn is_over(cookie: &Cookie<'_>, now: Timestamp) -> bool {
    match &cookie.expires {
        CookieExpiration::AtUtc(end) => {
            Timestamp::try_from(end.unix_timestamp()).unwrap_or(0) <= now
        }
        CookieExpiration::SessionEnd => false,
    }
}

/// Says whether the two are one cookie (RFC 6265bis section 5.7): name, domain, `Domain` given or not, and path.
pub(super) fn is_same(one: &Cookie<'_>, two: &Cookie<'_>) -> bool {
    one.name() == two.name() && one.domain == two.domain && *one.path == *two.path
}

/// Says whether a new cookie from plain HTTP would hide or replace a secure one (RFC 6265bis section 5.7, "leave secure
/// cookies alone").
pub(super) fn shadows(new: &Cookie<'_>, url: &url::Url, old: &Cookie<'_>) -> bool {
    let within = |inner: &CookieDomain, outer: &CookieDomain| {
        let (Some(inner), Some(outer)) = (inner.as_cow(), outer.as_cow()) else {
            return false;
        };
        inner == outer
            || inner
                .strip_suffix(&*outer)
                .is_some_and(|it| it.ends_with('.'))
    };
    let below = || {
        let (new, old) = (&*new.path, &*old.path);
        new.strip_prefix(old)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || old.ends_with('/'))
    };
    !is_private(url)
        && !is_secure(new)
        && is_secure(old)
        && new.name() == old.name()
        && (within(&new.domain, &old.domain) || within(&old.domain, &new.domain))
        && below()
}

/// Says whether a domain is one under which anybody can have a name. One that no list knows counts if it is a single
/// label.
pub(super) fn is_public_suffix(domain: &str) -> bool {
    psl::List
        .suffix(domain.as_bytes())
        .is_some_and(|suffix| suffix.as_bytes() == domain.as_bytes())
}

/// Says whether the request goes to the site that the caller asked for: the same name below a public suffix, or the same
/// host. The scheme is not looked at, so that a server can send its visitors from http to https.
pub(super) fn is_same_site(home: &Space, url: &url::Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host.trim_matches(['[', ']']) == home.host().trim_matches(['[', ']'])
        || site(host).is_some_and(|one| site(home.host()) == Some(one))
}

fn site(host: &str) -> Option<&str> {
    if host.starts_with('[') || host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let domain = psl::List.domain(host.as_bytes())?;
    std::str::from_utf8(domain.as_bytes()).ok()
}

/// Returns why a cookie does not go along on a redirect from another site (RFC 6265bis section 5.8.3). Whoever redirects
/// chose the target; without `SameSite`, a cookie is treated as `Lax`.
pub(super) fn stays_at_its_site(cookie: &Cookie<'_>, method: &str) -> Option<&'static str> {
    let safe = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE");
    match cookie.same_site() {
        Some(it) if it.is_none() => None,
        Some(it) if it.is_strict() => {
            Some("was not sent: SameSite=Strict, and another site redirected here")
        }
        _ if safe => None,
        _ => Some(
            "was not sent: SameSite=Lax, and another site redirected here with a method that changes things",
        ),
    }
}
