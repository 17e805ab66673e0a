//! How code is compiled and run: one entry for each toolchain that a recipe names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use gatepass_snippet::Target;

use super::Bench;
use super::run::Report;
use crate::failure::Result;
use crate::process::{demand, run};

/// A program that was generated: a folder with one file.
pub(crate) struct Job {
    /// A name that is an identifier in every language.
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) file: &'static str,
}

/// How one kind of code is run.
pub(crate) struct Toolchain {
    pub(crate) name: &'static str,
    /// What it says of itself; none where it is not there.
    pub(crate) version: fn(&Bench<'_>) -> Option<String>,
    /// Compiles all programs of a folder at once.
    pub(crate) prepare: fn(&Bench<'_>, &Path, &[Job]) -> Result,
    pub(crate) command: fn(&Bench<'_>, &Job) -> Result<Command>,
    /// What it needs to have set.
    pub(crate) environment: fn(&Bench<'_>) -> Vec<(&'static str, PathBuf)>,
}

const NAMES: &[Toolchain] = &[
    Toolchain {
        name: "shell",
        version: |_| said(Command::new("curl").arg("--version")),
        command: |_, job| Ok(interpreter("sh", job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "python",
        version: |bench| {
            let python = bench.peers.python();
            said(Command::new(python).args(["-m", "pip", "freeze"]))
        },
        command: |bench, job| Ok(interpreter(bench.peers.python(), job)),
        ..INTERPRETED
    },
    Toolchain {
        name: "go",
        version: |bench| {
            said(
                Command::new(bench.peers.go())
                    .arg("version")
                    .envs(go_environment(bench)),
            )
        },
        prepare: build_go,
        command: |_, job| Ok(Command::new(job.folder.join("../bin").join(&job.name))),
        environment: go_environment,
    },
];

/// Programs that are run as they are.
const INTERPRETED: Toolchain = Toolchain {
    name: "",
    version: |_| None,
    prepare: |_, _, _| Ok(()),
    command: |_, job| Ok(interpreter("sh", job)),
    environment: |_| Vec::new(),
};

/// Returns the toolchain of this name.
pub(crate) fn find(name: &str) -> Option<&'static Toolchain> {
    NAMES.iter().find(|toolchain| toolchain.name == name)
}

fn interpreter(program: impl AsRef<std::ffi::OsStr>, job: &Job) -> Command {
    let mut command = Command::new(program);
    command.arg(job.folder.join(job.file));
    command
}

/// Returns what a program prints where it succeeds.
fn said(command: &mut Command) -> Option<String> {
    run(command)
        .ok()
        .filter(|finished| finished.success)
        .map(|finished| finished.output())
}

fn go_environment(bench: &Bench<'_>) -> Vec<(&'static str, PathBuf)> {
    let below = |name: &str| bench.root.join("target/snippets/go").join(name);
    vec![
        ("GOCACHE", below("cache")),
        ("GOPATH", below("path")),
        ("GOTOOLCHAIN", "local".into()),
        ("GOFLAGS", "-mod=mod".into()),
        ("GOTELEMETRY", "off".into()),
    ]
}

/// Builds one module that has a package for each program.
fn build_go(bench: &Bench<'_>, folder: &Path, jobs: &[Job]) -> Result {
    fs::write(
        folder.join("go.mod"),
        "module gatepass/snippets\n\ngo 1.21\n",
    )?;
    for job in jobs {
        drop(fs::remove_dir_all(job.folder.join("run/.go")));
    }
    let mut go = Command::new(bench.peers.go());
    go.args(["build", "-o", "bin/", "./..."])
        .current_dir(folder)
        .envs(go_environment(bench));
    demand(&mut go).map(drop)
}

/// Proves a target whose code is data: it is read again, and means the same.
pub(crate) fn read(
    _bench: &Bench<'_>,
    target: &'static dyn Target,
    _started: Instant,
) -> Result<Report> {
    Ok(Report::new(target.info().id))
}
