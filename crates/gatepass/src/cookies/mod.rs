//! Cookies: what servers set, and where each may go (RFC 6265 and its successor, draft-ietf-httpbis-rfc6265bis).
//!
//! Parsing, domains and paths are the `cookie_store` crate's, the public suffixes the `psl` crate's list, which is
//! compiled in. What neither knows stands here and in [`rules`]: the prefixes, `SameSite`, what plain HTTP may not
//! touch, the order, and the limits.

mod cookie;
mod date;
mod file;
pub(crate) mod json;
mod netscape;
mod rules;

use std::fmt;
use std::sync::{Mutex, PoisonError};

pub use cookie::{Cookie, SameSite};
pub use file::CookieFormat;

use gatepass_auth::{Env as _, Headers, Secret, Space, Timestamp};
use gatepass_request::Url;
use rules::Refused;

use crate::env::SystemEnv;

/// The most cookies of one domain and of all (RFC 6265bis section 6.1 wants 50 and 3000 at least).
const PER_DOMAIN: usize = 180;
const IN_ALL: usize = 3000;

/// Keeps the cookies that servers set, and adds them to the requests that they are for.
///
/// Share it in an [`std::sync::Arc`], among clients too. Where a cookie goes is what its attributes say: `Domain`,
/// `Path`, `Secure`, `SameSite`. Ports do not separate cookies. `Debug` shows no value.
///
/// ```
/// # let server = gatepass_server::Server::start().unwrap();
/// # let (set, show) = (server.url("/cookies/set?theme=dark"), server.url("/cookies"));
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use gatepass::{Client, Jar};
///
/// let client = Client::builder().cookies(Jar::new()).build()?;
/// client.get(&set).send().await?;
/// let answer: serde_json::Value = client.get(&show).send().await?.json().await?;
/// assert_eq!(answer["cookies"]["theme"], "dark");
/// # Ok::<(), gatepass::Error>(())
/// # }).unwrap();
/// ```
#[derive(Default)]
pub struct Jar {
    /// In the order in which they were first set.
    kept: Mutex<Vec<Kept>>,
    /// What was there when it was read from a file.
    read: Vec<Cookie>,
}

struct Kept {
    cookie: cookie_store::Cookie<'static>,
    used: Timestamp,
}

/// A request, as far as its cookies depend on it.
pub(crate) struct Errand<'a> {
    pub(crate) url: &'a Url,
    pub(crate) method: &'a str,
    /// The origin that the caller asked for, before any redirect.
    pub(crate) home: &'a Space,
    pub(crate) now: Timestamp,
}

impl<'a> Errand<'a> {
    /// Describes a GET that the caller asked for, now.
    fn to(url: &'a Url, home: &'a Space) -> Self {
        Self {
            url,
            method: "GET",
            home,
            now: SystemEnv.now(),
        }
    }
}

/// A cookie that was not kept or not sent, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CookieNote {
    /// The cookie's name.
    pub name: String,
    /// What became of it, as a phrase: `was not kept: its domain is not one of this host's`.
    pub note: &'static str,
}

impl fmt::Display for CookieNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the cookie {} {}", self.name, self.note)
    }
}

impl Jar {
    /// Makes an empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the cookies that have not expired, in the order in which they were first set.
    pub fn cookies(&self) -> Vec<Cookie> {
        let now = SystemEnv.now();
        self.with(|kept| {
            let alive = kept.iter().filter(|it| !rules::is_over(&it.cookie, now));
            alive.map(|it| Cookie::of(&it.cookie)).collect()
        })
    }

