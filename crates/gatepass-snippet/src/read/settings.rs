//! How a request is carried out, as far as code says it; of the rest there is a note.

use gatepass_auth::schemes;
use gatepass_request::{Settings, Url};

use super::{PROXY_PASSWORD, PROXY_USER, Reader, unwritten};
use crate::call::{Proxy, TlsOptions};
use crate::error::SnippetError;

impl Reader<'_> {
    pub(super) fn proxy(&mut self, proxy: &gatepass_request::Proxy) -> Result<Proxy, SnippetError> {
        let url = Url::parse(&proxy.url).map_err(|_| {
            unwritten("of proxies only those for HTTP are written as code, as in http://proxy:3128")
        })?;
        if url.scheme() != "http" {
            return Err(unwritten(
                "a proxy that is itself asked over TLS is not written as code",
            ));
        }
        if !proxy.headers.is_empty() {
            self.note("header fields for the proxy alone are left out");
        }
        let port = if proxy
            .url
            .trim_end_matches('/')
            .ends_with(&format!(":{}", url.port()))
        {
            url.port()
        } else {
            // curl's default.
            1080
        };
        let host = if url.host().contains(':') {
            format!("[{}]", url.host())
        } else {
            url.host().to_owned()
        };
        let mut read = Proxy::new(host, port);
        if let Some(auth) = &proxy.auth {
            let scheme = auth.scheme.as_deref().unwrap_or("basic");
            let is_basic = schemes::find(scheme).is_ok_and(|found| found.about.id == "basic");
            if !is_basic && !scheme.eq_ignore_ascii_case("auto") {
                return Err(unwritten("for proxies only Basic is written as code"));
            }
            let (user, password) = self.pair(auth, PROXY_USER, PROXY_PASSWORD);
            read = read.with_credentials(user, password);
        }
        Ok(read)
    }

    pub(super) fn tls(&mut self, tls: &gatepass_request::Tls) -> Result<TlsOptions, SnippetError> {
        let mut read = TlsOptions {
            ca: tls.ca_file.as_deref().map(|path| self.text(path)),
            verify: !tls.insecure,
            ..TlsOptions::default()
        };
        if let Some(client) = &tls.client {
            let is_pem = client
                .format
                .as_deref()
                .is_none_or(|format| format.eq_ignore_ascii_case("PEM"));
            if !is_pem || client.password.is_some() {
                return Err(unwritten(
                    "of client certificates only PEM without a password is written as code; openssl converts it",
                ));
            }
            read.certificate = Some(self.text(&client.certificate));
            read.key = client.key.as_deref().map(|path| self.text(path));
        }
        for (given, what) in [
            (
                tls.ca_directory.is_some(),
                "the directory of authorities is left out",
            ),
            (
                tls.min_version.is_some() || tls.max_version.is_some(),
                "the version of TLS is left to the library",
            ),
            (
                tls.pinned_key.is_some(),
                "the pinned public key is left out",
            ),
        ] {
            if given {
                self.note(what);
            }
        }
        Ok(read)
    }

    /// Notes what is not written.
    pub(super) fn unsaid(&mut self, settings: &Settings) {
        let Settings {
            no_proxy,
            redirects,
            timeouts,
            retries,
            cookies,
            netrc,
            connect,
            http_version,
            compressed,
            request_target,
            ..
        } = settings;
        for (given, what) in [
            (
                no_proxy.is_some(),
                "the hosts that are asked without a proxy are left out",
            ),
            (
                redirects.limit.is_some(),
                "how many redirects are followed is left to the library",
            ),
            (
                redirects.trust_any_host,
                "on a redirect the library alone decides where credentials go",
            ),
            (
                redirects.keep_post != [false; 3],
                "whether POST stays POST is left to the library",
            ),
            (redirects.referer, "no redirect names where it came from"),
            (
                redirects.schemes.is_some(),
                "which schemes a redirect may lead to is left to the library",
            ),
            (
                timeouts.connect.is_some(),
                "the limit for connecting is left out",
            ),
            (*retries != Default::default(), "nothing is tried again"),
            (
                *cookies != Default::default(),
                "files with cookies are left out",
            ),
            (netrc.is_some(), "no login is read from netrc"),
            (
                *connect != Default::default(),
                "where to connect to is left to the library",
            ),
            (
                http_version.is_some(),
                "the version of HTTP is left to the library",
            ),
            (
                *compressed,
                "whether the answer is compressed is left to the library",
            ),
            (request_target.is_some(), "the request target is the URL's"),
        ] {
            if given {
                self.note(what);
            }
        }
    }

    fn note(&mut self, what: &str) {
        self.notes.push(what.to_owned());
    }
}
