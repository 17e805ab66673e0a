//! curl's exit codes (curl(1), EXIT CODES), and what is said with them.

use gatepass::Error;
use gatepass::error::{Credential, Misuse, Network, Peer, Tls};
use gatepass_request::parse::ReadError;
use gatepass_request::parse::curl::CurlError;
use gatepass_request::{Settings, UrlError};

use crate::error::of_client_at;
use crate::exit_code::Exit;
use crate::remedy::Front;

/// What curl ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code(u8);

impl Code {
    pub(super) const OK: Self = Self(0);
    pub(super) const PROTOCOL: Self = Self(1);
    pub(super) const USAGE: Self = Self(2);
    pub(super) const FAILED_INIT: Self = Self(2);
    pub(super) const MALFORMED_URL: Self = Self(3);
    pub(super) const NO_PROXY_NAME: Self = Self(5);
    pub(super) const NO_NAME: Self = Self(6);
    pub(super) const NO_CONNECTION: Self = Self(7);
    pub(super) const WEIRD_REPLY: Self = Self(8);
    pub(super) const PARTIAL: Self = Self(18);
    pub(super) const STATUS: Self = Self(22);
    pub(super) const WRITE: Self = Self(23);
    pub(super) const READ: Self = Self(26);
    pub(super) const TIMEOUT: Self = Self(28);
    pub(super) const RANGE: Self = Self(33);
    pub(super) const TLS: Self = Self(35);
    pub(super) const REDIRECTS: Self = Self(47);
    pub(super) const EMPTY: Self = Self(52);
    pub(super) const RECEIVE: Self = Self(56);
    pub(super) const INTERFACE: Self = Self(45);
    pub(super) const SETTING: Self = Self(49);
    pub(super) const OWN_CERTIFICATE: Self = Self(58);
    pub(super) const CERTIFICATE: Self = Self(60);
    pub(super) const CODING: Self = Self(61);
    pub(super) const TOO_LARGE: Self = Self(63);
    pub(super) const LOGIN: Self = Self(67);
    pub(super) const CA_FILE: Self = Self(77);
    pub(super) const PIN: Self = Self(90);
    pub(super) const SOCKS: Self = Self(97);
    pub(super) const INTERRUPTED: Self = Self(130);

    pub(super) fn number(self) -> u8 {
        self.0
    }
}

impl From<Code> for Exit {
    fn from(code: Code) -> Self {
        Self::Curl(code.0)
    }
}

/// Why a transfer failed.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) code: Code,
    /// What is said; nothing where everything has been said.
    pub(super) message: String,
    /// Whether nothing listened there.
    pub(super) refused: bool,
}

impl Trouble {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            refused: false,
        }
    }

    /// Says why a command line cannot be understood.
    pub(super) fn of_command(error: &ReadError) -> Self {
        let code = match error {
            ReadError::Curl(error) => Self::of_words(error),
            _ => Code::USAGE,
        };
        Self::new(code, format!("({}) {error}", code.number()))
    }

    fn of_words(error: &CurlError) -> Code {
        match error {
            CurlError::Glob { .. } => Code::MALFORMED_URL,
            CurlError::Url(UrlError::UnknownScheme { .. })
            | CurlError::Protocol { .. }
            | CurlError::Forbidden { .. } => Code::PROTOCOL,
            CurlError::Url(_) => Code::MALFORMED_URL,
            CurlError::BadValue { option, .. } if option == "the URL" => Code::MALFORMED_URL,
            CurlError::Unread { .. } => Code::READ,
            _ => Code::USAGE,
        }
    }

    /// Says why a request gave no response.
    pub(super) fn of_client(error: &Error) -> Self {
        let failure = of_client_at(Front::Curl, error);
        let text = failure.to_string();
        let text = text.trim_start_matches("error: ").trim_end();
        Self {
            refused: matches!(error, Error::Network(Network::Refused { .. })),
            ..Self::new(code(error), text)
        }
    }

    /// As [`Trouble::of_client`], with the code that depends on how it was carried out.
    pub(super) fn of_exchange(error: &Error, settings: &Settings) -> Self {
        let mut trouble = Self::of_client(error);
        let proxy = settings.proxy.as_ref().map(|proxy| proxy.url.as_str());
        trouble.code = match (error, proxy) {
            (Error::Network(Network::Dns { host, .. }), Some(proxy)) => {
                if proxy.contains(host.as_str()) {
                    Code::NO_PROXY_NAME
                } else if proxy.starts_with("socks") {
                    Code::SOCKS
                } else {
                    trouble.code
                }
            }
            (Error::Network(Network::Connect { problem, .. }), _)
                if settings.connect.interface.is_some()
                    && ["No such device", "Cannot assign"]
                        .iter()
                        .any(|it| problem.contains(it)) =>
            {
                Code::INTERFACE
            }
            _ => trouble.code,
        };
        trouble
    }

    /// As [`Trouble::of_client`], for a body that broke off.
    pub(super) fn of_body(error: &Error) -> Self {
        let mut trouble = Self::of_client(error);
        trouble.code = match trouble.code {
            Code::EMPTY => Code::PARTIAL,
            Code::PROTOCOL | Code::WEIRD_REPLY => Code::RECEIVE,
            code => code,
        };
        trouble
    }
}

