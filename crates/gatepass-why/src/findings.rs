//! What the rules find, and what they rule out.

use crate::cause::Cause;
use crate::finding::{Finding, Strength};

/// A cause that was looked for and is none here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuledOut {
    /// The cause.
    pub cause: Cause,
    /// Why it is none.
    pub why: String,
}

/// What the rules found, and what they ruled out.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) found: Vec<Finding>,
    pub(crate) ruled_out: Vec<RuledOut>,
}

impl Findings {
    /// Adds a finding. One of the same cause gains its evidence instead: two signs are one cause.
    pub(crate) fn add(&mut self, finding: Finding) {
        let known = self
            .found
            .iter_mut()
            .find(|known| known.cause == finding.cause);
        let Some(known) = known else {
            self.found.push(finding);
            return;
        };
        let (mut stronger, weaker) = match finding.strength > known.strength {
            true => (
                finding,
                std::mem::replace(
                    known,
                    Finding::new(Cause::Unexplained, Strength::Status, ""),
                ),
            ),
            false => (known.clone(), finding),
        };
        for evidence in weaker.evidence {
            if stronger.evidence.len() < 6 && !stronger.evidence.contains(&evidence) {
                stronger.evidence.push(evidence);
            }
        }
        stronger.fix = stronger.fix.or(weaker.fix);
        stronger.service = stronger.service.or(weaker.service);
        stronger.source = stronger.source.or(weaker.source);
        stronger.confidence = stronger.confidence.max(weaker.confidence);
        *known = stronger;
    }

    /// Notes why a cause is none here.
    pub(crate) fn rule_out(&mut self, cause: Cause, why: impl Into<String>) {
        if self.ruled_out.iter().all(|known| known.cause != cause) {
            self.ruled_out.push(RuledOut {
                cause,
                why: why.into(),
            });
        }
    }
}
