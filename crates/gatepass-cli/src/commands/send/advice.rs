//! One line for whoever has typed a secret as part of the command line, where histories and process lists keep it.

use gatepass_auth::{Secret, show::carries_credential};
use gatepass_request::parse::items::{Item, Value};
use gatepass_request::{Auth, Source, Url};

use crate::commands::send::input::header;
use crate::prompt::is_secret;

/// Returns what to type next time, where a secret was typed: as a field of `-a`, a certificate's `passphrase`, a header, or the
/// URL's password.
pub(super) fn advice(
    auth: Option<&Auth>,
    headers: &[String],
    items: &[String],
    url: &Url,
    passphrase: bool,
) -> Option<String> {
    let next = if passphrase || auth.is_some_and(|auth| auth.values.iter().any(is_typed)) {
        "give it as env:NAME, @FILE, cmd:COMMAND, keyring:SERVICE/USER or prompt: next time"
            .to_owned()
    } else if let Some(name) = typed_header(headers, items) {
        format!("write {name}:@env:NAME or {name}:@FILE next time")
    } else if url.user_info().is_some_and(|it| it.password.is_some()) {
        "leave it out of the URL next time: -a USER asks for it, and gatepass auth add keeps its place"
            .to_owned()
    } else {
        return None;
    };
    Some(format!(
        "hint: the secret now stands in the shell's history; {next}."
    ))
}

fn is_typed((field, source): &(String, Source)) -> bool {
    is_secret(field) && matches!(source, Source::Literal(text) if !Secret::is_empty(text))
}

/// Returns the name of a header that carries a credential and whose value was typed.
fn typed_header(headers: &[String], items: &[String]) -> Option<String> {
    let lines = headers.iter().filter_map(|line| header(line).ok());
    let items = items.iter().filter_map(|item| Item::parse(item).ok());
    lines.chain(items).find_map(|item| match item {
        Item::Header {
            name,
            value: Value::Text(text),
        } if carries_credential(&name) && !text.is_empty() => Some(name),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_secret_gets_the_advice_that_fits_it() {
        for (values, header, item, url, expected) in [
            (&["alice:s3cret"][..], "", "", "https://h", Some("prompt:")),
            (&["alice:env:PW"], "", "", "https://h", None),
            (&["alice:cmd:pass show h"], "", "", "https://h", None),
            (&["alice:keyring:h/alice"], "", "", "https://h", None),
            (&["alice"], "", "", "https://h", None),
            (
                &[],
                "Authorization: Bearer t",
                "",
                "https://h",
                Some("Authorization:@env:NAME"),
            ),
            (
                &[],
                "",
                "X-API-Key:s3cret",
                "https://h",
                Some("X-API-Key:@FILE"),
            ),
            (&[], "", "X-API-Key:@env:KEY", "https://h", None),
            (
                &[],
                "",
                "Cookie:sid=1",
                "https://h",
                Some("Cookie:@env:NAME"),
            ),
            (&[], "Accept: text/plain", "X-Api-Key;", "https://h", None),
            (&[], "", "", "https://u:s3cret@h", Some("-a USER")),
            (&[], "", "", "https://u@h", None),
        ] {
            let auth = Auth::parse(None, values).unwrap();
            let lines = |text: &str| match text {
                "" => Vec::new(),
                text => vec![text.to_owned()],
            };
            let url = Url::parse(url).unwrap();
            let given = advice(Some(&auth), &lines(header), &lines(item), &url, false);
            let fits = match (&given, expected) {
                (Some(given), Some(expected)) => given.contains(expected),
                (given, expected) => given.is_some() == expected.is_some(),
            };
            assert!(fits, "{values:?} {header} {item} {url}: {given:?}");
            assert!(!given.unwrap_or_default().contains("s3cret"));
        }
    }
}
