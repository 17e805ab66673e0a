//! The caller's fault: a URL, setting or request that cannot be sent.

use std::fmt;

use gatepass_auth::{NoRandomness, Space, show};
use gatepass_request::{RequestError, UrlError};

use super::IdentityProblem;
use crate::remedy::Remedy;
use crate::tls_version::TlsVersion;

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
    /// A body of unknown length cannot be sent over HTTP/1.0: give its length, or speak HTTP/1.1.
    BodyWithoutLength,
    /// The body can be sent only once, it was sent, and now it is wanted again. Give the bytes instead of a stream.
    BodySentOnce {
        /// Who wants it again, as a phrase.
        why: String,
    },
    /// A file that is the body, or a part of it, cannot be read.
    BodyFile {
        /// Its path.
        path: String,
        /// What the system says.
        problem: String,
    },
    /// A part of a form, or what stands between the parts, would break out of its line.
    Part(RequestError),
    /// The body of a request that is data is in a file or on standard input, and whoever sends it did not say that it may be
    /// read. Put its bytes into the request, or say so with [`crate::Client::from_request_with`].
    BodyElsewhere,
    /// A request that is data still has variables in it. Give them values.
    OpenVariable {
        /// The name of the first.
        name: String,
    },
    /// What redirects may take credentials to is no host, host and port, or origin.
    BadPlace {
        /// The place as given.
        place: String,
    },
    /// A certificate that is to be trusted cannot be read.
    BadCertificate {
        /// Where it comes from.
        from: String,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// The scheme works over HTTP/1.1 only, and HTTP/2 was asked for.
    NeedsHttp1 {
        /// The scheme's title.
        scheme: &'static str,
    },
    /// A setting has a value that it cannot have.
    BadSetting {
        /// The setting.
        setting: &'static str,
        /// The value.
        value: String,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// What is to name a proxy does not.
    BadProxy {
        /// The text, without user and password.
        proxy: String,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// The environment names a proxy for this request in a variable that cannot be read.
    BrokenProxy {
        /// The variable, and what is wrong with it.
        problem: String,
    },
    /// A file of settings cannot be read or written, or makes no sense.
    BadFile {
        /// Its path.
        path: String,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// A file that decides where credentials go could have been written by somebody else.
    UnsafeFile {
        /// Its path.
        path: String,
        /// How, as a phrase.
        problem: &'static str,
    },
    /// A profile makes no sense.
    BadProfile {
        /// Its name.
        name: String,
        /// What is wrong, as a phrase.
        problem: String,
    },
    /// A session cannot be kept or used.
    BadSession {
        /// Its name.
        name: String,
        /// What is wrong, as a phrase.
        problem: &'static str,
    },
    /// A request that is data asks for something that this client cannot do. Leave it out, or do it otherwise.
    Unsupported {
        /// What, as a phrase.
        setting: String,
    },
    /// The host is this machine or in a private network, and only public addresses may be connected to
    /// ([`crate::config::Dial::public_only`]).
    NotPublic {
        /// The host.
        host: String,
    },
    /// The user has no home folder, so that there is no place for settings.
    NoHome,
    /// Several profiles are for one origin, and none of them was chosen.
    SeveralProfiles {
        /// The origin.
        space: Space,
        /// The names of the profiles.
        names: Vec<String>,
    },
    /// The client's own certificate or key cannot be used.
    BadIdentity {
        /// Where it comes from.
        from: String,
        /// What is wrong.
        problem: IdentityProblem,
    },
    /// The pin is not `sha256//` and the Base64 of 32 bytes.
    BadPin {
        /// The pin as given.
        pin: String,
    },
    /// A name for TLS is neither a host name nor an IP address.
    BadServerName {
        /// The name as given.
        name: String,
    },
    /// The lowest version of TLS is above the highest.
    NoTlsVersion {
        /// The lowest.
        lowest: TlsVersion,
        /// The highest.
        highest: TlsVersion,
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
    /// This machine has no random numbers to give.
    NoRandomness(NoRandomness),
}

impl Misuse {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NeedsHttp1 { .. } => "Leave the version to be settled".to_owned(),
            Self::BadProxy { .. } | Self::BrokenProxy { .. } => {
                "Write it as http://HOST:PORT or socks5h://HOST:PORT".to_owned()
            }
            Self::NeedsNetwork { .. } => "Send the request instead".to_owned(),
            Self::UnsafeFile { path, .. } => {
                format!("Look at what it says, and then take the rights away: chmod 600 {path}")
            }
            Self::NoHome => "Set HOME, or XDG_CONFIG_HOME for the settings alone".to_owned(),
            Self::BadIdentity { from, problem } => return problem.hint(from),
            Self::BadServerName { .. } => {
                "Give a host name or an IP address, without scheme and port".to_owned()
            }
            _ => return None,
        })
    }

    pub(super) fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            Self::PlainHttp { space, .. } => Remedy::KeepSecret {
                authority: space.authority(),
            },
            Self::BodySentOnce { .. } | Self::Auth(gatepass_auth::Misuse::BodyNotReplayable) => {
                Remedy::RepeatableBody
            }
            Self::Auth(gatepass_auth::Misuse::MissingField { scheme, field }) => {
                Remedy::GiveField {
                    scheme: scheme.to_string(),
                    field: field.to_string(),
                }
            }
            Self::BadCertificate { from, .. } => Remedy::GoodCertificates { from: from.clone() },
            Self::BadIdentity {
                problem: IdentityProblem::NoKey,
                ..
            } => Remedy::GiveKey,
            Self::SeveralProfiles { names, .. } => Remedy::ChooseProfile {
                names: names.clone(),
            },
            Self::BadPin { .. } => Remedy::WritePin,
            Self::NoTlsVersion { .. } => Remedy::SettleTls,
            _ => return None,
        })
    }
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(error) => error.fmt(f),
            Self::BadTarget { url } => {
                let url = show::url(url);
                write!(f, "the URL {url} has a character in it that cannot be sent")
            }
            Self::BadMethod { method } => write!(f, "{} cannot be a method", show::typed(method)),
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
            Self::BodyWithoutLength => f.write_str(
                "the length of the body is not known, and HTTP/1.0 has no other way to tell where it ends",
            ),
            Self::BodySentOnce { why } => {
                write!(f, "the body can be sent only once, and {why}")
            }
            Self::BodyFile { path, problem } => {
                write!(f, "the file {} cannot be read: {problem}", show::typed_path(path))
            }
            Self::Part(error) => error.fmt(f),
            Self::Unsupported { setting } => write!(f, "{setting} is not supported"),
            Self::BodyElsewhere => f.write_str(
                "the body of the request is in a file or on standard input, and was not read",
            ),
            Self::OpenVariable { name } => {
                write!(f, "the variable {name} in the request has no value")
            }
            Self::BadPlace { place } => write!(
                f,
                "{} is no place to trust: it is a host, as in cdn.example, a host with its port, or an origin, as in https://cdn.example",
                show::typed(place)
            ),
            Self::BadCertificate { from, problem } => {
                write!(f, "the certificate from {from} cannot be used: {problem}")
            }
            Self::NeedsHttp1 { scheme } => {
                write!(
                    f,
                    "{scheme} works over HTTP/1.1 only, and HTTP/2 was asked for"
                )
            }
            Self::BadSetting {
                setting,
                value,
                problem,
            } => write!(f, "{setting} cannot be {}: {problem}", show::typed(value)),
            Self::BadProxy { proxy, problem } => {
                write!(f, "{} names no proxy: {problem}", show::said(&show::url(proxy)))
            }
            Self::BrokenProxy { problem } => f.write_str(problem),
            Self::BadFile { path, problem } => {
                write!(f, "the file {path} cannot be used: {problem}")
            }
            Self::UnsafeFile { path, problem } => {
                write!(f, "the file {path} is not trusted: {problem}")
            }
            Self::BadProfile { name, problem } => {
                write!(f, "the profile {} cannot be used: {problem}", show::typed(name))
            }
            Self::BadSession { name, problem } => {
                write!(f, "the session {} cannot be used: {problem}", show::typed(name))
            }
            Self::NotPublic { host } => write!(
                f,
                "{host} is this machine or in a private network, and only public addresses may be connected to"
            ),
            Self::NoHome => f.write_str("no home folder is known"),
            Self::SeveralProfiles { space, names } => {
                write!(f, "{} profiles are for {space}", names.len())
            }
            Self::BadIdentity { from, problem } => problem.describe(from, f),
            Self::BadPin { pin } => write!(f, "{} is no pin of a server's key", show::typed(pin)),
            Self::BadServerName { name } => write!(f, "{} cannot be the name of a server", show::typed(name)),
            Self::NoTlsVersion { lowest, highest } => write!(
                f,
                "no version of TLS is left: at least {lowest} and at most {highest} are wanted"
            ),
            Self::NeedsNetwork { scheme } => {
                write!(
                    f,
                    "{scheme} has to ask a server before it can write the request"
                )
            }
            Self::BrokenScheme { scheme, problem } => write!(f, "the scheme {scheme} {problem}"),
            Self::Auth(error) => error.fmt(f),
            Self::NoRandomness(error) => error.fmt(f),
        }
    }
}
