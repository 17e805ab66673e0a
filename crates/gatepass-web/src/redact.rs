//! A draft without its secrets: what the page keeps in its history and puts into links.
//!
//! What a field is called decides, as in [`mod@gatepass_auth::show`]; then every text that was taken out is looked for in all
//! others. In doubt, a text goes: an entry of a history that lacks a part is a nuisance, one with a password is a leak.

use std::borrow::Cow;

use gatepass_auth::show::{carries_credential, is_secret_name, is_suspicious};
use gatepass_auth::{percent, schemes};
use serde_json::Value;

use crate::connection::Options;
use crate::draft::{Draft, Login, Payload};
use crate::hidden::Hidden;

/// Texts shorter than this are not looked for elsewhere: they would be found in everything.
const SHORTEST: usize = 4;

impl Draft {
    /// Returns the draft without its secrets.
    pub(crate) fn without_secrets(&self) -> Self {
        let mut kept = self.clone();
        let mut taken = Taken::default();
        if let Some(login) = &mut kept.auth {
            taken.login(login);
        }
        taken.options(&mut kept.options);
        for open in &mut kept.variables {
            taken.hidden(&mut open.value);
        }
        for (name, value) in &mut kept.headers {
            if carries_credential(name) {
                taken.text(value);
            }
        }
        kept.url = taken.url(&kept.url);
        taken.body(&mut kept.body);
        taken.out_of(&mut kept);
        kept
    }
}

/// What was taken out so far.
#[derive(Default)]
struct Taken(Vec<String>);

impl Taken {
    fn note(&mut self, text: &str) {
        for form in [text.to_owned(), percent::encode(text.as_bytes())] {
            if form.len() >= SHORTEST && !self.0.contains(&form) {
                self.0.push(form);
            }
        }
    }

    fn text(&mut self, text: &mut String) {
        let plain = std::mem::take(text);
        // The word of a scheme is none of its secret: what is behind it may stand elsewhere alone.
        let bare = plain
            .split_once(' ')
            .map_or(plain.as_str(), |(_, rest)| rest);
        self.note(bare);
        self.note(&plain);
    }

    fn hidden(&mut self, value: &mut Hidden) {
        self.note(value.text());
        *value = Hidden::default();
    }

    fn login(&mut self, login: &mut Login) {
        let descriptor = schemes::find(&login.scheme).ok().map(|it| it.about);
        for (name, value) in &mut login.fields {
            let open = match descriptor.and_then(|it| it.field(name)) {
                Some(field) => !field.secret,
                None => name == "username",
            };
            let is_mark = value.text().starts_with("{{") && value.text().ends_with("}}");
            if !open && !is_mark {
                self.hidden(value);
            }
        }
    }

    fn options(&mut self, options: &mut Options) {
        options.proxy.url = self.url(&options.proxy.url);
        self.hidden(&mut options.proxy.password);
        self.hidden(&mut options.passphrase);
        // Certificates tell who somebody is, and a text of that length is no comfort in a link.
        for pem in [
            &mut options.authorities,
            &mut options.certificate,
            &mut options.key,
        ] {
            self.hidden(&mut pem.text);
        }
    }

    fn url(&mut self, url: &str) -> String {
        let url = url.split('#').next().unwrap_or_default();
        let (place, query) = match url.split_once('?') {
            Some((place, query)) => (place, Some(query)),
            None => (url, None),
        };
        let place = match place.split_once("://") {
            Some((scheme, rest)) => {
                let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
                let host = match authority.rsplit_once('@') {
                    Some((user, host)) => {
                        user.split(':').for_each(|part| self.note(part));
                        host
                    }
                    None => authority,
                };
                Cow::Owned(format!("{scheme}://{host}{path}"))
            }
            None => Cow::Borrowed(place),
        };
        match query {
            Some(query) => format!("{place}?{}", self.pairs(query)),
            None => place.into_owned(),
        }
    }

