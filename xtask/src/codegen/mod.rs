//! Files and parts of files that are made from the code.

mod causes;
mod code;
mod command_line;
mod schemes;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::process::demand;
use crate::repository;

/// Writes everything that is made from the code; with `check`, says what is out of date instead.
/// `program` is the command.
pub(crate) fn run(root: &Path, program: &Path, check: bool) -> Result {
    let readme = repository::read(root, "README.md")?;
    let with_schemes = between_marks(
        &readme,
        "schemes",
        &schemes::table("docs/reference/schemes.md"),
    )?;
    let made = [
        (
            "README.md",
            between_marks(&with_schemes, "targets", &code::summary())?,
        ),
        ("docs/reference/schemes.md", schemes::pages()),
        ("docs/reference/cli.md", command_line::pages(program)?),
        ("docs/reference/code.md", code::page()),
        ("docs/reference/causes.md", causes::page()),
    ];
    let mut stale = Vec::new();
    for (path, text) in made {
        let before = fs::read_to_string(root.join(path)).unwrap_or_default();
        if before == text {
            continue;
        }
        if check {
            stale.push(path);
            continue;
        }
        let file = root.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(file, text)?;
        println!("wrote {path}");
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "out of date: {}. Run `cargo xtask codegen` and commit what it writes.",
        stale.join(", ")
    )))
}

/// Builds the command and returns its path.
pub(crate) fn gatepass(root: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "build",
            "--quiet",
            // As the tests build it: another choice of packages would build their dependencies again, with other features.
            "--workspace",
            "--bins",
            "--message-format=json-render-diagnostics",
        ])
        .current_dir(root);
    let messages = demand(&mut cargo)?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "gatepass")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .ok_or_else(|| Failure::new("cargo does not say where it has put `gatepass`"))
}

/// Writes the golden files of generated code anew.
pub(crate) fn bless(root: &Path) -> Result {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "test",
            "--quiet",
            "--package",
            "gatepass-snippet",
            "--test",
            "golden",
        ])
        .env("GATEPASS_BLESS", "1")
        .current_dir(root);
    demand(&mut cargo).map(drop)
}

/// Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`.
fn between_marks(text: &str, name: &str, inner: &str) -> Result<String> {
    let (open, close) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let parts = text
        .split_once(&open)
        .and_then(|(before, rest)| rest.split_once(&close).map(|(_, after)| (before, after)));
    let Some((before, after)) = parts else {
        return Err(Failure::new(format!(
            "{open} and {close} must stand in the file"
        )));
    };
    Ok(format!(
        "{before}{open}\n{}\n{close}{after}",
        inner.trim_end()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = "a\n<!-- x -->\nold\n<!-- /x -->\nb\n";
        let new = between_marks(text, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- x -->\nnew\n<!-- /x -->\nb\n");
        assert_eq!(between_marks(&new, "x", "new").unwrap(), new);
        assert!(between_marks("a", "x", "").is_err());
    }
}
