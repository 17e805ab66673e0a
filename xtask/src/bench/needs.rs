//! What the figures need of other people's programs: those that are asked for, and no others.

use std::path::Path;
use std::process::Command;

use super::Group;
use crate::install::{Peers, Plan};
use crate::process::answers;

/// Returns what is missing for these groups of figures, a line each; for all of them where none is named.
pub(super) fn missing(root: &Path, groups: &[Group]) -> Vec<String> {
    if groups.is_empty() {
        return Plan::make(root).missing_peers();
    }
    let peers = Peers::below(root);
    let mut missing: Vec<String> = Vec::new();
    for group in groups {
        let lacks = match group {
            Group::Headers => python(&peers, "requests, oauthlib"),
            Group::Blocking | Group::Idle => python(&peers, "requests"),
            Group::Process | Group::Large => program("curl"),
            Group::Allocations => program("valgrind"),
            Group::Code => Plan::make(root).missing_peers(),
            // What counts instructions is asked for where they are counted.
            Group::Instructions | Group::KeepAlive | Group::InFlight | Group::Server => Vec::new(),
        };
        for it in lacks {
            if !missing.contains(&it) {
                missing.push(it);
            }
        }
    }
    missing
}

fn python(peers: &Peers, modules: &str) -> Vec<String> {
    let mut python = Command::new(peers.python());
    let output = python.args(["-c", &format!("import {modules}")]).output();
    let there = output.is_ok_and(|output| output.status.success());
    (!there)
        .then(|| format!("Python's {modules}"))
        .into_iter()
        .collect()
}

fn program(name: &str) -> Vec<String> {
    let there = answers(name, "--version");
    (!there).then(|| name.to_owned()).into_iter().collect()
}
