//! The figures: what our code costs beside what others do for the same.
//!
//! What goes over a socket is measured in turns with what it stands beside, and the best of many rounds counts, so that what
//! else the machine does falls on both alike. Headers are made in a loop of Rust and in one of Python, one after the
//! other; the best of many rounds counts there too. No test asserts a figure.

mod allocations;
mod bare;
mod bare_server;
mod blocking;
mod clients;
mod code;
mod figure;
mod headers;
mod idle;
mod in_flight;
mod instructions;
mod keep_alive;
mod large;
mod load;
mod needs;
mod process;
mod rounds;
mod signed;
mod worker;

use std::path::Path;
use std::process::Command;

use clap::ValueEnum as _;

use crate::failure::{Failure, Result};
use crate::install::Peers;
use crate::process::{Background, shown};
use figure::{Figure, print};
use worker::Worker;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Measure in this very process, which must be optimised.
    #[arg(long, hide = true)]
    here: bool,
    /// Print only these figures.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Group>,
    #[command(subcommand)]
    worker: Option<Worker>,
}

/// Figures that belong together.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Group {
    /// What one header costs.
    Headers,
    /// Requests one after the other in a runtime.
    KeepAlive,
    /// Requests one after the other on the calling thread.
    Blocking,
    /// Many requests at once.
    InFlight,
    /// One process, one request.
    Process,
    /// A large body, down and up.
    Large,
    /// What idle connections take of memory.
    Idle,
    /// The server under load.
    Server,
    /// From curl lines to code, and the page.
    Code,
    /// Allocations of one request.
    Allocations,
    /// Instructions of one request.
    Instructions,
}

/// Prints the figures. Builds what it measures with optimisation first.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result {
    if let Some(worker) = &arguments.worker {
        return work(worker);
    }
    if !arguments.here {
        return rerun_optimised(root, &arguments.only);
    }
    let missing = needs::missing(root, &arguments.only);
    if !missing.is_empty() {
        return Err(Failure::new(format!(
            "the figures need what `cargo xtask test` installs; run it first, or measure less by `--only`. Missing: {}",
            missing.join("; ")
        )));
    }
    println!("{}", machine());
    let mut missed = Vec::new();
    for group in Group::value_variants() {
        if arguments.only.is_empty() || arguments.only.contains(group) {
            let figures = group.measure(root)?;
            print(&figures);
            missed.extend(figures.into_iter().filter(|figure| !figure.is_met()));
        }
    }
    for missed in missed {
        println!("missed: {} beside {}", missed.what, missed.beside);
    }
    Ok(())
}

/// Does what a process of its own is started for.
fn work(worker: &Worker) -> Result {
    match worker {
        Worker::Serve => {
            idle::raise_limit()?;
            bare_server::run()
        }
        Worker::Gets(gets) => gets.which.contestant(&gets.base, "/get")?.run(gets.count),
        Worker::Idle(gets) => idle::run(gets),
        Worker::Move(what) => large::run(what),
        Worker::Lines { count } => code::run(*count),
    }
}

impl Group {
    fn measure(self, root: &Path) -> Result<Vec<Figure>> {
        let gatepass = std::env::current_exe()?.with_file_name("gatepass");
        let peers = Peers::below(root);
        match self {
            Self::Headers => headers::measure(&peers),
            Self::KeepAlive => keep_alive::measure(&serve(&gatepass)?.base),
            Self::Blocking => blocking::measure(&peers, &bare()?.base),
            Self::InFlight => in_flight::measure(&bare()?.base),
            Self::Process => process::measure(&gatepass, &serve(&gatepass)?.base),
            Self::Large => large::measure(&gatepass, &bare()?.base),
            Self::Idle => idle::measure(&peers, &bare()?.base),
            Self::Server => load::measure(&serve(&gatepass)?),
            Self::Code => code::measure(root, &gatepass),
            Self::Allocations => allocations::measure(&bare()?.base),
            Self::Instructions => {
                if let Some(missing) = instructions::missing() {
                    println!("\n{missing}");
                    return Ok(Vec::new());
                }
                instructions::measure(&bare()?.base)
            }
        }
    }
}

/// Builds what is measured, and has the optimised program of this name measure it.
fn rerun_optimised(root: &Path, only: &[Group]) -> Result {
    let cargo = |words: &str| {
        let mut cargo = Command::new("cargo");
        cargo.args(words.split(' ')).current_dir(root);
        cargo
    };
    let build = cargo("build --release --package gatepass-cli --package xtask");
    let mut bench = cargo("run --release --quiet --package xtask -- bench --here");
    let only = only.iter().filter_map(Group::to_possible_value);
    bench.args(only.map(|group| format!("--only={}", group.get_name())));
    for mut command in [build, bench] {
        if !command.status()?.success() {
            return Err(Failure::new(format!("`{}` failed", shown(&command))));
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

/// Starts the server of nothing but hyper.
fn bare() -> Result<Running> {
    let mut command = Command::new(std::env::current_exe()?);
    start(Worker::Serve.command(&mut command))
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
