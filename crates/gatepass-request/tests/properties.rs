//! Properties of the parsers: no word makes them panic, and what is written is read again.

use gatepass_request::parse::items::{Item, Value};
use gatepass_request::parse::nested::insert;
use gatepass_request::{Auth, Source};
use proptest::prelude::*;

/// Puts a backslash before what would separate.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if ":;=@".contains(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

proptest! {
    #[test]
    fn an_escaped_word_is_read_as_it_was_meant(name in "[^\\\\]{0,20}", value in "[^\\\\]{0,20}") {
        let word = format!("{}={}", escaped(&name), escaped(&value));
        let expected = Item::Field { name, value: Value::Text(value) };
        prop_assert_eq!(Item::parse(&word), Ok(expected));
    }

    #[test]
    fn words_never_panic(word in "[a-z:;=@\\\\\\[\\]0-9é \n-]{0,40}") {
        let _ = Item::parse(&word);
        let mut root = serde_json::Value::Null;
        for _ in 0..2 {
            if let Err(error) = insert(&mut root, &word, 1.into()) {
                prop_assert!(error.start < error.end || word.is_empty());
                prop_assert!(error.start <= word.chars().count());
            }
        }
    }

    #[test]
    fn an_escaped_name_is_one_key(name in "[^\\\\]{1,20}") {
        let key: String = name.chars().flat_map(|c| "[]".contains(c).then_some('\\').into_iter().chain([c])).collect();
        let mut root = serde_json::Value::Null;
        insert(&mut root, &key, 1.into()).unwrap();
        let keys: Vec<_> = root.as_object().unwrap().keys().cloned().collect();
        prop_assert_eq!(keys, [name]);
    }

    #[test]
    fn sources_are_read_again(text in "(env:|@|cmd:|keyring:|prompt:|-|text:)?[a-z:@-]{0,10}") {
        if let Ok(source) = Source::parse(&text)
            && let Some(reference) = source.reference()
        {
            prop_assert_eq!(Source::parse(&reference), Ok(source));
        }
    }

    #[test]
    fn a_password_survives_behind_text(user in "[a-z]{1,8}", password in "\\PC{0,20}") {
        let auth = Auth::parse(None, &[format!("{user}:text:{password}")]).unwrap();
        prop_assert_eq!(auth.get("password"), Some(&Source::Literal(password.as_str().into())));
    }
}
