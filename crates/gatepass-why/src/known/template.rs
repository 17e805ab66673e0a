//! Sentences with places that the exchange fills.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::facts::{Facts, pairs};

/// Where a text of the exchange is found.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Capture {
    /// A header field of the answer.
    header: Option<String>,
    /// A header field of the request; never one that carries a credential.
    request: Option<String>,
    /// A parameter of a challenge.
    param: Option<String>,
    /// A member of the body, or an element.
    field: Option<String>,
    /// A parameter of the query.
    query: Option<String>,
    /// Whether it stands in anything that the server says.
    said: bool,
    /// What stands before it.
    after: Option<String>,
    /// What stands behind it.
    until: Option<String>,
}

impl Capture {
    pub(super) fn find(&self, facts: &Facts<'_>) -> Option<String> {
        if self.said {
            return facts.said().find_map(|said| self.cut(&said.text));
        }
        let text = self.whole(facts)?;
        self.cut(&text)
    }

    fn whole(&self, facts: &Facts<'_>) -> Option<String> {
        if let Some(name) = &self.header {
            return facts.header(name);
        }
        if let Some(name) = &self.request {
            return facts.leg.headers.get_str(name).map(str::to_owned);
        }
        if let Some(name) = &self.param {
            return facts.param(name).map(|(_, value)| value);
        }
        if let Some(name) = &self.query {
            let mut pairs = pairs::of_form(facts.leg.query()).into_iter();
            return pairs
                .find(|(known, _)| known.eq_ignore_ascii_case(name))
                .map(|(_, value)| value);
        }
        let name = self.field.as_ref()?;
        if let Some(json) = &facts.body.json {
            return member(json, name, 0).and_then(text_of);
        }
        let mut said = facts.body.said.iter();
        said.find(|said| said.key.eq_ignore_ascii_case(name))
            .map(|said| said.text.clone())
    }

    fn cut(&self, text: &str) -> Option<String> {
        let from = match &self.after {
            Some(after) => &text[text.find(after.as_str())? + after.len()..],
            None => text,
        };
        let cut = match &self.until {
            Some(until) => from.split(until.as_str()).next()?,
            None => from,
        };
        let cut = cut.trim();
        (!cut.is_empty()).then(|| cut.to_owned())
    }
}

/// Returns the first member of this name, at any depth.
fn member<'v>(value: &'v Value, name: &str, depth: usize) -> Option<&'v Value> {
    if depth > 12 {
        return None;
    }
    match value {
        Value::Object(members) => {
            let own = members
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            own.map(|(_, value)| value).or_else(|| {
                members
                    .values()
                    .find_map(|value| member(value, name, depth + 1))
            })
        }
        Value::Array(values) => values
            .iter()
            .take(50)
            .find_map(|value| member(value, name, depth + 1)),
        _ => None,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().take(6).filter_map(text_of).collect();
            Some(all.join(", "))
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Fills a sentence. `None` where a place that is not optional has nothing to stand in it.
pub(super) fn fill(text: &str, captured: &BTreeMap<String, String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("[[") {
        out += &filled(&rest[..start], captured)?;
        let (inner, after) = rest[start + 2..].split_once("]]")?;
        out += &filled(inner, captured).unwrap_or_default();
        rest = after;
    }
    out += &filled(rest, captured)?;
    Some(out)
}

fn filled(text: &str, captured: &BTreeMap<String, String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        out += before;
        out += captured.get(name)?;
        rest = after;
    }
    Some(out + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_left_out_where_it_may_be() {
        let captured = BTreeMap::from([("a".to_owned(), "1".to_owned())]);
        assert_eq!(fill("x {a}[[, {b}]]", &captured).as_deref(), Some("x 1"));
        assert_eq!(fill("x[[ {a}]]", &captured).as_deref(), Some("x 1"));
        assert_eq!(fill("x {b}", &captured), None);
    }
}
