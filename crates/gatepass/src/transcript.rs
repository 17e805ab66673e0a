//! What went over the wire and why: every request of an exchange with its response, secrets masked when shown.

mod shown;

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use gatepass_auth::show::{self, carries_credential};
use gatepass_auth::{Credentials, Headers, Secret, Space, Workings, schemes};
use gatepass_request::Url;

use crate::cookies::CookieNote;
use crate::tls_info::TlsInfo;

/// Every leg of one exchange, in order: the first attempt, answers to challenges, redirects.
///
/// `Display` and `Debug` mask secrets.
#[derive(Clone, Default)]
pub struct Transcript {
    pub(crate) legs: Vec<Leg>,
}

impl Transcript {
    /// Returns the legs in the order in which they were sent.
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// Returns the legs whose responses were redirects that were followed: the history of the response.
    pub fn redirects(&self) -> impl Iterator<Item = &Leg> {
        self.legs.iter().filter(|leg| leg.leads_to.is_some())
    }

    /// Returns the last leg.
    pub fn last(&self) -> Option<&Leg> {
        self.legs.last()
    }
}

/// One request and what came back.
#[derive(Clone)]
pub struct Leg {
    pub(crate) space: Space,
    pub(crate) method: Cow<'static, str>,
    pub(crate) target: String,
    pub(crate) form: Form,
    pub(crate) headers: Headers,
    pub(crate) body: SentBody,
    pub(crate) workings: Workings,
    pub(crate) concealed: Vec<Secret>,
    pub(crate) authentication: Option<Authentication>,
    pub(crate) withheld: Vec<Withheld>,
    pub(crate) cookies: Vec<CookieNote>,
    pub(crate) passed_over: Option<PassedOver>,
    pub(crate) connection: u64,
    pub(crate) reused: bool,
    pub(crate) http2: bool,
    pub(crate) http10: bool,
    pub(crate) ends: Option<Ends>,
    pub(crate) tls: Option<Arc<TlsInfo>>,
    pub(crate) timing: Timing,
    pub(crate) leads_to: Option<Url>,
    pub(crate) passed: Option<Passed>,
    /// Why there is no response.
    pub(crate) failure: Option<String>,
    /// What the response says about TLS.
    pub(crate) remark: Option<Remark>,
    pub(crate) response: Option<Head>,
}

/// What the body of a refusal says about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remark {
    /// None was sent, and one is required.
    Missing,
    /// The one that was sent is not accepted.
    Refused,
    /// One would be asked for after the request, if the client allowed it.
    AsksLate,
    /// The request came by plain HTTP to a port for TLS.
    WantsTls,
}

/// The form of a request target (RFC 9112 section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `/path?query`, to an origin.
    Origin,
    /// `http://host/path?query`, to a proxy that forwards it.
    Absolute,
    /// `host:port`, with CONNECT.
    Authority,
}

/// The proxy that a request passed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Passed {
    /// The proxy, as a URL without credentials.
    pub proxy: String,
    /// Whether the proxy read the request and forwarded it, rather than the bytes of a tunnel.
    pub forwarded: bool,
    /// Which scheme the request was sent to the proxy with.
    pub authentication: Option<Authentication>,
}

/// How long the phases of a leg took. What did not happen has none: a connection that is used again needs no look-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// The name look-up.
    pub lookup: Option<Duration>,
    /// The connection, from the addresses on.
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From when the request was handed over until the head of its response came.
    pub first_byte: Option<Duration>,
    /// From then until the end of the body, once that has been read.
    pub body: Option<Duration>,
}

/// The two ends of a connection over TCP. With a proxy, the other one is the proxy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ends {
    /// The address of this machine.
    pub local: SocketAddr,
    /// The address of the peer.
    pub peer: SocketAddr,
}

/// The body of a request, as it was sent.
#[derive(Clone)]
#[non_exhaustive]
pub enum SentBody {
    /// There was none.
    Empty,
    /// It was in memory.
    Bytes(Bytes),
    /// It was read from elsewhere, and is of this many bytes, where that was known before.
    Elsewhere(Option<u64>),
    /// It was in memory and is of this many bytes, and is shown nowhere: it asks for a token, say.
    Secret(Option<u64>),
    /// It was held back, because the server answered before it wanted it.
    Held(Option<u64>),
}

/// Which scheme a request was sent with, and where its credential comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Authentication {
    /// The scheme's id, such as `basic`.
    pub scheme: &'static str,
    /// The scheme's word in a challenge, if it has one.
    pub word: Option<&'static str>,
    /// The scheme's title.
    pub title: &'static str,
    /// Where the credential comes from, as a phrase: `given with the request`.
    pub source: Cow<'static, str>,
    /// Whether what the caller wrote by hand took precedence, an explicit header say, so that the scheme was not heard.
    pub overridden: bool,
}

