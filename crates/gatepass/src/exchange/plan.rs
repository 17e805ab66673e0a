//! What an exchange begins with: the caller's request, the settings, and the credentials with their origins.

use std::borrow::Cow;
use std::sync::Arc;

use gatepass_auth::{Env, Scheme, Space};

use crate::config::{ExpectContinue, Identity, Proxies, Redirects, Retries, Version};
use crate::cookies::Jar;
use crate::credentials::{Netrc, Provider, ProxySchemes};
use crate::retry::Budget;

/// A credential and the origin that it belongs to.
#[derive(Clone)]
pub(crate) struct Bound {
    pub(crate) space: Space,
    pub(crate) scheme: Arc<dyn Scheme>,
    pub(crate) source: Cow<'static, str>,
}

impl Bound {
    /// Returns the title of the scheme.
    pub(crate) fn title(&self) -> &'static str {
        self.scheme.descriptor().title
    }
}

/// What holds for the whole exchange.
pub(crate) struct Plan {
    pub(crate) env: Arc<dyn Env>,
    pub(crate) redirects: Redirects,
    pub(crate) retries: Arc<Retries>,
    pub(crate) budget: Arc<Budget>,
    pub(crate) allow_plain_http: bool,
    pub(crate) http: Version,
    /// Whether the server is asked if it wants the body.
    pub(crate) expect: ExpectContinue,
    pub(crate) proxies: Proxies,
    pub(crate) proxy_schemes: Arc<ProxySchemes>,
    /// The certificate that is shown at home, to a server that asks for one.
    pub(crate) identity: Option<Identity>,
    /// The cookies that go along, and where those that come are kept.
    pub(crate) jar: Option<Arc<Jar>>,
    /// The request's own credential.
    pub(crate) own: Option<Bound>,
    /// The client's credentials.
    pub(crate) shared: Arc<[Bound]>,
    /// Whoever knows credentials for origins that none was given for.
    pub(crate) provider: Option<Arc<dyn Provider>>,
    /// The credential in the URL.
    pub(crate) in_url: Option<Bound>,
    /// The user of the URL, where it has no password.
    pub(crate) user: Option<String>,
    /// What is there for hosts that have none of all that.
    pub(crate) netrc: Option<Arc<Netrc>>,
}

impl Plan {
    /// Returns what was given for the origin with the request, else to the client.
    pub(super) fn given_for(&self, space: &Space) -> Option<Bound> {
        let mut given = self.own.iter().chain(self.shared.iter());
        given.find(|bound| bound.space == *space).cloned()
    }

    /// Returns what stands in the URL for the origin.
    pub(super) fn in_url_for(&self, space: &Space) -> Option<Bound> {
        let in_url = self.in_url.as_ref();
        in_url.filter(|bound| bound.space == *space).cloned()
    }
}
