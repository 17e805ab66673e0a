//! A request on its way out and a response on its way in, as a scheme sees them; and a request as a verifier sees it.

use std::fmt;

use bytes::Bytes;

use crate::authorization::Credentials;
use crate::challenge::{Challenge, Mode, parse_challenges};
use crate::descriptor::Descriptor;
use crate::env::Env;
use crate::error::{AuthError, Misuse};
use crate::mask::masked_value;
use crate::secret::Secret;
use crate::space::Space;
use crate::verifier::{Reason, Why};
use crate::workings::Workings;

/// Header fields in the order and with the case in which they were given; one name may stand more than once.
///
/// Names compare without regard to case (RFC 9110 section 5.1). Values are bytes, because peers send bytes above 127.
/// `Debug` masks what carries a credential: fields set by [`Headers::set_secret`], and those whose name says so.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<Header>);

/// One header field.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: Vec<u8>,
    secret: bool,
}

impl Header {
    /// Returns the name as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the value as it was given.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// Says whether the value was marked as a secret.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Returns the value as text that may be shown: credentials are masked.
    pub fn shown(&self) -> String {
        masked_value(&self.name, &self.value, self.secret)
    }
}

impl Headers {
    /// Returns an empty list.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the first value of this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// Returns the first value of this name, if it is UTF-8.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name)
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Returns every value of this name, in order.
    pub fn get_all<'a, 'n>(
        &'a self,
        name: &'n str,
    ) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.0
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value.as_slice())
    }

    /// Says whether a field of this name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Replaces every field of this name by one, at the place of the first; appends it where there was none.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.put(name.into(), value.into(), false);
    }

    /// As [`Headers::set`], for a value that must not be shown.
    pub fn set_secret(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.put(name.into(), value.into(), true);
    }

    fn put(&mut self, name: String, value: Vec<u8>, secret: bool) {
        let first = self
            .0
            .iter()
            .position(|header| header.name.eq_ignore_ascii_case(&name));
        let header = Header {
            name,
            value,
            secret,
        };
        match first {
            Some(at) => {
                let mut index = 0;
                self.0.retain(|old| {
                    index += 1;
                    index - 1 <= at || !old.name.eq_ignore_ascii_case(&header.name)
                });
                self.0[at] = header;
            }
            None => self.0.push(header),
        }
    }

    /// Adds a field after all others, beside any of the same name.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push(Header {
            name: name.into(),
            value: value.into(),
            secret: false,
        });
    }

    /// As [`Headers::append`], for a value that must not be shown.
    pub fn append_secret(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push(Header {
            name: name.into(),
            value: value.into(),
            secret: true,
        });
    }

    /// Removes every field of this name and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0
            .retain(|header| !header.name.eq_ignore_ascii_case(name));
        self.0.len() != before
    }

    /// Returns the fields in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Header> {
        self.0.iter()
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Headers {
    type Item = &'a Header;
    type IntoIter = std::slice::Iter<'a, Header>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut headers = Self::new();
        fields
            .into_iter()
            .for_each(|(name, value)| headers.append(name, value));
        headers
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.shown())
    }
}

/// The body of a request, as far as a scheme may know it.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Body {
    /// There is none.
    #[default]
    Empty,
    /// It is in memory, and can be hashed, replaced and sent again.
    Bytes(Bytes),
    /// It is elsewhere: a file, a pipe, a generator.
    Opaque {
        /// The length in bytes, where it is known.
        length: Option<u64>,
        /// Whether it can be sent a second time.
        replayable: bool,
    },
}

impl Body {
    /// Returns the bytes: `Some(&[])` for no body, `None` where they are elsewhere.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Empty => Some(&[]),
            Self::Bytes(bytes) => Some(bytes),
            Self::Opaque { .. } => None,
        }
    }

    /// Says whether the body can be sent a second time.
    pub fn is_replayable(&self) -> bool {
        !matches!(
            self,
            Self::Opaque {
                replayable: false,
                ..
            }
        )
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Opaque { length, replayable } => {
                write!(f, "Opaque({length:?} bytes, replayable: {replayable})")
            }
        }
    }
}

/// The connection that a request goes over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Connection {
    /// A number that no other connection of this client has had.
    pub id: u64,
}

impl Connection {
    /// Names a connection.
    pub fn new(id: u64) -> Self {
        Self { id }
    }
}

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
    /// The connection that it will be sent over.
    pub connection: Connection,
    /// The clock and the random source.
    pub env: &'a dyn Env,
    /// What the scheme computed, for `-v` and for tests.
    pub workings: &'a mut Workings,
    concealed: Vec<Secret>,
    gave_way: bool,
}

impl fmt::Debug for dyn Env + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Env")
    }
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
            connection: Connection::default(),
            env,
            workings,
            concealed: Vec::new(),
            gave_way: false,
        }
    }

    /// Sets the credentials field of this space, replacing any that is there.
    pub fn set_credentials(&mut self, value: impl Into<Vec<u8>>) {
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

    /// Returns the body's bytes, for a scheme that signs them.
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
    /// The body, if the flow asked for it by [`crate::Step::NeedBody`].
    pub body: Option<&'a [u8]>,
    /// The connection that it came over.
    pub connection: Connection,
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
            env,
        }
    }

    /// Adds the body.
    #[must_use]
    pub fn with_body(mut self, body: &'a [u8]) -> Self {
        self.body = Some(body);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_keeps_the_place_and_the_others() {
        let mut headers: Headers = [("A", "1"), ("b", "2"), ("B", "3"), ("c", "4")]
            .into_iter()
            .collect();
        headers.set("B", "5");
        let all: Vec<_> = headers.iter().map(|h| (h.name(), h.value())).collect();
        assert_eq!(all, [("A", &b"1"[..]), ("B", b"5"), ("c", b"4")]);
    }

    #[test]
    fn debug_masks_credentials() {
        let mut headers = Headers::new();
        headers.set("Authorization", "Bearer tokentokentokentoken");
        headers.set_secret("X-Mine", "s3cret");
        let shown = format!("{headers:?}");
        assert!(
            !shown.contains("tokentoken") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}
