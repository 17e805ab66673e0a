//! What a conversation wants of the driver next, and what comes of it.

use std::fmt;
use std::time::Duration;

use crate::error::AuthError;
use crate::exchange_view::Incoming;
use crate::headers::Headers;
use crate::secret::Secret;
use crate::values::Values;

/// What the driver does next.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step {
    /// After `authorize`: send the request. After `inspect`: the response is the caller's. After `resume`: go on with
    /// what was interrupted.
    Done,
    /// Drain the response, rewind the body, authorize and send again.
    Retry(Via),
    /// Read the response's body and call `inspect` again with it. It must be small: what is checked and not read takes
    /// [`Step::Check`].
    NeedBody,
    /// The response is the caller's, and its body is shown to this check while it is read. A check that fails fails the body.
    Check(Box<dyn BodyCheck>),
    /// Do this side request and hand its response to `resume`.
    Exchange(SideRequest),
    /// Ask the embedding program and hand its answer to `resume`.
    Ask(Prompt),
    /// Open what the program keeps under this key for longer than it runs, and call `resume` with [`Reply::Recalled`]. Nobody else
    /// can open it until [`Step::Keep`], or until the conversation is over: who finds a token that has ended renews it, and
    /// whoever comes meanwhile waits for the new one.
    Recall(String),
    /// Change what was recalled, let it go, and call `resume` with [`Reply::Kept`]. A new token is kept before it is used.
    Keep(Tokens),
    /// Let this time pass and call `resume` with [`Reply::Waited`]. Whoever polls waits before each side request, which then
    /// counts as no question of its own; after [`MAX_WAITS`](crate::MAX_WAITS) waits the conversation ends.
    Wait(Duration),
}

/// What becomes of what was recalled.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Tokens {
    /// It stays.
    Unchanged,
    /// This takes its place.
    Replaced(Secret),
    /// It is forgotten.
    Forgotten,
}

/// Which connection a retry goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a connection is either this one or any"
)]
pub enum Via {
    /// Any connection of the pool.
    Any,
    /// The very connection that the response came over, in the middle of a handshake; without it the handshake has failed. A
    /// first answer to a challenge goes over any connection, because the peer may close the one that it refused on.
    Same,
}

/// The check of a response's body, as a part of the peer's proof. It sees the body as it comes over the wire, its codings not
/// undone, and keeps no copy of it.
pub trait BodyCheck: Send + Sync {
    /// Takes the next bytes.
    fn update(&mut self, chunk: &[u8]);

    /// Says at the end whether the body is the peer's. `trailers` are the fields that came behind it, if any.
    ///
    /// # Errors
    /// [`AuthError`] when whoever reads the body must not believe it.
    fn finish(self: Box<Self>, trailers: &Headers) -> Result<(), AuthError>;
}

impl fmt::Debug for dyn BodyCheck + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyCheck")
    }
}

/// A request beside the caller's own: to a token endpoint, say.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SideRequest {
    /// Requests of equal keys that are in flight at the same time are merged, if they are of one scheme and go out by the
    /// same settings.
    pub key: String,
    /// The method.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The header fields.
    pub headers: Headers,
    /// The body, which is shown nowhere.
    pub body: Secret,
    /// Whether the client certificate of the caller's request goes along, to whichever origin: a token can be bound to it
    /// (RFC 8705).
    pub with_certificate: bool,
}

impl SideRequest {
    /// Describes a request without header fields and body. `key` merges equal requests in flight.
    pub fn new(key: impl Into<String>, method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            method: method.into(),
            url: url.into(),
            headers: Headers::new(),
            body: Secret::default(),
            with_certificate: false,
        }
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, content_type: &str, body: impl Into<Secret>) -> Self {
        self.headers.set("Content-Type", content_type);
        self.body = body.into();
        self
    }

    /// Has the client certificate of the caller's request go along.
    #[must_use]
    pub fn with_certificate(mut self) -> Self {
        self.with_certificate = true;
        self
    }
}

/// A question to the embedding program: a password, a code that a browser shows. Without fields it only tells something, and
/// is answered when it has been shown.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Prompt {
    /// What is asked, as a sentence.
    pub message: String,
    /// The names of the wanted values.
    pub fields: Vec<&'static str>,
    /// Which of them may be seen while they are typed. All others are secrets.
    pub open_fields: Vec<&'static str>,
    /// A page to open in a browser.
    pub url: Option<String>,
    /// A code to type on that page, or to compare with the one that it shows.
    pub code: Option<String>,
}

impl Prompt {
    /// Asks for `fields`, all of them secrets, with the words of `message`.
    pub fn new(message: impl Into<String>, fields: impl Into<Vec<&'static str>>) -> Self {
        Self {
            message: message.into(),
            fields: fields.into(),
            open_fields: Vec::new(),
            url: None,
            code: None,
        }
    }

    /// Says which fields may be seen while they are typed.
    #[must_use]
    pub fn with_open(mut self, fields: impl Into<Vec<&'static str>>) -> Self {
        self.open_fields = fields.into();
        self
    }

    /// Adds a page to open in a browser.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// Adds a code for that page.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Says whether what is typed for a field must not be seen.
    pub fn is_secret(&self, field: &str) -> bool {
        !self.open_fields.contains(&field)
    }
}

/// What came of a step that `resume` goes on from.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reply<'a> {
    /// The response to the side request, its body read.
    Response(&'a Incoming<'a>),
    /// The answers to a prompt.
    Answers(Values),
    /// The time has passed.
    Waited,
    /// What the program kept, if anything.
    Recalled(Option<&'a Secret>),
    /// It is as the step said.
    Kept,
    /// Whoever was asked does not want to go on. A flow that does not end the conversation by itself has it ended.
    Cancelled,
    /// Nothing came, for this reason.
    Failed(&'a str),
}
