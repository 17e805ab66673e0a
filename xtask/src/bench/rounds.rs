//! Many short rounds in turns, so that what else the machine does falls on both halves of a comparison alike.

use std::time::Instant;

use super::figure::{Aim, Figure};
use crate::failure::Result;

/// What two contestants took, in seconds, round by round: ours first.
pub(crate) struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// Takes what was measured in turns.
    pub(crate) fn new(rounds: Vec<(f64, f64)>) -> Self {
        Self(rounds)
    }

    /// Returns the best round of each: what the work costs when nothing disturbs it.
    fn best(&self) -> (f64, f64) {
        let start = (f64::INFINITY, f64::INFINITY);
        self.0.iter().fold(start, |best, round| {
            (best.0.min(round.0), best.1.min(round.1))
        })
    }

    /// Returns the round whose ratio is the median: what is seen on a machine that is faster in one moment than in the next.
    fn median(&self) -> (f64, f64) {
        let mut rounds = self.0.clone();
        rounds.sort_by(|one, other| (one.0 / one.1).total_cmp(&(other.0 / other.1)));
        rounds
            .get(rounds.len() / 2)
            .copied()
            .unwrap_or((f64::NAN, f64::NAN))
    }

    /// Returns the two figures. `scale` makes of the seconds of a round what `unit` says.
    pub(crate) fn figures(
        &self,
        what: &str,
        beside: &'static str,
        scale: f64,
        unit: &'static str,
        aim: Option<Aim>,
    ) -> [Figure; 2] {
        [
            ("best rounds", self.best()),
            ("median round", self.median()),
        ]
        .map(|(which, (ours, other))| Figure {
            what: format!("{what}, {which}"),
            ours: ours * scale,
            other: other * scale,
            unit,
            beside,
            aim,
        })
    }
}

/// One that takes part.
pub(crate) trait Contestant {
    /// Does what is measured, `count` times.
    fn run(&mut self, count: usize) -> Result;
}

/// Has all take their turns, the first of them a different one in each round, and returns the seconds of each in each.
pub(crate) fn in_turns(
    contestants: &mut [Box<dyn Contestant>],
    rounds: usize,
    each: usize,
) -> Result<Vec<Vec<f64>>> {
    for contestant in &mut *contestants {
        // What is opened and allocated once is no part of a round.
        contestant.run(each.min(50))?;
    }
    let mut times = vec![Vec::with_capacity(rounds); contestants.len()];
    for round in 0..rounds {
        for turn in 0..contestants.len() {
            let who = (round + turn) % contestants.len();
            let started = Instant::now();
            contestants[who].run(each)?;
            times[who].push(started.elapsed().as_secs_f64());
        }
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lucky_round_is_not_the_median() {
        let pairs = Pairs::new(vec![
            (2.0, 1.0),
            (1.0, 1.0),
            (1.2, 1.0),
            (0.1, 1.0),
            (1.1, 0.5),
        ]);
        assert_eq!(pairs.best(), (0.1, 0.5));
        assert_eq!(pairs.median(), (1.2, 1.0));
    }

    #[test]
    fn everyone_takes_every_turn() {
        struct Counts(usize, std::rc::Rc<std::cell::RefCell<Vec<usize>>>);
        impl Contestant for Counts {
            fn run(&mut self, _: usize) -> Result {
                self.1.borrow_mut().push(self.0);
                Ok(())
            }
        }
        let seen = std::rc::Rc::default();
        let mut both: Vec<Box<dyn Contestant>> = vec![
            Box::new(Counts(0, std::rc::Rc::clone(&seen))),
            Box::new(Counts(1, std::rc::Rc::clone(&seen))),
        ];
        let times = in_turns(&mut both, 2, 1).unwrap();
        assert_eq!(times.len(), 2);
        assert_eq!(*seen.borrow(), [0, 1, 0, 1, 1, 0]);
    }
}
