//! Java: the HttpClient of Java 11, and HttpURLConnection, which knows Digest.

use std::fs;
use std::process::Command;

use super::{Known, Target, Task, digest_rows};
use crate::failure::{Failure, Result};
use crate::interop::{Bench, Cell, Exchange, RIGHT, USER};
use crate::process::demand;

const OF_CONNECTION: &[Known] = &[
    Known {
        row: "auth-int",
        status: Some(401),
        evidence: "",
        reason: "does not know auth-int, and sends nothing",
    },
    Known {
        row: "SHA-256-sess",
        status: Some(401),
        evidence: "the request has no Authorization field",
        reason: "knows no session form but MD5's, and sends nothing",
    },
    Known {
        row: "SHA-512-256",
        status: Some(401),
        evidence: "the request has no Authorization field",
        reason: "does not know SHA-512-256, and sends nothing",
    },
];

const OF_CLIENT: &[Known] = &[Known {
    row: "Digest",
    status: Some(401),
    evidence: "the request has no Authorization field",
    reason: "does not know Digest, and sends nothing",
}];

pub(super) fn prove(bench: &Bench<'_>, target: &Target) -> Result<Vec<Cell>> {
    let folder = bench.folder("clients")?;
    let program = folder.join("Client.java");
    fs::write(&program, include_str!("Client.java"))?;
    let mut cells = Vec::new();
    for (peer, defects) in [
        ("HttpClient", OF_CLIENT),
        ("HttpURLConnection", OF_CONNECTION),
    ] {
        let mut tasks = tasks(target, defects);
        tasks.retain(|task| bench.wants(peer, &task.row));
        if tasks.is_empty() {
            continue;
        }
        let mut java = Command::new("java");
        // Newer releases answer MD5 only when they are told to.
        java.arg("-Dhttp.auth.digest.reEnabledAlgorithms=MD5")
            .arg(&program)
            .arg(peer);
        for task in tasks.iter().flat_map(|task| [&task.right, &task.wrong]) {
            let text = |field: &str| task[field].as_str();
            let secret = text("password").or(text("token")).unwrap_or_default();
            let scheme = text("scheme").unwrap_or_default();
            java.args([scheme, text("url").unwrap_or_default(), USER, secret]);
        }
        let printed = demand(&mut java)?;
        let mut answers = printed.lines().map(exchange);
        let mut next = || {
            answers
                .next()
                .ok_or_else(|| Failure::new("Java gave too few answers"))
        };
        for task in tasks {
            cells.push(Cell {
                peer,
                row: task.row,
                expect: task.expect,
                right: next()?,
                wrong: next()?,
            });
        }
    }
    Ok(cells)
}

/// Reads a line of the program: the status or `null`, and the text.
fn exchange(line: &str) -> Exchange {
    let (status, text) = line.split_once(' ').unwrap_or((line, ""));
    Exchange {
        status: status.parse().ok(),
        text: text.to_owned(),
    }
}

fn tasks(target: &Target, defects: &[Known]) -> Vec<Task> {
    let basic = target.url(&format!("/basic-auth/{USER}/{RIGHT}"));
    let mut tasks = vec![
        Task::password("Basic, found by asking", "basic", basic),
        Task::bearer(target.url("/auth/bearer")),
    ];
    for (row, path) in digest_rows() {
        tasks.push(Task::password(row, "digest", target.url(&path)).but(defects));
    }
    tasks
}
