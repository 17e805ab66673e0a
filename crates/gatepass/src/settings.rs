//! How a request that is data is carried out: its [`Settings`], as this client can heed them.

use std::path::Path;
use std::time::Duration;

use gatepass_request as data;
use gatepass_request::{HttpVersion, Settings};

use crate::config::{
    Dial, ExpectContinue, Family, Identity, Protocol, Proxies, Proxy, Redirects, Retries, Timeouts,
    Tls, TlsVersion, Version,
};
use crate::credentials::Resolver;
use crate::error::{Error, Misuse};
use crate::mode::Mode;
use crate::request::RequestBuilderOf;

impl<M: Mode> RequestBuilderOf<M> {
    /// Carries the request out as settings that are data say; what they leave open stays as it is. `resolver` finds the
    /// secrets of a proxy.
    ///
    /// Cookie files and netrc belong to a client: see [`crate::ClientBuilder::cookies`] and
    /// [`crate::ClientBuilder::netrc`]. A setting that cannot be heeded makes the request fail with
    /// [`Misuse::Unsupported`], and nothing is sent.
    pub fn settings(mut self, settings: &Settings, resolver: &Resolver) -> Self {
        if let Err(error) = self.heed(settings, resolver) {
            self.fail(error);
        }
        self
    }

    fn heed(&mut self, settings: &Settings, resolver: &Resolver) -> Result<(), Error> {
        match (&settings.request_target, &mut self.url) {
            (Some(target), Ok(url)) if target.starts_with('/') => url.set_target(target),
            (Some(_), Ok(_)) => {
                return unsupported("a request target that does not begin with a slash");
            }
            _ => {}
        }
        let inner = &self.inner;
        self.options.timeouts = Some(timeouts(
            self.options.timeouts.unwrap_or(inner.settled.timeouts),
            &settings.timeouts,
        ));
        if let Some(patience) = settings.timeouts.expect_continue {
            self.options.expect = ExpectContinue::new()
                .patience(patience)
                .or(self.options.expect);
        }
        let redirects_now = self
            .options
            .redirects
            .take()
            .unwrap_or_else(|| inner.settled.redirects.clone());
        self.options.redirects = Some(redirects(redirects_now, &settings.redirects));
        if let Some(retries) = retries(&settings.retries) {
            self.options.retries = Some(retries);
        }
        let tls_now = || match &self.options.tls {
            Some(tls) => tls.clone(),
            None => inner.tls.settings(inner.default_tls),
        };
        if let Some(tls) = tls(&settings.tls, resolver, tls_now)? {
            self.options.tls = Some(tls);
        }
        if !settings.connect.is_default() || settings.http_version.is_some() {
            self.options.dial = Some(dial(settings)?);
        }
        let proxies_now = self
            .options
            .proxies
            .take()
            .unwrap_or_else(|| inner.settled.proxies.clone());
        // What the client believes, and nothing that the request says of its origin.
        let believed = || inner.tls.settings(inner.default_tls).for_proxy();
        self.options.proxies = Some(proxies(proxies_now, settings, resolver, believed)?);
        Ok(())
    }
}

fn unsupported<T>(setting: impl Into<String>) -> Result<T, Error> {
    Err(Misuse::Unsupported {
        setting: setting.into(),
    }
    .into())
}

fn timeouts(mut timeouts: Timeouts, wanted: &data::Timeouts) -> Timeouts {
    // Zero is for ever, as with curl.
    let limit = |limit: Duration| Some(limit).filter(|limit| !limit.is_zero());
    if let Some(connect) = wanted.connect {
        timeouts.connect = limit(connect);
    }
    if let Some(total) = wanted.total {
        timeouts.total = limit(total);
    }
    timeouts
}

fn redirects(mut redirects: Redirects, wanted: &data::Redirects) -> Redirects {
    for (status, _) in [301, 302, 303]
        .into_iter()
        .zip(wanted.keep_post)
        .filter(|(_, keeps)| *keeps)
    {
        redirects = redirects.keeping_post(&[status]);
    }
    if let Some(schemes) = &wanted.schemes {
        let schemes: Vec<&str> = schemes.iter().map(String::as_str).collect();
        redirects = redirects.only_to(&schemes);
    }
    redirects.referer |= wanted.referer;
    if let Some(follow) = wanted.follow {
        redirects.follow = follow;
    }
    if let Some(limit) = wanted.limit {
        redirects.limit = usize::try_from(limit).unwrap_or(usize::MAX);
    }
    if wanted.trust_any_host {
        redirects = redirects.trusting_everyone();
    }
    redirects
}

/// Makes of a number of tries what curl does: it waits a second, then two, and so on, or always the same.
fn retries(wanted: &data::Retries) -> Option<Retries> {
    let count = wanted.count.filter(|count| *count > 0)?;
    let statuses = [408, 429, 500, 502, 503, 504];
    let mut retries = Retries::times(count).statuses(statuses).any_method();
    retries.within = wanted.within.filter(|time| !time.is_zero());
    Some(match wanted.delay.filter(|delay| !delay.is_zero()) {
        Some(delay) => retries.first_wait(delay).longest_wait(delay),
        None => retries.first_wait(Duration::from_secs(1)),
    })
}

