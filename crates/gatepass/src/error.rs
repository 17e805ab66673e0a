//! What can go wrong, by whose fault it is. None of it holds a secret.
//!
//! `Display` says what happened; [`Error::hint`] says what to type or do instead.

use std::fmt;
use std::time::Duration;

use gatepass_auth::{AuthError, CredentialError, PeerError, Space};
use gatepass_request::UrlError;

/// Why a request gave no response.
///
/// A response with an error status is a response, not an error.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The caller's fault: a URL, setting or request that cannot be sent.
    Misuse(Misuse),
    /// The peer's fault: it broke HTTP or the authentication protocol.
    Peer(Peer),
    /// The network's fault: no connection, or one that broke or went silent.
    Network(Network),
    /// TLS failed: mostly the server's certificate.
    Tls(Tls),
    /// The credential's fault: it is missing, or cannot be sent as it is.
    Credential(Credential),
}

/// Whose fault an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The caller's.
    Misuse,
    /// The peer's.
    Peer,
    /// The network's.
    Network,
    /// TLS.
    Tls,
    /// The credential's.
    Credential,
}

/// The caller's fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Misuse {
    /// The URL cannot be read, for the reason given; an unknown scheme has a suggestion.
    Url(UrlError),
    /// The request target has a character in it that cannot be sent. What a scheme adds must be percent-encoded.
    BadTarget {
        /// The URL, secrets masked.
        url: String,
    },
    /// The method has a character in it that a method cannot have (RFC 9110 section 9.1).
    BadMethod {
        /// The method as given.
        method: String,
    },
    /// A header field cannot be sent (RFC 9110 section 5).
    BadHeader {
        /// The name.
        name: String,
        /// What is wrong, as a phrase that quotes no value.
        problem: &'static str,
    },
    /// A value cannot be written as JSON, for the reason given.
    NotJson {
        /// What the serialiser says.
        problem: String,
    },
    /// The scheme shows its secret to whoever reads the request, and the connection is neither encrypted nor to this
    /// machine. Use https, or allow it.
    PlainHttp {
        /// The scheme's title.
        scheme: &'static str,
        /// Where the request would have gone.
        space: Space,
    },
    /// The body can be sent only once, it was sent, and now it is wanted again. Give the bytes instead of a stream.
    BodySentOnce {
        /// Who wants it again, as a phrase.
        why: String,
    },
    /// A certificate that is to be trusted cannot be read.
    BadCertificate {
        /// Where it comes from.
        from: String,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// The scheme has to talk to a server before it can write the request, which an offline request does not do.
    NeedsNetwork {
        /// The scheme's title.
        scheme: &'static str,
    },
    /// The scheme asked for something that makes no sense at this point. It is a defect of the scheme.
    BrokenScheme {
        /// The scheme's title.
        scheme: &'static str,
        /// What it did.
        problem: &'static str,
    },
    /// The scheme does not fit the request or its settings.
    Auth(gatepass_auth::Misuse),
}

/// The peer's fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Peer {
    /// The redirects did not end.
    TooManyRedirects {
        /// How many were followed.
        limit: usize,
        /// Where the next one leads.
        url: String,
        /// Whether they led to a place where they had been before.
        circle: bool,
    },
    /// A redirect leads to a place that is no http or https URL.
    BadRedirect {
        /// The `Location` field, without user and password.
        location: String,
        /// What is wrong with it, as a phrase.
        problem: String,
    },
    /// The response is not HTTP/1.1, or breaks its rules.
    NotHttp {
        /// Who sent it.
        space: Space,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// The body is larger than what may be held in memory at this point.
    BodyTooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The body is not the JSON that was expected.
    NotJson {
        /// What the parser says.
        problem: String,
    },
    /// The body is in a character encoding that cannot be read.
    Charset {
        /// The name of the encoding.
        charset: String,
    },
    /// The peer broke the authentication protocol.
    Auth(PeerError),
}

