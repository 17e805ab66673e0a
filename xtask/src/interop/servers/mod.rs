//! Other people's servers, which our client talks to, and their proxies, which it goes through.

mod apache;
mod certified;
mod dante;
mod httpbin;
mod lighttpd;
mod microsocks;
mod nginx;
mod oauthlib;
mod squid;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::{Bench, Cell, Expect, RIGHT, USER, WRONG, side_by_side};
use crate::failure::Result;

/// One request to a peer, with a place for the secret.
struct Case {
    row: String,
    /// The arguments of our command; [`SECRET`] stands for the secret.
    arguments: Vec<String>,
    expect: Expect,
    /// What takes the place of [`SECRET`]: the right one and a wrong one.
    secrets: [String; 2],
    /// The file of a download that goes on.
    saved: Option<PathBuf>,
}

/// A file of a peer that a download goes on with.
const LETTERS: &str = "letters.txt";
/// When that file was changed last, in seconds since 1970 and as a header has it.
const CHANGED: (u64, &str) = (1_767_225_600, "Thu, 01 Jan 2026 00:00:00 GMT");

/// Writes the file that a download goes on with.
fn write_letters(folder: &Path) -> Result {
    let mut file = File::create(folder.join(LETTERS))?;
    file.write_all(b"abcdefghij")?;
    file.set_modified(UNIX_EPOCH + Duration::from_secs(CHANGED.0))?;
    Ok(())
}

const SECRET: &str = "{secret}";

impl Case {
    /// Describes a request by `user:password`.
    fn password(row: impl Into<String>, scheme: &str, url: impl Into<String>) -> Self {
        let credential = format!("{USER}:{SECRET}");
        let arguments = [
            url.into(),
            "-A".into(),
            scheme.into(),
            "-a".into(),
            credential,
        ];
        Self {
            row: row.into(),
            arguments: arguments.to_vec(),
            expect: Expect::works(USER),
            secrets: [RIGHT.to_owned(), WRONG.to_owned()],
            saved: None,
        }
    }

    /// Describes a download of [`LETTERS`] from the folder at `base`, of which the beginning is in `folder`.
    fn going_on(row: &str, scheme: &str, base: &str, folder: &Path) -> Self {
        let case = Self::password(row, scheme, format!("{base}/{LETTERS}"));
        Self {
            saved: Some(folder.join("saved")),
            ..case.expecting(Expect::works("saved: abcdefghij"))
        }
    }

    /// Sends a body that waits until the server wants it.
    fn asking(mut self) -> Self {
        self.arguments.insert(0, "POST".to_owned());
        let body = ["--raw", "wanted", "--expect-continue"];
        self.arguments.extend(body.map(str::to_owned));
        self
    }

    /// Sends a form by POST instead.
    fn posting(mut self) -> Self {
        self.arguments.insert(0, "POST".to_owned());
        self.arguments
            .extend(["--form".to_owned(), "note=a b".to_owned()]);
        self
    }

    /// Expects this instead of the user's name and 401.
    fn expecting(mut self, expect: Expect) -> Self {
        self.expect = expect;
        self
    }

    fn prove(self, bench: &Bench<'_>, peer: &'static str) -> Result<Cell> {
        let with = |secret: &String| -> Vec<String> {
            let fill = |argument: &String| argument.replace(SECRET, secret);
            self.arguments.iter().map(fill).collect()
        };
        let exchange = |secret| match &self.saved {
            None => bench.send(&with(secret)),
            Some(file) => {
                fs::write(file.with_extension("part"), "abcde")?;
                let notes = format!("{{\"validator\": \"{}\", \"total\": 10}}", CHANGED.1);
                fs::write(file.with_extension("part.json"), notes)?;
                bench.go_on(file, &with(secret))
            }
        };
        Ok(Cell {
            peer,
            wrong: exchange(&self.secrets[1])?,
            right: exchange(&self.secrets[0])?,
            row: self.row,
            expect: self.expect,
        })
    }
}

/// Starts a peer, where one of its cells is wanted, and proves them.
fn prove_all(
    bench: &Bench<'_>,
    peer: &'static str,
    cases: impl Fn(&str) -> Vec<Case>,
    start: impl FnOnce(u16) -> Result<crate::process::Background>,
) -> Result<Vec<Cell>> {
    let port = crate::process::free_port()?;
    let mut cases = cases(&format!("http://127.0.0.1:{port}"));
    cases.retain(|case| bench.wants(peer, &case.row));
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let mut server = start(port)?;
    server.wait_for_port(port)?;
    cases
        .into_iter()
        .map(|case| case.prove(bench, peer))
        .collect()
}

/// Proves the cells of every peer, all at the same time.
pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let proofs = [
        httpbin::prove,
        nginx::prove,
        apache::prove,
        lighttpd::prove,
        oauthlib::prove,
        squid::prove,
        microsocks::prove,
        dante::prove,
    ];
    side_by_side(&proofs.map(|proof| move || proof(bench)))
}
