//! An exchange as it was recorded, neutral of who recorded it: the client's transcript, a HAR file, what `curl -v` printed.

use std::fmt;

use gatepass_auth::{Headers, Secret, Space};

/// How much of a body is looked at, in bytes.
pub const MOST_OF_A_BODY: usize = 64 * 1024;

/// Every leg of one exchange, in order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Exchange {
    /// The legs: the first attempt, answers to challenges, redirects.
    pub legs: Vec<Leg>,
    /// What this machine's clock said when the last answer came, in seconds since 1970.
    pub now: Option<i64>,
    /// Who recorded it.
    pub recorded: Recorded,
}

/// Who recorded an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recorded {
    /// This client: it knows where each part of a credential came from.
    #[default]
    Here,
    /// Another program: what it left out is not known.
    Elsewhere,
}

/// One request and what came back.
#[derive(Clone)]
#[non_exhaustive]
pub struct Leg {
    /// The origin that was asked.
    pub space: Space,
    /// The method.
    pub method: String,
    /// Path and query, or `host:port` with CONNECT.
    pub target: String,
    /// The header fields as sent.
    pub headers: Headers,
    /// The body as sent, as far as it is known.
    pub body: Vec<u8>,
    /// The scheme that the client applied, and where its credential came from.
    pub given: Option<Given>,
    /// Credentials that stayed behind.
    pub withheld: Vec<Withheld>,
    /// A credential that was at hand and was not used, and why.
    pub passed_over: Option<String>,
    /// What a scheme computed, by name.
    pub workings: Vec<(String, String)>,
    /// Secrets that a scheme put into target or body.
    pub concealed: Vec<Secret>,
    /// The proxy that the request passed.
    pub proxy: Option<Proxy>,
    /// TLS, where it was spoken.
    pub tls: Option<Tls>,
    /// What the answer says about TLS, where that was found out already.
    pub remark: Option<Remark>,
    /// Where the answer led.
    pub leads_to: Option<String>,
    /// How long it took until the head of the answer came, in milliseconds.
    pub waited: Option<u64>,
    /// The answer.
    pub answer: Option<Answer>,
}

/// The answer to a request.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The reason phrase, often empty.
    pub reason: String,
    /// The header fields.
    pub headers: Headers,
    /// The first part of the body, decoded, at most [`MOST_OF_A_BODY`].
    pub body: Vec<u8>,
}

/// A scheme that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Given {
    /// The scheme's id: `basic`.
    pub scheme: String,
    /// The scheme's word, where it has one.
    pub word: Option<String>,
    /// The scheme's title.
    pub title: String,
    /// Where the credential comes from, as a phrase: `from ~/.netrc line 3`.
    pub source: String,
    /// Whether what stands in the request itself took precedence.
    pub overridden: bool,
}

/// A credential that was not sent, because it belongs to another origin.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withheld {
    /// What was not sent, as a phrase.
    pub what: String,
    /// Where it belongs.
    pub belongs_to: Space,
    /// Whether only plain HTTP kept it back.
    pub trusted: bool,
    /// Whether it is a client certificate.
    pub is_certificate: bool,
}

/// The proxy that a request passed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proxy {
    /// The proxy, without credentials.
    pub url: String,
    /// Whether it read the request, rather than the bytes of a tunnel.
    pub forwarded: bool,
    /// Whether it was sent a credential, or one was at hand for it.
    pub has_credential: bool,
}

/// TLS on a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tls {
    /// What became of the client's certificate.
    pub certificate: Certificate,
    /// When the handshake was, in seconds since 1970.
    pub at: i64,
}

/// What became of the client's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certificate {
    /// The server did not ask for one.
    NotAsked,
    /// It asked, and none was sent.
    NotSent {
        /// Whose certificates it takes, where it says so.
        authorities: Vec<String>,
    },
    /// One was sent.
    Sent {
        /// Whose it is, as a phrase.
        whom: String,
        /// Who signed it.
        issuer: String,
        /// From when on it is valid, in seconds since 1970.
        not_before: i64,
        /// Until when it is valid, in seconds since 1970.
        not_after: i64,
        /// Whose certificates the server takes, where it says so.
        authorities: Vec<String>,
    },
}

