//! Which crate may use which: arrows point downward only, and siblings never import each other.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::Finding;
use crate::failure::Result;
use crate::process::demand;

/// Each crate with its layer. A crate may use those of lower layers.
const LAYERS: &[(&str, u8)] = &[
    ("gatepass-auth", 1),
    ("gatepass-request", 2),
    ("gatepass-wire", 2),
    ("gatepass-why", 3),
    ("gatepass", 4),
    ("gatepass-snippet", 4),
    ("gatepass-server", 4),
    ("gatepass-web", 5),
    ("gatepass-cli", 6),
    ("gatepass-python", 6),
];

/// The automation: it may use every crate, and none may use it.
const FREE: &str = "xtask";

/// The server that tests talk to: every crate's tests may use it.
const TEST_SERVER: &str = "gatepass-server";

/// Crates without I/O, and what none of them may depend on.
const PURE: &[&str] = &[
    "gatepass-auth",
    "gatepass-request",
    "gatepass-why",
    "gatepass-wire",
];
const IO: &[&str] = &[
    "async-std",
    "getrandom",
    "hyper",
    "hyper-util",
    "mio",
    "rustls",
    "socket2",
    "tokio",
];

pub(super) fn check(root: &Path) -> Result<Vec<Finding>> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root);
    Ok(check_metadata(&serde_json::from_str(&demand(&mut cargo)?)?))
}

fn check_metadata(metadata: &Value) -> Vec<Finding> {
    let packages = metadata["packages"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let mut findings = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let mut complain = |message: String| {
            findings.push(Finding::in_file(format!("{name}/Cargo.toml"), message))
        };
        if name != FREE && layer(name).is_none() {
            complain("the crate has no layer; give it one in xtask/src/tidy/layers.rs".to_owned());
        }
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let on = dependency["name"].as_str().unwrap_or_default();
            let of_tests = dependency["kind"] == "dev";
            if let Some(problem) = forbidden(name, on, of_tests) {
                complain(problem);
            }
        }
    }
    findings
}

fn layer(name: &str) -> Option<u8> {
    LAYERS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, layer)| *layer)
}

/// Says what is wrong with `name` depending on `on`.
fn forbidden(name: &str, on: &str, of_tests: bool) -> Option<String> {
    if on == FREE {
        return Some("nothing may depend on the automation".to_owned());
    }
    if !of_tests && PURE.contains(&name) && IO.contains(&on) {
        return Some(format!("must not depend on {on}: this crate does no I/O"));
    }
    let (own, other) = (layer(name)?, layer(on)?);
    let allowed = other < own || (of_tests && on == TEST_SERVER);
    (!allowed).then(|| {
        format!("layer {own} must not depend on {on} of layer {other}: arrows point downward only")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(name: &str, on: &str, kind: Option<&str>) -> usize {
        let package = json!({"name": name, "dependencies": [{"name": on, "kind": kind}]});
        check_metadata(&json!({ "packages": [package] })).len()
    }

    #[test]
    fn arrows_point_downward() {
        assert_eq!(found("gatepass-cli", "gatepass", None), 0);
        assert_eq!(found("gatepass", "gatepass-auth", None), 0);
        assert_eq!(found("gatepass-auth", "gatepass-request", None), 1);
        assert_eq!(found("gatepass", "gatepass-server", None), 1, "siblings");
        assert_eq!(found("gatepass", "gatepass-server", Some("dev")), 0);
        assert_eq!(found("gatepass-server", "gatepass", Some("dev")), 1);
        assert_eq!(found("gatepass-server", "gatepass", Some("build")), 1);
    }

    #[test]
    fn the_automation_is_free_and_alone() {
        assert_eq!(found("xtask", "gatepass-cli", None), 0);
        assert_eq!(found("gatepass-cli", "xtask", Some("dev")), 1);
    }

    #[test]
    fn crates_without_io_stay_so() {
        assert_eq!(found("gatepass-auth", "tokio", None), 1);
        assert_eq!(found("gatepass-request", "hyper", None), 1);
        assert_eq!(found("gatepass", "tokio", None), 0);
    }

    #[test]
    fn a_crate_without_a_layer_is_found() {
        assert_eq!(found("gatepass-new", "serde", None), 1);
    }
}
