//! One fact: the answers that it speaks of, and what they mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::template::{Capture, fill};
use crate::cause::Cause;
use crate::facts::Facts;
use crate::facts::said::{Form, Said};
use crate::facts::sent::{Kind, Place};
use crate::facts::words::words;
use crate::finding::{Confidence, Finding, Strength};
use crate::fix::Fix;
use crate::turn::Turn;

/// What certain answers mean.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    pub(crate) when: When,
    /// The cause's identifier.
    pub(crate) cause: String,
    /// The sentence, with `{captures}`; what stands in `[[…]]` is left out where one of its captures is missing.
    pub(crate) says: String,
    #[serde(default)]
    weight: Weight,
    /// Whose turn it is, where it is not that of the cause.
    #[serde(default)]
    turn: Option<String>,
    #[serde(default)]
    fix: Way,
    #[serde(default)]
    capture: BTreeMap<String, Capture>,
    /// Where it is said that the service answers so.
    pub(crate) source: String,
    /// Whether that was not confirmed: the words say so.
    #[serde(default)]
    unconfirmed: bool,
}

/// How much a fact weighs.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Weight {
    /// The service answers so for this cause alone.
    #[default]
    Exact,
    /// The words name the cause.
    Told,
    /// The words fit many causes.
    Vague,
    /// The service usually means it.
    Usual,
    /// The answer shows the cause.
    Seen,
}

/// The way out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    #[serde(default)]
    say: String,
    /// Arguments of the command.
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    open: Option<String>,
    #[serde(default)]
    run: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

/// Which answers a fact speaks of: all that is given must hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct When {
    status: Vec<u16>,
    /// Phrases of which the server says one.
    says: Vec<Phrase>,
    /// Phrases all of which the server says.
    says_all: Vec<Phrase>,
    /// Phrases none of which the server says.
    says_not: Vec<Phrase>,
    /// Members of the body with their values; `*` is any.
    field: BTreeMap<String, String>,
    /// Header fields of the answer and what stands in them, in lower case; nothing for any value.
    header: BTreeMap<String, String>,
    /// Header fields that the answer does not have.
    no_header: Vec<String>,
    /// Header fields of the request and what stands in them, in lower case.
    request: BTreeMap<String, String>,
    no_request: Vec<String>,
    /// The word of a challenge.
    challenge: Option<String>,
    /// Parameters of a challenge and what stands in them, in lower case.
    param: BTreeMap<String, String>,
    no_challenge: bool,
    /// What was sent, one of: `nothing`, `something`, `basic`, `bearer`, `digest`, `oauth`, `word`, `bare`, `key`, `cookie`,
    /// `signature`, `signed-url`, `query-key`.
    sent: Vec<String>,
    /// How what was sent begins.
    token: Vec<String>,
    method: Vec<String>,
    path: Vec<String>,
    host: Vec<String>,
    /// Whether the service must have been recognised.
    known: bool,
    /// The form of the body: `json`, `xml`, `html`, `text`, `none`.
    form: Option<String>,
    /// Whether the body is empty.
    empty: bool,
}

/// A phrase as words.
#[derive(Debug)]
struct Phrase(String);

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(words(&text)))
    }
}

