//! The schemes by which proxies are spoken to.

use std::sync::{Arc, Mutex, PoisonError};

use gatepass_auth::{Scheme, Values};

use super::{Found, Resolver};
use crate::config::Proxy;
use crate::error::Error;

/// One scheme for each proxy, so that what it learns of a proxy is kept for the next request.
#[derive(Default)]
pub(crate) struct ProxySchemes(Mutex<Vec<Known>>);

struct Known {
    proxy: Arc<Proxy>,
    allow_plain_http: bool,
    scheme: Arc<dyn Scheme>,
}

/// How many are remembered. One that was forgotten is asked again for its challenge.
const MOST: usize = 64;

impl ProxySchemes {
    /// Returns the scheme for a proxy, and where its credential comes from.
    ///
    /// A user and a password answer whatever the proxy asks for that they fit.
    pub(crate) fn of(
        &self,
        proxy: &Arc<Proxy>,
        allow_plain_http: bool,
    ) -> Result<Option<Found>, Error> {
        if let Some(scheme) = proxy.scheme() {
            return Ok(Some(Found::new(Arc::clone(scheme), "given with the proxy")));
        }
        let Some((user, password)) = proxy.credential() else {
            return Ok(None);
        };
        let source = "from the proxy's URL";
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known
            .iter()
            .find(|it| it.allow_plain_http == allow_plain_http && it.proxy == *proxy);
        if let Some(found) = found {
            return Ok(Some(Found::new(Arc::clone(&found.scheme), source)));
        }
        let mut values = Values::new();
        values.set("username", user.as_str());
        values.set("password", password.clone());
        let resolver = Resolver::new().allow_plain_http(allow_plain_http);
        let scheme = resolver.ladder(&values, None)?;
        if known.len() >= MOST {
            known.remove(0);
        }
        known.push(Known {
            proxy: Arc::clone(proxy),
            allow_plain_http,
            scheme: Arc::clone(&scheme),
        });
        Ok(Some(Found::new(scheme, source)))
    }
}
