//! httpbin, from the Python registry, in gunicorn.

use std::process::Command;

use super::{Case, prove_all};
use crate::failure::Result;
use crate::interop::{Bench, Cell, Expect, RIGHT, Refused, USER};
use crate::process::Background;

const PEER: &str = "httpbin";

pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    prove_all(bench, PEER, cases, |port| {
        let folder = bench.folder(PEER)?;
        let mut gunicorn = Command::new(bench.peers.script("gunicorn"));
        gunicorn
            .args([
                "--bind",
                &format!("127.0.0.1:{port}"),
                "--no-control-socket",
                "httpbin:app",
            ])
            .current_dir(&folder);
        Background::start(&mut gunicorn, &folder.join("log"))
    })
}

fn cases(base: &str) -> Vec<Case> {
    let account = format!("{USER}/{RIGHT}");
    let hidden = Expect::Works {
        identity: format!("\"user\": \"{USER}\""),
        refused: Refused::By(404),
    };
    // It takes any token. What it refuses is another word in front.
    let bearer = Case {
        row: "Bearer".to_owned(),
        arguments: [
            &format!("{base}/bearer"),
            "-A",
            super::SECRET,
            "-a",
            "mF_9.B5f-4.1JqM",
        ]
        .map(str::to_owned)
        .to_vec(),
        expect: Expect::works("\"token\": \"mF_9.B5f-4.1JqM\""),
        secrets: ["bearer".to_owned(), "token".to_owned()],
        saved: None,
    };
    let mut cases = vec![
        Case::password("Basic", "basic", format!("{base}/basic-auth/{account}")),
        Case::password(
            "Basic, without a challenge",
            "basic",
            format!("{base}/hidden-basic-auth/{account}"),
        )
        .expecting(hidden),
        bearer,
    ];
    for algorithm in ["MD5", "SHA-256", "SHA-512"] {
        let url = format!("{base}/digest-auth/auth/{account}/{algorithm}");
        cases.push(Case::password(format!("Digest {algorithm}"), "digest", url));
    }
    let url = format!("{base}/digest-auth/auth-int/{account}/SHA-256");
    cases.push(Case::password("Digest SHA-256, auth-int", "digest", url));
    let url = format!("{base}/digest-auth/auth/{account}/MD5/never?a=b%20c");
    let query = Expect::defect(
        500,
        "Internal Server Error",
        "checks the target without its query, and fails when there is one",
    );
    cases.push(Case::password("Digest MD5, with a query", "digest", url).expecting(query));
    cases
}