/// A credential that was not sent, because it belongs to another origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withheld {
    /// What was not sent, as a phrase: `the Authorization header`, `the Basic credential`.
    pub what: String,
    /// Where it belongs.
    pub belongs_to: Space,
    /// Whether [`crate::config::Redirects::trusting`] names the other origin, so that plain HTTP alone kept it back.
    pub trusted: bool,
    /// Whether it is the client's certificate, which only a server that asks for one can miss.
    pub(crate) is_certificate: bool,
    /// Whether it is a header field that is not known as a credential, and was kept back because it may be one.
    pub(crate) is_unknown: bool,
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was not sent: it belongs to {}",
            self.what, self.belongs_to
        )?;
        if self.trusted {
            f.write_str(", and goes over plain http to no other origin")?;
        }
        Ok(())
    }
}

/// A credential that was there without being given for this request, and that was not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PassedOver {
    /// Where it is, as a phrase: `from ~/.netrc line 3`.
    pub source: String,
    /// Why it was not used, as a clause.
    pub why: String,
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, why } = self;
        write!(f, "the credential {source} was passed over: {why}")
    }
}

/// The head of a response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// The reason phrase as it came, often empty.
    pub reason: String,
    /// The version as it is written: `HTTP/1.1`.
    pub version: &'static str,
    /// The header fields as they came: spelling, order and repetition. Names are in lower case over HTTP/2.
    pub headers: Headers,
    /// The fields that came behind the body (RFC 9110 section 6.5), once that has been read to its end.
    pub trailers: Headers,
    pub(crate) early: Vec<Self>,
}

impl Head {
    /// Stands for the head of a response that has not come.
    pub(crate) const fn none() -> Self {
        Self {
            status: 0,
            reason: String::new(),
            version: "HTTP/1.1",
            headers: Headers::new(),
            trailers: Headers::new(),
            early: Vec::new(),
        }
    }

    /// Returns the informational heads that came before this one, such as 103 (Early Hints) (RFC 9110 section 15.2).
    pub fn informational(&self) -> &[Self] {
        &self.early
    }
}

impl Leg {
    /// Returns the origin that the request went to.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// Returns the method, as sent.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the request target, as sent. It may hold a secret: show [`Leg::shown_target`].
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Returns the header fields in the order and with the case in which they were sent.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Returns the body, as sent. It may hold a secret: show [`Leg::shown_body`].
    pub fn body(&self) -> &SentBody {
        &self.body
    }

    /// Returns what the scheme computed: the string that was signed, say.
    pub fn workings(&self) -> &Workings {
        &self.workings
    }

    /// Returns the scheme that the request was sent with.
    pub fn authentication(&self) -> Option<&Authentication> {
        self.authentication.as_ref()
    }

    /// Returns the credentials that were not sent, because they belong to another origin.
    pub fn withheld(&self) -> &[Withheld] {
        &self.withheld
    }

    /// Returns what the response says about TLS.
    pub(crate) fn remark(&self) -> Option<Remark> {
        self.remark
    }

    /// Returns the cookies that were not sent, or came and were not kept, and why.
    pub fn cookie_notes(&self) -> &[CookieNote] {
        &self.cookies
    }

    /// Returns the credential that was at hand, from a netrc file say, and was not used.
    pub fn passed_over(&self) -> Option<&PassedOver> {
        self.passed_over.as_ref()
    }

    /// Returns the number of the connection, which no other connection of this client has had.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// Says whether the connection had carried a request before.
    pub fn reused(&self) -> bool {
        self.reused
    }

    /// Returns the two ends of the connection; a Unix socket has none.
    pub fn ends(&self) -> Option<Ends> {
        self.ends
    }

    /// Returns how long its phases took.
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// Returns where the response led, if it was a redirect that was followed.
    pub fn leads_to(&self) -> Option<&Url> {
        self.leads_to.as_ref()
    }

