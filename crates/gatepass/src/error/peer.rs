//! The peer's fault: it broke HTTP or the authentication protocol.

use std::fmt;

use gatepass_auth::show::{self, said};
use gatepass_auth::{PeerError, Space};

use crate::diagnosis::Diagnosis;
use crate::remedy::Remedy;

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
        /// The places that they led to in turn, from one to the same again; empty where they do not go in a circle.
        circle: Vec<String>,
    },
    /// HTTP/2 was asked for, and the server does not speak it.
    NotHttp2 {
        /// The server.
        space: Space,
    },
    /// The proxy made no tunnel to the origin.
    NoTunnel {
        /// The proxy, as a URL without credentials.
        proxy: String,
        /// The origin.
        origin: Space,
        /// The status code that the proxy answered with.
        status: u16,
        /// The reason phrase, often empty.
        reason: String,
        /// What a 401, 403 or 407 means.
        diagnosis: Option<Box<Diagnosis>>,
    },
    /// A SOCKS proxy made no connection to the origin.
    Socks {
        /// The proxy, as a URL without credentials.
        proxy: String,
        /// The origin.
        origin: Space,
        /// What the proxy said, as a phrase.
        problem: String,
    },
    /// A redirect leads to a place that is no http or https URL.
    BadRedirect {
        /// The `Location` field, without user and password.
        location: String,
        /// What is wrong with it, as a phrase.
        problem: String,
    },
    /// A redirect leads to a URL of a scheme that [`crate::config::Redirects::only_to`] leaves out.
    ForbiddenRedirect {
        /// The URL, without user and password.
        url: String,
        /// Its scheme.
        scheme: String,
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
    /// The body is not in the coding that its `Content-Encoding` names, or breaks off.
    Coding {
        /// The name of the coding.
        coding: &'static str,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// The body swells beyond the limits of [`crate::config::Decoding`] when it is decoded.
    Swollen {
        /// How many bytes of it had come.
        wire: u64,
        /// To how many bytes they might have been decoded.
        limit: u64,
    },
    /// The response is not the file that was to be saved.
    NotTheFile {
        /// Its status.
        status: u16,
    },
    /// The body of a file that was to be saved ended early, though nothing broke off: a server may send less than was asked
    /// for. Ask for the rest.
    TooShort {
        /// How many bytes are there.
        length: u64,
        /// How many there should be.
        total: u64,
    },
    /// The response is not the rest of the file whose beginning is there.
    NotTheRest {
        /// What is wrong, as a phrase.
        problem: String,
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

impl Peer {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::TooManyRedirects { circle, .. } if !circle.is_empty() => {
                "The server may want a cookie or a credential that was not sent".to_owned()
            }
            Self::NoTunnel { diagnosis, .. } => diagnosis.as_ref()?.hint.clone()?,
            Self::NotHttp2 { .. } => {
                "Leave the version to be settled, or ask for HTTP/1.1".to_owned()
            }
            Self::Socks { .. } => {
                "Check the user and the password for the proxy, and whether it may connect there"
                    .to_owned()
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

    pub(super) fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            Self::TooManyRedirects { circle, .. } if circle.is_empty() => Remedy::MoreRedirects,
            Self::NoTunnel { status: 407, .. } => Remedy::ProxyCredential,
            Self::NoTunnel { diagnosis, .. } => diagnosis.as_ref()?.remedy.clone()?.at_proxy(),
            Self::NotTheRest { .. } => Remedy::BeginAnew,
            Self::Swollen { .. } => Remedy::DecodeMore,
            Self::Coding { .. } => Remedy::TakeUndecoded,
            _ => return None,
        })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyRedirects { limit, url, circle } => endless(f, *limit, url, circle),
            Self::NotHttp2 { space } => write!(f, "{space} does not speak HTTP/2"),
            Self::NoTunnel {
                proxy,
                origin,
                status,
                reason,
                diagnosis,
            } => {
                let why = diagnosis.as_ref().map(|it| format!(". {}", it.headline));
                let reason = if reason.is_empty() {
                    String::new()
                } else {
                    format!(" {}", show::line(&show::cut(reason, show::SAID)))
                };
                write!(
                    f,
                    "the proxy {proxy} made no tunnel to {origin}: it answered {status}{reason}{}",
                    why.unwrap_or_default()
                )
            }
            Self::Socks {
                proxy,
                origin,
                problem,
            } => write!(
                f,
                "the proxy {proxy} made no connection to {origin}: {problem}"
            ),
            Self::BadRedirect { location, problem } => {
                write!(
                    f,
                    "the server redirects to {}, which cannot be used: {problem}",
                    said(location)
                )
            }
            Self::ForbiddenRedirect { url, scheme } => {
                write!(
                    f,
                    "the server redirects to {}, and {scheme} is not allowed for redirects",
                    show::line(&show::cut(url, show::SAID))
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
            Self::Coding { coding, problem } => {
                write!(f, "the body is no proper {coding}: {problem}")
            }
            Self::Swollen { wire, limit } => write!(
                f,
                "{wire} bytes of the body become more than {limit} bytes when they are decoded, which is more than allowed"
            ),
            Self::NotTheFile { status } => {
                write!(f, "the server answered {status}, and not with the file")
            }
            Self::TooShort { length, total } => {
                write!(
                    f,
                    "the server sent no more, and {length} bytes of {total} are there"
                )
            }
            Self::NotTheRest { problem } => {
                write!(
                    f,
                    "what the server sent is not the rest of the file: {problem}"
                )
            }
            Self::NotJson { problem } => {
                write!(f, "the body is not the JSON that was expected: {problem}")
            }
            Self::Charset { charset } => {
                write!(
                    f,
                    "the body is in {}, which cannot be read as text; UTF-8 and ISO-8859-1 can",
                    said(charset)
                )
            }
            Self::Auth(error) => error.fmt(f),
        }
    }
}

/// Says where redirects lead that do not end.
fn endless(f: &mut fmt::Formatter<'_>, limit: usize, url: &str, circle: &[String]) -> fmt::Result {
    if circle.is_empty() {
        let url = show::cut(url, show::SAID);
        return write!(
            f,
            "after {limit} redirects there is another one, to {}",
            show::line(&url)
        );
    }
    let circle = circle.join(" → ");
    write!(
        f,
        "the redirects go in a circle, which was left after {limit}: {}",
        show::line(&show::cut(&circle, show::SAID * 4))
    )
}
