//! What to do about an error or a refusal, where a setting mends it: as data, which each front puts into its own words.

use std::fmt;

/// What mends an error or a refusal.
///
/// `Display` writes a sentence for programs, with the method of this crate that does it. A front with settings of other names
/// matches on the variants; [`Remedy::examples`] has one of each, so that its tests can look at every sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// TLS would keep the secret, or a scheme that shows none, or the permission to show it.
    KeepSecret {
        /// Host and port.
        authority: String,
    },
    /// TLS, or the permission to show the secret, would let the credential be sent.
    AllowPlainHttp {
        /// The host.
        host: String,
    },
    /// The permission to show the secret would let it go along, over plain HTTP to a place that is trusted.
    AllowPlainRedirect,
    /// The place that a redirect leads to is to be trusted with the credential, or has one of its own.
    TrustRedirect {
        /// The origin.
        origin: String,
        /// Host and port.
        authority: String,
    },
    /// The whole, or a wait within it, may take longer.
    MoreTime,
    /// The connection may take longer, if nothing drops what is sent.
    MoreTimeToConnect,
    /// More redirects are followed.
    MoreRedirects,
    /// The server's own certificate is trusted.
    TrustCertificate,
    /// The certificate of an authority is trusted, too.
    TrustAuthority {
        /// The place that alone is trusted now: a file, with the environment variable that names it in brackets behind it.
        only: Option<String>,
    },
    /// The present certificate of an authority is trusted, not an older one of the same name.
    TrustPresentAuthority,
    /// The server is called by a name that its certificate has.
    OtherName {
        /// The names in the certificate.
        presented: Vec<String>,
    },
    /// The server that is meant is named.
    NameServer,
    /// A file of certificates is one.
    GoodCertificates {
        /// Where they are from: a file, with the environment variable that names it in brackets behind it.
        from: String,
    },
    /// A certificate is shown, and its key.
    GiveCertificate {
        /// Whose signature it needs, behind the word: ` signed by CN=…`, or nothing.
        signed_by: String,
    },
    /// Another certificate is shown.
    GiveOtherCertificate {
        /// As in [`Remedy::GiveCertificate`].
        signed_by: String,
    },
    /// The key of a certificate is given, too.
    GiveKey,
    /// The passphrase of a key is given.
    GivePassphrase,
    /// A pin is written as pins are.
    WritePin,
    /// TLS 1.2 is spoken, too.
    AllowTls12,
    /// TLS 1.3 is spoken, too.
    AllowTls13,
    /// The lowest version of TLS is not above the highest.
    SettleTls,
    /// More is decoded than a body may swell to, or the body is taken as it is on the wire.
    DecodeMore,
    /// The body is taken as it is on the wire.
    TakeUndecoded,
    /// A download begins anew.
    BeginAnew,
    /// The credential for the proxy is right.
    ProxyCredential,
    /// The body can be sent again.
    RepeatableBody,
    /// One of several profiles is chosen.
    ChooseProfile {
        /// Their names.
        names: Vec<String>,
    },
    /// A field of a scheme is given.
    GiveField {
        /// The scheme.
        scheme: String,
        /// The field.
        field: String,
    },
    /// An environment variable is set, or the secret is taken from elsewhere.
    SetVariable,
    /// The secret is taken from elsewhere.
    TakeFromElsewhere,
    /// The secret is not empty.
    GiveSecret,
    /// The secret is there without a question.
    Answer,
    /// The same, in the settings for the proxy.
    AtProxy(Box<Self>),
}

impl Remedy {
    /// Returns the same remedy in the settings for the proxy.
    pub(crate) fn at_proxy(self) -> Self {
        match self {
            Self::AtProxy(_) => self,
            other => Self::AtProxy(Box::new(other)),
        }
    }

