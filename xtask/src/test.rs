//! All tests: installs what they need, runs them side by side, and counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use crate::browser;
use crate::codegen;
use crate::examples;
use crate::failure::{Failure, Result};
use crate::install::Plan;
use crate::interop;
use crate::one_place;
use crate::process::{self, run};
use crate::snippets;
use crate::tally::Tally;
use crate::tidy;

/// How the tests are run.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Install nothing. What needs a missing tool is skipped, or fails where `CI` is set.
    #[arg(long)]
    no_install: bool,
}

/// What came of one step.
enum Outcome {
    Counted(Tally, String),
    Skipped(String),
}

/// Runs everything. The last line that is printed counts what passed and failed.
pub(crate) fn run_all(root: &Path, arguments: &Arguments) -> Result {
    let session = Session {
        root: root.to_path_buf(),
        plan: Plan::make(root),
        install: !arguments.no_install,
        strict: std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false"),
        sum: Mutex::default(),
        logs: root.join("target/test-logs"),
    };
    fs::create_dir_all(&session.logs)?;
    session.announce();
    let (built, is_built) = channel();
    thread::scope(|scope| {
        let session = &session;
        scope.spawn(move || session.code(built));
        scope.spawn(move || session.peers(&is_built));
    });
    let sum = *session
        .sum
        .lock()
        .map_err(|_| Failure::new("a step has panicked"))?;
    println!("{sum}");
    if sum.failed > 0 {
        return Err(Failure::new(""));
    }
    Ok(())
}

struct Session {
    root: PathBuf,
    plan: Plan,
    install: bool,
    /// Whether a missing tool is a failure.
    strict: bool,
    sum: Mutex<Tally>,
    logs: PathBuf,
}

impl Session {
    fn announce(&self) {
        if self.plan.is_empty() {
            return;
        }
        let what = if self.install {
            "This installs"
        } else {
            "Missing, and not installed"
        };
        println!("{what}:");
        for line in self.plan.describe() {
            println!("  {line}");
        }
    }

