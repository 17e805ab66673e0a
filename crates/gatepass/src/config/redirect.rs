//! Whether redirects are followed, how many, and where credentials may go along.

use gatepass_auth::Space;
use gatepass_request::Url;

use crate::error::{Error, Misuse};

/// What is done with a response of 301, 302, 303, 307 or 308 that says where to go.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Redirects {
    /// Whether they are followed.
    pub follow: bool,
    /// How many are followed before the request fails.
    pub limit: usize,
    /// Whether the request after a redirect names in `Referer` where it came from, without user, password and fragment. From
    /// https to http it never does (RFC 9110 section 10.1.3).
    pub referer: bool,
    /// The statuses of 301, 302 and 303 after which a POST stays one, though everybody makes a GET of it.
    keep_post: Vec<u16>,
    /// The schemes of URLs that are followed, where not all are.
    schemes: Option<Vec<String>>,
    trusted: Vec<Place>,
    trusts_everyone: bool,
}

/// Where credentials may go along: a host, with a port and a scheme or with any.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    scheme: Option<&'static str>,
    host: String,
    port: Option<u16>,
}

impl Redirects {
    /// Follows up to `limit` redirects.
    pub fn limit(limit: usize) -> Self {
        Self {
            follow: true,
            limit,
            referer: false,
            keep_post: Vec::new(),
            schemes: None,
            trusted: Vec::new(),
            trusts_everyone: false,
        }
    }

    /// Follows none: the redirect itself is the response.
    pub fn none() -> Self {
        Self {
            follow: false,
            ..Self::limit(0)
        }
    }

    /// Lets the credentials of a request go along to another origin when a redirect leads there: a host (any port),
    /// `host:port`, or an origin (`https://cdn.example`). Say it again for more.
    ///
    /// From https to http they go only if [`crate::ClientBuilder::allow_plain_http`] allows it, too. A credential that is
    /// given for the other origin goes before them.
    ///
    /// # Errors
    /// [`Misuse::BadPlace`] for text that names no host, or more than an origin.
    ///
    /// ```
    /// use gatepass::config::Redirects;
    ///
    /// let redirects = Redirects::default().trusting("cdn.example")?.trusting("https://files.example:8443")?;
    /// assert!(redirects.trusting("https://cdn.example/path").is_err());
    /// # Ok::<(), gatepass::Error>(())
    /// ```
    pub fn trusting(mut self, place: &str) -> Result<Self, Error> {
        self.trusted.push(Place::read(place)?);
        Ok(self)
    }

    /// Lets the credentials of a request go along to every origin that redirects lead to, as curl's `--location-trusted`
    /// does: each server on the way can take them, and say who gets them next.
    #[must_use]
    pub fn trusting_everyone(mut self) -> Self {
        self.trusts_everyone = true;
        self
    }

    /// Keeps a POST a POST after these statuses, of 301, 302 and 303: RFC 9110 section 15.4 allows it, and some servers want it.
    #[must_use]
    pub fn keeping_post(mut self, statuses: &[u16]) -> Self {
        self.keep_post.extend_from_slice(statuses);
        self
    }

    /// Follows redirects to URLs of these schemes only, of http and https. Any other ends the request with
    /// [`crate::error::Peer::ForbiddenRedirect`].
    #[must_use]
    pub fn only_to(mut self, schemes: &[&str]) -> Self {
        self.schemes = Some(schemes.iter().map(|&scheme| scheme.to_owned()).collect());
        self
    }

    /// Says whether a POST stays one after this status.
    pub(crate) fn keeps_post(&self, status: u16) -> bool {
        self.keep_post.contains(&status)
    }

    /// Says whether a URL of this scheme is followed.
    pub(crate) fn leads_to(&self, scheme: &str) -> bool {
        let schemes = self.schemes.as_ref();
        schemes.is_none_or(|schemes| schemes.iter().any(|known| known == scheme))
    }

    /// Says whether credentials may go along to this origin.
    pub(crate) fn trusts(&self, space: &Space) -> bool {
        self.trusts_everyone
            || self.trusted.iter().any(|place| {
                place.host == space.host()
                    && place.port.is_none_or(|port| port == space.port())
                    && place.scheme.is_none_or(|scheme| scheme == space.scheme())
            })
    }
}

impl Place {
    fn read(text: &str) -> Result<Self, Error> {
        let bad = || Misuse::BadPlace {
            place: text.to_owned(),
        };
        let has_scheme = text.contains("://");
        let read = |text: &str| {
            let url = Url::parse(text).ok()?;
            let bare = url.target() == "/" && url.fragment().is_none() && url.user_info().is_none();
            // A pattern would be a name that no host has.
            (bare && !text.contains('*')).then_some(url)
        };
        if has_scheme {
            let url = read(text).ok_or_else(bad)?;
            return Ok(Self {
                scheme: Some(url.scheme()),
                host: url.space().host().to_owned(),
                port: Some(url.port()),
            });
        }
        let both = (
            read(&format!("http://{text}")),
            read(&format!("https://{text}")),
        );
        let (Some(http), Some(https)) = both else {
            return Err(bad().into());
        };
        Ok(Self {
            scheme: None,
            host: http.space().host().to_owned(),
            // Where the two differ, each has taken its default, because none was written.
            port: Some(http.port()).filter(|port| *port == https.port()),
        })
    }
}

impl Default for Redirects {
    /// Follows up to 30 redirects.
    fn default() -> Self {
        Self::limit(30)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_host_a_host_and_port_or_an_origin() {
        let origins = [
            "http://h.example",
            "https://h.example",
            "https://h.example:8443",
            "https://[::1]:8443",
        ];
        for (text, expected) in [
            ("h.example", [true, true, true, false]),
            ("H.Example:443", [false, true, false, false]),
            ("h.example:80", [true, false, false, false]),
            ("http://h.example", [true, false, false, false]),
            ("https://h.example:8443/", [false, false, true, false]),
            ("[::1]", [false, false, false, true]),
            ("sub.h.example", [false, false, false, false]),
        ] {
            let redirects = Redirects::default().trusting(text).unwrap();
            let trusts = origins.map(|it| redirects.trusts(&Url::parse(it).unwrap().space()));
            assert_eq!(trusts, expected, "{text}");
            let everyone = redirects.trusting_everyone();
            assert!(everyone.trusts(&Url::parse("http://x.example").unwrap().space()));
        }
        for text in [
            "",
            "h/x",
            "https://h?x",
            "u@h",
            "ftp://h",
            "h#f",
            "*.h.example",
            "h:x",
        ] {
            let error = Redirects::default().trusting(text).unwrap_err();
            assert!(error.to_string().contains("host"), "{text}: {error}");
        }
    }
}
