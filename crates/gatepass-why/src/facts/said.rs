//! What the server says, in its own words: codes and messages of a body of any form, of challenges, and of headers.

use gatepass_auth::Challenge;
use serde_json::Value;

use super::markup;
use super::pairs;
use super::words::words;
use crate::record::{Answer, MOST_OF_A_BODY};
use gatepass_auth::show::is_secret_name;

/// One thing that the server says.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// Where it stands, as a phrase.
    pub(crate) place: String,
    /// The name it stands under: `error.message` is `message`.
    pub(crate) key: String,
    /// The text as it came.
    pub(crate) text: String,
    /// The text as words.
    pub(crate) words: String,
    /// Whether it stands under the status alone: it is the title of a page, or its reason.
    pub(crate) is_title: bool,
}

/// In which form a body came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// There is none, or it is not text.
    #[default]
    None,
    Json,
    Xml,
    Html,
    Pairs,
    Text,
}

/// What a body says.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) form: Form,
    pub(crate) json: Option<Value>,
    pub(crate) page: Option<markup::Page>,
    pub(crate) said: Vec<Said>,
}

/// How much text is read as words, in bytes.
const MOST: usize = 12 * 1024;

/// How long one saying may be, in bytes.
const LONG: usize = 2048;

/// Parts of names of header fields that say why. Other fields are looked at by name.
const TELLING_FIELDS: [&str; 5] = ["error", "reason", "denied", "grpc-message", "mitigated"];

impl Said {
    fn new(place: &str, key: &str, text: &str) -> Self {
        let mut end = text.len().min(LONG);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Self {
            place: place.to_owned(),
            key: key.to_owned(),
            text: text[..end].to_owned(),
            words: words(&text[..end]),
            is_title: false,
        }
    }

    /// Says whether these words, given as [`words`] returns them, stand in it.
    pub(crate) fn has(&self, phrase: &str) -> bool {
        self.words.contains(phrase)
    }
}

/// Reads a body.
pub(crate) fn body(answer: &Answer) -> Body {
    let bytes = &answer.body[..answer.body.len().min(MOST_OF_A_BODY)];
    if bytes.is_empty() || bytes.contains(&0) {
        return Body::default();
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim();
    let kind = answer
        .headers
        .get_str("Content-Type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let mut body = match text.chars().next() {
        Some('{' | '[') => json(text),
        Some('<') => marked_up(text, &kind),
        Some(')') if text.starts_with(")]}'") => json(text[4..].trim_start()),
        None => Body::default(),
        Some(_) => plain(text, &kind),
    };
    let mut left = MOST;
    body.said.retain(|said| {
        let fits = said.text.len() <= left;
        left = left.saturating_sub(said.text.len());
        fits
    });
    body
}

fn json(text: &str) -> Body {
    // What was cut is read as far as it goes: a stream reads its first value.
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let Some(Ok(json)) = values.next() else {
        return Body {
            form: Form::Text,
            said: vec![Said::new("the body says", "", text)],
            ..Body::default()
        };
    };
    let mut said = Vec::new();
    walk("", &json, 0, &mut said);
    Body {
        form: Form::Json,
        json: Some(json),
        said,
        ..Body::default()
    }
}

fn walk(key: &str, value: &Value, depth: usize, said: &mut Vec<Said>) {
    if depth > 12 || said.len() > 300 {
        return;
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                walk(key, value, depth + 1, said);
            }
        }
        Value::Array(values) => {
            for value in values {
                walk(key, value, depth + 1, said);
            }
        }
        Value::Null => {}
        Value::String(text) => {
            if !is_secret_name(key) || text.contains(' ') || key.eq_ignore_ascii_case("code") {
                said.push(Said::new("the body says", key, text));
            }
            // An error inside a text, as gateways pass it on.
            if depth < 4
                && text.starts_with('{')
                && text.len() <= LONG
                && let Ok(inner) = serde_json::from_str::<Value>(text)
            {
                walk(key, &inner, depth + 6, said);
            }
        }
        other => said.push(Said::new("the body says", key, &other.to_string())),
    }
}

