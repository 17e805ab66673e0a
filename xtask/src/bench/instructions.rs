//! What one request costs in instructions, counted by callgrind: a figure that the rest of the machine does not change.

use std::process::Command;

use super::clients::Which;
use super::figure::Figure;
use super::worker::{Gets, Worker};
use crate::failure::{Failure, Result};
use crate::process::{answers, run};

/// The instructions of a request are the difference of two runs, so that what is done once falls out.
const RUNS: [usize; 2] = [100, 600];

const ROWS: &[(Which, Which)] = &[
    (Which::Blocking, Which::BarePoll),
    (Which::Blocking, Which::Ureq),
    (Which::Blocking, Which::Reqwest),
    (Which::Async, Which::BareTokio),
];

/// Says how to install what counts, if it is missing.
pub(super) fn missing() -> Option<&'static str> {
    let there = answers("valgrind", "--version");
    (!there)
        .then_some("instructions are not counted: valgrind is missing (`apt-get install valgrind`)")
}

pub(super) fn measure(base: &str) -> Result<Vec<Figure>> {
    let mut known: Vec<(Which, f64)> = Vec::new();
    let mut figures = Vec::new();
    for (ours, other) in ROWS {
        let mut of = |which: Which| {
            if let Some((_, count)) = known.iter().find(|(known, _)| *known == which) {
                return Ok(*count);
            }
            let count = of_one_request(which, base)?;
            known.push((which, count));
            Ok::<_, Failure>(count)
        };
        figures.push(Figure {
            what: format!("{}, one GET", ours.name()),
            ours: of(*ours)? / 1e3,
            other: of(*other)? / 1e3,
            unit: "k instr.",
            beside: other.name(),
            aim: None,
        });
    }
    Ok(figures)
}

fn of_one_request(which: Which, base: &str) -> Result<f64> {
    let [few, many] = RUNS;
    let more = counted(which, base, many)? - counted(which, base, few)?;
    Ok(more / (many - few) as f64)
}

/// Returns the instructions of a process that sends `count` requests.
fn counted(which: Which, base: &str, count: usize) -> Result<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?);
    let worker = Worker::Gets(Gets::new(which, base, count));
    let finished = run(worker.command(&mut valgrind))?;
    let counted = finished
        .stderr
        .lines()
        .find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match counted {
        Some(counted) if finished.success => Ok(counted),
        _ => Err(Failure::new(format!(
            "valgrind has not counted {}:\n{}",
            which.name(),
            finished.stderr
        ))),
    }
}
