//! `gatepass schemes`.

use gatepass_auth::schemes::descriptors;

use crate::run::gatepass;

#[test]
fn the_table_has_every_scheme() {
    let table = gatepass(&["schemes"]).ok();
    for scheme in descriptors() {
        assert!(
            table
                .lines()
                .any(|line| line.starts_with(scheme.id) && line.ends_with(scheme.summary)),
            "{}",
            scheme.id
        );
    }
    assert!(
        table.contains("bearer[:WORD], token") && table.contains("\nauto"),
        "{table}"
    );
}

#[test]
fn a_page_has_the_manual_the_fields_and_an_example() {
    let page = gatepass(&["schemes", "token"]).ok();
    for words in [
        "RFC 6750",
        "Wire example",
        "  word   ",
        "-A token is -A bearer with word=Token",
        "gatepass /auth/bearer -A bearer -a ",
    ] {
        assert!(page.contains(words), "{words} is missing:\n{page}");
    }
    let said = gatepass(&["schemes", "baisc"]).failed(1);
    assert!(said.contains("did you mean basic?"), "{said}");
}

/// What the page says to type is what the built-in server accepts.
#[test]
fn every_example_works() {
    for scheme in descriptors() {
        let page = gatepass(&["schemes", scheme.id]).ok();
        let line = page
            .lines()
            .rev()
            .find(|line| line.contains("gatepass /auth/"))
            .unwrap();
        let words = words(line.trim().strip_prefix("gatepass ").unwrap());
        let answer = gatepass(&words).json();
        assert_eq!(answer["authenticated"], true, "{line}\n{answer:#}");
    }
}

/// Splits a line as a shell does, as far as the examples need it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words
}
