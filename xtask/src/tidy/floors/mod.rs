//! The order of the modules inside a crate: its root states its floors, arrows point down, and there is no circle.
//!
//! The root of a crate (`lib.rs` or `main.rs`) says which module stands where, in a comment that a person reads first:
//!
//! ```text
//! // Floors, top to bottom:
//! //   asking: client request response
//! //   driving: drive
//! //   telling: error
//! // Arrows that still point up:
//! //   drive -> client: the driver holds the client's inner part
//! ```
//!
//! A module uses those of its own floor and of the floors below it, in no circle. What is in tests only is no arrow. An arrow
//! that still points up has its reason in the list, and the list may only become shorter: an entry that is not needed is
//! a finding. Inside a folder, the modules beside each other form no circle either; an exception to that names both in
//! full, as in `parse::one -> parse::two`.

mod block;
mod circle;
mod mentions;

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use crate::repository::Source;
use block::Floors;
use circle::{Graph, Place};
use mentions::Crate;

/// What the root of a crate is called where it is an end of an arrow.
const ROOT: &str = "the root of the crate";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for root in sources.iter().filter(|source| is_root(&source.path)) {
        let folder = &root.path[..root.path.len() - file_name(&root.path).len()];
        match Crate::read(folder, sources) {
            Ok(of_crate) => findings.extend(check_crate(root, &of_crate)),
            Err(finding) => findings.push(finding),
        }
    }
    findings
}

/// Says whether a path is the root of a crate of this repository.
fn is_root(path: &str) -> bool {
    let folder = path.strip_suffix(file_name(path)).unwrap_or_default();
    matches!(file_name(path), "lib.rs" | "main.rs")
        && (folder == "xtask/src/" || (folder.starts_with("crates/") && folder.ends_with("/src/")))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn check_crate(root: &Source, of_crate: &Crate) -> Vec<Finding> {
    let floors = match Floors::parse(root) {
        Ok(floors) => floors,
        Err(finding) => return vec![finding],
    };
    let graph = of_crate.top();
    let mut findings = complete(root, of_crate, &floors);
    let allowed: BTreeSet<_> = floors
        .exceptions
        .iter()
        .map(|exception| (exception.from.as_str(), exception.to.as_str()))
        .collect();
    for ((from, to), place) in &graph.arrows {
        let (Some(own), other) = (floors.of(from), floors.of(to)) else {
            continue;
        };
        if other.is_some_and(|other| other >= own) || allowed.contains(&(from, to)) {
            continue;
        }
        let above = other.map_or("the top", |other| floors.name(other));
        let message = format!(
            "`{from}` uses `{to}`, and arrows point down: `{above}` stands above `{}` (see {})",
            floors.name(own),
            root.path,
        );
        findings.push(Finding::at(&place.file, place.line, message));
    }
    let rest = graph.without(&allowed);
    findings.extend(rest.circles().iter().map(|circle| circled(&rest, circle)));
    let mut graphs = vec![(graph, rest)];
    for inner in of_crate.folders() {
        let rest = inner.without(&allowed);
        findings.extend(rest.circles().iter().map(|circle| circled(&rest, circle)));
        graphs.push((inner, rest));
    }
    findings.extend(unneeded(root, &floors, &graphs));
    findings
}

/// Says which modules have no floor, and which floors name no module.
fn complete(root: &Source, of_crate: &Crate, floors: &Floors) -> Vec<Finding> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for module in floors.modules() {
        *times.entry(module).or_default() += 1;
    }
    let modules = of_crate.children(&[]);
    let homeless = modules.iter().filter(|it| !times.contains_key(it.as_str()));
    let homeless = homeless.map(|it| format!("`{it}` stands on no floor; add it to the list"));
    let unknown = times.keys().filter(|it| !modules.contains(**it));
    let unknown = unknown.map(|it| format!("the floors name `{it}`, which is no module"));
    let twice = times.iter().filter(|(_, times)| **times > 1);
    let twice = twice.map(|(it, _)| format!("the floors name `{it}` twice"));
    homeless
        .chain(unknown)
        .chain(twice)
        .map(|message| Finding::at(&root.path, floors.line, message))
        .collect()
}

/// Says which exceptions are not needed: there is no such arrow, or it breaks no rule. Each graph comes with what is left
/// of it without the exceptions.
fn unneeded(root: &Source, floors: &Floors, graphs: &[(Graph, Graph)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for exception in &floors.exceptions {
        let (from, to) = (exception.from.as_str(), exception.to.as_str());
        let points_up = match (floors.of(from), floors.of(to)) {
            (Some(own), Some(other)) => other < own,
            (own, _) => own.is_some(),
        };
        let is_needed = graphs.iter().any(|(whole, rest)| {
            let ends = (from.to_owned(), to.to_owned());
            whole.arrows.contains_key(&ends) && (points_up || rest.path(to, from).is_some())
        });
        if !is_needed {
            let message =
                format!("the exception `{from} -> {to}` is no longer needed; take it off the list");
            findings.push(Finding::at(&root.path, exception.line, message));
        }
    }
    findings
}

fn circled(graph: &Graph, circle: &[String]) -> Finding {
    let ends = circle.iter().zip(circle.iter().cycle().skip(1));
    let arrows: Vec<(String, &Place)> = ends
        .filter_map(|(from, to)| {
            let place = graph.arrows.get(&(from.clone(), to.clone()))?;
            Some((
                format!("`{from}` uses `{to}` ({}:{})", place.file, place.line + 1),
                place,
            ))
        })
        .collect();
    let words: Vec<_> = arrows.iter().map(|(words, _)| words.as_str()).collect();
    let message = format!("a circle of modules: {}", words.join(", "));
    match arrows.first() {
        Some((_, place)) => Finding::at(&place.file, place.line, message),
        None => Finding::in_file("", message),
    }
}

#[cfg(test)]
mod tests;
