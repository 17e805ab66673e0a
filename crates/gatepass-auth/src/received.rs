//! A request as a verifier sees it.

use crate::authorization::Credentials;
use crate::channel::ChannelBindings;
use crate::connection::Connection;
use crate::descriptor::Descriptor;
use crate::env::Env;
use crate::headers::Headers;
use crate::space::Space;
use crate::why::{Reason, Why};

/// A request that has come in, as a verifier sees it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Received<'a> {
    /// The method, case as received.
    pub method: &'a str,
    /// This server, as its clients name it.
    pub space: &'a Space,
    /// The request target, byte for byte.
    pub target: &'a str,
    /// The header fields.
    pub headers: &'a Headers,
    /// The body, or `None` while it has not been read.
    pub body: Option<&'a [u8]>,
    /// The connection that it came over.
    pub connection: Connection,
    /// What of that connection's TLS a proof can be bound to; `None` without TLS.
    pub tls: Option<&'a dyn ChannelBindings>,
    /// The clock and the random source.
    pub env: &'a dyn Env,
}

impl<'a> Received<'a> {
    /// Joins the parts of a request whose body has not been read.
    pub fn new(
        method: &'a str,
        space: &'a Space,
        target: &'a str,
        headers: &'a Headers,
        env: &'a dyn Env,
    ) -> Self {
        Self {
            method,
            space,
            target,
            headers,
            body: None,
            connection: Connection::default(),
            tls: None,
            env,
        }
    }

    /// Adds the body.
    #[must_use]
    pub fn with_body(mut self, body: &'a [u8]) -> Self {
        self.body = Some(body);
        self
    }

    /// Adds the connection that it came over, with its TLS.
    #[must_use]
    pub fn over(mut self, connection: Connection, tls: Option<&'a dyn ChannelBindings>) -> Self {
        self.connection = connection;
        self.tls = tls;
        self
    }

    /// Returns the credentials of this scheme.
    ///
    /// # Errors
    /// [`Reason::Missing`] without a credentials field, [`Reason::Malformed`] with several or a malformed one,
    /// [`Reason::OtherScheme`] with another scheme's.
    pub fn credentials_for(&self, descriptor: &Descriptor) -> Result<Credentials, Why> {
        self.credentials_with_word(descriptor.word.unwrap_or(descriptor.title))
    }

    /// As [`Received::credentials_for`], of a scheme that is named by `word`.
    ///
    /// # Errors
    /// As [`Received::credentials_for`].
    pub fn credentials_with_word(&self, word: &str) -> Result<Credentials, Why> {
        let name = self.space.credentials_header();
        let mut all = self.headers.get_all(name);
        let Some(first) = all.next() else {
            return Err(Why::new(
                Reason::Missing,
                format!("the request has no {name} field"),
            ));
        };
        if all.next().is_some() {
            return Err(Why::new(
                Reason::Malformed,
                format!("the request has more than one {name} field"),
            ));
        }
        let Some(credentials) = Credentials::parse(first) else {
            return Err(Why::new(
                Reason::Malformed,
                format!("the {name} field does not begin with a scheme"),
            ));
        };
        if credentials.is(word) {
            return Ok(credentials);
        }
        let detail = format!(
            "{word} credentials are wanted, and the request has {}",
            credentials.scheme()
        );
        Err(Why::new(Reason::OtherScheme, detail))
    }
}