    /// Returns what was agreed on by TLS for the connection, where it is spoken.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.tls.as_deref()
    }

    /// Returns the head of the response, unless the exchange ended before it came.
    pub fn response(&self) -> Option<&Head> {
        self.response.as_ref()
    }

    /// Returns the proxy that the request passed.
    pub fn passed(&self) -> Option<&Passed> {
        self.passed.as_ref()
    }

    /// Returns why no response came, as a phrase.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Returns the version in which it is sent, as it is written: `HTTP/1.1`.
    pub fn version(&self) -> &'static str {
        match (self.http2, self.http10) {
            (true, _) => "HTTP/2",
            (false, true) => "HTTP/1.0",
            (false, false) => "HTTP/1.1",
        }
    }

    /// Returns the target in the form in which it is sent.
    pub(crate) fn sent_target(&self) -> Cow<'_, str> {
        match self.form {
            Form::Origin | Form::Authority => Cow::Borrowed(&self.target),
            Form::Absolute => Cow::Owned(format!("{}{}", self.space, self.target)),
        }
    }

    /// Returns the URL as it may be shown.
    pub fn shown_url(&self) -> String {
        match self.form {
            Form::Authority => self.shown_target(),
            Form::Origin | Form::Absolute => format!("{}{}", self.space, self.shown_target()),
        }
    }

    /// Returns the target as it may be shown: what the scheme added to it is masked, and so are the secrets of its query.
    pub fn shown_target(&self) -> String {
        self.masked(&show::url(&self.target))
    }

    /// Says whether the server was asked if it wants the body, before it got it.
    pub(crate) fn expects_continue(&self) -> bool {
        let asks = |value: &[u8]| value.eq_ignore_ascii_case(b"100-continue");
        !self.http2
            && !self.http10
            && !self.body.is_empty()
            && self.headers.get("Expect").is_some_and(asks)
    }

    /// Says whether it is known by the head of the response that no byte comes behind it (RFC 9112 section 6.3).
    pub(crate) fn is_bodiless(&self) -> bool {
        self.response.as_ref().is_some_and(|head| {
            self.method == "HEAD"
                || matches!(head.status, 204 | 304)
                || head.headers.get("Content-Length") == Some(b"0")
        })
    }

    /// Returns the body as it may be shown, or `None` where it is not text in memory: what the scheme added to it is masked,
    /// and so are its secrets, as [`show::body`] knows them by their names.
    pub fn shown_body(&self) -> Option<String> {
        match &self.body {
            SentBody::Bytes(bytes) => std::str::from_utf8(bytes).ok().map(|text| {
                let media_type = self.headers.get_str("Content-Type");
                self.masked(&show::body(text, media_type))
            }),
            SentBody::Empty | SentBody::Elsewhere(_) | SentBody::Secret(_) | SentBody::Held(_) => {
                None
            }
        }
    }

    /// Returns `text` with every secret of this request masked: those that the scheme put into its target or body, and those
    /// of its header fields. A peer may repeat them.
    pub fn masked(&self, text: &str) -> String {
        let sent = self.sent_secrets();
        self.concealed
            .iter()
            .filter(|secret| !secret.is_empty())
            .chain(&sent)
            .filter_map(|secret| Some((secret, secret.expose_str()?)))
            .fold(text.to_owned(), |shown, (secret, plain)| {
                shown.replace(plain, &secret.mask())
            })
    }

    /// Returns what the header fields of the request hold of secrets, as long as they are not found in any text by chance.
    fn sent_secrets(&self) -> Vec<Secret> {
        const SHORTEST: usize = 6;
        let mut secrets: Vec<Secret> = Vec::new();
        for header in &self.headers {
            if !header.is_secret() && !carries_credential(header.name()) {
                continue;
            }
            secrets.push(header.value().into());
            if header.name().eq_ignore_ascii_case("Cookie") {
                let pairs = header.value().split(|&byte| byte == b';');
                let values = pairs.filter_map(|pair| {
                    let at = pair.iter().position(|&byte| byte == b'=')?;
                    Some(Secret::new(pair[at + 1..].trim_ascii()))
                });
                secrets.extend(values);
            } else if let Some(credentials) = Credentials::parse(header.value()) {
                // What is behind the word of Digest is a list, which nobody repeats as a whole.
                secrets.push(credentials.rest().into());
                if credentials.is("basic")
                    && let Ok((_, password)) = schemes::basic::decode(&credentials)
                {
                    secrets.push(password);
                }
            }
        }
        secrets.retain(|secret| secret.len() >= SHORTEST);
        // A part of a secret must not take away what the whole is found by.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }
}

impl SentBody {
    /// Returns the length in bytes, where it is known.
    pub fn len(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Elsewhere(length) | Self::Secret(length) | Self::Held(length) => *length,
        }
    }

    /// Says whether there is certainly no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }
}

impl fmt::Debug for SentBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(length) => write!(f, "{length} bytes"),
            None => f.write_str("a stream"),
        }?;
        match self {
            Self::Held(_) => f.write_str(", held back"),
            _ => Ok(()),
        }
    }
}
