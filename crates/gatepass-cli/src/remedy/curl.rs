//! The options of `gatepass curl`, which are curl's.

use gatepass::error::Remedy;

use super::{behind_comma, variable};

/// Says what to type. `party` stands in the names of options for TLS with the proxy.
pub(super) fn words(remedy: &Remedy, party: &str) -> String {
    match remedy {
        Remedy::KeepSecret { authority } => {
            format!("Write https://{authority}; or use a scheme that keeps the secret: --digest")
        }
        Remedy::AllowPlainHttp { host } => format!("Write https://{host}"),
        Remedy::AllowPlainRedirect => {
            "Over plain HTTP it goes to no other origin; ask the last URL itself".to_owned()
        }
        Remedy::TrustRedirect { origin, .. } => format!(
            "If you trust {origin}, and wherever it leads, add --location-trusted; or ask it itself"
        ),
        Remedy::MoreTime => {
            "If the server is slow, give it more time with --max-time SECONDS".to_owned()
        }
        Remedy::MoreTimeToConnect => {
            "If the server is slow, give it more time with --connect-timeout SECONDS".to_owned()
        }
        Remedy::MoreRedirects => "Allow more with --max-redirs NUMBER".to_owned(),
        Remedy::DecodeMore | Remedy::TakeUndecoded => {
            "Leave --compressed out to get the body as it is on the wire".to_owned()
        }
        Remedy::BeginAnew => "Type the same without -C to begin anew".to_owned(),
        Remedy::ProxyCredential => {
            "Check what the proxy is given: -x http://USER:PASSWORD@HOST:PORT, or -U USER:PASSWORD beside -x".to_owned()
        }
        Remedy::RepeatableBody => {
            "Write the body to a file, and send that with --data-binary @FILE".to_owned()
        }
        Remedy::ChooseProfile { names } => {
            format!("Write the credential with -u; profiles are not used here: {}", names.join(", "))
        }
        Remedy::GiveField { .. } | Remedy::Answer => {
            "Write the user and the password with -u USER:PASSWORD, or in a file for --netrc-file".to_owned()
        }
        Remedy::SetVariable | Remedy::TakeFromElsewhere => {
            "Write the secret in a file that -K or --netrc-file reads".to_owned()
        }
        Remedy::GiveSecret => "Was a variable in the command empty?".to_owned(),
        remedy => of_tls(remedy, party),
    }
}

fn of_tls(remedy: &Remedy, party: &str) -> String {
    let blindly = format!("for a test, --{party}insecure checks nothing");
    match remedy {
        Remedy::TrustCertificate => format!(
            "If it is your server, trust its certificate with --{party}cacert FILE; {blindly}"
        ),
        Remedy::TrustAuthority { only: Some(only) } => match variable(only) {
            Some(name) => format!(
                "Only the certificates in {only} are trusted; if that is not what you want, unset {name}; {blindly}"
            ),
            None => format!(
                "Only the certificates in {only} are trusted; leave --{party}cacert out, or name another file"
            ),
        },
        Remedy::TrustAuthority { only: None } => format!(
            "If you know the authority, give its certificate with --{party}cacert FILE; {blindly}"
        ),
        Remedy::TrustPresentAuthority => format!(
            "If the authority was made anew, give its present certificate with --{party}cacert FILE; {blindly}"
        ),
        Remedy::OtherName { presented } if party.is_empty() => format!(
            "Use one of the names in it, {}; --connect-to HOST:PORT:HOST:PORT connects elsewhere for it",
            presented.join(", ")
        ),
        Remedy::OtherName { presented } => {
            format!("Use one of the names in it: {}", presented.join(", "))
        }
        Remedy::NameServer if party.is_empty() => {
            "Check the host name; --connect-to HOST:PORT:HOST:PORT connects elsewhere for another"
                .to_owned()
        }
        Remedy::NameServer => "Check the host name of the proxy".to_owned(),
        Remedy::GoodCertificates { from } => match variable(from) {
            Some(name) => format!("Mend what {name} names, or do without it: unset {name}"),
            None => "Give --cacert a file with a line -----BEGIN CERTIFICATE-----".to_owned(),
        },
        Remedy::GiveCertificate { signed_by } => format!(
            "Give a certificate{signed_by} with --{party}cert FILE, and its key with --{party}key FILE where it is in another"
        ),
        Remedy::GiveOtherCertificate { signed_by } => format!(
            "Give --{party}cert a certificate that it accepts{}",
            behind_comma(signed_by)
        ),
        Remedy::GiveKey => format!("Give the file with the key, too: --{party}key FILE"),
        Remedy::GivePassphrase => format!("Give the password of the key with --{party}pass"),
        Remedy::WritePin => format!(
            "Give --{party}pinnedpubkey sha256// and the Base64 of a SHA-256, or a file with the key or the certificate"
        ),
        Remedy::AllowTls12 if party.is_empty() => {
            "Leave --tlsv1.3 out, if the server is yours and cannot do better".to_owned()
        }
        Remedy::AllowTls13 if party.is_empty() => "Leave --tls-max out".to_owned(),
        Remedy::AllowTls12 | Remedy::AllowTls13 => {
            "Have the proxy updated: it does not speak the version of TLS that is wanted".to_owned()
        }
        Remedy::SettleTls => "Leave --tls-max or --tlsv1.3 out".to_owned(),
        other => other.to_string(),
    }
}
