//! The URL of a request: as text, or in parts.

use serde::Deserialize;
use serde_json::Value;

use super::{Field, Variable, text};
use crate::parse::braces::Braces;
use crate::url;

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Url {
    Raw(String),
    Parts(Box<Parts>),
}

#[derive(Deserialize)]
pub(super) struct Parts {
    #[serde(default)]
    raw: Option<String>,
    #[serde(default)]
    protocol: Option<String>,
    #[serde(default)]
    host: Option<Value>,
    #[serde(default)]
    port: Option<Value>,
    #[serde(default)]
    path: Option<Value>,
    #[serde(default)]
    query: Vec<Field>,
    #[serde(default)]
    hash: Option<String>,
    #[serde(default)]
    variable: Vec<Variable>,
}

impl Url {
    /// Reads the URL, `:name` in its path replaced by what the collection says of it.
    pub(super) fn read(&self, braces: &mut Braces) -> Result<url::Url, String> {
        let (raw, variables) = match self {
            Self::Raw(raw) => (raw.clone(), &[][..]),
            Self::Parts(parts) => (
                match parts.raw.as_deref().filter(|raw| !raw.is_empty()) {
                    Some(raw) => raw.to_owned(),
                    None => parts.joined(),
                },
                parts.variable.as_slice(),
            ),
        };
        if raw.trim().is_empty() {
            return Err("it has no URL".to_owned());
        }
        let raw = with_path_variables(&raw, variables, braces);
        let text = braces.text(&raw);
        // Postman takes http for a URL without a scheme.
        url::Url::with_variables(text.trim(), "http", braces.stand_ins().variables())
            .map_err(|error| error.to_string())
    }
}

impl Parts {
    fn joined(&self) -> String {
        let list = |value: &Option<Value>, joint: &str| match value {
            Some(Value::Array(parts)) => {
                // A part of a path may be an object with a value.
                let part = |part: &Value| text(part.get("value").unwrap_or(part));
                parts.iter().map(part).collect::<Vec<_>>().join(joint)
            }
            Some(other) => text(other),
            None => String::new(),
        };
        let mut url = String::new();
        if let Some(protocol) = &self.protocol {
            url += &format!("{}://", protocol.trim_end_matches("://"));
        }
        url += &list(&self.host, ".");
        if let Some(port) = self.port.as_ref().map(text).filter(|port| !port.is_empty()) {
            url += &format!(":{port}");
        }
        let path = list(&self.path, "/");
        if !path.is_empty() {
            url += &format!("/{}", path.trim_start_matches('/'));
        }
        let query = self.query.iter().filter(|field| !field.disabled);
        for (at, field) in query.enumerate() {
            url.push(if at == 0 { '?' } else { '&' });
            url += field.key.as_deref().unwrap_or_default();
            if let Some(value) = &field.value {
                url += &format!("={}", text(value));
            }
        }
        if let Some(hash) = &self.hash {
            url += &format!("#{hash}");
        }
        url
    }
}

/// Replaces `:name` in the path: by its value, or by a variable of this name where there is none.
fn with_path_variables(raw: &str, variables: &[Variable], braces: &mut Braces) -> String {
    if variables.is_empty() {
        return raw.to_owned();
    }
    let end = raw.find(['?', '#']).unwrap_or(raw.len());
    let (before, behind) = raw.split_at(end);
    let segments = before.split('/').map(|segment| {
        let known = segment.strip_prefix(':').and_then(|name| {
            variables
                .iter()
                .find(|variable| variable.key.as_deref().or(variable.id.as_deref()) == Some(name))
        });
        match known {
            None => segment.to_owned(),
            Some(variable) => match variable
                .value
                .as_ref()
                .map(text)
                .filter(|value| !value.is_empty())
            {
                Some(value) => value,
                None => braces.stand_in(&segment[1..]),
            },
        }
    });
    let path: Vec<String> = segments.collect();
    format!("{}{behind}", path.join("/"))
}
