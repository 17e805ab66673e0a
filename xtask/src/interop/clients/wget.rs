//! wget, which knows Basic and Digest with MD5.

use std::process::Command;

use super::{Known, Target, digest_rows, known};
use crate::failure::Result;
use crate::interop::{Bench, Cell, Exchange, Expect, RIGHT, Refused, USER, WRONG};
use crate::process::run;

const PEER: &str = "wget";

const DEFECTS: &[Known] = &[
    Known {
        row: "auth-int",
        status: Some(401),
        evidence: "Unsupported quality of protection",
        reason: "knows the quality auth only, and says so",
    },
    Known {
        row: "SHA-",
        status: Some(401),
        evidence: "Unsupported algorithm",
        reason: "knows MD5 and MD5-sess only, and says so",
    },
];

pub(super) fn prove(bench: &Bench<'_>, target: &Target) -> Result<Vec<Cell>> {
    let account = format!("{USER}/{RIGHT}");
    let hidden = Expect::Works {
        identity: USER.to_owned(),
        refused: Refused::By(404),
    };
    let mut cases = vec![
        (
            "Basic, found by asking".to_owned(),
            format!("/basic-auth/{account}"),
            Expect::works(USER),
            false,
        ),
        (
            "Basic, without a challenge".to_owned(),
            format!("/hidden-basic-auth/{account}"),
            hidden,
            true,
        ),
    ];
    for (row, path) in digest_rows() {
        let expect = known(&row, DEFECTS).unwrap_or_else(|| Expect::works(USER));
        cases.push((row, path, expect, false));
    }
    let mut cells = Vec::new();
    for (row, path, expect, at_once) in cases.into_iter().filter(|(row, ..)| bench.wants(PEER, row))
    {
        let url = target.command_url(&path);
        cells.push(Cell {
            peer: PEER,
            row,
            expect,
            right: send(&url, RIGHT, at_once)?,
            wrong: send(&url, WRONG, at_once)?,
        });
    }
    Ok(cells)
}

fn send(url: &str, password: &str, at_once: bool) -> Result<Exchange> {
    let mut wget = Command::new(PEER);
    wget.args([
        "--no-config",
        "--no-proxy",
        "--tries=1",
        "--timeout=20",
        "--no-verbose",
        "--server-response",
    ])
    .args([
        "--output-document=-",
        "--user",
        USER,
        "--password",
        password,
    ]);
    if at_once {
        wget.arg("--auth-no-challenge");
    }
    Ok(Exchange::printed(run(wget.arg(url))?.output()))
}
