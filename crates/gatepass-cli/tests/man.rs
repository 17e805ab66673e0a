//! `gatepass man`.

use crate::run::gatepass;

#[test]
fn the_page_has_every_section() {
    let page = gatepass(&["man"]).ok();
    for words in [
        ".TH gatepass 1",
        ".SH NAME",
        "AUTHENTICATION",
        "\\-\\-auth\\-type",
        "gatepass\\-serve",
        "exit code",
    ] {
        assert!(page.contains(words), "{words} is missing");
    }
}

#[test]
fn every_command_has_a_page() {
    for name in ["serve", "auth", "schemes", "decode", "completions", "man"] {
        let page = gatepass(&["man", name]).ok();
        assert!(page.contains(&format!("gatepass\\-{name}")), "{page}");
    }
    let said = gatepass(&["man", "fly"]).failed(1);
    assert!(
        said.contains("serve, auth, session, schemes, curl, decode"),
        "{said}"
    );
    let page = gatepass(&["man", "auth", "add"]).ok();
    assert!(
        page.contains("gatepass\\-auth\\-add") && page.contains("keyring"),
        "{page}"
    );
    let said = gatepass(&["man", "auth", "fly"]).failed(1);
    assert!(said.contains("add, ls, test, rm"), "{said}");
}
