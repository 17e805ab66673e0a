//! Proof of generated code: each need of each target is generated, compiled and run, with right and with wrong secrets, and
//! the built-in server says what arrived.

mod arrived;
mod cache;
mod case;
mod hostile;
mod literals;
mod needs;
mod place;
mod proxy;
mod refusals;
mod run;
mod secrets;
mod toolchain;

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use gatepass_snippet::{ALL, Recipe, Target};

use crate::failure::{Failure, Result};
use crate::install::{Peers, find_program};
use crate::process::Background;
use crate::tally::Tally;

use run::Report;

/// Which code to prove.
#[derive(Default, clap::Args)]
pub(crate) struct Arguments {
    /// Prove only what contains all these words: names of targets and of cases, as in `go digest`, and `literals`.
    filter: Vec<String>,
    /// Run everything, also what was proven before with the same code and toolchain.
    #[arg(long)]
    again: bool,
    /// Print the code of each case that is run.
    #[arg(long)]
    show: bool,
}

/// What every proof needs.
pub(crate) struct Bench<'a> {
    pub(crate) root: &'a Path,
    pub(crate) peers: Peers,
    pub(crate) arguments: &'a Arguments,
    /// What every proof depends on beside its code and its toolchain.
    ground: String,
    /// The browser, which is started when the first page wants it.
    browser: Mutex<Option<(Background, u16)>>,
}

impl Bench<'_> {
    /// Returns the port at which the browser takes work.
    pub(crate) fn browser(&self) -> Result<u16> {
        let mut browser = self
            .browser
            .lock()
            .map_err(|_| Failure::new("the browser's start has panicked"))?;
        if let Some((_, port)) = *browser {
            return Ok(port);
        }
        let chromium =
            find_program("chromium").ok_or_else(|| Failure::new("chromium is not installed"))?;
        let mut node = Command::new(self.peers.node()?);
        node.arg(self.root.join("xtask/src/snippets/browser.mjs"))
            .arg("serve")
            .env("GATEPASS_NODE_FOLDER", self.peers.node_folder())
            .env("GATEPASS_CHROMIUM", chromium);
        let port = |line: &str| line.strip_prefix("port ")?.parse().ok();
        let started = Background::start_until(&mut node, port)?;
        Ok(browser.insert(started).1)
    }

    /// Says whether the proof of `case` for `target` is wanted.
    pub(crate) fn wants(&self, target: &str, case: &str) -> bool {
        let name = format!("{target} {case}").to_lowercase();
        let words = name.split(' ').collect::<Vec<_>>();
        self.arguments.filter.iter().all(|wanted| {
            let wanted = wanted.to_lowercase();
            // A word that is the whole name of a target or case means that one alone.
            words.contains(&wanted.as_str())
                || name.contains(&wanted) && !ALL.iter().any(|target| target.info().id == wanted)
        })
    }
}

/// Proves the code, prints the table, and fails on a miss.
pub(crate) fn report(root: &Path, arguments: &Arguments) -> Result {
    let (tally, text) = run(root, arguments)?;
    println!("{text}{tally}");
    if tally.failed > 0 {
        return Err(Failure::new(""));
    }
    Ok(())
}

/// Proves the code. Returns the counts, and a line for each target with what was missed.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(Tally, String)> {
    let bench = Bench {
        root,
        peers: Peers::below(root),
        arguments,
        ground: cache::ground(root)?,
        browser: Mutex::default(),
    };
    // Where it cannot be had, only what goes over TLS is left out.
    let tls = place::Tls::start(&bench).map_err(|failure| failure.to_string());
    let proofs: Vec<Proof> = std::iter::once(Proof::Literals)
        .chain(ALL.iter().map(|target| Proof::Target(*target)))
        .collect();
    let next = AtomicUsize::new(0);
    let reports: Mutex<Vec<(usize, Report)>> = Mutex::default();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((number, proof)) = take(&next, &proofs) {
                    let report = match proof {
                        Proof::Literals => literals::prove(&bench),
                        Proof::Target(target) => run::prove(&bench, tls.as_ref(), *target),
                    };
                    let report =
                        report.unwrap_or_else(|failure| Report::failed(proof.name(), failure));
                    if let Ok(mut reports) = reports.lock() {
                        reports.push((number, report));
                    }
                }
            });
        }
    });
    let mut reports = reports
        .into_inner()
        .map_err(|_| Failure::new("a proof has panicked"))?;
    reports.sort_by_key(|(number, _)| *number);
    let mut text = String::new();
    let mut tally = Tally::default();
    for (_, report) in &reports {
        if !report.is_empty() {
            text += &report.line();
        }
        tally += report.tally;
    }
    for (_, report) in reports {
        for miss in report.misses {
            text += &format!("\nMISS {miss}\n");
        }
    }
    Ok((tally, text))
}

enum Proof {
    Literals,
    Target(&'static dyn Target),
}

impl Proof {
    fn name(&self) -> &'static str {
        match self {
            Self::Literals => "literals",
            Self::Target(target) => target.info().id,
        }
    }
}

fn take<'p>(next: &AtomicUsize, proofs: &'p [Proof]) -> Option<(usize, &'p Proof)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    proofs.get(number).map(|proof| (number, proof))
}

/// Returns the name of the toolchain that runs a target's code.
fn toolchain_of(target: &dyn Target) -> Option<&'static str> {
    match target.info().recipe {
        Recipe::Run(name) => Some(name),
        _ => None,
    }
}
