use super::super::findings;
use super::*;

const HEAD: &str =
    "// Floors, top to bottom:\n//   high: a\n//   low: b c\n\nmod a;\nmod b;\nmod c;\n";

/// Checks a crate of the modules `a`, on the upper floor, and `b` and `c`, on the lower.
fn of(root: &str, modules: &[(&str, &str)]) -> Vec<String> {
    let root = ("crates/x/src/lib.rs".to_owned(), root);
    let files: Vec<(String, &str)> = ["a", "b", "c"]
        .into_iter()
        .map(|name| (format!("crates/x/src/{name}.rs"), ""))
        .filter(|(path, _)| {
            !modules
                .iter()
                .any(|(name, _)| path.ends_with(&format!("/{name}")))
        })
        .chain(
            modules
                .iter()
                .map(|(name, text)| (format!("crates/x/src/{name}"), *text)),
        )
        .chain([root])
        .collect();
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    findings(check, &files)
}

#[test]
fn arrows_down_and_along_a_floor_pass() {
    let good = [
        (
            "a.rs",
            "use crate::b::{self, B};\nfn f() { crate::c::g(); }",
        ),
        ("b.rs", "use std::{fmt, io};\nuse super::c::C;"),
    ];
    assert_eq!(of(HEAD, &good), [""; 0]);
}

#[test]
fn an_arrow_up_is_found_with_its_line() {
    let ways = [
        "use crate::a::A;",
        "use super::a;",
        "use crate::{c::C, a::A};",
        "pub(crate) use super::{a};",
        "fn f() { crate::a::g(); }",
        "fn f() -> super::a::A { m!(x) }",
        "fn f() { vec![crate::a::X] }",
        "mod inner { use super::super::a::A; }",
        "mod inner { mod tests {} use crate::a; }",
        "#[cfg(unix)] use crate::a::A;",
    ];
    for way in ways {
        let found = of(HEAD, &[("b.rs", &format!("\n{way}"))]);
        assert_eq!(found.len(), 1, "{way}: {found:?}");
        let wanted =
            "crates/x/src/b.rs:2: `b` uses `a`, and arrows point down: `high` stands above `low`";
        assert!(found[0].starts_with(wanted), "{way}: {found:?}");
    }
}

#[test]
fn a_name_that_the_root_makes_known_is_at_home_in_its_module() {
    let root =
        format!("{HEAD}pub use a::{{A, Other as Renamed}};\npub use outside::{{self as o, O}};\n");
    assert_eq!(of(&root, &[("b.rs", "use crate::A;")]).len(), 1);
    assert_eq!(of(&root, &[("b.rs", "use crate::Renamed;")]).len(), 1);
    assert_eq!(of(&root, &[("b.rs", "use crate::{o, O};")]), [""; 0]);
}

#[test]
fn what_the_root_itself_holds_is_above_everything() {
    let found = of(HEAD, &[("a.rs", "use crate::Cli;")]);
    assert!(
        found[0].contains("`a` uses `the root of the crate`"),
        "{found:?}"
    );
    let allowed = HEAD.replace(
        "\n\n",
        "\n// Arrows that still point up:\n//   a -> crate: a reason\n\n",
    );
    assert_eq!(of(&allowed, &[("a.rs", "use crate::Cli;")]), [""; 0]);
}

#[test]
fn tests_and_comments_are_no_arrows() {
    let tests = [
        "#[cfg(test)]\nmod tests { use crate::a::A; }",
        "#[cfg(test)]\n#[expect(dead_code)]\npub(crate) fn f() { crate::a::g() }",
        "#[cfg(test)]\nuse crate::{a::A};",
        "#[cfg(all(test, unix))]\nmod tests { use crate::a::A; }",
        "/// See [`crate::a::A`].\n// crate::a::B\nfn f() { \"crate::a::A\"; }",
    ];
    for text in tests {
        assert_eq!(of(HEAD, &[("b.rs", text)]), [""; 0], "{text}");
    }
    let apart = [
        ("b/mod.rs", "#[cfg(test)]\nmod tests;"),
        ("b/tests.rs", "use crate::a::A;"),
    ];
    assert_eq!(of(HEAD, &apart), [""; 0]);
    let behind = "#[cfg(test)]\nmod tests { }\nuse crate::a::A;";
    assert_eq!(of(HEAD, &[("b.rs", behind)]).len(), 1);
}

