//! A request and its secrets, apart: what may be stored and shown, and what may not.

use gatepass_auth::params::is_token;
use gatepass_auth::show::{carries_credential, is_secret_name};
use gatepass_auth::{Headers, Secret, percent};
use serde_json::Value;

use crate::auth::{Auth, Source};
use crate::body::Body;
use crate::content::Content;
use crate::request::Request;
use crate::variable::{StandIns, has_variable};

impl Request {
    /// Takes every literal secret out, and leaves a variable in its place: what remains can be stored, and with the values
    /// that are returned it is the same request again. A secret that is half a variable stays, and storing is refused then.
    ///
    /// Taken are the secrets of [`Request::auth`] and of the proxy, the password of a client certificate, user name and
    /// password of the URL, the values of header fields that carry credentials, those for the proxy included, and the values of secret
    /// names ([`is_secret_name`]) in the query, in forms and in JSON.
    ///
    /// ```
    /// use gatepass_request::{Auth, Request, Source, Url};
    ///
    /// let auth = Auth::parse(Some("basic"), &["alice:s3cret"])?;
    /// let mut request = Request::get(Url::parse("http://api.example/")?)
    ///     .with_header("X-API-Key", "k3y")
    ///     .with_auth(auth);
    /// let secrets = request.take_secrets();
    /// let names: Vec<_> = secrets.iter().map(|(name, _)| name.as_str()).collect();
    /// assert_eq!(names, ["PASSWORD", "X_API_KEY"]);
    /// assert!(serde_json::to_string(&request)?.contains("env:PASSWORD"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_secrets(&mut self) -> Vec<(String, Secret)> {
        let mut taken = Taken {
            names: self.variables.iter().map(|it| it.name.clone()).collect(),
            secrets: Vec::new(),
        };
        if let Some(info) = self.url.take_user_info()
            && self.auth.is_none()
        {
            let user = Source::of_text(&info.user, &self.variables);
            let password = Source::Literal(info.password.unwrap_or_default());
            let auth = Auth::new("basic").with("username", user);
            self.auth = Some(auth.with("password", password));
        }
        let variables = self.variables.clone();
        let is_open = |secret: &Secret| has_variable(secret.expose(), &variables);
        if let Some(auth) = &mut self.auth {
            taken.take_auth(auth, "", &is_open);
        }
        let settings = &mut self.settings;
        if let Some(auth) = settings
            .proxy
            .as_mut()
            .and_then(|proxy| proxy.auth.as_mut())
        {
            taken.take_auth(auth, "PROXY_", &is_open);
        }
        if let Some(client) = &mut settings.tls.client
            && let Some(password) = &mut client.password
        {
            taken.take_source(password, "KEY_PASSWORD", &is_open);
        }
        self.take_headers(&mut taken);
        self.take_parameters(&mut taken);
        taken.secrets
    }

    /// Takes the secrets of the query and of the body.
    fn take_parameters(&mut self, taken: &mut Taken) {
        let texts = self.all_texts();
        let mut stand_ins = StandIns::behind(std::mem::take(&mut self.variables), &texts);
        let target = self.url.target();
        if let Some((path, query)) = target.split_once('?') {
            let left = taken.take_pairs(query, &mut stand_ins);
            if left != query {
                let target = format!("{path}?{left}");
                self.url.set_target(&target);
            }
        }
        match &mut self.body {
            Body::Json(value) => taken.take_json(value, &mut stand_ins),
            Body::Form(fields) => {
                for (name, value) in fields {
                    taken.take_text(name, value, &mut stand_ins);
                }
            }
            Body::Raw { bytes, .. } => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    let left = match serde_json::from_str(text) {
                        Ok(value) => taken.take_json_text(text, &value, &mut stand_ins),
                        Err(_) => taken.take_pairs(text, &mut stand_ins),
                    };
                    if left != text {
                        *bytes = left.into();
                    }
                }
            }
            Body::Multipart(form) => {
                for part in &mut form.parts {
                    if let Content::Bytes(bytes) = &mut part.content
                        && let Ok(text) = std::str::from_utf8(bytes)
                    {
                        let mut text = text.to_owned();
                        if taken.take_text(&part.name, &mut text, &mut stand_ins) {
                            *bytes = text.into();
                        }
                    }
                }
            }
            _ => {}
        }
        self.variables = stand_ins.into_variables();
    }

    fn take_headers(&mut self, taken: &mut Taken) {
        let carries = |name: &str, secret: bool| secret || carries_credential(name);
        let own = self
            .headers
            .iter()
            .any(|header| carries(header.name(), header.is_secret()));
        let for_proxy = self.settings.proxy.as_ref().is_some_and(|proxy| {
            let mut names = proxy.headers.iter().map(|(name, _)| name);
            names.any(|name| carries_credential(name))
        });
        if !own && !for_proxy {
            return;
        }
        let mut stand_ins =
            StandIns::behind(std::mem::take(&mut self.variables), &self.all_texts());
        let mut headers = Headers::new();
        for header in &self.headers {
            let text = std::str::from_utf8(header.value()).ok();
            let literal = text.filter(|text| {
                let known = stand_ins.variables();
                carries(header.name(), header.is_secret()) && !has_variable(text.as_bytes(), known)
            });
            match literal {
                Some(text) => {
                    let left = taken.take_header(header.name(), text, &mut stand_ins);
                    headers.append(header.name(), left);
                }
                None if header.is_secret() => {
                    headers.append_secret(header.name(), header.value());
                }
                None => headers.append(header.name(), header.value()),
            }
        }
        self.headers = headers;
        let proxy = self.settings.proxy.iter_mut();
        for (name, value) in proxy.flat_map(|proxy| &mut proxy.headers) {
            let known = stand_ins.variables();
            if carries_credential(name) && !has_variable(value.as_bytes(), known) {
                *value = taken.take_header(name, value, &mut stand_ins);
            }
        }
        self.variables = stand_ins.into_variables();
    }
}

