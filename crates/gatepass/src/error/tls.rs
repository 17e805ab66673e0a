//! TLS failed: mostly the server's certificate.

use std::fmt;

use gatepass_auth::Timestamp;

use crate::moment::Moment;
use crate::pin::Pin;
use crate::remedy::Remedy;
use crate::tls_version::TlsVersion;

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
        /// Who signed the last certificate that the server sent: `CN=Some Authority`.
        issuer: String,
        /// Where those come from that are trusted, if the system's are not among them.
        only: Option<String>,
    },
    /// An authority of the name in the certificate is trusted, but did not sign it: it has another key.
    OtherAuthority {
        /// `host:port`.
        address: String,
        /// The name of the authority.
        issuer: String,
    },
    /// The certificate has expired.
    Expired {
        /// `host:port`.
        address: String,
        /// Whom the certificate is for; it may be that of an authority.
        subject: String,
        /// When it ended, in seconds since 1970.
        until: Timestamp,
    },
    /// The certificate is not valid yet; perhaps the clock of this machine is wrong.
    NotYetValid {
        /// `host:port`.
        address: String,
        /// Whom the certificate is for; it may be that of an authority.
        subject: String,
        /// When it begins, in seconds since 1970.
        from: Timestamp,
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
    /// The server's key is none of those that were pinned. Either the server has a new key, or somebody else answers.
    PinMismatch {
        /// `host:port`.
        address: String,
        /// The pin of the key that the server has, where its certificate could be read.
        found: Option<Pin>,
    },
    /// The server does not speak TLS on this port.
    NotTls {
        /// `host:port`.
        address: String,
    },
    /// The server speaks TLS on this port, and the request came by plain HTTP.
    PlainOnTls {
        /// `host:port`.
        address: String,
    },
    /// The server wants to see a client's certificate, and none was given.
    ClientCertificateRequired {
        /// `host:port`.
        address: String,
        /// Whose signature the certificate needs, where the server says so: `CN=Some Authority`.
        authorities: Vec<String>,
    },
    /// The server does not accept the client's certificate that was sent.
    ClientCertificateRefused {
        /// `host:port`.
        address: String,
        /// Whom the certificate is for.
        subject: String,
        /// What the server says, as a phrase.
        problem: String,
        /// When the certificate ended, in seconds since 1970, if it has.
        ended: Option<Timestamp>,
        /// Whose signature the certificate needs, where the server says so.
        authorities: Vec<String>,
    },
    /// The server begins TLS anew after it has seen the request, which this client does not do (RFC 5246 section 7.4.1.1).
    /// Servers do so that want a client's certificate for some paths only.
    AsksLate {
        /// `host:port`.
        address: String,
    },
    /// The two sides have no version of TLS in common.
    NoCommonVersion {
        /// `host:port`.
        address: String,
        /// The lowest version that was offered to the server.
        lowest: TlsVersion,
        /// The highest.
        highest: TlsVersion,
    },
    /// The two sides have no cipher suite, group or signature in common.
    NoCommonCipher {
        /// `host:port`.
        address: String,
        /// What went wrong, as a phrase.
        problem: String,
    },
    /// The server has no site of this name.
    UnrecognisedName {
        /// `host:port`.
        address: String,
        /// The name that was asked for.
        name: String,
    },
    /// There are no certificates that are trusted.
    NoTrustStore {
        /// What the system says.
        problem: String,
    },
    /// It was not the server but an HTTPS proxy on the way that TLS failed with.
    AtProxy(Box<Self>),
    /// The handshake failed for another reason.
    Handshake {
        /// `host:port`.
        address: String,
        /// What went wrong, as a phrase.
        problem: String,
    },
}

impl Tls {
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Expired { .. } => {
                "The server needs a new certificate; if the date is wrong, check the clock of this machine"
                    .to_owned()
            }
            Self::NotYetValid { .. } => "Check the clock of this machine".to_owned(),
            Self::PinMismatch { .. } => {
                "Do not send anything secret before you know why: a renewed server has a new pin, and so has somebody on the way"
                    .to_owned()
            }
            Self::NotTls { address } => format!("Use http://{address}"),
            Self::PlainOnTls { address } => format!("Use https://{address}"),
            Self::AsksLate { .. } => ASK_EARLIER.to_owned(),
            Self::AtProxy(error) => return error.hint(),
            Self::ClientCertificateRefused { ended: Some(_), .. } => {
                "Have the certificate renewed".to_owned()
            }
            Self::NoCommonVersion { lowest, highest, .. }
                if *lowest != TlsVersion::Tls13 && *highest != TlsVersion::Tls12 =>
            {
                "The server is too old: TLS 1.0 and 1.1 are broken and not supported; have it updated".to_owned()
            }
            Self::NoCommonCipher { .. } => {
                "The server's settings are too old or too narrow: it needs a suite with ECDHE and AES-GCM or ChaCha20"
                    .to_owned()
            }
            _ => return None,
        })
    }

    pub(super) fn remedy(&self) -> Option<Remedy> {
        Some(match self {
            Self::SelfSigned { .. } => Remedy::TrustCertificate,
            Self::UnknownIssuer { only, .. } => Remedy::TrustAuthority { only: only.clone() },
            Self::NoTrustStore { .. } => Remedy::TrustAuthority { only: None },
            Self::OtherAuthority { .. } => Remedy::TrustPresentAuthority,
            Self::WrongName { presented, .. } if !presented.is_empty() => Remedy::OtherName {
                presented: presented.clone(),
            },
            Self::ClientCertificateRequired { authorities, .. } => Remedy::GiveCertificate {
                signed_by: signed_by(authorities),
            },
            Self::ClientCertificateRefused {
                authorities,
                ended: None,
                ..
            } => Remedy::GiveOtherCertificate {
                signed_by: signed_by(authorities),
            },
            Self::NoCommonVersion {
                lowest: TlsVersion::Tls13,
                ..
            } => Remedy::AllowTls12,
            Self::NoCommonVersion {
                highest: TlsVersion::Tls12,
                ..
            } => Remedy::AllowTls13,
            Self::UnrecognisedName { .. } => Remedy::NameServer,
            Self::AtProxy(error) => error.remedy()?.at_proxy(),
            _ => return None,
        })
    }
}

