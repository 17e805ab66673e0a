//! One exchange as a scheme sees it: a request on its way out, and the response that comes in.

use crate::body::{Body, BodyDigests};
use crate::challenge::{Challenge, Mode, parse_challenges};
use crate::channel::ChannelBindings;
use crate::connection::Connection;
use crate::env::Env;
use crate::error::{AuthError, Misuse};
use crate::hash::Hash;
use crate::headers::Headers;
use crate::secret::Secret;
use crate::space::Space;
use crate::workings::Workings;

/// A request that is about to be sent. It is final but for what the scheme adds.
///
/// Every attempt starts from the request as the caller gave it: what an earlier attempt added is gone.
#[derive(Debug)]
#[non_exhaustive]
pub struct Outgoing<'a> {
    /// The method, case as sent.
    pub method: &'a str,
    /// The party that the credentials are for.
    pub space: &'a Space,
    /// The request target exactly as it will be sent: `/path?query`, `http://host/path` to a proxy, `host:port` in CONNECT.
    pub target: &'a mut String,
    /// The header fields.
    pub headers: &'a mut Headers,
    /// The body.
    pub body: &'a mut Body,
    /// The hashes of a body that is elsewhere, as far as `Needs::digests` asked for them; see [`Outgoing::body_digest`].
    pub digests: Option<&'a BodyDigests>,
    /// The connection that it will be sent over.
    pub connection: Connection,
    /// What of that connection's TLS a proof can be bound to; `None` without TLS, and where the TLS ends at a proxy before the
    /// party of [`Outgoing::space`].
    pub tls: Option<&'a dyn ChannelBindings>,
    /// The clock and the random source.
    pub env: &'a dyn Env,
    /// What the scheme computed, for `-v` and for tests.
    pub workings: &'a mut Workings,
    concealed: Vec<Secret>,
    gave_way: bool,
}

impl<'a> Outgoing<'a> {
    /// Joins the parts of a request. The remaining fields are set afterwards.
    pub fn new(
        method: &'a str,
        space: &'a Space,
        target: &'a mut String,
        headers: &'a mut Headers,
        body: &'a mut Body,
        env: &'a dyn Env,
        workings: &'a mut Workings,
    ) -> Self {
        Self {
            method,
            space,
            target,
            headers,
            body,
            digests: None,
            connection: Connection::default(),
            tls: None,
            env,
            workings,
            concealed: Vec::new(),
            gave_way: false,
        }
    }

    /// Sets the credentials field of this space, replacing any that is there.
    pub fn set_credentials(&mut self, value: impl AsRef<[u8]>) {
        self.headers
            .set_secret(self.space.credentials_header(), value);
    }

    /// Adds `name=value` to the query of the target. Both must be percent-encoded already.
    pub fn append_query(&mut self, name: &str, value: &str) {
        let end = self.target.find('#').unwrap_or(self.target.len());
        let joint = match self.target[..end].find('?') {
            None => "?",
            Some(at) if at + 1 == end || self.target[..end].ends_with('&') => "",
            Some(_) => "&",
        };
        self.target
            .insert_str(end, &format!("{joint}{name}={value}"));
    }

    /// Has `text` masked wherever this request's target or body is shown.
    pub fn conceal(&mut self, text: impl Into<Secret>) {
        self.concealed.push(text.into());
    }

    /// Says that the caller has written by hand what the scheme would have, so that nothing was added. The driver sees to it for
    /// the field of [`Space::credentials_header`]; a scheme that writes elsewhere says so itself.
    pub fn give_way(&mut self) {
        self.gave_way = true;
    }

    /// Says whether [`Outgoing::give_way`] was called.
    pub fn gave_way(&self) -> bool {
        self.gave_way
    }

    /// Returns what [`Outgoing::conceal`] was told, for whoever shows the request.
    pub fn into_concealed(self) -> Vec<Secret> {
        self.concealed
    }

    /// Returns the hash of the body, wherever it is. The flow has asked for it by `Needs::digests`, so that a driver has read
    /// through a body that is elsewhere.
    ///
    /// # Errors
    /// [`Misuse::BodyNotInMemory`] where the body can be read only once.
    pub fn body_digest(&self, hash: Hash) -> Result<Vec<u8>, AuthError> {
        match self.body.bytes() {
            Some(bytes) => Ok(hash.digest(&[bytes])),
            None => {
                let read = self.digests.and_then(|digests| digests.get(hash));
                let read = read.ok_or(Misuse::BodyNotInMemory)?;
                Ok(read.to_vec())
            }
        }
    }

    /// Returns the body's bytes, for a scheme that signs them one by one, as the parameters of a form.
    ///
    /// # Errors
    /// [`Misuse::BodyNotInMemory`] where the bytes are elsewhere.
    pub fn body_bytes(&self) -> Result<&[u8], AuthError> {
        self.body
            .bytes()
            .ok_or_else(|| Misuse::BodyNotInMemory.into())
    }
}

/// A response that has come in.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Incoming<'a> {
    /// The status code.
    pub status: u16,
    /// The party that it came from.
    pub space: &'a Space,
    /// The header fields.
    pub headers: &'a Headers,
    /// The challenges of this space, parsed leniently.
    pub challenges: &'a [Challenge],
    /// The body, if the flow asked for it by `Step::NeedBody`.
    pub body: Option<&'a [u8]>,
    /// The connection that it came over.
    pub connection: Connection,
    /// What of that connection's TLS a proof can be bound to, as in [`Outgoing::tls`].
    pub tls: Option<&'a dyn ChannelBindings>,
    /// The clock and the random source.
    pub env: &'a dyn Env,
}

impl<'a> Incoming<'a> {
    /// Joins the parts of a response head. The remaining fields are set afterwards.
    pub fn new(
        status: u16,
        space: &'a Space,
        headers: &'a Headers,
        challenges: &'a [Challenge],
        env: &'a dyn Env,
    ) -> Self {
        Self {
            status,
            space,
            headers,
            challenges,
            body: None,
            connection: Connection::default(),
            tls: None,
            env,
        }
    }

    /// Returns the challenges that `headers` carries for `space`, read leniently.
    pub fn challenges_in(space: &Space, headers: &Headers) -> Vec<Challenge> {
        parse_challenges(headers.get_all(space.challenge_header()), Mode::Lenient).challenges
    }

    /// Says whether this response asks for credentials: 401 from an origin, 407 from a proxy.
    pub fn is_refusal(&self) -> bool {
        self.status == self.space.status()
    }
}