#[test]
fn a_circle_is_found_with_its_names_and_lines() {
    let found = of(
        HEAD,
        &[("b.rs", "use crate::c;"), ("c.rs", "\nuse crate::b;")],
    );
    let wanted = "crates/x/src/b.rs:1: a circle of modules: `b` uses `c` (crates/x/src/b.rs:1), `c` uses `b` (crates/x/src/c.rs:2)";
    assert_eq!(found, [wanted]);
}

#[test]
fn a_circle_inside_a_folder_is_found() {
    let files = |one: &'static str| {
        [
            (
                "b/mod.rs",
                "mod one;\nmod two;\npub(crate) use two::Two;\nstruct Shared;",
            ),
            ("b/one.rs", one),
            ("b/two.rs", "use super::{Shared, one::One};"),
        ]
    };
    assert_eq!(of(HEAD, &files("use super::Shared;")), [""; 0]);
    for one in [
        "use super::two::Two;",
        "use crate::b::Two;",
        "use super::Two;",
    ] {
        let found = of(HEAD, &files(one));
        assert!(
            found[0].contains("a circle of modules: `b::one` uses `b::two`"),
            "{one}: {found:?}"
        );
    }
}

#[test]
fn an_exception_may_open_a_circle_inside_a_folder() {
    let files = |one: &'static str| {
        [
            ("b/mod.rs", "mod one;\nmod two;"),
            ("b/one.rs", one),
            ("b/two.rs", "use super::one::One;"),
        ]
    };
    let line = "\n// Arrows that still point up:\n//   b::one -> b::two: they are one concept\n\n";
    let allowed = HEAD.replace("\n\n", line);
    assert_eq!(of(&allowed, &files("use super::two::Two;")), [""; 0]);
    let gone = of(&allowed, &files(""));
    assert!(gone[0].contains("no longer needed"), "{gone:?}");
}

#[test]
fn every_module_has_one_floor() {
    let without = of(&HEAD.replace("b c", "b"), &[]);
    assert!(without[0].contains("`c` stands on no floor"), "{without:?}");
    let more = of(&HEAD.replace("b c", "b c d"), &[]);
    assert!(more[0].contains("`d`, which is no module"), "{more:?}");
    let twice = of(&HEAD.replace("b c", "b c a"), &[]);
    assert!(twice[0].contains("`a` twice"), "{twice:?}");
    let lines = of(&HEAD.replace("b c", "b\n//     c"), &[]);
    assert_eq!(lines, [""; 0]);
    assert!(of("mod a;", &[])[0].contains("states no floors"));
}

#[test]
fn an_exception_has_a_reason_and_is_needed() {
    let with = |line: &str| {
        HEAD.replace(
            "\n\n",
            &format!("\n// Arrows that still point up:\n//   {line}\n\n"),
        )
    };
    let up = [("b.rs", "use crate::a;")];
    assert_eq!(of(&with("b -> a: it holds what b needs"), &up), [""; 0]);
    assert!(of(&with("b -> a"), &up)[0].contains("has its reason"));
    assert!(of(&with("b -> a: "), &up)[0].contains("has its reason"));
    assert!(of(&with("anything"), &up)[0].contains("`from -> to: reason`"));
    let gone = of(&with("b -> a: it held what b needed"), &[]);
    assert_eq!(
        gone,
        ["crates/x/src/lib.rs:5: the exception `b -> a` is no longer needed; take it off the list"]
    );
    let down = of(
        &with("a -> b: no reason at all"),
        &[("a.rs", "use crate::b;")],
    );
    assert!(down[0].contains("no longer needed"), "{down:?}");
}

#[test]
fn an_exception_may_open_a_circle_of_one_floor() {
    let files = [("b.rs", "use crate::c;"), ("c.rs", "use crate::b;")];
    let with = |line: &str| {
        HEAD.replace(
            "\n\n",
            &format!("\n// Arrows that still point up:\n//   {line}\n\n"),
        )
    };
    assert_eq!(of(&with("b -> c: they are one concept"), &files), [""; 0]);
    assert_eq!(of(&with("a -> c: they are not"), &files).len(), 2);
}
