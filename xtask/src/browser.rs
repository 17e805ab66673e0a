//! `gatepass web` in Chromium: the tests of the page, and what its first load costs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::codegen;
use crate::failure::{Failure, Result};
use crate::install::{Peers, Plan, find_program};
use crate::process;
use crate::tally::Tally;

/// Where the tests stand.
const TESTS: &str = "crates/gatepass-web/tests/browser";

/// Which tests to run.
#[derive(Default, clap::Args)]
pub(crate) struct Arguments {
    /// Run only tests whose names contain this.
    filter: Option<String>,
    /// Keep pictures of the page, wide and narrow, light and dark, in this folder.
    #[arg(long, value_name = "FOLDER")]
    shots: Option<PathBuf>,
}

impl Arguments {
    /// Names tests.
    pub(crate) fn only(filter: &str) -> Self {
        Self {
            filter: Some(filter.to_owned()),
            shots: None,
        }
    }
}

/// Runs the tests, prints them, and fails on a miss.
pub(crate) fn report(root: &Path, arguments: &Arguments) -> Result {
    let missing = Plan::make(root).missing_peers();
    if !missing.is_empty() {
        return Err(Failure::new(format!(
            "run `cargo xtask test` first. Missing: {}",
            missing.join("; ")
        )));
    }
    let program = codegen::gatepass(root)?;
    let (tally, log) = run(root, &program, arguments)?;
    println!("{log}{tally}");
    if tally.failed > 0 {
        return Err(Failure::new(""));
    }
    Ok(())
}

/// Runs the tests with Node beside its packages. Returns the counts, and what Node said.
pub(crate) fn run(root: &Path, program: &Path, arguments: &Arguments) -> Result<(Tally, String)> {
    let peers = Peers::below(root);
    let chromium =
        find_program("chromium").ok_or_else(|| Failure::new("there is no chromium in PATH"))?;
    let mut node = Command::new(peers.node()?);
    node.args(["--test-reporter=tap", "--test-reporter-destination=stdout"]);
    if let Some(filter) = &arguments.filter {
        node.arg(format!("--test-name-pattern={filter}"));
    }
    for test in copied(root, &peers.node_folder())? {
        node.arg(test);
    }
    if let Some(shots) = &arguments.shots {
        node.env("SHOTS", std::path::absolute(shots)?);
    }
    node.env("GATEPASS", program)
        .env("CHROMIUM", chromium)
        .current_dir(peers.node_folder());
    let finished = process::run(&mut node)?;
    let mut tally = count(&finished.stdout);
    if !finished.success && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok((tally, finished.output()))
}

/// Copies the tests to where Node finds its packages: it looks for them from a file's own folder upward.
fn copied(root: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut tests = Vec::new();
    for entry in fs::read_dir(root.join(TESTS))? {
        let path = entry?.path();
        if let Some(name) = path
            .file_name()
            .filter(|_| path.extension().is_some_and(|it| it == "mjs"))
        {
            let to = folder.join(name);
            fs::copy(&path, &to)?;
            tests.push(to);
        }
    }
    tests.sort();
    Ok(tests)
}

/// Counts the lines of the Test Anything Protocol that stand for tests.
fn count(tap: &str) -> Tally {
    let mut tally = Tally::default();
    for line in tap.lines() {
        if line.contains("# SKIP") {
            continue;
        }
        if line.starts_with("ok ") {
            tally.passed += 1;
        } else if line.starts_with("not ok ") {
            tally.failed += 1;
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_and_what_they_say_is_not() {
        let tap = "TAP version 13\n# Subtest: a\nok 1 - a\n  ---\n  ok: 1\nnot ok 2 - b\nok 3 - c # SKIP\n1..3\n";
        assert_eq!(count(tap).to_string(), "1 passed, 1 failed");
    }
}
