//! What one request costs in instructions, counted by callgrind of valgrind: a figure that the rest of the machine does not change.

use std::process::Command;

use super::clients::Which;
use super::figure::{Aim, Figure};
use super::worker::{Gets, Worker};
use crate::failure::{Failure, Result};
use crate::process::{answers, run};

/// The instructions of a request are the difference of two runs, so that what is done once falls out.
const RUNS: [usize; 2] = [100, 600];

const ROWS: &[(Which, Which, Option<Aim>)] = &[
    (Which::Blocking, Which::BarePoll, Some(Aim::Within(24.0))),
    (Which::Blocking, Which::Ureq, None),
    (Which::Blocking, Which::Reqwest, None),
    (Which::Async, Which::BareTokio, None),
];

/// What valgrind counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Instructions,
    Allocations,
}

impl Tool {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Instructions => &["--tool=callgrind", "--callgrind-out-file=/dev/null"],
            Self::Allocations => &["--tool=memcheck", "--leak-check=no"],
        }
    }

    /// Reads a line of what the tool prints.
    fn read(self, line: &str) -> Option<f64> {
        let (before, behind) = match self {
            Self::Instructions => ("Collected : ", ""),
            Self::Allocations => ("total heap usage: ", " allocs"),
        };
        let count = line.split_once(before)?.1;
        let count = match behind {
            "" => count,
            behind => count.split_once(behind)?.0,
        };
        count.trim().replace(',', "").parse().ok()
    }
}

/// Says how to install what counts, if it is missing.
pub(super) fn missing() -> Option<&'static str> {
    let there = answers("valgrind", "--version");
    (!there)
        .then_some("instructions are not counted: valgrind is missing (`apt-get install valgrind`)")
}

pub(super) fn measure(base: &str) -> Result<Vec<Figure>> {
    let mut known: Vec<(Which, f64)> = Vec::new();
    let mut figures = Vec::new();
    for (ours, other, aim) in ROWS {
        let mut of = |which: Which| {
            if let Some((_, count)) = known.iter().find(|(known, _)| *known == which) {
                return Ok(*count);
            }
            let count = of_one_request(Tool::Instructions, which, base)?;
            known.push((which, count));
            Ok::<_, Failure>(count)
        };
        figures.push(Figure {
            what: format!("{}, one GET", ours.name()),
            ours: of(*ours)? / 1e3,
            other: of(*other)? / 1e3,
            unit: "k instr.",
            beside: other.name(),
            aim: *aim,
        });
    }
    Ok(figures)
}

/// Returns what one request takes of what the tool counts.
pub(super) fn of_one_request(tool: Tool, which: Which, base: &str) -> Result<f64> {
    let [few, many] = RUNS;
    let more = counted(tool, which, base, many)? - counted(tool, which, base, few)?;
    Ok(more / (many - few) as f64)
}

/// Returns what the tool counts in a process that sends `count` requests.
fn counted(tool: Tool, which: Which, base: &str, count: usize) -> Result<f64> {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(tool.arguments())
        .arg(std::env::current_exe()?);
    let worker = Worker::Gets(Gets::new(which, base, count));
    let finished = run(worker.command(&mut valgrind))?;
    let counted = finished.stderr.lines().find_map(|line| tool.read(line));
    match counted {
        Some(counted) if finished.success => Ok(counted),
        _ => Err(Failure::new(format!(
            "valgrind has not counted {}:\n{}",
            which.name(),
            finished.stderr
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_valgrind_prints_is_read() {
        let line = "==7== Collected : 1234567";
        assert_eq!(Tool::Instructions.read(line), Some(1_234_567.0));
        let line = "==7==   total heap usage: 1,234 allocs, 1,200 frees, 9 bytes allocated";
        assert_eq!(Tool::Allocations.read(line), Some(1234.0));
        assert_eq!(Tool::Allocations.read("==7== Collected : 1"), None);
    }
}