impl Fact {
    /// Returns what this fact makes of an exchange, if it speaks of it. `known` says whether the service was recognised.
    pub(crate) fn look(
        &'static self,
        facts: &Facts<'_>,
        known: bool,
        service: &'static str,
    ) -> Option<Finding> {
        if self.when.known && !known {
            return None;
        }
        let said = self.when.holds(facts)?;
        let cause = Cause::find(&self.cause)?;
        let captured = self.captured(facts);
        let mut finding = Finding::new(cause, self.strength(), fill(&self.says, &captured)?);
        for said in said.iter().take(2) {
            finding = finding.quoting(said.place.clone(), facts.quote(&said.text));
        }
        for name in self.when.header.keys() {
            if said.is_empty()
                && let Some(value) = facts.header(name)
            {
                finding = finding.quoting(format!("the header {name} says"), facts.quote(&value));
            }
        }
        if self.unconfirmed {
            finding = finding.at_most(Confidence::Likely);
        }
        if let Some(turn) = self.turn.as_deref() {
            finding = finding.with_turn(match turn {
                "operator" => Turn::Operator,
                "proxy" => Turn::Proxy,
                "nobody" => Turn::Nobody,
                _ => Turn::You,
            });
        }
        finding.source = Some(&self.source);
        if known && !service.is_empty() {
            finding.service = Some(service);
        }
        Some(match self.way(&captured) {
            Some(fix) => finding.with_fix(fix),
            None => finding,
        })
    }

    fn strength(&self) -> Strength {
        match self.weight {
            Weight::Exact => Strength::Exact,
            Weight::Told => Strength::Told,
            Weight::Vague => Strength::Vague,
            Weight::Usual => Strength::Usual,
            Weight::Seen => Strength::Seen,
        }
    }

    fn captured(&self, facts: &Facts<'_>) -> BTreeMap<String, String> {
        let captures = self.capture.iter();
        captures
            .filter_map(|(name, capture)| {
                let text = facts.quote(&capture.find(facts)?);
                (!text.is_empty()).then(|| (name.clone(), text))
            })
            .collect()
    }

    fn way(&self, captured: &BTreeMap<String, String>) -> Option<Fix> {
        let way = &self.fix;
        let filled = |text: &Option<String>| text.as_deref().and_then(|text| fill(text, captured));
        let args: Option<Vec<String>> = way.args.iter().map(|text| fill(text, captured)).collect();
        let mut fix = Fix::say(fill(&way.say, captured).unwrap_or_default());
        if let Some(args) = args {
            fix = fix.typing(args.iter().map(String::as_str));
        }
        if let Some(run) = filled(&way.run) {
            fix = fix.running(run);
        }
        if let Some(url) = filled(&way.url) {
            fix = fix.asking(url);
        }
        fix = fix.opening(filled(&way.open));
        (fix != Fix::default()).then_some(fix)
    }
}

impl When {
    /// Says whether something beyond the status is looked at.
    #[cfg(test)]
    pub(crate) fn is_telling(&self) -> bool {
        !(self.says.is_empty()
            && self.says_all.is_empty()
            && self.field.is_empty()
            && self.header.is_empty()
            && self.param.is_empty())
            || self.challenge.is_some()
            || !self.token.is_empty()
            || self.known
    }

    /// Returns what the server said of it, if all conditions hold.
    fn holds<'a>(&self, facts: &'a Facts<'_>) -> Option<Vec<&'a Said>> {
        let plain = self.status_fits(facts)
            && self.request_fits(facts)
            && self.head_fits(facts)
            && self.sent_fits(facts);
        if !plain || !self.form_fits(facts) {
            return None;
        }
        let mut said = Vec::new();
        for (key, value) in &self.field {
            said.push(facts.said().find(|said| {
                said.key.eq_ignore_ascii_case(key)
                    && (value == "*" || said.text.eq_ignore_ascii_case(value))
            })?);
        }
        for phrase in &self.says_all {
            said.push(facts.said().find(|said| said.has(&phrase.0))?);
        }
        if self
            .says_not
            .iter()
            .any(|phrase| facts.said().any(|said| said.has(&phrase.0)))
        {
            return None;
        }
        if !self.says.is_empty() {
            let mut found: Vec<&Said> = facts
                .said()
                .filter(|said| self.says.iter().any(|phrase| said.has(&phrase.0)))
                .collect();
            // A message says more than a code.
            found.sort_by_key(|said| std::cmp::Reverse(said.text.contains(' ')));
            said.push(found.first()?);
        }
        said.dedup_by_key(|said| said.text.as_str());
        Some(said)
    }

