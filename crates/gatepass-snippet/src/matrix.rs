//! The published table: what every target can do, from `supports` and from nowhere else.

use crate::support::{Need, Support};
use crate::target::{Recipe, Target};
use crate::targets;

/// What a cell shows for each kind of support, and what it means.
pub const LEGEND: &[(&str, &str)] = &[
    ("●", "the library's own facility"),
    ("◐", "a short function written into the code"),
    ("○", "a header that the code makes"),
    ("–", "refused, with a reason"),
];

/// Returns the sign of a kind of support.
pub fn sign(support: Support) -> &'static str {
    match support {
        Support::Native => "●",
        Support::Helper => "◐",
        Support::Header => "○",
        Support::No(_) => "–",
    }
}

/// Returns every target with the signs of all needs, in the order of [`Need::ALL`].
pub fn rows() -> Vec<(&'static dyn Target, Vec<Support>)> {
    let row = |target: &&'static dyn Target| {
        let cells = Need::ALL.iter().map(|need| target.supports(*need));
        (*target, cells.collect())
    };
    targets::ALL.iter().map(row).collect()
}

/// Says whether the code of a target is run by the tests.
pub fn is_executed(target: &dyn Target) -> bool {
    !matches!(target.info().recipe, Recipe::NotExecuted(_))
}