/// The network's fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Network {
    /// The host name has no address, or the name service did not answer.
    Dns {
        /// The name.
        host: String,
        /// What the system says.
        problem: String,
    },
    /// Nothing listens on the port.
    Refused {
        /// `host:port`.
        address: String,
    },
    /// The connection could not be made.
    Connect {
        /// `host:port`.
        address: String,
        /// What the system says.
        problem: String,
    },
    /// The connection was not made in time.
    ConnectTimeout {
        /// `host:port`.
        address: String,
        /// The limit.
        after: Duration,
    },
    /// The connection broke before the response was complete.
    Lost {
        /// `host:port`.
        address: String,
        /// What the system says.
        problem: String,
    },
    /// The peer sent nothing for too long.
    ReadTimeout {
        /// `host:port`.
        address: String,
        /// The limit.
        after: Duration,
    },
    /// The whole request took too long.
    TotalTimeout {
        /// The limit.
        after: Duration,
    },
    /// The body could not be read from where the caller has it.
    BodySource {
        /// What the reader says.
        problem: String,
    },
}

/// TLS failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Tls {
    /// The server vouches for itself. Trust its certificate, if it is yours.
    SelfSigned {
        /// `host:port`.
        address: String,
    },
    /// The certificate is signed by an authority that this machine does not know.
    UnknownIssuer {
        /// `host:port`.
        address: String,
    },
    /// The certificate has expired.
    Expired {
        /// `host:port`.
        address: String,
    },
    /// The certificate is not valid yet; perhaps the clock of this machine is wrong.
    NotYetValid {
        /// `host:port`.
        address: String,
    },
    /// The certificate is for other names.
    WrongName {
        /// `host:port`.
        address: String,
        /// The name that was asked for.
        expected: String,
        /// The names in the certificate.
        presented: Vec<String>,
    },
    /// The certificate was revoked.
    Revoked {
        /// `host:port`.
        address: String,
    },
    /// The server does not speak TLS on this port.
    NotTls {
        /// `host:port`.
        address: String,
    },
    /// This machine has no certificates that it trusts.
    NoTrustStore {
        /// What the system says.
        problem: String,
    },
    /// The handshake failed for another reason.
    Handshake {
        /// `host:port`.
        address: String,
        /// What went wrong, as a phrase.
        problem: String,
    },
}

/// The credential's fault.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// The credential is malformed.
    Auth(CredentialError),
    /// The place where a secret was to be found has none.
    Missing {
        /// The place, as a phrase: `environment variable API_TOKEN`.
        place: String,
        /// What is wrong with it, as a phrase.
        problem: String,
    },
    /// A question could not be asked, or got no answer.
    NoAnswer {
        /// The question.
        question: String,
        /// Why not, as a phrase.
        problem: String,
    },
}

impl Error {
    /// Returns whose fault it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Misuse(_) => Kind::Misuse,
            Self::Peer(_) => Kind::Peer,
            Self::Network(_) => Kind::Network,
            Self::Tls(_) => Kind::Tls,
            Self::Credential(_) => Kind::Credential,
        }
    }

    /// Says whether a time limit was reached.
    pub fn is_timeout(&self) -> bool {
        matches!(
            self,
            Self::Network(
                Network::ConnectTimeout { .. }
                    | Network::ReadTimeout { .. }
                    | Network::TotalTimeout { .. }
            )
        )
    }

    /// Returns what to do instead, as a sentence, where something can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Misuse(error) => error.hint(),
            Self::Peer(error) => error.hint(),
            Self::Network(error) => error.hint(),
            Self::Tls(error) => error.hint(),
            Self::Credential(error) => error.hint(),
        }
    }
}

impl Misuse {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::PlainHttp { space, .. } => format!(
                "Use https://{}, or allow it for a network that you trust",
                space.authority()
            ),
            Self::BodySentOnce { .. } => {
                "Give the body as bytes, so that it can be sent again".to_owned()
            }
            Self::NeedsNetwork { .. } => "Send the request instead".to_owned(),
            Self::BadCertificate { .. } => {
                "Give a file with a line `-----BEGIN CERTIFICATE-----`".to_owned()
            }
            Self::Auth(gatepass_auth::Misuse::BodyNotReplayable) => {
                "Give the body as bytes, or send a request without a body first".to_owned()
            }
            _ => return None,
        })
    }
}