    /// Returns one remedy of each kind, for the tests of whoever puts them into words.
    pub fn examples() -> Vec<Self> {
        let text = str::to_owned;
        vec![
            Self::KeepSecret {
                authority: text("api.example"),
            },
            Self::AllowPlainHttp {
                host: text("api.example"),
            },
            Self::AllowPlainRedirect,
            Self::TrustRedirect {
                origin: text("https://api.example"),
                authority: text("api.example"),
            },
            Self::MoreTime,
            Self::MoreTimeToConnect,
            Self::MoreRedirects,
            Self::TrustCertificate,
            Self::TrustAuthority { only: None },
            Self::TrustAuthority {
                only: Some(text("ca.pem")),
            },
            Self::TrustAuthority {
                only: Some(text("ca.pem (CURL_CA_BUNDLE)")),
            },
            Self::TrustPresentAuthority,
            Self::OtherName {
                presented: vec![text("other.example")],
            },
            Self::NameServer,
            Self::GoodCertificates {
                from: text("ca.pem"),
            },
            Self::GiveCertificate {
                signed_by: text(" signed by CN=authority"),
            },
            Self::GiveOtherCertificate {
                signed_by: String::new(),
            },
            Self::GiveKey,
            Self::GivePassphrase,
            Self::WritePin,
            Self::AllowTls12,
            Self::AllowTls13,
            Self::SettleTls,
            Self::DecodeMore,
            Self::TakeUndecoded,
            Self::BeginAnew,
            Self::ProxyCredential,
            Self::RepeatableBody,
            Self::ChooseProfile {
                names: vec![text("one"), text("two")],
            },
            Self::GiveField {
                scheme: text("bearer"),
                field: text("token"),
            },
            Self::SetVariable,
            Self::TakeFromElsewhere,
            Self::GiveSecret,
            Self::Answer,
            Self::TrustCertificate.at_proxy(),
            Self::GiveCertificate {
                signed_by: String::new(),
            }
            .at_proxy(),
        ]
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeepSecret { authority } => write!(
                f,
                "Use https://{authority}, or allow it for a network that you trust: `allow_plain_http(true)`"
            ),
            Self::AllowPlainHttp { host } => write!(
                f,
                "Write https://{host}, or allow plain HTTP if nobody on the way can listen: `allow_plain_http(true)`"
            ),
            Self::TrustRedirect { origin, authority } => write!(
                f,
                "If you trust {origin}, let it go along: `Redirects::trusting(\"{authority}\")`; or give {origin} a credential of its own"
            ),
            Self::TrustAuthority { only: Some(only) } => write!(
                f,
                "Only the certificates in {only} are trusted; if you know the authority, add its certificate: `Tls::trusting_file`"
            ),
            Self::OtherName { presented } => {
                write!(
                    f,
                    "Use one of the names in it: {}; or say which server is meant: `Tls::server_name`",
                    presented.join(", ")
                )
            }
            Self::GiveCertificate { signed_by } => {
                write!(
                    f,
                    "Give a certificate{signed_by} and its key: `Tls::identity`"
                )
            }
            Self::GiveOtherCertificate { signed_by } => {
                let comma = if signed_by.is_empty() { "" } else { "," };
                write!(
                    f,
                    "Give a certificate that it accepts{comma}{signed_by}: `Tls::identity`"
                )
            }
            Self::ChooseProfile { names } => {
                write!(
                    f,
                    "Choose one of them with `Profiles::get`: {}",
                    names.join(", ")
                )
            }
            Self::GiveField { scheme, field } => write!(f, "Give {scheme} its {field}"),
            Self::AtProxy(remedy) => write!(f, "For the proxy: {remedy}"),
            other => f.write_str(other.fixed()),
        }
    }
}

