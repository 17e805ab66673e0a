//! Modules and the arrows between them, and the circles that these make.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A line of a file, counted from 0.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
}

/// Which module uses which, each arrow with the first line that says so.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) arrows: BTreeMap<(String, String), Place>,
}

impl Graph {
    /// Adds an arrow, unless it is there.
    pub(super) fn add(&mut self, from: &str, to: &str, place: Place) {
        let ends = (from.to_owned(), to.to_owned());
        self.arrows.entry(ends).or_insert(place);
    }

    /// Returns the graph without some of its arrows.
    pub(super) fn without(&self, some: &BTreeSet<(&str, &str)>) -> Self {
        let rest = self.arrows.iter();
        let rest = rest.filter(|((from, to), _)| !some.contains(&(from, to)));
        Self {
            arrows: rest
                .map(|(ends, place)| (ends.clone(), place.clone()))
                .collect(),
        }
    }

    /// Returns the shortest way along the arrows, both ends included.
    pub(super) fn path(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let mut before: BTreeMap<&str, &str> = BTreeMap::new();
        let mut waiting = VecDeque::from([from]);
        while let Some(here) = waiting.pop_front() {
            for next in self.next(here) {
                if next == to {
                    let mut way = vec![to.to_owned(), here.to_owned()];
                    let mut at = here;
                    while at != from {
                        at = before[at];
                        way.push(at.to_owned());
                    }
                    way.reverse();
                    return Some(way);
                }
                if next != from && !before.contains_key(next) {
                    before.insert(next, here);
                    waiting.push_back(next);
                }
            }
        }
        None
    }

    fn next<'a>(&'a self, from: &'a str) -> impl Iterator<Item = &'a str> {
        let arrows = self.arrows.keys().filter(move |(own, _)| own == from);
        arrows.map(|(_, to)| to.as_str())
    }

    /// Returns circles, each the shortest through one of its modules, until every module of a circle stands in one.
    pub(super) fn circles(&self) -> Vec<Vec<String>> {
        let mut told = BTreeSet::new();
        let mut circles = Vec::new();
        for (module, _) in self.arrows.keys() {
            if told.contains(module) {
                continue;
            }
            if let Some(mut circle) = self.path(module, module) {
                circle.pop();
                told.extend(circle.iter().cloned());
                circles.push(circle);
            }
        }
        circles
    }
}
