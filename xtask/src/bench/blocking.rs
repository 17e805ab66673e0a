//! Requests one after the other over one connection, without a runtime: our client beside those that people use so.

use super::clients::{self, Which};
use super::figure::{Aim, Figure};
use super::rounds::{Pairs, in_turns};
use crate::failure::Result;
use crate::install::Peers;

// Short rounds, so that all the turns of most fall into the same moment.
const ROUNDS: usize = 120;
const EACH: usize = 100;

/// Whom ours stands beside, and what the ratio should be.
const BESIDE: &[(Which, Option<Aim>)] = &[
    (Which::BarePoll, Some(Aim::AtMost(1.0))),
    (Which::BareTokio, Some(Aim::AtMost(1.0))),
    (Which::Ureq, Some(Aim::AtMost(0.95))),
    (Which::Reqwest, None),
];

pub(super) fn measure(peers: &Peers, base: &str) -> Result<Vec<Figure>> {
    let path = "/get";
    let mut contestants = vec![Which::Blocking.contestant(base, path)?];
    let mut names = Vec::new();
    for (which, aim) in BESIDE {
        contestants.push(which.contestant(base, path)?);
        names.push((which.name(), *aim));
    }
    contestants.push(clients::python(peers, &format!("{base}{path}"))?);
    names.push(("Python requests", None));
    let times = in_turns(&mut contestants, ROUNDS, EACH)?;
    let Some((ours, others)) = times.split_first() else {
        return Ok(Vec::new());
    };
    let figures = names
        .into_iter()
        .zip(others)
        .flat_map(|((name, aim), other)| {
            let pairs = ours.iter().copied().zip(other.iter().copied()).collect();
            let what = "blocking keep-alive GET";
            Pairs::new(pairs).figures(what, name, 1e6 / EACH as f64, "µs", aim)
        });
    Ok(figures.collect())
}
