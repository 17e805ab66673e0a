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
        }
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
        Ok(Cell {
            peer,
            right: bench.send(&with(&self.secrets[0]))?,
            wrong: bench.send(&with(&self.secrets[1]))?,
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