    /// Takes the secrets out of pairs as in a query.
    fn pairs(&mut self, text: &str) -> String {
        let kept: Vec<_> = text
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, value)) if is_secret_name(name) => {
                    self.note(value);
                    format!("{name}=")
                }
                _ => pair.to_owned(),
            })
            .collect();
        kept.join("&")
    }

    fn body(&mut self, body: &mut Payload) {
        match body {
            Payload::None => {}
            Payload::Json { text } => match serde_json::from_str::<Value>(text) {
                Ok(mut value) => {
                    if self.json(&mut value) {
                        *text = serde_json::to_string_pretty(&value).unwrap_or_default();
                    }
                }
                Err(_) => text.clear(),
            },
            Payload::Form { fields } => {
                for (name, value) in fields {
                    if is_secret_name(name) {
                        self.text(value);
                    }
                }
            }
            Payload::Text { text, media_type } => {
                if media_type.starts_with("application/x-www-form-urlencoded") {
                    *text = self.pairs(text);
                } else if is_suspicious(text) {
                    text.clear();
                }
            }
            Payload::File { file } => file.base64.clear(),
            Payload::Parts { parts } => {
                for part in parts {
                    if is_secret_name(&part.name) {
                        self.text(&mut part.text);
                    }
                    if let Some(file) = &mut part.file {
                        file.base64.clear();
                    }
                }
            }
        }
    }

    /// Takes the secrets out of a JSON value, and says whether there were any.
    fn json(&mut self, value: &mut Value) -> bool {
        let mut any = false;
        match value {
            Value::Array(items) => {
                for item in items {
                    any |= self.json(item);
                }
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    if !is_secret_name(name) {
                        any |= self.json(field);
                        continue;
                    }
                    any = true;
                    match field {
                        Value::String(text) => self.text(text),
                        other => *other = Value::Null,
                    }
                }
            }
            _ => {}
        }
        any
    }

    /// Looks for what was taken out in every text that is left.
    fn out_of(&self, draft: &mut Draft) {
        let clean = |text: &mut String| {
            for secret in self.0.iter().filter(|secret| !secret.is_empty()) {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), "");
                }
            }
        };
        clean(&mut draft.url);
        draft.headers.iter_mut().for_each(|(_, value)| clean(value));
        match &mut draft.body {
            Payload::Json { text } | Payload::Text { text, .. } => clean(text),
            Payload::Form { fields } => fields.iter_mut().for_each(|(_, value)| clean(value)),
            Payload::Parts { parts } => parts.iter_mut().for_each(|part| clean(&mut part.text)),
            Payload::None | Payload::File { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_left_wherever_it_stands() {
        let draft: Draft = serde_json::from_value(serde_json::json!({
            "method": "POST",
            "url": "https://al:s3cret-u@h.example/p/s3cret-t?a=1&access_token=s3cret-q#s3cret-f",
            "headers": [["X-Api-Key", "s3cret-h"], ["Authorization", "Bearer s3cret-b"], ["X-Other", "has s3cret-b"],
                ["Accept", "*/*"]],
            "auth": {"scheme": "digest", "fields": [["username", "alice"], ["password", "s3cret-t"]]},
            "body": {"kind": "json", "text": "{\"user\": {\"password\": \"s3cret-j\", \"n\": 1}, \"again\": \"s3cret-h\"}"},
            "variables": [{"mark": "{{T}}", "name": "T", "value": "s3cret-v"}],
            "options": {"proxy": {"url": "http://u:s3cret-o@p.example:3128", "username": "u", "password": "s3cret-p"},
                "authorities": {"name": "ca.pem", "text": "-----BEGIN s3cret-a"}, "certificate": {"text": "s3cret-c"},
                "key": {"name": "k.pem", "text": "s3cret-k"}, "passphrase": "s3cret-w"},
        }))
        .unwrap();
        let kept = serde_json::to_string(&draft.without_secrets()).unwrap();
        assert!(!kept.contains("s3cret"), "{kept}");
        for left in [
            "https://h.example/p/?a=1&access_token=",
            "alice",
            "*/*",
            "digest",
            "{{T}}",
            "http://p.example:3128",
            "ca.pem",
        ] {
            assert!(kept.contains(left), "{left}: {kept}");
        }
    }

    #[test]
    fn bodies_lose_their_secrets_or_go() {
        for body in [
            serde_json::json!({"kind": "text", "text": "<password>s3cret</password>", "media_type": "text/xml"}),
            serde_json::json!({"kind": "text", "text": "a=1&pwd=s3cret", "media_type": "application/x-www-form-urlencoded"}),
            serde_json::json!({"kind": "json", "text": "{\"token\": \"s3cret\""}),
            serde_json::json!({"kind": "form", "fields": [["client_secret", "s3cret"]]}),
            serde_json::json!({"kind": "parts", "parts": [{"name": "password", "text": "s3cret"}]}),
            serde_json::json!({"kind": "file", "file": {"name": "a", "media_type": "", "base64": "s3cret"}}),
        ] {
            let draft: Draft = serde_json::from_value(serde_json::json!({ "body": body })).unwrap();
            let kept = serde_json::to_string(&draft.without_secrets()).unwrap();
            assert!(!kept.contains("s3cret"), "{kept}");
        }
    }
}
