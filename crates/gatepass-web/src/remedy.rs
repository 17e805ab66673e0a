//! What mends an error or a refusal, in the fields of the page.

use gatepass::error::Remedy;

/// Says which field mends it, as a sentence without a full stop. A field of the page stands in quotation marks.
pub(crate) fn words(remedy: &Remedy) -> String {
    match remedy {
        Remedy::KeepSecret { authority } => format!(
            "Write https://{authority}, use a scheme that keeps the secret, or tick “Allow secrets over plain HTTP”"
        ),
        Remedy::AllowPlainHttp { host } => format!(
            "Write https://{host}, or tick “Allow secrets over plain HTTP” if nobody on the way can listen"
        ),
        Remedy::AllowPlainRedirect => {
            "Over plain HTTP it goes to no other origin; ask the last URL itself".to_owned()
        }
        Remedy::TrustRedirect { origin, .. } => {
            format!("If you trust {origin}, ask it itself, with a credential of its own")
        }
        Remedy::MoreTime | Remedy::MoreTimeToConnect => {
            "If the server is slow, write a larger “Time limit in seconds”".to_owned()
        }
        Remedy::MoreRedirects => {
            "Untick “Follow redirects” to see the first of them, or ask the last URL itself".to_owned()
        }
        Remedy::TrustCertificate => {
            "If it is your server, give its certificate in “Authorities to believe (PEM)”; for a test, tick “Do not verify certificates”"
                .to_owned()
        }
        Remedy::TrustAuthority { .. } | Remedy::TrustPresentAuthority => {
            "If you know the authority, give its certificate in “Authorities to believe (PEM)”; for a test, tick “Do not verify certificates”"
                .to_owned()
        }
        Remedy::OtherName { presented } => {
            format!("Use one of the names in it: {}", presented.join(", "))
        }
        Remedy::NameServer => "Check the host name".to_owned(),
        Remedy::GiveCertificate { signed_by } => {
            format!("Give a certificate{signed_by} in “Certificate (PEM)”, with its key")
        }
        Remedy::GiveOtherCertificate { signed_by } => {
            let comma = if signed_by.is_empty() { "" } else { "," };
            format!("Give a certificate that it accepts{comma}{signed_by} in “Certificate (PEM)”")
        }
        Remedy::GiveKey => "Give the key of “Certificate (PEM)”, too".to_owned(),
        Remedy::DecodeMore | Remedy::TakeUndecoded => {
            "Add the header Accept-Encoding with the value identity, so that the server compresses nothing".to_owned()
        }
        Remedy::ProxyCredential => {
            "Check “Proxy user (optional)” and “Proxy password (optional)”".to_owned()
        }
        Remedy::AtProxy(remedy) => match **remedy {
            Remedy::GiveCertificate { .. } | Remedy::GiveOtherCertificate { .. } => {
                "The proxy wants a client certificate, which the page shows to servers only; take another proxy".to_owned()
            }
            _ => words(remedy),
        },
        Remedy::AllowTls12 | Remedy::AllowTls13 | Remedy::SettleTls => {
            "Have the server updated: it speaks no version of TLS that is spoken here".to_owned()
        }
        Remedy::RepeatableBody => "Send the request again, with its body in the form".to_owned(),
        Remedy::GiveField { field, .. } => format!("Fill in the {field} of the credential"),
        Remedy::SetVariable | Remedy::TakeFromElsewhere | Remedy::GiveSecret | Remedy::Answer => {
            "Fill in the secret of the credential".to_owned()
        }
        Remedy::BeginAnew => "Send the request again".to_owned(),
        Remedy::GivePassphrase => "Fill in the passphrase of the key".to_owned(),
        Remedy::GoodCertificates { .. } => {
            "Give PEM with a line -----BEGIN CERTIFICATE----- in “Authorities to believe (PEM)”".to_owned()
        }
        // The page has no profiles and no pins.
        _ => "This cannot be set on the page".to_owned(),
    }
}

/// Returns what to do about an error, in the fields of the page.
pub(crate) fn of_error(error: &gatepass::Error) -> Option<String> {
    match error.remedy() {
        Some(remedy) => Some(words(&remedy)),
        None => error.hint(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_is_named_is_on_the_page() {
        let page = include_str!("../page/connection.js");
        let mut named = 0;
        for remedy in Remedy::examples() {
            let words = words(&remedy);
            assert!(
                !words.contains('`') && !words.replace("-----", "").contains(" --"),
                "{words}"
            );
            for field in words.split('“').skip(1) {
                let field = field.split('”').next().unwrap_or_default();
                assert!(page.contains(&format!("'{field}'")), "{field}");
                named += 1;
            }
        }
        assert!(named > 10);
    }
}