    /// Puts a cookie in, in the place of one of the same name, domain and path.
    ///
    /// # Errors
    /// What is wrong with it, as a phrase that quotes nothing: `its name is empty, …`.
    pub fn insert(&self, cookie: &Cookie) -> Result<(), &'static str> {
        let cookie = cookie.checked()?;
        self.with(|kept| put(kept, cookie, SystemEnv.now()));
        Ok(())
    }

    /// Keeps a cookie as if a response from `url` had set it by this line: `sid=1; Path=/; Secure`.
    ///
    /// # Errors
    /// Why it is not kept.
    pub fn set(&self, url: &Url, line: &str) -> Result<(), CookieNote> {
        let home = url.space();
        let head = [("Set-Cookie", line)].into_iter().collect();
        let mut notes = self.keep(&Errand::to(url, &home), &head);
        notes.pop().map_or(Ok(()), Err)
    }

    /// Returns the value of the `Cookie` field that a GET of `url` is sent with, if there is one.
    pub fn header_for(&self, url: &Url) -> Option<Secret> {
        let (home, mut headers) = (url.space(), Headers::new());
        self.attach(&Errand::to(url, &home), &mut headers);
        headers.get("Cookie").map(Secret::new)
    }

    /// Removes a cookie, and says whether there was one.
    pub fn remove(&self, domain: &str, path: &str, name: &str) -> bool {
        let is = |it: &Kept| {
            let it = Cookie::of(&it.cookie);
            it.domain.eq_ignore_ascii_case(domain) && it.path == path && it.name == name
        };
        self.with(|kept| {
            let before = kept.len();
            kept.retain(|it| !is(it));
            kept.len() != before
        })
    }

    /// Returns the number of cookies, those that have expired since they came included.
    pub fn len(&self) -> usize {
        self.with(|kept| kept.len())
    }

    /// Says whether there is no cookie.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets every cookie.
    pub fn clear(&self) {
        self.with(Vec::clear);
    }

    /// Notes that what is there now is what was read.
    pub(crate) fn has_read(&mut self) {
        self.read = self.cookies();
    }

    /// Says whether something was done to it since it was read.
    pub(crate) fn has_changed(&self) -> bool {
        let now = self.cookies();
        let same = |(one, other): (&Cookie, &Cookie)| one.equals(other);
        now.len() != self.read.len() || !now.iter().zip(&self.read).all(same)
    }

    /// Does to another jar what was done to this one since it was read.
    pub(crate) fn change(&self, other: &Self) {
        let now = self.cookies();
        for gone in &self.read {
            if !now.iter().any(|it| it.replaces(gone)) {
                other.remove(&gone.domain, &gone.path, &gone.name);
            }
        }
        for cookie in &now {
            if !self.read.iter().any(|it| it.equals(cookie)) {
                // It comes from a jar, so that a jar takes it.
                let _ = other.insert(cookie);
            }
        }
    }

    fn with<T>(&self, action: impl FnOnce(&mut Vec<Kept>) -> T) -> T {
        action(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds the cookies for this request to `headers`, behind those that stand there, in one field (RFC 6265bis section
    /// 5.8.3). One of the same name that stands there already is the caller's, and stays alone.
    pub(crate) fn attach(&self, errand: &Errand<'_>, headers: &mut Headers) -> Vec<CookieNote> {
        let Some(url) = rules::readable(errand.url) else {
            return Vec::new();
        };
        let cross_site = !rules::is_same_site(errand.home, &url);
        let mut notes = Vec::new();
        let given = headers
            .get_all("Cookie")
            .collect::<Vec<_>>()
            .join(&b"; "[..]);
        let names: Vec<&[u8]> = given.split(|&byte| byte == b';').map(rules::name).collect();
        let pairs = self.with(|kept| {
            let mut fitting: Vec<&mut Kept> = kept
                .iter_mut()
                .filter(|it| !rules::is_over(&it.cookie, errand.now) && it.cookie.matches(&url))
                .filter(|it| !names.contains(&it.cookie.name().as_bytes()))
                .collect();
            // The sort is stable, and they stand in the order in which they were made.
            fitting.sort_by_key(|it| std::cmp::Reverse(it.cookie.path.len()));
            let mut pairs = Vec::new();
            for it in fitting {
                if cross_site
                    && let Some(note) = rules::stays_at_its_site(&it.cookie, errand.method)
                {
                    let name = it.cookie.name().to_owned();
                    notes.push(CookieNote { name, note });
                    continue;
                }
                it.used = errand.now;
                let (name, value) = it.cookie.name_value();
                pairs.push(format!("{name}={value}").into_bytes());
            }
            pairs
        });
        if !pairs.is_empty() {
            let all = std::iter::once(given)
                .filter(|it| !it.is_empty())
                .chain(pairs);
            headers.set_secret("Cookie", all.collect::<Vec<_>>().join(&b"; "[..]));
        }
        notes
    }

    /// Keeps what a response to this request sets (RFC 6265bis section 5.7).
    pub(crate) fn keep(&self, errand: &Errand<'_>, head: &Headers) -> Vec<CookieNote> {
        let mut lines = head.get_all("Set-Cookie").peekable();
        let url = match lines.peek() {
            Some(_) => rules::readable(errand.url),
            None => None,
        };
        let Some(url) = url else {
            return Vec::new();
        };
        let refused = |line, why: Refused| CookieNote {
            name: String::from_utf8_lossy(rules::name(line)).into_owned(),
            note: why.note(),
        };
        lines
            .filter_map(|line| {
                let kept = rules::accept(line, &url, errand.now)
                    .and_then(|cookie| self.accept(cookie, &url, errand.now));
                kept.err().map(|why| refused(line, why))
            })
            .collect()
    }

    fn accept(
        &self,
        cookie: cookie_store::Cookie<'static>,
        url: &url::Url,
        now: Timestamp,
    ) -> Result<(), Refused> {
        self.with(|kept| {
            if kept
                .iter()
                .any(|it| rules::shadows(&cookie, url, &it.cookie))
            {
                return Err(Refused::WouldShadow);
            }
            put(kept, cookie, now);
            Ok(())
        })
    }
}

/// Puts a cookie in its place, or takes it away where it is over.
fn put(kept: &mut Vec<Kept>, cookie: cookie_store::Cookie<'static>, now: Timestamp) {
    let over = rules::is_over(&cookie, now);
    match kept
        .iter()
        .position(|it| rules::is_same(&it.cookie, &cookie))
    {
        Some(at) if over => drop(kept.remove(at)),
        // The cookie keeps its place, which stands for the time when it was made.
        Some(at) => kept[at] = Kept { cookie, used: now },
        None if over => {}
        None => {
            kept.push(Kept { cookie, used: now });
            make_room(kept, now);
        }
    }
}

/// Reads a moment in seconds since 1970, which many write with a fraction.
fn moment(seconds: f64) -> Option<Timestamp> {
    let whole = seconds.trunc();
    let fits = whole >= 0.0 && whole < 2f64.powi(53);
    fits.then_some(whole as Timestamp)
}

/// Drops cookies until the limits hold (RFC 6265bis section 5.7): what has expired; then, of a domain that has too many,
/// what plain HTTP may have; then the rest; and each time what was used least recently.
fn make_room(kept: &mut Vec<Kept>, now: Timestamp) {
    let newest = kept.last().and_then(|it| it.cookie.domain.as_cow());
    let newest = newest.map(std::borrow::Cow::into_owned);
    let is_there = |it: &Kept| it.cookie.domain.as_cow().as_deref() == newest.as_deref();
    let crowd = |kept: &[Kept]| kept.iter().filter(|it| is_there(it)).count();
    if kept.len() <= IN_ALL && crowd(kept) <= PER_DOMAIN {
        return;
    }
    kept.retain(|it| !rules::is_over(&it.cookie, now));
    while kept.len() > IN_ALL || crowd(kept) > PER_DOMAIN {
        let crowded = crowd(kept) > PER_DOMAIN;
        let others = kept.iter().take(kept.len() - 1).enumerate();
        let victim = others
            .filter(|(_, it)| !crowded || is_there(it))
            .min_by_key(|(_, it)| (crowded && rules::is_secure(&it.cookie), it.used));
        match victim.map(|(at, _)| at) {
            Some(at) => drop(kept.remove(at)),
            None => return,
        }
    }
}

impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.with(|kept| {
            let place = |it: &Kept| {
                let domain = it.cookie.domain.as_cow().unwrap_or_default().into_owned();
                format!("{} of {domain}{}", it.cookie.name(), &*it.cookie.path)
            };
            kept.iter().map(place).collect::<Vec<_>>()
        });
        f.debug_tuple("Jar").field(&names).finish()
    }
}

#[cfg(test)]
mod tests;