/// What was taken so far, and the names that are in use.
struct Taken {
    names: Vec<String>,
    secrets: Vec<(String, Secret)>,
}

impl Taken {
    /// Returns a name of capitals that is not in use.
    fn name(&mut self, wanted: &str) -> String {
        let capital = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        };
        let base: String = wanted.chars().map(capital).collect();
        let mut name = base.clone();
        let mut number = 1;
        while self.names.contains(&name) {
            number += 1;
            name = format!("{base}_{number}");
        }
        self.names.push(name.clone());
        name
    }

    /// Takes the value of a header field, and returns what is left of it. The scheme's word is no secret; the rest is.
    fn take_header(&mut self, name: &str, text: &str, stand_ins: &mut StandIns) -> String {
        let is_scheme = name.to_ascii_lowercase().ends_with("authorization");
        let (word, secret) = match text.split_once(' ') {
            Some((word, secret)) if is_scheme && is_token(word.as_bytes()) => {
                (format!("{word} "), secret)
            }
            _ => (String::new(), text),
        };
        let name = self.name(name);
        let left = format!("{word}{}", stand_ins.of(&name, None, false));
        self.secrets.push((name, secret.into()));
        left
    }

    /// Takes a value if its name is a secret's, and says whether it did.
    fn take_text(&mut self, name: &str, text: &mut String, stand_ins: &mut StandIns) -> bool {
        let is_open = text.is_empty() || has_variable(text.as_bytes(), stand_ins.variables());
        if is_open || !is_secret_name(name) {
            return false;
        }
        let name = self.name(name);
        let left = stand_ins.of(&name, None, false);
        self.secrets
            .push((name, std::mem::replace(text, left).into()));
        true
    }

    /// Takes the secret values of `name=value&…`, and returns what is left. A value keeps the encoding in which it stands.
    fn take_pairs(&mut self, text: &str, stand_ins: &mut StandIns) -> String {
        let pairs = text.split('&').map(|pair| {
            let Some((name, value)) = pair.split_once('=') else {
                return pair.to_owned();
            };
            let decoded = percent::decode_form(name.as_bytes());
            let mut value = value.to_owned();
            self.take_text(&String::from_utf8_lossy(&decoded), &mut value, stand_ins);
            format!("{name}={value}")
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Takes the secret strings of a JSON value.
    fn take_json(&mut self, value: &mut Value, stand_ins: &mut StandIns) {
        match value {
            Value::Array(items) => {
                for item in items {
                    self.take_json(item, stand_ins);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    match field {
                        Value::String(text) => {
                            self.take_text(name, text, stand_ins);
                        }
                        other => self.take_json(other, stand_ins),
                    }
                }
            }
            _ => {}
        }
    }

    /// Takes the secret strings of JSON as it is written, and returns what is left. A string keeps its escapes.
    fn take_json_text(&mut self, text: &str, value: &Value, stand_ins: &mut StandIns) -> String {
        let mut left = text.to_owned();
        let mut secrets = Vec::new();
        secret_strings(value, &mut secrets);
        for (name, secret) in secrets {
            let literal = Value::from(secret).to_string();
            let mut inside = literal[1..literal.len() - 1].to_owned();
            if left.contains(&literal) && self.take_text(name, &mut inside, stand_ins) {
                left = left.replace(&literal, &format!("\"{inside}\""));
            }
        }
        left
    }

    fn take_auth(&mut self, auth: &mut Auth, prefix: &str, is_open: &dyn Fn(&Secret) -> bool) {
        let scheme = auth.scheme.clone();
        for (field, source) in &mut auth.values {
            if !Auth::may_be_shown(scheme.as_deref(), field) {
                self.take_source(source, &format!("{prefix}{field}"), is_open);
            }
        }
    }

    fn take_source(&mut self, source: &mut Source, name: &str, is_open: &dyn Fn(&Secret) -> bool) {
        if let Source::Literal(secret) = source
            && !is_open(secret)
        {
            let name = self.name(name);
            let reference = Source::Env(name.clone());
            if let Source::Literal(secret) = std::mem::replace(source, reference) {
                self.secrets.push((name, secret));
            }
        }
    }
}

/// Finds the strings of a JSON value whose names are those of secrets.
fn secret_strings<'v>(value: &'v Value, found: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| secret_strings(item, found)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::String(text) if is_secret_name(name) => found.push((name, text)),
                    other => secret_strings(other, found),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Url;

    #[test]
    fn secrets_of_queries_and_bodies_are_taken_and_come_back() {
        let bodies = [
            Body::Empty,
            Body::Form(vec![
                ("a".into(), "1".into()),
                ("password".into(), "s3cret&".into()),
            ]),
            Body::Json(serde_json::json!({"user": {"apiKey": "s3cret\""}, "n": [1]})),
            Body::raw_of(
                "application/json",
                b"{ \"token\" : \"s3cret\\\"\" }".to_vec(),
            ),
            Body::raw_of(
                "application/x-www-form-urlencoded",
                b"a=1&pwd=s3cret%26".to_vec(),
            ),
        ];
        for body in bodies {
            let url = Url::parse("http://h.example/x?a=1&access_token=s3cret%2B&b=2").unwrap();
            let whole = Request::new("POST", url).with_body(body);
            let mut open = whole.clone();
            let secrets = open.take_secrets();
            let stored = serde_json::to_string(&open).unwrap();
            assert!(!stored.contains("s3cret"), "{stored}");
            let value = |variable: &crate::Variable| {
                let (_, secret) = secrets.iter().find(|(name, _)| *name == variable.name)?;
                secret.expose_str().map(str::to_owned)
            };
            let again = open.resolve(&value).unwrap();
            assert_eq!((again.url, again.body), (whole.url, whole.body));
        }
    }
}
