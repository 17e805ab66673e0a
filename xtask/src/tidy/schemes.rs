//! The shape of a scheme's file: its head is a manual page, and it stands in the list.

use super::Finding;
use crate::repository::Source;

const FOLDER: &str = "crates/gatepass-auth/src/schemes/";

/// The sections of the manual page, in order, behind the first paragraph.
const SECTIONS: &[&str] = &["# Wire example", "# Security", "# Not supported"];

/// A function has no name to be called by, so the scheme that is made of one is in no list.
const UNLISTED: &str = "closure";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let list = sources
        .iter()
        .find(|source| source.path == format!("{FOLDER}mod.rs"))
        .map_or("", |source| source.text.as_str());
    for source in sources {
        let Some(module) = source.path.strip_prefix(FOLDER).and_then(module_of) else {
            continue;
        };
        findings.extend(head(source, module));
        let entry = format!("&{module}::ENTRY");
        if module != UNLISTED && !list.contains(&entry) {
            findings.push(Finding::in_file(
                &source.path,
                format!("the scheme is not in the list ALL: add `{entry}` to {FOLDER}mod.rs"),
            ));
        }
    }
    findings
}

/// Returns the module that a path below the folder is the root of: `basic` for `basic.rs` and for `basic/mod.rs`.
fn module_of(rest: &str) -> Option<&str> {
    let path = rest.strip_suffix(".rs")?;
    match path.split_once('/') {
        Some((module, "mod")) => Some(module),
        Some(_) => None,
        None if path == "mod" => None,
        None => Some(path),
    }
}

fn head(source: &Source, module: &str) -> Vec<Finding> {
    let head: Vec<&str> = source
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .collect();
    let mut findings = Vec::new();
    let mut complain =
        |line, message: String| findings.push(Finding::at(&source.path, line, message));
    let first: Vec<&str> = head
        .iter()
        .take_while(|line| !line.is_empty())
        .copied()
        .collect();
    let first = first.join(" ");
    if !first.ends_with('.') || first.contains(". ") {
        complain(0, "the manual page begins with one sentence".to_owned());
    }
    let specified = head.iter().any(|line| line.contains("RFC"));
    if !specified && module != UNLISTED {
        complain(
            0,
            "the manual page does not name the RFC, or say that there is none".to_owned(),
        );
    }
    let found: Vec<&str> = head
        .iter()
        .filter(|line| line.starts_with("# "))
        .copied()
        .collect();
    if !in_order(&found) {
        complain(
            0,
            format!(
                "the manual page's sections are {found:?}; {SECTIONS:?} must be there in this order, others only before the second"
            ),
        );
    }
    for section in SECTIONS {
        let Some(at) = head.iter().position(|line| line == section) else {
            continue;
        };
        let text = head[at + 1..]
            .iter()
            .take_while(|line| !line.starts_with("# "));
        if text.clone().all(|line| line.is_empty()) {
            complain(at, format!("`{section}` says nothing"));
        }
    }
    findings
}

/// Says whether the sections are all there, in order. A scheme may have more of its own behind the wire example.
fn in_order(found: &[&str]) -> bool {
    let own = found.len().saturating_sub(SECTIONS.len());
    found.len() >= SECTIONS.len()
        && found[0] == SECTIONS[0]
        && found[1 + own..] == SECTIONS[1..]
        && found[1..=own]
            .iter()
            .all(|section| !SECTIONS.contains(section))
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::*;

    const MOD: (&str, &str) = ("crates/gatepass-auth/src/schemes/mod.rs", "&a::ENTRY,");
    const GOOD: &str = "//! A sends a (RFC 1).\n//!\n//! # Wire example\n//!\n//! A\n//!\n//! # Security\n//! None.\n//! # Not supported\n//! B.\n";

    fn of(path: &str, text: &str) -> Vec<String> {
        findings(check, &[MOD, (&format!("{FOLDER}{path}"), text)])
    }

    #[test]
    fn a_good_head_passes_as_file_and_as_folder() {
        assert!(of("a.rs", GOOD).is_empty());
        assert!(of("a/mod.rs", GOOD).is_empty());
        assert!(of("a/wire.rs", "//! Anything.").is_empty());
    }

    #[test]
    fn a_scheme_may_have_sections_of_its_own() {
        let own = GOOD.replace("//! # Security", "//! # Methods\n//! C.\n//! # Security");
        assert!(of("a.rs", &own).is_empty());
        let late = GOOD.replace("//! # Not", "//! # Methods\n//! C.\n//! # Not");
        assert_eq!(of("a.rs", &late).len(), 1);
    }

    #[test]
    fn each_part_of_the_head_is_wanted() {
        for (part, instead) in [
            ("sends a (RFC 1).", "sends a (RFC 1)"),
            (" (RFC 1)", ""),
            ("# Security", "# Safety"),
            ("//! # Security\n//! None.\n", ""),
            ("//! None.\n", ""),
        ] {
            let found = of("a.rs", &GOOD.replace(part, instead));
            assert_eq!(found.len(), 1, "without {part:?}: {found:?}");
        }
        let (one, other) = ("# Wire example", "# Not supported");
        let swapped = GOOD
            .replace(one, "#")
            .replace(other, one)
            .replace("#\n", &format!("{other}\n"));
        assert_eq!(of("a.rs", &swapped).len(), 1);
    }

    #[test]
    fn a_scheme_outside_the_list_is_found() {
        let found = of("b.rs", GOOD);
        assert!(found[0].contains("&b::ENTRY"), "{found:?}");
        assert!(of("closure.rs", GOOD).is_empty());
    }
}