/// What an answer says about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remark {
    /// No certificate was sent, and one is required.
    Missing,
    /// The one that was sent is not accepted.
    Refused,
    /// One would be asked for after the request.
    AsksLate,
    /// The request came by plain HTTP to a port for TLS.
    WantsTls,
}

impl Exchange {
    /// Makes an exchange of legs; `now` is what this machine's clock said when the last answer came.
    pub fn new(legs: Vec<Leg>, now: Option<i64>) -> Self {
        Self {
            legs,
            now,
            recorded: Recorded::Here,
        }
    }

    /// Returns the last leg that has an answer.
    pub fn last(&self) -> Option<(&Leg, &Answer)> {
        self.legs
            .iter()
            .rev()
            .find_map(|leg| Some((leg, leg.answer.as_ref()?)))
    }
}

impl Leg {
    /// Begins a leg without header fields, body and answer.
    pub fn new(method: impl Into<String>, space: Space, target: impl Into<String>) -> Self {
        Self {
            space,
            method: method.into(),
            target: target.into(),
            headers: Headers::new(),
            body: Vec::new(),
            given: None,
            withheld: Vec::new(),
            passed_over: None,
            workings: Vec::new(),
            concealed: Vec::new(),
            proxy: None,
            tls: None,
            remark: None,
            leads_to: None,
            waited: None,
            answer: None,
        }
    }

    /// Returns the path without the query.
    pub fn path(&self) -> &str {
        self.target.split(['?', '#']).next().unwrap_or_default()
    }

    /// Returns the query, empty where there is none.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

impl Answer {
    /// Makes an answer without header fields and body.
    pub fn new(status: u16, reason: impl Into<String>) -> Self {
        Self {
            status,
            reason: reason.into(),
            ..Self::default()
        }
    }
}

impl Given {
    /// Names a scheme and where its credential came from.
    pub fn new(
        scheme: impl Into<String>,
        word: Option<String>,
        title: impl Into<String>,
        source: impl Into<String>,
    ) -> Self {
        Self {
            scheme: scheme.into(),
            word,
            title: title.into(),
            source: source.into(),
            overridden: false,
        }
    }
}

impl Withheld {
    /// Names a credential that stayed behind, and where it belongs.
    pub fn new(what: impl Into<String>, belongs_to: Space) -> Self {
        Self {
            what: what.into(),
            belongs_to,
            trusted: false,
            is_certificate: false,
        }
    }
}

impl Proxy {
    /// Names a proxy.
    pub fn new(url: impl Into<String>, forwarded: bool, has_credential: bool) -> Self {
        Self {
            url: url.into(),
            forwarded,
            has_credential,
        }
    }
}

impl Tls {
    /// Says what became of the client's certificate, and when.
    pub fn new(certificate: Certificate, at: i64) -> Self {
        Self { certificate, at }
    }
}

/// Shows no query and no body: both may hold secrets.
impl fmt::Debug for Leg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leg")
            .field("method", &self.method)
            .field("space", &self.space)
            .field("headers", &self.headers)
            .field("body", &self.body.len())
            .field("given", &self.given)
            .field("withheld", &self.withheld)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

/// Shows no body: it may repeat what was sent.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let mut leg = Leg::new(
            "GET",
            Space::origin("https", "h", 443),
            "/?token=s3cret-s3cret",
        );
        leg.headers.append("Authorization", "Bearer s3cret-s3cret");
        leg.headers.append("X-Api-Key", "s3cret-s3cret");
        leg.body = b"password=s3cret-s3cret".to_vec();
        let mut answer = Answer::new(401, "");
        answer.headers.append("Set-Cookie", "sid=s3cret-s3cret");
        answer.body = b"s3cret-s3cret".to_vec();
        leg.answer = Some(answer);
        let shown = format!("{:?}", Exchange::new(vec![leg], None));
        assert!(!shown.contains("s3cret-s"), "{shown}");
    }
}
