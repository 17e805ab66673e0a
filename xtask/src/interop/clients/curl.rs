//! curl.

use std::process::Command;

use super::{Known, Target, digest_rows, known};
use crate::failure::Result;
use crate::interop::{Bench, Cell, Exchange, Expect, RIGHT, Refused, USER, WRONG};
use crate::process::{demand, run};

const PEER: &str = "curl";

/// What versions before 8.11 fail at.
const OLD_DEFECTS: &[Known] = &[Known {
    row: "SHA-512-256",
    status: Some(401),
    evidence: "the user name or the password is wrong",
    reason: "computes SHA-256 under the name of SHA-512-256 before version 8.11",
}];

pub(super) fn prove(bench: &Bench<'_>, target: &Target) -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    let is_old = version()? < (8, 11);
    for (row, path, expect, options) in cases(if is_old { OLD_DEFECTS } else { &[] }) {
        if !bench.wants(PEER, &row) {
            continue;
        }
        let (right, wrong) = if options.contains(&"--oauth2-bearer") {
            ("mF_9.B5f-4.1JqM".to_owned(), "mF_9.B5f-4.1JqN".to_owned())
        } else {
            (format!("{USER}:{RIGHT}"), format!("{USER}:{WRONG}"))
        };
        let url = target.command_url(&path);
        cells.push(Cell {
            peer: PEER,
            row,
            expect,
            right: send(&url, &options, &right)?,
            wrong: send(&url, &options, &wrong)?,
        });
    }
    Ok(cells)
}

/// Returns rows with their path, what is expected, and curl's options, of which the last takes the credential.
fn cases(defects: &[Known]) -> Vec<(String, String, Expect, Vec<&'static str>)> {
    let account = format!("{USER}/{RIGHT}");
    let works = || Expect::works(USER);
    let hidden = Expect::Works {
        identity: USER.to_owned(),
        refused: Refused::By(404),
    };
    let token = Expect::works("\"authenticated\": true");
    let mut cases: Vec<_> = [
        (
            "Basic",
            format!("/basic-auth/{account}"),
            works(),
            vec!["--basic", "--user"],
        ),
        (
            "Basic, found by asking",
            format!("/basic-auth/{account}"),
            works(),
            vec!["--anyauth", "--user"],
        ),
        (
            "Basic, without a challenge",
            format!("/hidden-basic-auth/{account}"),
            hidden,
            vec!["--basic", "--user"],
        ),
        (
            "Bearer",
            "/auth/bearer".to_owned(),
            token,
            vec!["--oauth2-bearer"],
        ),
        (
            "Digest, found by asking",
            "/auth/digest".to_owned(),
            works(),
            vec!["--anyauth", "--user"],
        ),
        (
            "Digest, POST",
            "/auth/digest".to_owned(),
            works(),
            vec!["--data", "note=a b", "--digest", "--user"],
        ),
    ]
    .into_iter()
    .map(|(row, path, expect, options)| (row.to_owned(), path, expect, options))
    .collect();
    for (row, path) in digest_rows() {
        let expect = known(&row, defects).unwrap_or_else(works);
        cases.push((row, path, expect, vec!["--digest", "--user"]));
    }
    cases
}

/// Returns the first two numbers of curl's version.
fn version() -> Result<(u32, u32)> {
    let text = demand(Command::new(PEER).arg("--version"))?;
    let number = text.split_whitespace().nth(1).unwrap_or_default();
    let mut parts = number.split('.').map(|part| part.parse().unwrap_or(0));
    Ok((parts.next().unwrap_or(0), parts.next().unwrap_or(0)))
}

fn send(url: &str, options: &[&str], credential: &str) -> Result<Exchange> {
    let mut curl = Command::new(PEER);
    curl.args([
        "--silent",
        "--show-error",
        "--include",
        "--max-time",
        "20",
        "--noproxy",
        "*",
    ]);
    let finished = run(curl.args(options).args([credential, url]))?;
    Ok(Exchange::printed(finished.output()))
}
