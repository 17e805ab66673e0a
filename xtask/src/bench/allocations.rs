//! How often one request asks for memory, counted by valgrind: a figure that the rest of the machine does not change.

use super::clients::Which;
use super::figure::{Aim, Figure};
use super::instructions::{Tool, of_one_request};
use crate::failure::Result;

/// The aim for our blocking client.
const AIM: Aim = Aim::Within(16.0);

const ROWS: &[(Which, Which, Option<Aim>)] = &[
    (Which::Blocking, Which::BarePoll, Some(AIM)),
    (Which::Blocking, Which::Ureq, None),
    (Which::Blocking, Which::Reqwest, None),
    (Which::Async, Which::BareTokio, None),
];

pub(super) fn measure(base: &str) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut ours = None;
    for (which, other, aim) in ROWS {
        let count = match ours {
            Some((known, count)) if known == *which => count,
            _ => of_one_request(Tool::Allocations, *which, base)?,
        };
        ours = Some((*which, count));
        figures.push(Figure {
            what: format!("{}, one GET", which.name()),
            ours: count,
            other: of_one_request(Tool::Allocations, *other, base)?,
            unit: "alloc.",
            beside: other.name(),
            aim: *aim,
        });
    }
    Ok(figures)
}
