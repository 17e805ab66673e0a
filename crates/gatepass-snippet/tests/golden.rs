//! What every target writes for a few requests, byte for byte: what changes is seen in review.
//!
//! `cargo xtask bless` writes the files anew.

#![expect(
    clippy::disallowed_methods,
    reason = "the crate does no I/O, and its golden files are files"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a test panics where something is not as it must be"
)]

use std::fs;
use std::path::{Path, PathBuf};

use gatepass_request::Request;
use gatepass_snippet::{ALL, Options, Secrets, Target, code};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
}

/// Returns the requests by name, in order.
fn cases() -> Vec<(String, Request)> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let request = serde_json::from_str(&fs::read_to_string(&path).unwrap());
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let request = request.unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, request)
    };
    files.into_iter().map(read).collect()
}

fn page(target: &'static dyn Target, cases: &[(String, Request)]) -> String {
    let mut page = String::new();
    for (name, request) in cases {
        page += &format!("================ {name}\n");
        let env = code(target, request, &Options::default());
        // Data holds no reference: what it can be is literal.
        let written = env.or_else(|_| code(target, request, &Options::new(Secrets::Literal)));
        match written {
            Ok(code) => {
                page += &code.text;
                for warning in &code.warnings {
                    page += &format!("---------------- {warning}\n");
                }
            }
            Err(error) => page += &format!("---------------- {error}\n"),
        }
    }
    page
}

#[test]
fn every_target_writes_what_it_wrote() {
    let cases = cases();
    let bless = std::env::var_os("GATEPASS_BLESS").is_some();
    let mut changed = Vec::new();
    for target in ALL {
        let id = target.info().id;
        let file = folder("golden").join(format!("{id}.txt"));
        let now = page(*target, &cases);
        if bless {
            fs::write(&file, now).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != now {
            changed.push(id);
        }
    }
    assert!(
        changed.is_empty(),
        "changed: {changed:?}; look at it with `cargo xtask bless` and `git diff`"
    );
}
