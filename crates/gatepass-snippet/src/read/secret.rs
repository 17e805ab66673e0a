//! Secrets that are in no scheme: in the query, in forms and JSON bodies, and in the values that stand in for variables.

use gatepass_auth::percent;
use gatepass_auth::show::is_secret_name;
use gatepass_request::{Piece, pieces};
use serde_json::Value;

use super::Reader;
use crate::call::{Call, Login};
use crate::error::SnippetError;
use crate::options::Secrets;
use crate::text::{self, Text};
use crate::variable::Variable;

impl Reader<'_> {
    /// Returns the URL, in whose query secrets are variables.
    pub(super) fn url(&mut self, url: &str) -> Text {
        let Some((before, query)) = url.split_once('?') else {
            return self.text(url);
        };
        let mut out = self.text(before).and(&"?".into());
        for (number, pair) in query.split('&').enumerate() {
            if number > 0 {
                out = out.and(&"&".into());
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = percent::decode_form(name.as_bytes()).into_owned();
            let named = String::from_utf8_lossy(&decoded).into_owned();
            if value.is_empty() || !is_secret_name(&named) {
                out = out.and(&self.text(pair));
                continue;
            }
            out = out.and(&self.text(name)).and(&"=".into());
            if self.has_variables(value.as_bytes()) || self.secrets == Secrets::Literal {
                self.hide(value);
                out = out.and(&self.text(value));
            } else {
                out = out.and(&self.parameter(&named).percent_encoded());
            }
        }
        out
    }

    /// Returns the value of a field, as a variable where it is a secret.
    pub(super) fn named(&mut self, name: &str, value: &str) -> Text {
        if value.is_empty() || !is_secret_name(name) {
            return self.text(value);
        }
        if self.has_variables(value.as_bytes()) {
            self.hide(value);
            return self.text(value);
        }
        match self.secrets {
            Secrets::Literal => Text::secret(&value.into()),
            Secrets::Env | Secrets::Prompt => self.parameter(name),
        }
    }

    fn parameter(&mut self, name: &str) -> Text {
        let name = name.to_ascii_uppercase();
        self.variable(Variable::new(&name, "the value of this parameter"))
    }

    /// Returns a JSON value as text in which secrets are variables, or `None` where there is no secret in it.
    pub(super) fn secret_json(&mut self, value: &Value) -> Option<Text> {
        if self.secrets == Secrets::Literal || !has_secret(value) {
            return None;
        }
        let mut out = Text::default();
        self.write_json(value, &mut out);
        self.notes.push(
            "secrets are put into the JSON as they are: give a quotation mark or backslash in them with a backslash before it"
                .to_owned(),
        );
        Some(out)
    }

    fn write_json(&mut self, value: &Value, out: &mut Text) {
        let add = |out: &mut Text, text: &Text| *out = std::mem::take(out).and(text);
        match value {
            Value::Object(members) => {
                for (number, (name, member)) in members.iter().enumerate() {
                    add(out, &if number > 0 { "," } else { "{" }.into());
                    let key = Value::from(name.as_str()).to_string();
                    add(out, &self.text(&key).and(&":".into()));
                    match member {
                        Value::String(secret) if !secret.is_empty() && is_secret_name(name) => {
                            let text = self.named(name, secret);
                            add(out, &Text::from("\"").and(&text).and(&"\"".into()));
                        }
                        other => self.write_json(other, out),
                    }
                }
                add(out, &if members.is_empty() { "{}" } else { "}" }.into());
            }
            Value::Array(items) => {
                add(out, &"[".into());
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        add(out, &",".into());
                    }
                    self.write_json(item, out);
                }
                add(out, &"]".into());
            }
            other => add(out, &self.text(&other.to_string())),
        }
    }

    /// Takes the variables in a text for secrets: what stands in for them is not written.
    pub(super) fn hide(&mut self, text: &str) {
        for piece in pieces(text, self.open) {
            if let Piece::Variable(open) = piece {
                self.hidden.insert(text::identifier(&open.name));
            }
        }
    }

    /// Takes what stands in for secrets out of the call, and has them read.
    pub(super) fn without_secrets(&mut self, call: &mut Call) {
        if self.secrets == Secrets::Literal {
            return;
        }
        let hidden = std::mem::take(&mut self.hidden);
        call.each_text(&|text| *text = text.without_fallbacks(&|name| hidden.contains(name)));
        for name in hidden {
            self.variable(Variable::new(&name, "the value"));
        }
    }
}

/// Says whether a member of a JSON value is a secret.
fn has_secret(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, member)| match member {
            Value::String(text) => !text.is_empty() && is_secret_name(name),
            other => has_secret(other),
        }),
        Value::Array(items) => items.iter().any(has_secret),
        _ => false,
    }
}

/// Refuses a value that stands in for a variable where it would end a line of the head.
///
/// # Errors
/// [`SnippetError::Request`] with what is wrong.
pub(super) fn check_fallbacks(call: &Call) -> Result<(), SnippetError> {
    let breaks = |text: &Text| {
        text.pieces().iter().any(|piece| match piece {
            text::Piece::Variable {
                fallback: Some(fallback),
                encoded: false,
                ..
            } => fallback.chars().any(|c| c.is_ascii_control() && c != '\t'),
            _ => false,
        })
    };
    let in_login = match &call.login {
        Login::Bearer { token, .. } => breaks(token),
        Login::HeaderKey { key, .. } | Login::CookieKey { key, .. } => breaks(key),
        _ => false,
    };
    if in_login || breaks(&call.url) || call.headers.iter().any(|(_, value)| breaks(value)) {
        return Err(SnippetError::Request(
            "what stands in for a variable has a control character, which neither a URL nor a header can hold"
                .to_owned(),
        ));
    }
    Ok(())
}
