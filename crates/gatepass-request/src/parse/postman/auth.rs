//! Authentication objects: each becomes a scheme with its fields.
//!
//! What Postman calls a scheme and its parameters, the scheme says itself.

use gatepass_auth::Postman;
use serde_json::Value;

use super::text;
use crate::auth::{Auth, Source};
use crate::elsewhere::by_postman;
use crate::parse::braces::Braces;

/// Reads an object; `None` for no authentication.
pub(super) fn read(value: &Value, name: &str, braces: &mut Braces) -> Option<Auth> {
    let kind = value.get("type").and_then(Value::as_str)?;
    let fields = Fields::of(value.get(kind));
    let mut reader = Reader {
        fields,
        name,
        braces,
    };
    match kind {
        "noauth" | "inherit" => None,
        "oauth2" => Some(reader.oauth2()),
        other => Some(match by_postman(other) {
            Some((id, postman)) => reader.mapped(id, postman),
            None => reader.as_it_is(other),
        }),
    }
}

/// The parameters of an object: a list of keys and values since 2.1, an object before.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn of(value: Option<&Value>) -> Self {
        let fields = match value {
            Some(Value::Array(fields)) => fields
                .iter()
                .filter_map(|field| {
                    let key = field.get("key")?.as_str()?;
                    Some((key.to_owned(), text(field.get("value")?)))
                })
                .collect(),
            Some(Value::Object(fields)) => fields
                .iter()
                .map(|(key, value)| (key.clone(), text(value)))
                .collect(),
            _ => Vec::new(),
        };
        Self(fields)
    }

    /// Takes a parameter out; an empty one is none.
    fn take(&mut self, key: &str) -> Option<String> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1).filter(|value| !value.is_empty())
    }
}

struct Reader<'r> {
    fields: Fields,
    name: &'r str,
    braces: &'r mut Braces,
}

impl Reader<'_> {
    fn source(&mut self, value: &str) -> Source {
        let text = self.braces.text(value);
        Source::of_text(&text, self.braces.stand_ins().variables())
    }

    /// Takes parameters over under our names, and names those that are left.
    fn mapped(&mut self, id: &str, postman: &Postman) -> Auth {
        let mut scheme = id.to_owned();
        for (theirs, default, choices) in postman.in_name {
            let given = self.fields.take(theirs);
            let given = given.filter(|it| choices.is_empty() || choices.contains(&it.as_str()));
            let value = self.braces.text(given.as_deref().unwrap_or(default));
            if value.is_empty() {
                break;
            }
            scheme += &format!(":{value}");
        }
        let mut auth = self.taken(Auth::new(scheme), postman.fields);
        for (theirs, when, (field, value)) in postman.switches {
            if self.fields.take(theirs).is_some_and(|it| it == *when) {
                auth = auth.with(*field, Source::Literal((*value).into()));
            }
        }
        self.leave_out(postman.idle);
        auth
    }

    fn taken(&mut self, mut auth: Auth, names: &[(&str, &str)]) -> Auth {
        for (theirs, ours) in names {
            if let Some(value) = self.fields.take(theirs) {
                let source = self.source(&value);
                auth = auth.with(*ours, source);
            }
        }
        auth
    }

    /// Names the parameters that are left, but for those that say nothing.
    fn leave_out(&mut self, without_meaning: &[&str]) {
        for (key, value) in std::mem::take(&mut self.fields.0) {
            if !value.is_empty() && value != "false" && !without_meaning.contains(&key.as_str()) {
                self.braces.warn(
                    format!("{}: {key}", self.name),
                    "this parameter of the authentication is left out",
                );
            }
        }
    }

    /// A token that is there is sent as Bearer; how to get one is kept as data.
    fn oauth2(&mut self) -> Auth {
        let Some(token) = self.fields.take("accessToken") else {
            return self.as_it_is("oauth2");
        };
        let token = self.source(&token);
        let place = self.fields.take("addTokenTo");
        let word = self.fields.take("headerPrefix");
        let word = word
            .as_deref()
            .map(str::trim)
            .filter(|word| !word.is_empty());
        let auth = match (place.as_deref(), word) {
            (Some("queryParams"), _) => Auth::new("apikey:query:access_token").with("key", token),
            (_, Some(word)) if word != "Bearer" => {
                let scheme = format!("bearer:{}", self.braces.text(word));
                Auth::new(scheme).with("token", token)
            }
            _ => Auth::new("bearer").with("token", token),
        };
        self.leave_out(&["tokenType", "tokenName"]);
        auth
    }

    /// Keeps every parameter, its name in small letters with underscores.
    fn as_it_is(&mut self, kind: &str) -> Auth {
        let mut auth = Auth::new(kind);
        for (key, value) in std::mem::take(&mut self.fields.0) {
            if !value.is_empty() {
                let source = self.source(&value);
                auth = auth.with(snake_case(&key), source);
            }
        }
        auth
    }
}

fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
