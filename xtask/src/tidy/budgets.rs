//! How long a file may be, and what it may not be called.

use super::Finding;
use crate::repository::Source;

/// The limit. A file of half the length is a good one.
const LINES: usize = 800;

/// What is written by hand and read by people.
const KINDS: &[&str] = &["rs", "py", "js", "mjs", "java", "sh"];

/// Names that say nothing about what is inside.
const NAMES: &[&str] = &[
    "util", "utils", "helper", "helpers", "misc", "common", "commons",
];

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources
        .iter()
        .filter(|source| KINDS.contains(&source.extension()))
    {
        let lines = source.text.lines().count();
        if lines > LINES {
            findings.push(Finding::in_file(
                &source.path,
                format!("{lines} lines; {LINES} is the limit. Make it a folder with one concept per file"),
            ));
        }
        let parts = source
            .path
            .split('/')
            .map(|part| part.split('.').next().unwrap_or(part));
        for name in parts.filter(|part| NAMES.contains(part)) {
            findings.push(Finding::in_file(
                &source.path,
                format!("`{name}` is no name. Say what is inside"),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::*;

    #[test]
    fn long_files_are_found() {
        let long = "x\n".repeat(LINES + 1);
        assert_eq!(findings(check, &[("a.rs", &long)]).len(), 1);
        assert!(findings(check, &[("a.rs", &long[2..]), ("table.json", &long)]).is_empty());
    }

    #[test]
    fn names_that_say_nothing_are_found() {
        let files = [
            ("crates/a/src/utils.rs", ""),
            ("crates/a/tests/common/mod.rs", ""),
        ];
        assert_eq!(findings(check, &files).len(), 2);
        assert!(findings(check, &[("crates/a/src/uncommon.rs", "")]).is_empty());
    }
}
