//! The options of `gatepass` itself.

use gatepass::error::Remedy;

use super::{behind_comma, variable};

/// Says what to type. `party` stands in the names of options for TLS with the proxy.
pub(super) fn words(remedy: &Remedy, party: &str) -> String {
    match remedy {
        Remedy::KeepSecret { authority } => format!(
            "Write https://{authority}; or use a scheme that keeps the secret, such as -A digest; or add --allow-plain-http"
        ),
        Remedy::AllowPlainHttp { host } => format!(
            "Write https://{host}, or add --allow-plain-http if nobody on the way can listen"
        ),
        Remedy::AllowPlainRedirect => {
            "Over plain HTTP it goes to no other origin; add --allow-plain-http for a network that you trust".to_owned()
        }
        Remedy::TrustRedirect { origin, authority } => format!(
            "If you trust {origin}, add --trust-redirect {authority}, or give {origin} a credential of its own"
        ),
        Remedy::MoreTime | Remedy::MoreTimeToConnect => {
            "If the server is slow, give it more time with --timeout SECONDS".to_owned()
        }
        Remedy::MoreRedirects => "Allow more with --max-redirects NUMBER".to_owned(),
        Remedy::DecodeMore => {
            "If you expect so much from this server, add --decode=unlimited".to_owned()
        }
        Remedy::TakeUndecoded => "--decode=no shows the body as it is on the wire".to_owned(),
        Remedy::BeginAnew => "Type the same without --continue to begin anew".to_owned(),
        Remedy::ProxyCredential => {
            "Check what the proxy is given: --proxy http://USER:PASSWORD@HOST:PORT, or -U USER:env:NAME beside --proxy"
                .to_owned()
        }
        Remedy::RepeatableBody => "Write the body to a file, and send that with @FILE".to_owned(),
        Remedy::ChooseProfile { names } => format!(
            "Choose one with --profile NAME, or none with --no-profile: {}",
            names.join(", ")
        ),
        Remedy::GiveField { scheme, field } => format!(
            "Add -a {field}=env:NAME or -a {field}=@FILE; gatepass schemes {scheme} explains it"
        ),
        Remedy::SetVariable => {
            "Set it with export NAME=…, or take the secret from elsewhere: @FILE, or prompt: to be asked".to_owned()
        }
        Remedy::TakeFromElsewhere => {
            "Take the secret from elsewhere: env:NAME, @FILE, cmd:COMMAND, keyring:SERVICE/USER, or prompt: to be asked"
                .to_owned()
        }
        Remedy::GiveSecret => {
            "Was a variable in the command empty? Given as env:NAME, a variable that is not set is told".to_owned()
        }
        Remedy::Answer => {
            "Give the secret from elsewhere: env:NAME or @FILE, as in -a alice:env:PASSWORD".to_owned()
        }
        remedy => of_tls(remedy, party),
    }
}

fn of_tls(remedy: &Remedy, party: &str) -> String {
    let blindly = format!("for a test, --{party}verify no checks nothing");
    match remedy {
        Remedy::TrustCertificate => format!(
            "If it is your server, trust its certificate with --{party}verify FILE; {blindly}"
        ),
        Remedy::TrustAuthority { only: Some(only) } => match variable(only) {
            Some(name) => format!(
                "Only the certificates in {only} are trusted; if that is not what you want, unset {name}; {blindly}"
            ),
            None => format!(
                "Only the certificates in {only} are trusted; with --{party}verify FILE the system's are as well"
            ),
        },
        Remedy::TrustAuthority { only: None } => format!(
            "If you know the authority, give its certificate with --{party}verify FILE; {blindly}"
        ),
        Remedy::TrustPresentAuthority => format!(
            "If the authority was made anew, give its present certificate with --{party}verify FILE; {blindly}"
        ),
        Remedy::OtherName { presented } if party.is_empty() => format!(
            "Use one of these names; or, if you are sure which server it is, --server-name {}",
            presented.first().map_or("", String::as_str)
        ),
        Remedy::OtherName { presented } => {
            format!("Use one of the names in it: {}", presented.join(", "))
        }
        Remedy::NameServer if party.is_empty() => {
            "Check the host name; --server-name NAME asks for another".to_owned()
        }
        Remedy::NameServer => "Check the host name of the proxy".to_owned(),
        Remedy::GoodCertificates { from } => match variable(from) {
            Some(name) => format!("Mend what {name} names, or do without it: unset {name}"),
            None => "Give --verify a file with a line -----BEGIN CERTIFICATE-----".to_owned(),
        },
        Remedy::GiveCertificate { signed_by } => format!(
            "Give a certificate{signed_by} with --{party}cert FILE, and its key with --{party}cert-key FILE where it is in another"
        ),
        Remedy::GiveOtherCertificate { signed_by } => format!(
            "Give --{party}cert a certificate that it accepts{}",
            behind_comma(signed_by)
        ),
        Remedy::GiveKey => format!("Give the file with the key, too: --{party}cert-key FILE"),
        Remedy::GivePassphrase => format!(
            "Give the password with --{party}cert-key-pass: env:NAME, @FILE, or prompt: to be asked"
        ),
        Remedy::WritePin => {
            "Write sha256// and the Base64 of a SHA-256, as gatepass -v shows it, or a file with the key or the certificate"
                .to_owned()
        }
        Remedy::AllowTls12 if party.is_empty() => {
            "Leave --tlsv1.3 or --ssl out, if the server is yours and cannot do better".to_owned()
        }
        Remedy::AllowTls13 if party.is_empty() => "Leave --tls-max or --ssl out".to_owned(),
        Remedy::AllowTls12 | Remedy::AllowTls13 => {
            "Have the proxy updated: it does not speak the version of TLS that is wanted".to_owned()
        }
        Remedy::SettleTls => "Leave --tls-max or --tlsv1.3 out".to_owned(),
        other => other.to_string(),
    }
}
