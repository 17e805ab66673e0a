//! A request as the caller gave it.

use std::borrow::Cow;

use gatepass_auth::{Body, Headers};
use gatepass_request::Url;

/// A request as the caller gave it.
pub(crate) struct Given {
    pub(crate) url: Url,
    pub(crate) method: Cow<'static, str>,
    pub(crate) headers: Headers,
    /// Names of the fields that would be added, and must not be.
    pub(crate) without: Vec<String>,
    pub(crate) body: Body,
    /// Whether the body is shown nowhere, as that of a request for a token.
    pub(crate) is_secret: bool,
    /// Whether a compressed response can be decoded.
    pub(crate) decodes: bool,
}

impl Given {
    /// Says whether a field must not be added.
    pub(crate) fn leaves_out(&self, name: &str) -> bool {
        self.without.iter().any(|it| it.eq_ignore_ascii_case(name))
    }
}