    /// What the compiler does. Cargo's steps take turns, because they share one folder.
    fn code(&self, built: Sender<PathBuf>) {
        let mut program = None;
        self.step("build", || {
            process::demand(&mut self.command(&["build", "--workspace", "--bins"]))?;
            program = Some(codegen::gatepass(&self.root)?);
            whole(Ok(()))
        });
        if let Some(program) = program {
            // Nobody listens any more only when the other lane has failed, which it has said itself.
            let _ = built.send(program);
        }
        drop(built);
        if self.install {
            self.step("install rustup's components", || {
                whole(self.plan.install_components())
            });
        }
        self.step("format", || self.cargo(&["fmt", "--all", "--check"]));
        self.step("tests", || {
            self.cargo_test(&["test", "--workspace", "--no-fail-fast"])
        });
        self.step("lints", || {
            self.cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ])
        });
        self.step("documentation", || {
            // The library and the command have the same name, so that one run cannot hold the pages of both.
            for what in [
                &["--workspace", "--lib"][..],
                &["--package=gatepass-cli", "--package=xtask", "--bins"],
            ] {
                let arguments = [&["doc", "--no-deps", "--document-private-items"], what].concat();
                let mut cargo = self.command(&arguments);
                process::demand(cargo.env("RUSTDOCFLAGS", "-D warnings"))?;
            }
            whole(Ok(()))
        });
        self.step("a scheme is one place", || {
            let (tally, log) = one_place::prove(&self.root)?;
            Ok(Outcome::Counted(tally, log))
        });
        self.step("fuzz targets", || {
            self.cargo_test(&["test", "--manifest-path", "fuzz/Cargo.toml"])
        });
        self.step("tidy", || {
            let report = tidy::check(&self.root)?;
            if report.is_clean() {
                return Ok(Outcome::Counted(
                    Tally::one(true),
                    report.skipped.join("\n"),
                ));
            }
            Err(report.failure())
        });
    }

    /// What other people's programs do, beside the compiler.
    fn peers(&self, is_built: &Receiver<PathBuf>) {
        if self.install {
            self.step("install the peers", || {
                whole(self.plan.install_peers(&self.root))
            });
        }
        let Ok(program) = is_built.recv() else {
            return;
        };
        self.step("generated files", || {
            whole(codegen::run(&self.root, &program, true))
        });
        self.step("examples in the documentation", || {
            let (tally, log) = examples::run(&self.root, &program)?;
            Ok(Outcome::Counted(tally, log))
        });
        self.step("interoperability", || {
            let missing = Plan::make(&self.root).missing_peers();
            if !missing.is_empty() {
                return Ok(Outcome::Skipped(format!("missing: {}", missing.join("; "))));
            }
            let (tally, log) = interop::run(&self.root, &program, &interop::Arguments::default())?;
            Ok(Outcome::Counted(tally, log))
        });
        self.step("the page in a browser", || {
            let missing = Plan::make(&self.root).missing_peers();
            if !missing.is_empty() {
                return Ok(Outcome::Skipped(format!("missing: {}", missing.join("; "))));
            }
            let (tally, log) = browser::run(&self.root, &program, &browser::Arguments::default())?;
            Ok(Outcome::Counted(tally, log))
        });
        self.step("generated code", || {
            let (tally, log) = snippets::run(&self.root, &snippets::Arguments::default())?;
            Ok(Outcome::Counted(tally, log))
        });
        if self.install {
            self.step("install cargo-deny", || {
                whole(self.plan.install_cargo_deny())
            });
        }
        self.step("licences of dependencies", || self.deny());
        self.step("advisories", || self.advisories());
    }

    /// Runs one step, prints what came of it, counts it, and says whether it went well.
    fn step(&self, name: &str, work: impl FnOnce() -> Result<Outcome>) -> bool {
        let started = Instant::now();
        let outcome = work();
        let seconds = started.elapsed().as_secs_f32();
        let (tally, line, log) = match outcome {
            Ok(Outcome::Counted(tally, log)) => {
                let mark = if tally.failed == 0 { "ok" } else { "FAILED" };
                (
                    tally,
                    format!("{mark:7} {name} ({seconds:.1} s): {tally}"),
                    log,
                )
            }
            Ok(Outcome::Skipped(why)) if self.strict => {
                let line = format!("FAILED  {name}: {why}; CI is set, so nothing may be missing");
                (Tally::one(false), line, String::new())
            }
            Ok(Outcome::Skipped(why)) => (
                Tally::skip(),
                format!("skipped {name}: {why}"),
                String::new(),
            ),
            Err(failure) => (
                Tally::one(false),
                format!("FAILED  {name} ({seconds:.1} s)"),
                failure.to_string(),
            ),
        };
        let file = self.logs.join(format!("{}.log", name.replace(' ', "-")));
        drop(fs::write(file, &log));
        // One call of `println!`, so that steps which end at the same time do not mix.
        if tally.failed > 0 {
            println!("{line}\n{}", log.trim_end());
        } else {
            println!("{line}");
        }
        if let Ok(mut sum) = self.sum.lock() {
            *sum += tally;
        }
        tally.failed == 0
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new("cargo");
        cargo.args(arguments).current_dir(&self.root);
        cargo
    }

    fn cargo(&self, arguments: &[&str]) -> Result<Outcome> {
        whole(process::demand(&mut self.command(arguments)).map(drop))
    }

    /// Counts the single tests. A build that fails, and a test program that dies, count as one failure.
    fn cargo_test(&self, arguments: &[&str]) -> Result<Outcome> {
        let finished = run(&mut self.command(arguments))?;
        let mut tally = Tally::of_cargo_test(&finished.stdout);
        if !finished.success && tally.failed == 0 {
            tally.failed = 1;
        }
        Ok(Outcome::Counted(tally, without_passed(&finished.output())))
    }

    fn deny(&self) -> Result<Outcome> {
        if !process::answers("cargo-deny", "--version") {
            return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
        }
        self.cargo(&[
            "deny",
            "--workspace",
            "check",
            "bans",
            "licenses",
            "sources",
        ])
    }

    /// Looks for known weaknesses in what we depend on. Their list is a git repository elsewhere: without a network there is
    /// none to look in, which is no fault of the code.
    fn advisories(&self) -> Result<Outcome> {
        if !process::answers("cargo-deny", "--version") {
            return Ok(Outcome::Skipped("cargo-deny is not installed".to_owned()));
        }
        let finished = run(&mut self.command(&["deny", "check", "advisories"]))?;
        if !finished.success
            && finished
                .stderr
                .contains("failed to fetch advisory database")
        {
            let note = "skipped: the list of advisories cannot be fetched from here".to_owned();
            println!("{note}");
            return Ok(Outcome::Counted(Tally::skip(), note));
        }
        if finished.success {
            return Ok(Outcome::Counted(Tally::one(true), finished.output()));
        }
        Err(Failure::new(finished.output()))
    }
}

/// Leaves out the tests that passed, or nobody finds the one that did not.
fn without_passed(output: &str) -> String {
    let passed = |line: &&str| line.starts_with("test ") && line.ends_with("... ok");
    let kept: Vec<_> = output.lines().filter(|line| !passed(line)).collect();
    kept.join("\n")
}

fn whole(result: Result) -> Result<Outcome> {
    result.map(|()| Outcome::Counted(Tally::one(true), String::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_shown() {
        let output = "test a ... ok\ntest b ... FAILED\nwhy\n";
        assert_eq!(without_passed(output), "test b ... FAILED\nwhy");
    }
}
