//! What a rule concludes: the cause, what it is concluded from, how sure that is, whose turn it is, and the way out.

use std::fmt;

use crate::cause::Cause;
use crate::fix::Fix;
use crate::turn::Turn;

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Confidence {
    /// Nothing speaks against it.
    Possible,
    /// Servers that answer so usually mean it.
    Likely,
    /// The server says so.
    Told,
    /// The exchange itself shows it.
    Certain,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Told => "the server says so",
            Self::Certain => "the exchange shows it",
        })
    }
}

/// How much a piece of evidence weighs against others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// A status, and nothing else.
    Status,
    /// What servers of this kind usually mean.
    Usual,
    /// Words of the server that fit many causes.
    Vague,
    /// Facts of the request that often are the cause.
    Often,
    /// Facts of the request or the answer that are the cause as a rule.
    Seen,
    /// Words of the server that name the cause.
    Told,
    /// A flaw that no server puts up with.
    Flaw,
    /// A parameter, a header or a code of the service that has this meaning alone.
    Exact,
}

/// One piece of evidence: where it stands, and what it says. The text may be shown: it is cut, cleaned, and without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Evidence {
    /// Where it stands, as a phrase: `the body says`, `the token`.
    pub place: String,
    /// What it says.
    pub text: String,
    /// Whether the text is quoted from the exchange: it is the server's word, or the client's, not ours.
    pub quoted: bool,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quoted {
            write!(f, "{}: \u{201c}{}\u{201d}", self.place, self.text)
        } else {
            write!(f, "{}: {}", self.place, self.text)
        }
    }
}

/// A cause with what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The cause.
    pub cause: Cause,
    /// What happened, as a sentence without a full stop.
    pub headline: String,
    /// What it is concluded from, the most telling first.
    pub evidence: Vec<Evidence>,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whose turn it is.
    pub turn: Turn,
    /// The way out, where something can be said.
    pub fix: Option<Fix>,
    /// The service whose habits were looked at, where one was recognised.
    pub service: Option<&'static str>,
    /// Where it is said that the service answers so, where a data file knows.
    pub source: Option<&'static str>,
    pub(crate) strength: Strength,
}

impl Finding {
    pub(crate) fn new(cause: Cause, strength: Strength, headline: impl Into<String>) -> Self {
        Self {
            cause,
            headline: headline.into(),
            evidence: Vec::new(),
            confidence: match strength {
                Strength::Status => Confidence::Possible,
                Strength::Usual | Strength::Often | Strength::Vague => Confidence::Likely,
                Strength::Told | Strength::Exact => Confidence::Told,
                Strength::Seen | Strength::Flaw => Confidence::Certain,
            },
            turn: cause.turn(),
            fix: None,
            service: None,
            source: None,
            strength,
        }
    }

    /// Adds evidence in our own words.
    pub(crate) fn because(mut self, place: impl Into<String>, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence {
            place: place.into(),
            text: text.into(),
            quoted: false,
        });
        self
    }

    /// Adds evidence in the words of the exchange, which must be safe to show.
    pub(crate) fn quoting(mut self, place: impl Into<String>, text: impl Into<String>) -> Self {
        self.evidence.push(Evidence {
            place: place.into(),
            text: text.into(),
            quoted: true,
        });
        self
    }

    pub(crate) fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    pub(crate) fn with_turn(mut self, turn: Turn) -> Self {
        self.turn = turn;
        self
    }

    /// Says that it is no surer than that.
    pub(crate) fn at_most(mut self, confidence: Confidence) -> Self {
        self.confidence = self.confidence.min(confidence);
        self
    }
}