impl Remedy {
    /// Returns the sentence of a remedy that holds no data.
    fn fixed(&self) -> &'static str {
        match self {
            Self::AllowPlainRedirect => {
                "Over plain HTTP it goes to no other origin; allow plain HTTP for a network that you trust: `allow_plain_http(true)`"
            }
            Self::MoreTime => "Give it more time, if the server is slow: `timeouts`",
            Self::MoreTimeToConnect => {
                "Check the address, a firewall may drop what is sent there; or give it more time: `Timeouts::connect`"
            }
            Self::MoreRedirects => "Allow more: `Redirects::limit`",
            Self::TrustCertificate => {
                "If it is your server, trust its certificate: `Tls::trusting_file`, or turn verification off for a test: `Tls::unverified`"
            }
            Self::TrustAuthority { .. } => {
                "If you know the authority, give the file with its certificate: `Tls::trusting_file`"
            }
            Self::TrustPresentAuthority => {
                "If the authority was made anew, give the file with its present certificate: `Tls::trusting_file`"
            }
            Self::NameServer => {
                "Check the host name; if you connect by another one, say which server is meant: `Tls::server_name`"
            }
            Self::GoodCertificates { .. } => {
                "Give a file with a line `-----BEGIN CERTIFICATE-----`"
            }
            Self::GiveKey => {
                "Give the file with the key too, with a line `-----BEGIN PRIVATE KEY-----`"
            }
            Self::GivePassphrase => "Give the passphrase of the key",
            Self::WritePin => {
                "Write sha256// and the Base64 of a SHA-256; the transcript of a request shows the pin of the server's key"
            }
            Self::AllowTls12 => {
                "Allow TLS 1.2, if the server is yours and cannot do better: `Tls::lowest`"
            }
            Self::AllowTls13 => "Allow TLS 1.3: `Tls::highest`",
            Self::SettleTls => "Set `Tls::lowest` no higher than `Tls::highest`",
            Self::DecodeMore => {
                "If you expect so much from this server, allow more, or take the body undecoded: `Decoding::unlimited`, `Decoding::none`"
            }
            Self::TakeUndecoded => "Take the body as it is on the wire: `Decoding::none`",
            Self::BeginAnew => "Begin again, without going on",
            Self::ProxyCredential => {
                "Check the user and the password that the proxy is given: `Proxy::auth`"
            }
            Self::RepeatableBody => {
                "Give the body as bytes or as a file, so that it can be sent again: `Body::file`"
            }
            Self::SetVariable => "Set the variable, or take the secret from elsewhere",
            Self::TakeFromElsewhere => "Take the secret from elsewhere",
            Self::GiveSecret => "Give a secret that is not empty",
            Self::Answer => "Give the secret with the request, so that nobody needs to be asked",
            Self::KeepSecret { .. }
            | Self::AllowPlainHttp { .. }
            | Self::TrustRedirect { .. }
            | Self::OtherName { .. }
            | Self::GiveCertificate { .. }
            | Self::GiveOtherCertificate { .. }
            | Self::ChooseProfile { .. }
            | Self::GiveField { .. }
            | Self::AtProxy(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers the variants. A new one does not compile before it stands here, and then fails before it is an example.
    fn number(remedy: &Remedy) -> usize {
        match remedy {
            Remedy::KeepSecret { .. } => 0,
            Remedy::AllowPlainHttp { .. } => 1,
            Remedy::AllowPlainRedirect => 2,
            Remedy::TrustRedirect { .. } => 3,
            Remedy::MoreTime => 4,
            Remedy::MoreTimeToConnect => 5,
            Remedy::MoreRedirects => 6,
            Remedy::TrustCertificate => 7,
            Remedy::TrustAuthority { .. } => 8,
            Remedy::TrustPresentAuthority => 9,
            Remedy::OtherName { .. } => 10,
            Remedy::NameServer => 11,
            Remedy::GoodCertificates { .. } => 12,
            Remedy::GiveCertificate { .. } => 13,
            Remedy::GiveOtherCertificate { .. } => 14,
            Remedy::GiveKey => 15,
            Remedy::GivePassphrase => 16,
            Remedy::WritePin => 17,
            Remedy::AllowTls12 => 18,
            Remedy::AllowTls13 => 19,
            Remedy::SettleTls => 20,
            Remedy::DecodeMore => 21,
            Remedy::TakeUndecoded => 22,
            Remedy::BeginAnew => 23,
            Remedy::ProxyCredential => 24,
            Remedy::RepeatableBody => 25,
            Remedy::ChooseProfile { .. } => 26,
            Remedy::GiveField { .. } => 27,
            Remedy::SetVariable => 28,
            Remedy::TakeFromElsewhere => 29,
            Remedy::GiveSecret => 30,
            Remedy::Answer => 31,
            Remedy::AtProxy(_) => 32,
        }
    }

    #[test]
    fn there_is_an_example_of_each_and_a_sentence() {
        let examples = Remedy::examples();
        let mut numbers: Vec<usize> = examples.iter().map(number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, (0..=32).collect::<Vec<_>>());
        for remedy in examples {
            assert!(!remedy.to_string().is_empty(), "{remedy:?}");
        }
    }
}
