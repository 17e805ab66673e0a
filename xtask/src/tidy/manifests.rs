//! What every crate of the workspace has in common: the lints, the licence, and no unsafe code.

use super::Finding;
use crate::repository::Source;

const FORBIDS_UNSAFE: &str = "#![forbid(unsafe_code)]";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in sources.iter().filter(|source| is_member(&source.path)) {
        for (wanted, why) in [
            (
                "[lints]\nworkspace = true",
                "the workspace's lints hold for every crate",
            ),
            (
                "license.workspace = true",
                "one licence holds for every crate",
            ),
        ] {
            if !manifest.text.contains(wanted) {
                let wanted = wanted.replace('\n', " ");
                findings.push(Finding::in_file(
                    &manifest.path,
                    format!("`{wanted}` is missing: {why}"),
                ));
            }
        }
        let folder = manifest.path.trim_end_matches("Cargo.toml");
        let roots = sources.iter().filter(|source| {
            source
                .path
                .strip_prefix(folder)
                .is_some_and(|rest| rest == "src/lib.rs" || rest == "src/main.rs")
        });
        for root in roots.filter(|root| !root.text.contains(FORBIDS_UNSAFE)) {
            findings.push(Finding::in_file(
                &root.path,
                format!("`{FORBIDS_UNSAFE}` is missing"),
            ));
        }
    }
    findings
}

fn is_member(path: &str) -> bool {
    path == "xtask/Cargo.toml" || (path.starts_with("crates/") && path.ends_with("/Cargo.toml"))
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::*;

    #[test]
    fn what_a_crate_lacks_is_found() {
        let whole = "license.workspace = true\n\n[lints]\nworkspace = true\n";
        let good = [
            ("crates/a/Cargo.toml", whole),
            ("crates/a/src/lib.rs", FORBIDS_UNSAFE),
        ];
        assert!(findings(check, &good).is_empty());
        let bad = [("crates/a/Cargo.toml", ""), ("crates/a/src/lib.rs", "")];
        assert_eq!(findings(check, &bad).len(), 3);
    }
}