/// What a server has to do that asks for a client's certificate too late.
pub(crate) const ASK_EARLIER: &str = "Have the server ask in the first handshake, for the whole host: in Apache, SSLVerifyClient outside of \
     Location and Directory, where optional will do";

/// Says whose signature a certificate needs, behind the word.
pub(crate) fn signed_by(authorities: &[String]) -> String {
    match authorities {
        [] => String::new(),
        few if few.len() <= 3 => format!(" signed by {}", few.join(" or ")),
        [first, rest @ ..] => format!(" signed by {first} or one of {} others", rest.len()),
    }
}

impl fmt::Display for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTls { address } => write!(f, "{address} does not speak TLS"),
            Self::PlainOnTls { address } => {
                write!(
                    f,
                    "{address} speaks TLS, and the request came by plain HTTP"
                )
            }
            Self::ClientCertificateRequired { address, .. } => write!(
                f,
                "{address} requires a client certificate, and none was given"
            ),
            Self::ClientCertificateRefused {
                address,
                subject,
                problem,
                ended,
                ..
            } => {
                let ended = ended.map_or_else(String::new, |until| {
                    format!("; it ended on {}", Moment(until))
                });
                write!(
                    f,
                    "{address} does not accept the client certificate of {subject}: {problem}{ended}"
                )
            }
            Self::AtProxy(error) => write!(f, "the proxy: {error}"),
            Self::AsksLate { address } => write!(
                f,
                "{address} wants to begin TLS anew after the request, as servers do that want a client certificate for some \
                 paths only, and this client does not do that"
            ),
            Self::NoCommonVersion {
                address,
                lowest,
                highest,
            } if lowest == highest => {
                write!(
                    f,
                    "{address} does not speak {lowest}, and no other version was allowed"
                )
            }
            Self::NoCommonVersion { address, .. } => {
                write!(
                    f,
                    "{address} speaks neither TLS 1.2 nor TLS 1.3, only older versions"
                )
            }
            Self::NoCommonCipher { address, problem } => write!(
                f,
                "there is no encryption that both {address} and this client can do: {problem}"
            ),
            Self::UnrecognisedName { address, name } => {
                write!(f, "{address} does not know the name {name}")
            }
            Self::NoTrustStore { problem } => write!(
                f,
                "there are no certificates of authorities that are trusted here: {problem}"
            ),
            Self::Handshake { address, problem } => {
                write!(f, "the TLS handshake with {address} failed: {problem}")
            }
            certificate => certificate.describe(f),
        }
    }
}

impl Tls {
    /// Says what is wrong with the server's certificate.
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelfSigned { address } => {
                write!(
                    f,
                    "the certificate of {address} is self-signed: nobody vouches for it"
                )
            }
            Self::UnknownIssuer {
                address, issuer, ..
            } => {
                let issuer = behind(": ", issuer, "");
                write!(
                    f,
                    "the certificate of {address} is signed by an authority that is not trusted here{issuer}"
                )
            }
            Self::OtherAuthority { address, issuer } => write!(
                f,
                "the certificate of {address} was not signed by the {issuer} that is trusted here, but by another authority of that name"
            ),
            Self::Expired {
                address,
                subject,
                until,
            } => {
                let (until, whose) = (Moment(*until), behind(" (", subject, ")"));
                write!(f, "the certificate of {address} expired on {until}{whose}")
            }
            Self::NotYetValid {
                address,
                subject,
                from,
            } => {
                let (from, whose) = (Moment(*from), behind(" (", subject, ")"));
                write!(
                    f,
                    "the certificate of {address} is not valid before {from}{whose}"
                )
            }
            Self::WrongName {
                address,
                expected,
                presented,
            } => {
                let names = behind(", but for ", &presented.join(", "), "");
                write!(
                    f,
                    "the certificate of {address} is not for {expected}{names}"
                )
            }
            Self::Revoked { address } => write!(f, "the certificate of {address} was revoked"),
            Self::PinMismatch { address, found } => {
                let found = found.map_or_else(
                    || "its certificate cannot be read".to_owned(),
                    |pin| format!("its pin is {pin}"),
                );
                write!(
                    f,
                    "the key of {address} is not the one that was pinned: {found}"
                )
            }
            _ => Ok(()),
        }
    }
}

/// Puts a text between others, or is nothing where the text is.
fn behind(before: &str, text: &str, after: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("{before}{text}{after}"),
    }
}
