//! The settings that a client has and a request may have in their place.

use std::sync::Arc;

use crate::config::{Decoding, Dial, ExpectContinue, Proxies, Redirects, Retries, Timeouts, Tls};
use crate::cookies::Jar;

/// What a client or a request says. What it leaves open is said below it: by the client, or by the defaults.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) timeouts: Option<Timeouts>,
    pub(crate) redirects: Option<Redirects>,
    pub(crate) retries: Option<Retries>,
    pub(crate) proxies: Option<Proxies>,
    pub(crate) tls: Option<Tls>,
    pub(crate) dial: Option<Dial>,
    pub(crate) decoding: Option<Decoding>,
    pub(crate) expect: ExpectContinue,
    pub(crate) allow_plain_http: Option<bool>,
    /// `Some(None)` is no jar, not even the client's.
    pub(crate) jar: Option<Option<Arc<Jar>>>,
}

/// What holds, with nothing left open. How TLS is spoken and how connections are made is settled by the connection.
#[derive(Clone)]
pub(crate) struct Settled {
    pub(crate) timeouts: Timeouts,
    pub(crate) redirects: Redirects,
    pub(crate) retries: Arc<Retries>,
    pub(crate) proxies: Proxies,
    pub(crate) decoding: Decoding,
    pub(crate) expect: ExpectContinue,
    pub(crate) allow_plain_http: bool,
    pub(crate) jar: Option<Arc<Jar>>,
}

impl Options {
    /// Settles what a client says over the defaults.
    pub(crate) fn over_defaults(self) -> Settled {
        Settled {
            timeouts: self.timeouts.unwrap_or_default(),
            redirects: self.redirects.unwrap_or_default(),
            retries: Arc::new(self.retries.unwrap_or_default()),
            proxies: self.proxies.unwrap_or_else(Proxies::from_env),
            decoding: self.decoding.unwrap_or_default(),
            expect: self.expect,
            allow_plain_http: self.allow_plain_http.unwrap_or(false),
            jar: self.jar.flatten(),
        }
    }

    /// Settles what a request says over what its client says.
    pub(crate) fn over(self, client: &Settled) -> Settled {
        Settled {
            timeouts: self.timeouts.unwrap_or(client.timeouts),
            redirects: self.redirects.unwrap_or_else(|| client.redirects.clone()),
            retries: self
                .retries
                .map_or_else(|| Arc::clone(&client.retries), Arc::new),
            proxies: self.proxies.unwrap_or_else(|| client.proxies.clone()),
            decoding: self.decoding.unwrap_or(client.decoding),
            expect: self.expect.or(client.expect),
            allow_plain_http: self.allow_plain_http.unwrap_or(client.allow_plain_http),
            jar: self.jar.unwrap_or_else(|| client.jar.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_a_request_leaves_open_is_its_clients() {
        let client = Options {
            timeouts: Some(Timeouts::new().total(Duration::from_secs(7))),
            redirects: Some(Redirects::limit(3)),
            proxies: Some(Proxies::none()),
            decoding: Some(Decoding::none()),
            allow_plain_http: Some(true),
            jar: Some(Some(Arc::new(Jar::new()))),
            ..Options::default()
        };
        let client = client.over_defaults();
        let open = Options::default().over(&client);
        assert_eq!(open.timeouts.total, Some(Duration::from_secs(7)));
        assert!(open.redirects == client.redirects && !open.decoding.enabled);
        assert!(open.allow_plain_http && open.jar.is_some());
        assert!(Arc::ptr_eq(&open.retries, &client.retries));
    }

    #[test]
    fn what_a_request_says_goes_before() {
        let client = Options {
            proxies: Some(Proxies::none()),
            allow_plain_http: Some(true),
            jar: Some(Some(Arc::new(Jar::new()))),
            ..Options::default()
        };
        let client = client.over_defaults();
        let request = Options {
            timeouts: Some(Timeouts::none()),
            redirects: Some(Redirects::none()),
            decoding: Some(Decoding::none()),
            allow_plain_http: Some(false),
            jar: Some(None),
            ..Options::default()
        };
        let settled = request.over(&client);
        assert!(settled.timeouts.total.is_none() && !settled.decoding.enabled);
        assert!(!settled.redirects.follow && client.redirects.follow);
        assert!(!settled.allow_plain_http && settled.jar.is_none());
    }
}
