//! Runs every rule over the facts of an exchange, and ranks what they find.

use crate::cause::Cause;
use crate::diagnosis::{Diagnosis, RuledOut};
use crate::facts::Facts;
use crate::finding::{Finding, Strength};
use crate::record::Exchange;
use crate::rules::{ANSWERS, FAILURES, REFUSALS, Rule, last};

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

/// Says why the last answer of an exchange is a refusal, or `None` where nothing says that it is one.
pub(crate) fn explain(exchange: &Exchange) -> Option<Diagnosis> {
    let facts = Facts::gather(exchange)?;
    let mut findings = Findings::default();
    let run = |rules: &[Rule], findings: &mut Findings| {
        rules.iter().for_each(|rule| rule(&facts, findings))
    };
    run(ANSWERS, &mut findings);
    if facts.is_failure() {
        run(FAILURES, &mut findings);
    }
    if facts.is_refusal() {
        run(REFUSALS, &mut findings);
    } else {
        // A status that is no refusal by itself needs the server's word, or a flaw that shows.
        let least = if facts.status == 400 {
            Strength::Seen
        } else {
            Strength::Told
        };
        findings
            .found
            .retain(|finding| finding.strength >= least || !facts.is_failure());
    }
    if findings.found.is_empty() && facts.is_refusal() {
        findings.add(last::resort(&facts));
    }
    // The sort keeps the order of the rules among equals.
    findings
        .found
        .sort_by_key(|finding| std::cmp::Reverse(finding.strength));
    let found = &findings.found;
    findings
        .ruled_out
        .retain(|out| found.iter().all(|finding| finding.cause != out.cause));
    (!findings.found.is_empty()).then(|| Diagnosis::new(&facts, findings))
}
