//! Words that are not left in the code.

use super::Finding;
use crate::repository::Source;

/// Each word is written in two pieces, so that this file does not contain it.
const EVERYWHERE: &[(&str, &str)] = &[
    (
        concat!("TO", "DO"),
        "do it, or say in plain words what is not supported",
    ),
    (concat!("FIX", "ME"), "mend it"),
    (concat!("X", "XX"), "say what is wrong"),
    (
        concat!("/ho", "me/"),
        "a path of one machine means nothing on another",
    ),
    (
        concat!("/ro", "ot/"),
        "a path of one machine means nothing on another",
    ),
    (
        concat!("/wo", "rk/"),
        "a path of one machine means nothing on another",
    ),
    (
        concat!("/Us", "ers/"),
        "a path of one machine means nothing on another",
    ),
];

const IN_RUST: &[(&str, &str)] = &[
    (concat!("db", "g!("), "remove it"),
    (concat!("to", "do!("), "write it"),
    (concat!("unimple", "mented!("), "write it"),
    (
        concat!("#[al", "low("),
        "use `#[expect(…, reason = \"…\")]`, which tells when it is no longer needed",
    ),
    (
        concat!("#![al", "low("),
        "use `#![expect(…, reason = \"…\")]`, which tells when it is no longer needed",
    ),
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources
        .iter()
        .filter(|source| !source.path.ends_with(".lock"))
    {
        let rust: &[_] = if source.extension() == "rs" {
            IN_RUST
        } else {
            &[]
        };
        for (number, line) in source.text.lines().enumerate() {
            for (word, advice) in EVERYWHERE.iter().chain(rust) {
                if line.contains(word) && !shared_by_tests(&source.path, word) {
                    findings.push(Finding::at(
                        &source.path,
                        number,
                        format!("`{word}` stands here: {advice}"),
                    ));
                }
            }
        }
    }
    findings
}

/// Says whether `word` silences a lint in a file that several test programs include. What of it is used differs between them,
/// so an expectation would fail in one or in the other.
fn shared_by_tests(path: &str, word: &str) -> bool {
    path.contains("/tests/") && path.ends_with("/mod.rs") && word.starts_with("#!")
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::*;

    #[test]
    fn each_word_is_found_where_it_counts() {
        for (word, _) in EVERYWHERE.iter().chain(IN_RUST) {
            let line = format!("// one\n  {word} later\n");
            let found = findings(check, &[("a.rs", &line)]);
            assert!(found[0].starts_with("a.rs:2: "), "{found:?}");
        }
        for (word, _) in IN_RUST {
            assert!(findings(check, &[("a.md", word)]).is_empty(), "{word}");
        }
    }

    #[test]
    fn only_what_test_programs_share_may_have_dead_code() {
        let line = concat!("#![al", "low(");
        assert!(findings(check, &[("a/tests/support/mod.rs", line)]).is_empty());
        assert_eq!(findings(check, &[("a/src/support/mod.rs", line)]).len(), 1);
    }
}
