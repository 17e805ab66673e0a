//! What the data files of services say about an answer.

use crate::facts::Facts;
use crate::findings::Findings;
use crate::known::{self, Service};

pub(super) fn look(facts: &Facts<'_>, findings: &mut Findings) {
    // Who was recognised speaks first.
    let recognised = known::recognise(facts.leg, facts.answer);
    let is_known = |service: &Service| recognised.iter().any(|known| known.name == service.name);
    let (known, other): (Vec<_>, Vec<_>) =
        known::all().iter().partition(|service| is_known(service));
    let known = known.into_iter().map(|service| (service, true));
    for (service, known) in known.chain(other.into_iter().map(|service| (service, false))) {
        let mut all = service.facts.iter();
        // The facts of a service stand in order: the first that fits is meant.
        let found = all.find_map(|fact| fact.look(facts, known, &service.name));
        if let Some(finding) = found {
            findings.add(finding);
        }
    }
}