fn marked_up(text: &str, kind: &str) -> Body {
    let start: String = text
        .chars()
        .take(200)
        .collect::<String>()
        .to_ascii_lowercase();
    let is_html =
        kind.contains("html") || start.contains("<!doctype html") || start.contains("<html");
    if is_html
        || !(kind.contains("xml") || start.starts_with("<?xml") || start.starts_with("<error"))
    {
        let page = markup::page(text);
        let mut said = Vec::new();
        if !page.title.is_empty() {
            let mut title = Said::new("the page's title is", "title", &page.title);
            title.is_title = true;
            said.push(title);
        }
        if !page.text.is_empty() {
            said.push(Said::new("the page says", "", &page.text));
        }
        return Body {
            form: Form::Html,
            page: Some(page),
            said,
            ..Body::default()
        };
    }
    let leaves = markup::leaves(text);
    let said = leaves
        .iter()
        .map(|(name, text)| Said::new("the body says", name, text));
    Body {
        form: Form::Xml,
        said: said.collect(),
        ..Body::default()
    }
}

fn plain(text: &str, kind: &str) -> Body {
    let first = text.lines().next().unwrap_or_default();
    let names = |pair: &str| {
        pair.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        })
    };
    let is_pairs = kind.contains("x-www-form-urlencoded") || first.split('&').all(names);
    if is_pairs {
        let pairs = pairs::of_form(first);
        let said = pairs
            .iter()
            .filter(|(name, _)| !is_secret_name(name) || name == "code");
        return Body {
            form: Form::Pairs,
            said: said
                .map(|(name, value)| Said::new("the body says", name, value))
                .collect(),
            ..Body::default()
        };
    }
    Body {
        form: Form::Text,
        said: vec![Said::new("the body says", "", text)],
        ..Body::default()
    }
}

/// Returns what challenges and header fields say.
pub(crate) fn head(answer: &Answer, challenges: &[Challenge]) -> Vec<Said> {
    let mut said = Vec::new();
    for challenge in challenges.iter().take(32) {
        for param in challenge.params.iter().take(32) {
            let name = param.name().to_ascii_lowercase();
            if name.contains("error") || name == "oauth_problem" || name == "reason" {
                let place = format!("the challenge says, {name}");
                said.push(Said::new(&place, &name, &param.text()));
            }
        }
    }
    for header in answer.headers.iter().take(200) {
        let name = header.name().to_ascii_lowercase();
        let tells = TELLING_FIELDS.iter().any(|part| name.contains(part));
        if tells && header.value().len() <= LONG && !name.contains("report") {
            let text = String::from_utf8_lossy(header.value());
            let text = if name == "grpc-message" {
                pairs::decoded(&text)
            } else {
                text.into_owned()
            };
            said.push(Said::new(
                &format!("the header {} says", header.name()),
                &name,
                &text,
            ));
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, text: &str) -> Body {
        let mut answer = Answer::new(403, "");
        answer.headers.append("Content-Type", kind);
        answer.body = text.as_bytes().to_vec();
        body(&answer)
    }

    #[test]
    fn every_form_is_read() {
        for (kind, text, form) in [
            (
                "application/json",
                "{\"error\":{\"status\":\"PERMISSION_DENIED\",\"errors\":[{\"reason\":\"x\"}]}}",
                Form::Json,
            ),
            (
                "application/problem+json",
                "{\"title\":\"Permission denied\"}",
                Form::Json,
            ),
            (
                "application/xml",
                "<?xml version=\"1.0\"?><Error><Code>PermissionDenied</Code></Error>",
                Form::Xml,
            ),
            (
                "text/html",
                "<html><title>Permission denied</title><body><p>no</p></body></html>",
                Form::Html,
            ),
            (
                "text/plain",
                "oauth_problem=permission_denied&x=1",
                Form::Pairs,
            ),
            ("text/plain", "Permission denied.", Form::Text),
        ] {
            let body = read(kind, text);
            assert_eq!(body.form, form, "{text}");
            assert!(
                body.said.iter().any(|said| said.has(" permission denied ")),
                "{body:?}"
            );
        }
        assert_eq!(read("image/png", "\0\0").form, Form::None);
    }

    #[test]
    fn what_is_deep_or_long_ends() {
        let deep = "[".repeat(5000);
        assert!(read("application/json", &deep).said.len() <= 1);
        let long = format!("{{\"message\":\"{}\"}}", "x".repeat(60_000));
        assert!(
            read("application/json", &long)
                .said
                .iter()
                .all(|said| said.text.len() <= LONG)
        );
    }

    #[test]
    fn a_json_document_with_a_token_does_not_say_it() {
        let body = read(
            "application/json",
            "{\"access_token\":\"abcdefgh\",\"message\":\"hi\"}",
        );
        assert_eq!(body.said.len(), 1);
    }
}