fn code(error: &Error) -> Code {
    match error {
        _ if error.is_timeout() => Code::TIMEOUT,
        Error::Misuse(misuse) => of_misuse(misuse),
        Error::Peer(peer) => match peer {
            Peer::TooManyRedirects { .. } => Code::REDIRECTS,
            Peer::NoTunnel { .. } => Code::RECEIVE,
            Peer::Socks { .. } => Code::SOCKS,
            // What begins like no HTTP/1 is HTTP/0.9 to curl, which it does not allow.
            Peer::NotHttp { problem, .. } if problem.contains("status line") => Code::PROTOCOL,
            Peer::NotHttp { problem, .. } if problem.contains("transfer coding") => Code::CODING,
            Peer::ForbiddenRedirect { .. } => Code::PROTOCOL,
            Peer::BadRedirect { .. } => Code::MALFORMED_URL,
            Peer::BodyTooLarge { .. } | Peer::Swollen { .. } => Code::TOO_LARGE,
            Peer::Coding { .. } => Code::CODING,
            _ => Code::WEIRD_REPLY,
        },
        Error::Network(network) => match network {
            Network::Dns { .. } => Code::NO_NAME,
            Network::Refused { .. } | Network::Connect { .. } => Code::NO_CONNECTION,
            Network::Lost { problem, .. } if problem.contains("reset") => Code::RECEIVE,
            Network::Lost { .. } => Code::EMPTY,
            Network::BodySource { .. } => Code::READ,
            Network::Interrupted => Code::INTERRUPTED,
            _ => Code::RECEIVE,
        },
        Error::Tls(Tls::AtProxy(tls)) => code(&Error::Tls(Tls::clone(tls))),
        Error::Tls(tls) => match tls {
            Tls::SelfSigned { .. }
            | Tls::UnknownIssuer { .. }
            | Tls::OtherAuthority { .. }
            | Tls::Expired { .. }
            | Tls::NotYetValid { .. }
            | Tls::WrongName { .. }
            | Tls::Revoked { .. } => Code::CERTIFICATE,
            Tls::PinMismatch { .. } => Code::PIN,
            Tls::ClientCertificateRequired { .. } | Tls::ClientCertificateRefused { .. } => {
                Code::RECEIVE
            }
            Tls::NoTrustStore { .. } => Code::CA_FILE,
            _ => Code::TLS,
        },
        Error::Credential(Credential::NoPassphrase { .. } | Credential::WrongPassphrase { .. }) => {
            Code::OWN_CERTIFICATE
        }
        _ => Code::LOGIN,
    }
}

fn of_misuse(misuse: &Misuse) -> Code {
    match misuse {
        Misuse::Url(UrlError::UnknownScheme { .. }) => Code::PROTOCOL,
        Misuse::Url(_) | Misuse::BadTarget { .. } => Code::MALFORMED_URL,
        Misuse::BadProxy { .. } | Misuse::BrokenProxy { .. } => Code::NO_PROXY_NAME,
        Misuse::BadSetting { setting, .. } if *setting == "resolve" => Code::SETTING,
        Misuse::BodyFile { .. } => Code::READ,
        Misuse::BadFile { .. } => Code::READ,
        Misuse::BadCertificate { .. } => Code::CA_FILE,
        Misuse::BadIdentity { .. } => Code::OWN_CERTIFICATE,
        Misuse::BadPin { .. } => Code::PIN,
        _ => Code::USAGE,
    }
}
