//! The figures: what our code costs beside what others do for the same.
//!
//! What goes over a socket is measured in turns with what it stands beside, and the best of many rounds counts, so that what
//! else the machine does falls on both alike. Headers are made in a loop of Rust and in one of Python, one after the
//! other; the best of many rounds counts there too. No test asserts a figure.

mod bare_server;
mod headers;
mod keep_alive;
mod load;
mod process;
mod signed;

use std::path::Path;
use std::process::Command;

use crate::failure::{Failure, Result};
use crate::install::{Peers, Plan};
use crate::process::Background;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Measure in this very process, which must be optimised.
    #[arg(long, hide = true)]
    here: bool,
    /// Answer requests as a server of nothing but hyper does.
    #[arg(long, hide = true)]
    bare_server: bool,
}

/// A comparison: ours beside another's.
pub(crate) struct Figure {
    what: String,
    ours: f64,
    other: f64,
    unit: &'static str,
    beside: &'static str,
    aim: Option<Aim>,
}

/// What the ratio should be.
#[derive(Clone, Copy)]
pub(crate) enum Aim {
    /// Our cost is at most so many times the other's.
    AtMost(f64),
    /// We are at least so many times as fast, or do at least this share.
    AtLeast(f64),
}

/// Prints the figures. Builds what it measures with optimisation first.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result {
    if arguments.bare_server {
        return bare_server::run();
    }
    if !arguments.here {
        return rerun_optimised(root);
    }
    let plan = Plan::make(root).missing_peers();
    if !plan.is_empty() {
        return Err(Failure::new(format!(
            "the figures need what the tests need; run `cargo xtask test` first. Missing: {}",
            plan.join("; ")
        )));
    }
    let gatepass = std::env::current_exe()?.with_file_name("gatepass");
    println!("{}", machine());
    let mut figures = headers::measure(&Peers::below(root))?;
    print(&figures);
    let server = serve(&gatepass)?;
    let more = keep_alive::measure(&server.base)?;
    print(&more);
    figures.extend(more);
    let more = process::measure(&gatepass, &server.base)?;
    print(&more);
    figures.extend(more);
    let more = load::measure(&server)?;
    print(&more);
    figures.extend(more);
    for missed in figures.iter().filter(|figure| !figure.is_met()) {
        println!("missed: {}", missed.what);
    }
    Ok(())
}

fn rerun_optimised(root: &Path) -> Result {
    let build = [
        "build",
        "--release",
        "--package",
        "gatepass-cli",
        "--package",
        "xtask",
    ];
    for arguments in [
        &build[..],
        &[
            "run",
            "--release",
            "--quiet",
            "--package",
            "xtask",
            "--",
            "bench",
            "--here",
        ],
    ] {
        let status = Command::new("cargo")
            .args(arguments)
            .current_dir(root)
            .status()?;
        if !status.success() {
            return Err(Failure::new(format!(
                "`cargo {}` failed",
                arguments.join(" ")
            )));
        }
    }
    Ok(())
}

/// A server in a process of its own.
pub(crate) struct Running {
    process: Background,
    base: String,
}

fn serve(gatepass: &Path) -> Result<Running> {
    let mut command = Command::new(gatepass);
    start(command.args(["serve", "--quiet", "--port", "0"]))
}

/// Starts a server that prints its URL first.
fn start(command: &mut Command) -> Result<Running> {
    let url = |line: &str| {
        line.starts_with("http://")
            .then(|| line.trim_end_matches('/').to_owned())
    };
    let (process, base) = Background::start_until(command, url)?;
    Ok(Running { process, base })
}

fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!(
        "{cores} cores, {}",
        model.map_or("unknown processor", |(_, name)| name)
    )
}

impl Figure {
    fn ratio(&self) -> f64 {
        match self.aim {
            Some(Aim::AtLeast(_)) if self.unit != "req/s" => self.other / self.ours,
            _ => self.ours / self.other,
        }
    }

    fn is_met(&self) -> bool {
        match self.aim {
            Some(Aim::AtMost(limit)) => self.ratio() <= limit,
            Some(Aim::AtLeast(limit)) => self.ratio() >= limit,
            None => true,
        }
    }
}

fn print(figures: &[Figure]) {
    println!();
    for figure in figures {
        let (ours, unit) = (figure.ours, figure.unit);
        let mut line = format!("{:56} {ours:>9.1} {unit}", figure.what);
        if figure.other > 0.0 {
            line += &format!(
                "   {:24} {:>9.1} {unit}   {:>6.2}×",
                figure.beside,
                figure.other,
                figure.ratio()
            );
        }
        line += &match figure.aim {
            Some(Aim::AtMost(limit)) => format!("   aim ≤ {limit}: "),
            Some(Aim::AtLeast(limit)) => format!("   aim ≥ {limit}: "),
            None => String::new(),
        };
        if figure.aim.is_some() {
            line += if figure.is_met() { "met" } else { "MISSED" };
        }
        println!("{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aims_are_met_or_missed() {
        let figure = |ours, other, unit, aim| Figure {
            what: String::new(),
            ours,
            other,
            unit,
            beside: "",
            aim: Some(aim),
        };
        assert!(figure(1.2, 1.0, "µs", Aim::AtMost(1.25)).is_met());
        assert!(!figure(1.3, 1.0, "µs", Aim::AtMost(1.25)).is_met());
        assert!(figure(2.0, 90.0, "µs", Aim::AtLeast(40.0)).is_met());
        assert!(!figure(500.0, 1000.0, "req/s", Aim::AtLeast(0.6)).is_met());
    }
}
