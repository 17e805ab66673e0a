//! Whom to believe over TLS, and who one is, for the server and for a proxy.

use super::argument::Argument;
use super::error::CurlError;
use super::operation::{Operation, Shared};
use crate::auth::Source;
use crate::settings::{ClientCertificate, Tls};

pub(super) fn apply(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let (tls, name) = match name.strip_prefix("proxy-") {
        Some(name) => (&mut operation.proxy_settings.tls, name),
        None => (&mut operation.settings.tls, name),
    };
    match name {
        "insecure" => tls.insecure = argument.on,
        "cacert" => tls.ca_file = Some(argument.text()?),
        "capath" => tls.ca_directory = Some(argument.text()?),
        // The machine's own authorities are believed anyway.
        "ca-native" => {}
        "cert" => {
            let (file, password) = certificate(&argument.text()?);
            let client = client(tls);
            client.certificate = file;
            if let Some(password) = password {
                client.password = Some(Source::of_text(&password, shared.stand_ins.variables()));
            }
        }
        "cert-type" => client(tls).format = Some(argument.text()?),
        "key" => client(tls).key = Some(argument.text()?),
        "key-type" => {
            if !argument.text()?.eq_ignore_ascii_case("PEM") {
                shared.warn(
                    argument.option,
                    "ignored: the format of a key is found out by looking at it",
                );
            }
        }
        "pass" => {
            let password = Source::of_text(&argument.text()?, shared.stand_ins.variables());
            client(tls).password = Some(password);
        }
        "pinnedpubkey" => tls.pinned_key = Some(argument.text()?),
        "tlsv1" | "tlsv1.0" => tls.min_version = Some("1.0".to_owned()),
        "tlsv1.1" => tls.min_version = Some("1.1".to_owned()),
        "tlsv1.2" => tls.min_version = Some("1.2".to_owned()),
        "tlsv1.3" => tls.min_version = Some("1.3".to_owned()),
        "tls-max" => match argument.text()?.as_str() {
            "default" => tls.max_version = None,
            version @ ("1.0" | "1.1" | "1.2" | "1.3") => tls.max_version = Some(version.to_owned()),
            _ => return Err(argument.bad("is no version of TLS; write 1.2 or 1.3")),
        },
        _ => return Ok(false),
    }
    Ok(true)
}

fn client(tls: &mut Tls) -> &mut ClientCertificate {
    tls.client.get_or_insert_with(|| ClientCertificate::new(""))
}

/// Reads `file:password`, in which a backslash escapes a colon and a backslash.
fn certificate(text: &str) -> (String, Option<String>) {
    if text
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("pkcs11:"))
    {
        return (text.to_owned(), None);
    }
    let mut file = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match text[at + 1..].chars().next() {
                Some(escaped @ ('\\' | ':')) => {
                    chars.next();
                    file.push(escaped);
                }
                _ => file.push('\\'),
            },
            ':' => {
                let password = &text[at + 1..];
                return (file, (!password.is_empty()).then(|| password.to_owned()));
            }
            _ => file.push(c),
        }
    }
    (file, None)
}
