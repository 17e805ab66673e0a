//! The diagnosis: the findings in order, what was ruled out, and what is known in any case.

use std::fmt;

use gatepass_auth::Challenge;
use serde_json::{Value, json};

use crate::cause::Cause;
use crate::engine::{self, Findings};
use crate::facts::Facts;
use crate::finding::{Evidence, Finding};
use crate::record::Exchange;

/// A cause that was looked for and is none here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuledOut {
    /// The cause.
    pub cause: Cause,
    /// Why it is none.
    pub why: String,
}

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
        engine::explain(exchange)
    }

    pub(crate) fn new(facts: &Facts<'_>, findings: Findings) -> Self {
        Self {
            status: facts.status,
            known: known(facts),
            findings: findings.found,
            ruled_out: findings.ruled_out,
        }
    }

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

fn known(facts: &Facts<'_>) -> Vec<Evidence> {
    let mut known = Vec::new();
    let mut add = |place: &str, text: String| {
        known.push(Evidence {
            place: place.to_owned(),
            text,
            quoted: false,
        });
    };
    let leg = facts.leg;
    let url = match leg.method.as_str() {
        "CONNECT" => facts.quote(&leg.target),
        _ => format!("{}{}", leg.space, facts.quote(&leg.target)),
    };
    let reason = facts.quote(&facts.answer.reason);
    add("request", format!("{} {url}", facts.quote(&leg.method)));
    add(
        "answer",
        format!("{} {reason}", facts.status).trim_end().to_owned(),
    );
    if let Some(given) = &leg.given {
        add(
            "credential",
            format!("{}, {}", given.title, facts.quote(&given.source)),
        );
    }
    for withheld in leg.withheld.iter().take(4) {
        add(
            "kept back",
            format!("{}: it belongs to {}", withheld.what, withheld.belongs_to),
        );
    }
    let asked: Vec<String> = facts
        .challenges
        .iter()
        .take(6)
        .map(|challenge| short(facts, challenge))
        .collect();
    let asked = match asked.is_empty() {
        true => "nothing by name".to_owned(),
        false => asked.join(", "),
    };
    let mut sent: Vec<String> = facts
        .sent
        .iter()
        .take(4)
        .map(|sent| sent.shown(facts))
        .collect();
    if sent.is_empty() {
        sent.push("no credential".to_owned());
    }
    add("asked for", format!("{asked}; sent: {}", sent.join(", ")));
    known
}

/// Returns a challenge without what says nothing to people.
fn short(facts: &Facts<'_>, challenge: &Challenge) -> String {
    let mut short = Challenge::new(facts.word(&challenge.scheme));
    for param in challenge.params.iter().take(32) {
        let name = param.name().to_ascii_lowercase();
        if ["realm", "algorithm", "qop", "scope", "error", "service"].contains(&name.as_str()) {
            let value = facts.veil.quote_up_to(&param.text(), 80);
            if param.is_quoted() {
                short.params.quoted(name, value);
            } else {
                short.params.bare(name, value);
            }
        }
    }
    String::from_utf8_lossy(&short.to_bytes()).into_owned()
}
