//! No secret of any scheme's example stands in any `Debug` or `Display`.

mod support;

use gatepass_auth::{Values, schemes};
use support::{Counting, NOW, Request, converse, setup};

/// What stands where the word of a scheme belongs is shown only if it is one, and ours are.
#[test]
fn every_word_of_a_scheme_is_known_as_one() {
    for descriptor in schemes::descriptors() {
        let aliases = descriptor.aliases.iter().flat_map(|alias| alias.sets);
        let words = aliases
            .filter(|(field, _)| *field == "word")
            .map(|(_, word)| *word);
        for word in descriptor.word.into_iter().chain(words) {
            assert!(gatepass_auth::show::is_scheme_word(word), "{word}");
        }
    }
}

#[test]
fn no_printed_form_holds_a_secret() {
    for entry in schemes::ALL {
        let descriptor = entry.about;
        let values = descriptor.example_values();
        let secrets: Vec<String> = descriptor
            .fields
            .iter()
            .filter(|field| field.secret)
            .filter_map(|field| values.text(field.name).map(str::to_owned))
            .collect();
        assert!(
            !secrets.is_empty(),
            "{} has no secret to look for",
            descriptor.id
        );
        let scheme = entry.client(&values).unwrap();
        let verifier = entry.server(&Values::new(), &setup()).unwrap();
        let accounts = schemes::example_accounts();
        let request = Request::new("GET", "/");
        let outcome = converse(
            &scheme,
            &*verifier,
            &accounts,
            &request,
            &Counting::new(NOW),
        )
        .unwrap();
        let printed = format!("{values:?} {accounts:?} {outcome:?} {entry:?} {descriptor:?}");
        // The name of a field may hold the word that an example has for its secret: `consumer_secret`.
        let printed = values.names().fold(printed, |printed, name| {
            printed.replace(&format!("{name:?}: "), "")
        });
        for secret in &secrets {
            assert!(
                !printed.contains(secret.as_str()),
                "{}: {secret} stands in {printed}",
                descriptor.id
            );
        }
    }
}

#[test]
fn no_error_quotes_a_secret() {
    for entry in schemes::ALL {
        let descriptor = entry.about;
        for field in descriptor.fields {
            for bad in [
                "",
                "s3cret with space",
                "s3cret\r\nX-Evil: 1",
                "Bearer s3cret",
                "s3cret\u{0}",
                "s3cret:€",
            ] {
                let mut values = descriptor.example_values();
                values.set(field.name, bad);
                if let Err(error) = entry.client(&values) {
                    let printed = format!("{error} {error:?}");
                    assert!(
                        !field.secret || !printed.contains("s3cret"),
                        "{}: {printed}",
                        descriptor.id
                    );
                }
            }
        }
    }
}
