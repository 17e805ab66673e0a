//! What is told of a certificate: whom it is for, who vouches for it, and how long.

use gatepass_auth::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};
use x509_parser::time::ASN1Time;

use crate::pin::Pin;

/// The facts of a certificate that people look at. What would steer a terminal is taken out of its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Certificate {
    /// Whom it is for: `CN=api.example`. Empty where it is left to the names.
    pub subject: String,
    /// Who vouches for it.
    pub issuer: String,
    /// The names and addresses that it is for (RFC 5280 section 4.2.1.6).
    pub names: Vec<String>,
    /// From when it is valid, in seconds since 1970.
    pub not_before: Timestamp,
    /// Until when it is valid, in seconds since 1970.
    pub not_after: Timestamp,
    /// The pin of its key, or `None` where the certificate cannot be read.
    pub pin: Option<Pin>,
}

impl Certificate {
    /// Reads a certificate. One that cannot be read has no facts.
    pub(crate) fn of(der: &[u8]) -> Self {
        let Ok((_, parsed)) = X509Certificate::from_der(der) else {
            return Self {
                subject: "(unreadable)".to_owned(),
                ..Self::default()
            };
        };
        let names = parsed.subject_alternative_name().ok().flatten();
        let names = names.map_or_else(Vec::new, |it| {
            it.value.general_names.iter().filter_map(name).collect()
        });
        Self {
            subject: harmless(&parsed.subject().to_string()),
            issuer: harmless(&parsed.issuer().to_string()),
            names,
            not_before: seconds(parsed.validity().not_before),
            not_after: seconds(parsed.validity().not_after),
            pin: Some(Pin::of_key(parsed.public_key().raw)),
        }
    }

    /// Returns the subject, or the first name where that is empty.
    pub fn whom(&self) -> &str {
        match (self.subject.as_str(), self.names.first()) {
            ("", Some(name)) => name,
            ("", None) => "(nobody)",
            (subject, _) => subject,
        }
    }

    /// Returns the whole days from `now` until it ends, negative if it has ended.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        let difference = i128::from(self.not_after) - i128::from(now);
        i64::try_from(difference.div_euclid(86_400)).unwrap_or(i64::MAX)
    }

    /// Returns the `SubjectPublicKeyInfo` of a certificate, in DER.
    pub(crate) fn key_of<'a>(der: &'a CertificateDer<'_>) -> Option<&'a [u8]> {
        let (_, parsed) = X509Certificate::from_der(der).ok()?;
        Some(parsed.tbs_certificate.subject_pki.raw)
    }

    /// Orders certificates for a handshake: the one at `leaf`, then who vouches for the one before, without an authority
    /// that vouches for itself, which the other side has (RFC 8446 section 4.4.2).
    pub(crate) fn path_from(
        leaf: usize,
        mut certificates: Vec<CertificateDer<'static>>,
    ) -> Vec<CertificateDer<'static>> {
        let mut path = vec![certificates.swap_remove(leaf)];
        while let Some(issuer) = path
            .last()
            .and_then(|last| names_of(last))
            .map(|(_, issuer)| issuer)
        {
            let next = certificates.iter().position(|certificate| {
                names_of(certificate)
                    .is_some_and(|(subject, above)| subject == issuer && above != subject)
            });
            let Some(next) = next else { break };
            path.push(certificates.swap_remove(next));
        }
        path
    }
}

/// Returns subject and issuer, in DER.
fn names_of(der: &CertificateDer<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    Some((
        parsed.subject().as_raw().to_vec(),
        parsed.issuer().as_raw().to_vec(),
    ))
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    Some(match name {
        GeneralName::DNSName(name) => harmless(name),
        GeneralName::IPAddress(bytes) => match **bytes {
            [a, b, c, d] => std::net::Ipv4Addr::new(a, b, c, d).to_string(),
            _ => std::net::Ipv6Addr::from(<[u8; 16]>::try_from(*bytes).ok()?).to_string(),
        },
        _ => return None,
    })
}

fn seconds(time: ASN1Time) -> Timestamp {
    Timestamp::try_from(time.timestamp()).unwrap_or(0)
}

fn harmless(text: &str) -> String {
    gatepass_auth::show::line(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    #[test]
    fn moments_and_days() {
        assert_eq!(Moment(1_795_363_200).to_string(), "2026-11-22 16:00 UTC");
        assert!(Moment(u64::MAX).to_string().contains("1970"));
        let until = Certificate {
            not_after: 1_000_000,
            ..Certificate::default()
        };
        assert_eq!(until.days_left(1_000_000 - 86_400), 1);
        assert_eq!(until.days_left(1_000_001), -1);
    }

    #[test]
    fn what_is_no_certificate_is_told_and_harmless() {
        assert_eq!(Certificate::of(b"\x30\x03abc").whom(), "(unreadable)");
        assert_eq!(harmless("a\u{1b}[31mb"), "a\\u{1b}[31mb");
    }
}
