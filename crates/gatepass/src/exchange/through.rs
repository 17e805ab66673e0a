//! The proxy of a hop: who it is, and the conversation with it.

use std::sync::Arc;

use gatepass_auth::Space;

use super::conversation::Conversation;
use super::{Bound, Plan};
use crate::config::Proxy;
use crate::error::Error;

/// The proxy that a hop goes through.
pub(super) struct Through {
    pub(super) proxy: Arc<Proxy>,
    /// How it is spoken with, if it speaks HTTP.
    pub(super) http: Option<Http>,
}

/// An HTTP proxy.
pub(super) struct Http {
    pub(super) space: Space,
    /// Whether the connection to the origin goes through a tunnel.
    pub(super) tunnels: bool,
    pub(super) conversation: Option<Conversation>,
}

impl Through {
    /// Finds the proxy for an origin, and begins the conversation with it.
    pub(super) fn find(plan: &Plan, origin: &Space) -> Result<Option<Self>, Error> {
        let Some(proxy) = plan.proxies.for_origin(origin)?.cloned() else {
            return Ok(None);
        };
        let http = match proxy.space() {
            None => None,
            Some(space) => {
                let found = plan.proxy_schemes.of(&proxy, plan.allow_plain_http)?;
                let conversation = found.map(|found| {
                    let bound = Bound {
                        space: space.clone(),
                        scheme: found.scheme,
                        source: found.from.into(),
                    };
                    Conversation::begin(bound, plan.allow_plain_http)
                });
                Some(Http {
                    tunnels: proxy.tunnels(origin),
                    conversation: conversation.transpose()?,
                    space,
                })
            }
        };
        Ok(Some(Self { proxy, http }))
    }

    /// Says whether requests are handed to the proxy, which forwards them.
    pub(super) fn forwards(&self) -> bool {
        self.http.as_ref().is_some_and(|http| !http.tunnels)
    }

    /// Says whether a new connection needs a tunnel first.
    pub(super) fn tunnels(&self) -> bool {
        self.http.as_ref().is_some_and(|http| http.tunnels)
    }

    pub(super) fn conversation(&mut self) -> Option<&mut Conversation> {
        self.http.as_mut()?.conversation.as_mut()
    }
}