/// Makes the settings of TLS. Authorities that are given take the place of the system's, as with curl.
fn tls(
    wanted: &data::Tls,
    resolver: &Resolver,
    now: impl FnOnce() -> Tls,
) -> Result<Option<Tls>, Error> {
    if *wanted == data::Tls::default() {
        return Ok(None);
    }
    let authorities = [&wanted.ca_file, &wanted.ca_directory];
    let given = authorities.iter().any(|place| place.is_some());
    let mut tls = if given { Tls::without_system() } else { now() };
    if wanted.insecure {
        tls = tls.without_verification();
    } else {
        for place in authorities.into_iter().flatten() {
            tls = tls.trusting_file(place)?;
        }
    }
    if let Some(client) = &wanted.client {
        tls = tls.identity(identity(client, resolver)?);
    }
    // No version below 1.2 is spoken, which "at least 1.0" allows.
    if wanted.min_version.as_deref() == Some("1.3") {
        tls = tls.lowest(TlsVersion::Tls13);
    }
    tls = match wanted.max_version.as_deref() {
        None | Some("1.3") => tls,
        Some("1.2") => tls.highest(TlsVersion::Tls12),
        Some(_) => return unsupported("a version of TLS before 1.2"),
    };
    match &wanted.pinned_key {
        None => Ok(Some(tls)),
        Some(pins) if pins.starts_with("sha256//") => {
            let mut pins = pins.split(';');
            pins.try_fold(tls, |tls, pin| tls.pin(pin)).map(Some)
        }
        Some(file) => tls.pin_file(file).map(Some),
    }
}

fn identity(client: &data::ClientCertificate, resolver: &Resolver) -> Result<Identity, Error> {
    let known = |format: &str| {
        ["PEM", "P12"]
            .iter()
            .any(|it| it.eq_ignore_ascii_case(format))
    };
    if !client.format.as_deref().is_none_or(known) {
        return unsupported("a client certificate that is neither PEM nor PKCS#12");
    }
    let passphrase = match &client.password {
        Some(source) => Some(resolver.resolve("passphrase", source)?.secret),
        None => None,
    };
    let key = client.key.as_deref().map(Path::new);
    Identity::read(&client.certificate, key, passphrase.as_ref())
}

fn dial(settings: &Settings) -> Result<Dial, Error> {
    let wanted = &settings.connect;
    let mut dial = Dial::new();
    for entry in &wanted.resolve {
        dial = dial.resolve(entry)?;
    }
    for entry in &wanted.connect_to {
        dial = dial.connect_to(entry)?;
    }
    if let Some(path) = &wanted.unix_socket {
        dial = dial.unix_socket(path);
    }
    if let Some(from) = &wanted.interface {
        dial = dial.from(from);
    }
    dial = match wanted.ip_version {
        Some(4) => dial.family(Family::V4),
        Some(_) => dial.family(Family::V6),
        None => dial,
    };
    Ok(match settings.http_version {
        None | Some(HttpVersion::Http2) => dial,
        Some(HttpVersion::Http11) => dial.http(Version::Http1),
        Some(HttpVersion::Http2PriorKnowledge) => dial.http(Version::Http2),
        Some(HttpVersion::Http10) => dial.http(Version::Http10),
        Some(HttpVersion::Http3) => return unsupported("HTTP/3"),
        Some(_) => return unsupported("this version of HTTP"),
    })
}

/// Makes the proxies. `believed` are settings that say who is believed where nothing is said of a proxy.
fn proxies(
    mut proxies: Proxies,
    settings: &Settings,
    resolver: &Resolver,
    believed: impl Fn() -> Tls,
) -> Result<Proxies, Error> {
    if let Some(wanted) = &settings.proxy {
        proxies = Proxies::none().all(proxy(wanted, resolver, believed)?);
    }
    if let Some(list) = &settings.no_proxy {
        proxies = proxies.except(list);
    }
    Ok(proxies)
}

fn proxy(
    wanted: &data::Proxy,
    resolver: &Resolver,
    believed: impl Fn() -> Tls,
) -> Result<Proxy, Error> {
    let mut proxy = Proxy::parse(&wanted.url)?;
    if proxy.protocol() == Protocol::Https {
        // Authorities that are given for the origin are none for the proxy, as with curl.
        proxy = proxy.tls(match tls(&wanted.tls, resolver, &believed)? {
            Some(tls) => tls,
            None => believed(),
        });
    }
    if wanted.tunnel {
        proxy = proxy.tunnelling();
    }
    for (name, value) in &wanted.headers {
        proxy = proxy.header(name, value.as_str());
    }
    let Some(auth) = &wanted.auth else {
        return Ok(proxy);
    };
    let is_http = matches!(proxy.protocol(), Protocol::Http | Protocol::Https);
    if is_http {
        return Ok(proxy.auth(resolver.scheme(auth)?.scheme));
    }
    let (Some(user), Some(password)) = (auth.get("username"), auth.get("password")) else {
        return unsupported("anything but a user and a password for a SOCKS proxy");
    };
    let user = resolver.resolve("username", user)?.secret;
    let password = resolver.resolve("password", password)?.secret;
    match user.expose_str() {
        Some(user) => Ok(proxy.user(user, password)),
        None => unsupported("a user name for a SOCKS proxy that is not UTF-8"),
    }
}
