//! The diagnosis: the findings in order, what was ruled out, and what is known in any case.

use std::fmt;

use serde_json::{Value, json};

use crate::finding::{Evidence, Finding};
use crate::findings::RuledOut;

/// Why a request was refused: the most likely cause first.
///
/// All of its text may be shown: what it quotes is cut, cleaned of control characters, and without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The status of the answer.
    pub status: u16,
    /// What is known in any case: what was asked, what was answered, what was sent.
    pub known: Vec<Evidence>,
    /// The findings, that with the strongest evidence first. There is at least one.
    pub findings: Vec<Finding>,
    /// What was looked for and ruled out.
    pub ruled_out: Vec<RuledOut>,
}

impl Diagnosis {
    /// Returns the finding with the strongest evidence.
    #[expect(clippy::indexing_slicing, reason = "there is at least one")]
    pub fn top(&self) -> &Finding {
        &self.findings[0]
    }

    /// Returns at most three lines: the cause, the evidence, and the fix.
    pub fn brief(&self) -> Vec<String> {
        let top = self.top();
        let mut lines = vec![top.headline.clone()];
        let evidence = top.evidence.iter().chain(self.known.last()).take(1);
        lines.extend(evidence.map(ToString::to_string));
        lines.extend(top.fix.as_ref().map(ToString::to_string));
        lines
    }

    /// Returns the diagnosis as JSON: causes by their identifiers, and all texts.
    pub fn to_json(&self) -> Value {
        let evidence = |all: &[Evidence]| -> Vec<Value> {
            let all = all.iter();
            all.map(|it| json!({ "place": it.place, "text": it.text, "quoted": it.quoted }))
                .collect()
        };
        let findings: Vec<Value> = self
            .findings
            .iter()
            .map(|finding| {
                json!({
                    "cause": finding.cause.id(),
                    "title": finding.cause.title(),
                    "headline": finding.headline,
                    "confidence": finding.confidence.to_string(),
                    "turn": finding.turn.to_string(),
                    "service": finding.service,
                    "source": finding.source,
                    "evidence": evidence(&finding.evidence),
                    "fix": finding.fix.as_ref().map(|fix| json!({
                        "say": fix.say,
                        "typed": fix.typed(),
                        "arguments": fix.arguments,
                        "url": fix.url,
                        "open": fix.open,
                        "wait": fix.wait,
                    })),
                })
            })
            .collect();
        let ruled_out: Vec<Value> = self
            .ruled_out
            .iter()
            .map(|out| json!({ "cause": out.cause.id(), "why": out.why }))
            .collect();
        json!({
            "status": self.status,
            "cause": self.top().cause.id(),
            "known": evidence(&self.known),
            "findings": findings,
            "ruled_out": ruled_out,
        })
    }
}

/// Shows the whole reasoning.
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for known in &self.known {
            writeln!(f, "{known}")?;
        }
        for (at, finding) in self.findings.iter().enumerate() {
            let title = if at == 0 { "cause" } else { "less likely" };
            writeln!(f, "\n{title}: {} [{}]", finding.headline, finding.cause)?;
            for evidence in &finding.evidence {
                writeln!(f, "  evidence: {evidence}")?;
            }
            writeln!(
                f,
                "  certainty: {}; the next turn is {}",
                finding.confidence, finding.turn
            )?;
            if let Some(source) = finding.source {
                writeln!(f, "  known from: {source}")?;
            }
            if let Some(fix) = &finding.fix {
                writeln!(f, "  fix: {fix}")?;
            }
        }
        if !self.ruled_out.is_empty() {
            f.write_str("\nruled out:\n")?;
        }
        for out in &self.ruled_out {
            writeln!(f, "  {}: {}", out.cause, out.why)?;
        }
        Ok(())
    }
}