impl Peer {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::TooManyRedirects { circle: true, .. } => {
                "The server may want a cookie or a credential that was not sent".to_owned()
            }
            Self::NotHttp { space, .. } if space.scheme() == "http" => format!(
                "If the server speaks TLS there, use https://{}",
                space.authority()
            ),
            Self::Auth(PeerError::BadProof { .. }) => {
                "Do not trust the response: somebody may stand between you and the server"
                    .to_owned()
            }
            _ => return None,
        })
    }
}

impl Network {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Dns { .. } => "Check the spelling of the host name".to_owned(),
            Self::Refused { .. } => "Check the port, and whether the server is running".to_owned(),
            Self::ConnectTimeout { .. } => {
                "Check the address; a firewall may drop what is sent there".to_owned()
            }
            Self::ReadTimeout { .. } | Self::TotalTimeout { .. } => {
                "Give it more time, if the server is slow".to_owned()
            }
            _ => return None,
        })
    }
}

impl Tls {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::SelfSigned { .. } => {
                "If it is your server, trust its certificate: give the file, or turn verification off for a test"
                    .to_owned()
            }
            Self::UnknownIssuer { .. } | Self::NoTrustStore { .. } => {
                "If you know the authority, give the file with its certificate".to_owned()
            }
            Self::NotYetValid { .. } => "Check the clock of this machine".to_owned(),
            Self::WrongName { presented, .. } if !presented.is_empty() => {
                format!("Use one of the names in it: {}", presented.join(", "))
            }
            Self::NotTls { address } => format!("Use http://{address}"),
            _ => return None,
        })
    }
}

