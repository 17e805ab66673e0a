//! The rules of the house that neither the compiler nor a linter checks.

mod budgets;
mod floors;
mod layers;
mod manifests;
mod schemes;
mod vectors;
mod wasm;
mod words;

use std::fmt;
use std::path::Path;

use crate::failure::{Failure, Result};
use crate::repository;
#[cfg(test)]
use crate::repository::Source;

/// A place where a rule is broken.
pub(crate) struct Finding {
    path: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    fn in_file(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
            message: message.into(),
        }
    }

    /// Points at a line, counted from 0.
    fn at(path: impl Into<String>, line: usize, message: impl Into<String>) -> Self {
        Self {
            line: Some(line + 1),
            ..Self::in_file(path, message)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

/// What came of all rules.
pub(crate) struct Report {
    findings: Vec<Finding>,
    /// The rules that could not be checked, each with its reason.
    pub(crate) skipped: Vec<String>,
}

/// Checks every rule.
pub(crate) fn check(root: &Path) -> Result<Report> {
    let sources = repository::sources(root)?;
    let mut findings = Vec::new();
    for rule in [
        budgets::check,
        floors::check,
        manifests::check,
        schemes::check,
        vectors::check,
        words::check,
    ] {
        findings.extend(rule(&sources));
    }
    findings.extend(layers::check(root)?);
    let mut skipped = Vec::new();
    match wasm::check(root)? {
        wasm::Outcome::Checked(found) => findings.extend(found),
        wasm::Outcome::NoTarget(reason) => skipped.push(reason),
    }
    Ok(Report { findings, skipped })
}

/// Checks every rule, and fails where one is broken.
pub(crate) fn run(root: &Path) -> Result {
    let report = check(root)?;
    for reason in &report.skipped {
        println!("skipped: {reason}");
    }
    if report.findings.is_empty() {
        return Ok(());
    }
    Err(report.failure())
}

impl Report {
    /// Says whether every rule that was checked is kept.
    pub(crate) fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// Returns the findings as one failure.
    pub(crate) fn failure(&self) -> Failure {
        let lines: Vec<_> = self.findings.iter().map(Finding::to_string).collect();
        Failure::new(format!(
            "{} rule(s) of the house are broken:\n{}",
            lines.len(),
            lines.join("\n")
        ))
    }
}

/// Counts what `rule` finds in one file, for the tests of the rules.
#[cfg(test)]
fn findings(rule: fn(&[Source]) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    let sources: Vec<_> = files
        .iter()
        .map(|(path, text)| Source {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
        })
        .collect();
    rule(&sources).iter().map(Finding::to_string).collect()
}
