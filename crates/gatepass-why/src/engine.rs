//! Runs every rule over the facts of an exchange, and ranks what they find.

use crate::diagnosis::Diagnosis;
use crate::facts::{Facts, summary};
use crate::finding::Strength;
use crate::findings::Findings;
use crate::record::Exchange;
use crate::rules::{ANSWERS, FAILURES, REFUSALS, Rule, last};

impl Diagnosis {
    /// Explains the last answer of an exchange. Returns `None` where nothing says that it is a refusal.
    ///
    /// ```
    /// use gatepass_auth::Space;
    /// use gatepass_why::{Cause, Diagnosis, record::{Answer, Exchange, Leg}};
    ///
    /// let mut leg = Leg::new("GET", Space::origin("https", "api.example", 443), "/user");
    /// leg.headers.append("Authorization", "Bearer ");
    /// leg.answer = Some(Answer::new(401, "Unauthorized"));
    /// let diagnosis = Diagnosis::of(&Exchange::new(vec![leg], None)).unwrap();
    /// assert_eq!(diagnosis.top().cause, Cause::CredentialEmpty);
    /// ```
    pub fn of(exchange: &Exchange) -> Option<Self> {
        explain(exchange)
    }
}

/// Says why the last answer of an exchange is a refusal, or `None` where nothing says that it is one.
fn explain(exchange: &Exchange) -> Option<Diagnosis> {
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
    (!findings.found.is_empty()).then(|| Diagnosis {
        status: facts.status,
        known: summary::known(&facts),
        findings: findings.found,
        ruled_out: findings.ruled_out,
    })
}