impl Credential {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Auth(CredentialError::LineBreak { .. }) => {
                "Remove the line break, often the last character of the file that it was read from"
                    .to_owned()
            }
            Self::Auth(CredentialError::RepeatsWord { word }) => {
                format!("Leave the leading {word:?} out; it is added")
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misuse(error) => error.fmt(f),
            Self::Peer(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
            Self::Tls(error) => error.fmt(f),
            Self::Credential(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => error.fmt(f),
            Self::BadTarget { url } => {
                write!(f, "the URL {url} has a character in it that cannot be sent")
            }
            Self::BadMethod { method } => write!(f, "{method:?} cannot be a method"),
            Self::BadHeader { name, problem } => write!(f, "the header {name:?} {problem}"),
            Self::NotJson { problem } => {
                write!(f, "the value cannot be written as JSON: {problem}")
            }
            Self::PlainHttp { scheme, space } => {
                write!(
                    f,
                    "{scheme} would send its secret readable by everyone on the way to {space}"
                )
            }
            Self::BodySentOnce { why } => {
                write!(f, "the body can be sent only once, and {why}")
            }
            Self::BadCertificate { from, problem } => {
                write!(f, "the certificate from {from} cannot be used: {problem}")
            }
            Self::NeedsNetwork { scheme } => {
                write!(
                    f,
                    "{scheme} has to ask a server before it can write the request"
                )
            }
            Self::BrokenScheme { scheme, problem } => write!(f, "the scheme {scheme} {problem}"),
            Self::Auth(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRedirects {
                limit,
                url,
                circle: true,
            } => {
                write!(
                    f,
                    "the redirects go in a circle: after {limit} of them the next leads to {url} again"
                )
            }
            Self::TooManyRedirects { limit, url, .. } => {
                write!(f, "after {limit} redirects there is another one, to {url}")
            }
            Self::BadRedirect { location, problem } => {
                write!(
                    f,
                    "the server redirects to {location:?}, which cannot be used: {problem}"
                )
            }
            Self::NotHttp { space, problem } => {
                write!(
                    f,
                    "what {space} sent is not a proper HTTP/1.1 response: {problem}"
                )
            }
            Self::BodyTooLarge { limit } => {
                write!(
                    f,
                    "the response has a body of more than {limit} bytes, where a small one was expected"
                )
            }
            Self::NotJson { problem } => {
                write!(f, "the body is not the JSON that was expected: {problem}")
            }
            Self::Charset { charset } => {
                write!(
                    f,
                    "the body is in {charset:?}, which cannot be read as text; UTF-8 and ISO-8859-1 can"
                )
            }
            Self::Auth(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns { host, problem } => write!(f, "the host {host} was not found: {problem}"),
            Self::Refused { address } => {
                write!(f, "{address} refused the connection: nothing listens there")
            }
            Self::Connect { address, problem } => {
                write!(f, "no connection to {address}: {problem}")
            }
            Self::ConnectTimeout { address, after } => {
                write!(f, "no connection to {address} within {after:?}")
            }
            Self::Lost { address, problem } => write!(
                f,
                "the connection to {address} broke before the response was complete: {problem}"
            ),
            Self::ReadTimeout { address, after } => {
                write!(f, "{address} sent nothing for {after:?}")
            }
            Self::TotalTimeout { after } => write!(f, "the request took longer than {after:?}"),
            Self::BodySource { problem } => write!(f, "the body could not be read: {problem}"),
        }
    }
}

impl fmt::Display for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelfSigned { address } => {
                write!(
                    f,
                    "the certificate of {address} is self-signed: nobody vouches for it"
                )
            }
            Self::UnknownIssuer { address } => write!(
                f,
                "the certificate of {address} is signed by an authority that this machine does not trust"
            ),
            Self::Expired { address } => write!(f, "the certificate of {address} has expired"),
            Self::NotYetValid { address } => {
                write!(f, "the certificate of {address} is not valid yet")
            }
            Self::WrongName {
                address,
                expected,
                presented,
            } => {
                write!(f, "the certificate of {address} is not for {expected}")?;
                match presented.as_slice() {
                    [] => Ok(()),
                    names => write!(f, ", but for {}", names.join(", ")),
                }
            }
            Self::Revoked { address } => write!(f, "the certificate of {address} was revoked"),
            Self::NotTls { address } => write!(f, "{address} does not speak TLS"),
            Self::NoTrustStore { problem } => write!(
                f,
                "this machine has no certificates of authorities that it trusts: {problem}"
            ),
            Self::Handshake { address, problem } => {
                write!(f, "the TLS handshake with {address} failed: {problem}")
            }
        }
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auth(error) => error.fmt(f),
            Self::Missing { place, problem } => write!(f, "no secret in {place}: {problem}"),
            Self::NoAnswer { question, problem } => {
                write!(f, "the question {question:?} has no answer: {problem}")
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<AuthError> for Error {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Misuse(error) => Misuse::Auth(error).into(),
            AuthError::Credential(error) => Credential::Auth(error).into(),
            AuthError::Peer(error) => Peer::Auth(error).into(),
            // A kind of fault that this version does not know is put down to the peer, which no caller retries.
            other => Peer::Auth(PeerError::Exchange {
                scheme: "authentication",
                problem: other.to_string(),
            })
            .into(),
        }
    }
}

impl From<UrlError> for Error {
    fn from(error: UrlError) -> Self {
        Misuse::Url(error).into()
    }
}

impl From<Misuse> for Error {
    fn from(error: Misuse) -> Self {
        Self::Misuse(error)
    }
}

impl From<Peer> for Error {
    fn from(error: Peer) -> Self {
        Self::Peer(error)
    }
}

impl From<Network> for Error {
    fn from(error: Network) -> Self {
        Self::Network(error)
    }
}

impl From<Tls> for Error {
    fn from(error: Tls) -> Self {
        Self::Tls(error)
    }
}

impl From<Credential> for Error {
    fn from(error: Credential) -> Self {
        Self::Credential(error)
    }
}