    fn status_fits(&self, facts: &Facts<'_>) -> bool {
        if self.status.is_empty() {
            return facts.is_failure();
        }
        self.status.contains(&facts.status)
    }

    fn request_fits(&self, facts: &Facts<'_>) -> bool {
        let leg = facts.leg;
        let has = |(name, part): (&String, &String)| {
            leg.headers.get_all(name).any(|value| {
                String::from_utf8_lossy(value)
                    .to_ascii_lowercase()
                    .contains(part.as_str())
            })
        };
        (self.method.is_empty()
            || self
                .method
                .iter()
                .any(|method| leg.method.eq_ignore_ascii_case(method)))
            && (self.path.is_empty()
                || self
                    .path
                    .iter()
                    .any(|part| leg.target.contains(part.as_str())))
            && (self.host.is_empty()
                || self
                    .host
                    .iter()
                    .any(|end| leg.space.host().ends_with(end.as_str())))
            && self.request.iter().all(has)
            && !self
                .no_request
                .iter()
                .any(|name| leg.headers.contains(name))
    }

    fn head_fits(&self, facts: &Facts<'_>) -> bool {
        let headers = &facts.answer.headers;
        let has = |(name, part): (&String, &String)| {
            headers.get_all(name).any(|value| {
                String::from_utf8_lossy(value)
                    .to_ascii_lowercase()
                    .contains(part.as_str())
            })
        };
        let has_param = |(name, part): (&String, &String)| {
            facts.challenges.iter().any(|challenge| {
                challenge
                    .params
                    .text(name)
                    .is_some_and(|value| value.to_ascii_lowercase().contains(part.as_str()))
            })
        };
        self.header.iter().all(has)
            && !self.no_header.iter().any(|name| headers.contains(name))
            && self
                .challenge
                .as_ref()
                .is_none_or(|word| facts.challenges.iter().any(|challenge| challenge.is(word)))
            && self.param.iter().all(has_param)
            && (!self.no_challenge || facts.challenges.is_empty())
    }

    fn sent_fits(&self, facts: &Facts<'_>) -> bool {
        let is = |what: &String| {
            let kind = match what.as_str() {
                "nothing" => return facts.sent_nothing(),
                "something" => return !facts.sent_nothing(),
                "basic" => Kind::Basic,
                "bearer" => Kind::Bearer,
                "digest" => Kind::Digest,
                "oauth" => Kind::OAuth1,
                "word" => Kind::Word,
                "bare" => Kind::Bare,
                "key" => Kind::Key,
                "cookie" => Kind::Cookie,
                "signature" => Kind::Signature,
                "signed-url" => Kind::SignedUrl,
                "query-key" => {
                    return facts
                        .sent
                        .iter()
                        .any(|sent| matches!(sent.place, Place::Query(_)));
                }
                _ => return false,
            };
            facts.sent.iter().any(|sent| sent.kind == kind)
        };
        let begins = |start: &String| {
            facts.sent.iter().any(|sent| {
                let of_user = sent.user.iter().any(|(user, password)| {
                    user.starts_with(start.as_str()) || password.starts_with(start.as_str())
                });
                sent.value.starts_with(start.as_str()) || of_user
            })
        };
        (self.sent.is_empty() || self.sent.iter().any(is))
            && (self.token.is_empty() || self.token.iter().any(begins))
    }

    fn form_fits(&self, facts: &Facts<'_>) -> bool {
        let form = match self.form.as_deref() {
            None => return !self.empty || facts.answer.body.is_empty(),
            Some("json") => Form::Json,
            Some("xml") => Form::Xml,
            Some("html") => Form::Html,
            Some("pairs") => Form::Pairs,
            Some("text") => Form::Text,
            Some(_) => Form::None,
        };
        // An answer of success is looked at only where it has the form that the fact names.
        facts.body.form == form
    }
}
