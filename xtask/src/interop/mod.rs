//! Proof by other people's programs: our client with their servers, their clients with our server.
//!
//! Each cell of the matrix is a real exchange over loopback with the right secret, which must end in 200 and say who it
//! was, and one with a wrong secret, which must be refused.

mod cell;
mod clients;
mod matrix;
mod rsa;
mod servers;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::codegen;
use crate::failure::{Failure, Result};
use crate::install::Peers;
use crate::process;
use crate::tally::Tally;

pub(crate) use cell::{Cell, Exchange, Expect, Refused};

/// Which cells to prove.
#[derive(Default, clap::Args)]
pub(crate) struct Arguments {
    /// Prove only the cells whose peer and row, in lower case, contain all these words.
    filter: Vec<String>,
}

/// What every part needs.
pub(crate) struct Bench<'a> {
    /// The command that is proven.
    gatepass: PathBuf,
    /// Where other people's programs are.
    peers: Peers,
    /// A folder for configurations and logs, which is gone afterwards.
    work: PathBuf,
    filter: &'a [String],
}

/// The user that every peer knows.
pub(crate) const USER: &str = "alice";
/// The right password.
pub(crate) const RIGHT: &str = "s3cret";
/// A wrong one.
pub(crate) const WRONG: &str = "wr0ng";

/// Proves the cells, prints the matrix, and fails on a miss.
pub(crate) fn report(root: &Path, arguments: &Arguments) -> Result {
    let (tally, text) = run(root, &codegen::gatepass(root)?, arguments)?;
    println!("{text}{tally}");
    if tally.failed > 0 {
        return Err(Failure::new(""));
    }
    Ok(())
}

/// Proves the cells of `program`, the command. Returns the counts, and the matrix with what was missed.
pub(crate) fn run(root: &Path, program: &Path, arguments: &Arguments) -> Result<(Tally, String)> {
    let work = tempfile::Builder::new()
        .prefix("gatepass-interop-")
        .tempdir()?;
    // A server that is started as root reads its files as somebody else.
    std::fs::set_permissions(work.path(), std::fs::Permissions::from_mode(0o755))?;
    let bench = Bench {
        gatepass: program.to_path_buf(),
        peers: Peers::below(root),
        work: work.path().to_path_buf(),
        filter: &arguments.filter,
    };
    let (outward, inward) = thread::scope(|scope| {
        let outward = scope.spawn(|| servers::prove(&bench));
        let inward = clients::prove(&bench);
        let outward = outward
            .join()
            .map_err(|_| Failure::new("a proof has panicked"));
        (outward.and_then(|cells| cells), inward)
    });
    let mut text = String::new();
    let (mut tally, mut misses) = (Tally::default(), Vec::new());
    for (title, cells) in [
        ("Our client with other people's servers", outward?),
        ("Other people's clients with our server", inward?),
    ] {
        if cells.is_empty() {
            continue;
        }
        let (table, counts, missed) = matrix::render(title, &cells);
        text += &format!("{table}\n");
        tally += counts;
        misses.extend(missed);
    }
    for miss in misses {
        text += &format!("MISS {miss}\n\n");
    }
    Ok((tally, text))
}

/// Proves the cells of several peers, all at the same time.
fn side_by_side<P>(proofs: &[P]) -> Result<Vec<Cell>>
where
    P: Fn() -> Result<Vec<Cell>> + Sync,
{
    thread::scope(|scope| {
        let running: Vec<_> = proofs.iter().map(|proof| scope.spawn(proof)).collect();
        let mut cells = Vec::new();
        for proof in running {
            cells.extend(
                proof
                    .join()
                    .map_err(|_| Failure::new("a proof has panicked"))??,
            );
        }
        Ok(cells)
    })
}

impl Bench<'_> {
    /// Says whether the cell of `peer` and `row` is to be proven.
    pub(crate) fn wants(&self, peer: &str, row: &str) -> bool {
        let name = format!("{peer} {row}").to_lowercase();
        self.filter
            .iter()
            .all(|word| name.contains(&word.to_lowercase()))
    }

    /// Makes a folder for one peer.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.work.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Sends one request with our command.
    pub(crate) fn send(&self, arguments: &[String]) -> Result<Exchange> {
        let mut command = Command::new(&self.gatepass);
        command
            .args(["--ignore-stdin", "--pretty=none", "--print=hb"])
            .args(arguments)
            .env("NO_COLOR", "1");
        Ok(Exchange::printed(process::run(&mut command)?.output()))
    }

    /// Has our command go on with a download to `file`, and says what it holds then.
    pub(crate) fn go_on(&self, file: &Path, arguments: &[String]) -> Result<Exchange> {
        let mut command = Command::new(&self.gatepass);
        command
            .args(["--ignore-stdin", "--verbose", "--continue", "-o"])
            .arg(file)
            .args(arguments)
            .env("NO_COLOR", "1");
        let said = process::run(&mut command)?.output();
        let saved = std::fs::read_to_string(file).unwrap_or_default();
        Ok(Exchange::printed(format!("{said}\nsaved: {saved}")))
    }
}
