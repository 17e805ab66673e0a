//! Node: its own fetch, to which credentials are given as a header, and urllib, which knows Digest with MD5.

use std::fs;
use std::process::Command;

use super::{Known, Target, Task, digest_rows, drive};
use crate::failure::Result;
use crate::interop::{Bench, Cell, RIGHT, USER};

/// Without the parameter `algorithm` a response is one of MD5 (RFC 7616 section 3.3).
const KNOWS_MD5_ONLY: Known = Known {
    row: "Digest",
    status: Some(401),
    evidence: "algorithm is \\\"MD5\\\", and the challenge said",
    reason: "does not read the algorithm of a challenge, and always computes MD5",
};

pub(super) fn prove(bench: &Bench<'_>, target: &Target) -> Result<Vec<Cell>> {
    // Node looks for packages beside the script.
    let script = bench.peers.node_folder().join("client.mjs");
    fs::write(&script, include_str!("client.mjs"))?;
    let node = |client: &str| -> Result<Command> {
        let mut node = Command::new(bench.peers.node()?);
        node.arg(&script).arg(client);
        Ok(node)
    };
    let basic = || {
        Task::password(
            "Basic",
            "basic",
            target.url(&format!("/basic-auth/{USER}/{RIGHT}")),
        )
    };
    let bearer = Task::bearer(target.url("/auth/bearer"));
    let mut cells = drive(bench, "fetch", &mut node("fetch")?, vec![basic(), bearer])?;
    let mut tasks = vec![
        basic(),
        Task::password("Digest, POST", "digest", target.url("/auth/digest")).posting(),
    ];
    for (row, path) in digest_rows() {
        let defects = if row.contains("SHA") || row.contains("sess") {
            &[KNOWS_MD5_ONLY][..]
        } else {
            &[]
        };
        tasks.push(Task::password(row, "digest", target.url(&path)).but(defects));
    }
    cells.extend(drive(bench, "urllib", &mut node("urllib")?, tasks)?);
    Ok(cells)
}
