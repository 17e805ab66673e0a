//! The crates without I/O build where there is none to be had.

use std::path::Path;
use std::process::Command;

use super::Finding;
use crate::failure::Result;
use crate::process::{demand, run};

const TARGET: &str = "wasm32-unknown-unknown";
const CRATES: &[&str] = &["gatepass-auth", "gatepass-request", "gatepass-why"];

pub(super) enum Outcome {
    Checked(Vec<Finding>),
    /// The target is not installed.
    NoTarget(String),
}

pub(super) fn check(root: &Path) -> Result<Outcome> {
    let sysroot = demand(Command::new("rustc").args(["--print", "sysroot"]))?;
    let target = Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET);
    if !target.is_dir() {
        return Ok(Outcome::NoTarget(format!(
            "the build for {TARGET}, which is not installed (rustup target add {TARGET})"
        )));
    }
    let mut findings = Vec::new();
    for name in CRATES {
        let mut cargo = Command::new("cargo");
        cargo
            .args([
                "check",
                "--quiet",
                "--package",
                name,
                "--lib",
                "--target",
                TARGET,
            ])
            .current_dir(root);
        let finished = run(&mut cargo)?;
        if !finished.success {
            findings.push(Finding::in_file(
                format!("crates/{name}"),
                format!("does not build for {TARGET}:\n{}", finished.stderr),
            ));
        }
    }
    Ok(Outcome::Checked(findings))
}
