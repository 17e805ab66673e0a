//! Authentication objects: each becomes a scheme with its fields.
//!
//! Schemes that this crate's engine does not perform are kept as data all the same: whoever sends says so, and whoever
//! writes them down again loses nothing.

use serde_json::Value;

use super::text;
use crate::auth::{Auth, Source};
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
        "basic" => Some(reader.plain(
            "basic",
            &[("username", "username"), ("password", "password")],
        )),
        "digest" => Some(reader.digest()),
        "bearer" => Some(reader.plain("bearer", &[("token", "token")])),
        "apikey" => Some(reader.api_key()),
        "oauth1" => Some(reader.oauth1()),
        "oauth2" => Some(reader.oauth2()),
        "awsv4" => Some(reader.plain(
            "aws-sigv4",
            &[
                ("accessKey", "access_key"),
                ("secretKey", "secret_key"),
                ("sessionToken", "session_token"),
                ("region", "region"),
                ("service", "service"),
            ],
        )),
        "ntlm" => Some(reader.plain(
            "ntlm",
            &[
                ("username", "username"),
                ("password", "password"),
                ("domain", "domain"),
                ("workstation", "workstation"),
            ],
        )),
        "hawk" => Some(reader.plain(
            "hawk",
            &[
                ("authId", "id"),
                ("authKey", "key"),
                ("algorithm", "algorithm"),
                ("extraData", "ext"),
                ("app", "app"),
                ("delegation", "dlg"),
            ],
        )),
        other => Some(reader.as_it_is(other)),
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
    fn plain(&mut self, scheme: &str, names: &[(&str, &str)]) -> Auth {
        let auth = self.taken(Auth::new(scheme), names);
        self.leave_out(&[]);
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

    /// What the challenge says, Postman lets one write down too; the challenge goes before it.
    fn digest(&mut self) -> Auth {
        let names = [("username", "username"), ("password", "password")];
        let auth = self.taken(Auth::new("digest"), &names);
        self.leave_out(&["algorithm", "disableRetryRequest", "showPassword"]);
        auth
    }

    fn api_key(&mut self) -> Auth {
        let place = self
            .fields
            .take("in")
            .unwrap_or_else(|| "header".to_owned());
        let place = if place == "query" { "query" } else { "header" };
        let name = self.fields.take("key").unwrap_or_default();
        let name = self.braces.text(&name);
        let scheme = if name.is_empty() {
            format!("apikey:{place}")
        } else {
            format!("apikey:{place}:{name}")
        };
        self.plain(&scheme, &[("value", "key")])
    }

    fn oauth1(&mut self) -> Auth {
        let mut auth = self.taken(
            Auth::new("oauth1"),
            &[
                ("consumerKey", "consumer_key"),
                ("consumerSecret", "consumer_secret"),
                ("token", "token"),
                ("tokenSecret", "token_secret"),
                ("signatureMethod", "method"),
                ("privateKey", "private_key"),
                ("realm", "realm"),
                ("callback", "callback"),
                ("verifier", "verifier"),
            ],
        );
        let flag =
            |fields: &mut Fields, name: &str| fields.take(name).is_some_and(|it| it == "true");
        if self
            .fields
            .take("addParamsToHeader")
            .is_some_and(|it| it == "false")
        {
            auth = auth.with("place", Source::Literal("query".into()));
        }
        if flag(&mut self.fields, "includeBodyHash") {
            auth = auth.with("body_hash", Source::Literal("always".into()));
        }
        // A version of 1.0 is what is sent anyway, and time and nonce are made anew.
        self.leave_out(&[
            "version",
            "timestamp",
            "nonce",
            "disableHeaderEncoding",
            "addEmptyParamsToSign",
        ]);
        auth
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
