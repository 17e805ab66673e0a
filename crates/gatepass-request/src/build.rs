//! A request from items and flags: the defaults of method and header fields, and one body from many words.

use serde_json::Value as Json;

use crate::body::{Body, FORM, JSON, content_type_of};
use crate::error::ItemError;
use crate::parse::items::{Item, Value};
use crate::parse::nested;
use crate::request::{Request, check_header_value};
use crate::url::Url;

/// How items become a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// JSON where there is a body (HTTPie without a flag).
    #[default]
    Auto,
    /// JSON, and JSON is accepted even where there is no body (`--json`).
    Json,
    /// A form (`--form`).
    Form,
}

/// Makes a request from items. Set what the flags say, then call [`Build::request`].
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Build {
    /// The method; without one it is POST where there is a body and GET where there is none.
    pub method: Option<String>,
    /// How items become a body.
    pub kind: BodyKind,
    /// The whole body, from `--raw` or standard input.
    pub raw: Option<Vec<u8>>,
}

/// Answers what a [`Value::File`] or [`Value::Env`] holds, or why it cannot be had, as a phrase.
pub type Resolve<'a> = &'a dyn Fn(&Value) -> Result<Vec<u8>, String>;

impl Build {
    /// Asks for the default method and kind.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Sets how items become a body.
    #[must_use]
    pub fn kind(mut self, kind: BodyKind) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the whole body.
    #[must_use]
    pub fn raw(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.raw = Some(bytes.into());
        self
    }

    /// Makes the request. `Accept` and `Content-Type` are HTTPie's, unless an item gives them or keeps them away. The
    /// value of a header that is read from elsewhere counts as a secret.
    ///
    /// # Errors
    /// [`ItemError`]: what `resolve` refuses, values that are not JSON or do not fit together, two bodies, and a file for
    /// a form field.
    pub fn request(
        self,
        url: Url,
        items: &[Item],
        resolve: Resolve<'_>,
    ) -> Result<Request, ItemError> {
        let body = self.body(items, resolve)?;
        let method = self
            .method
            .unwrap_or_else(|| if body.is_empty() { "GET" } else { "POST" }.to_owned());
        let mut request = Request::new(method, url);
        let form = self.kind == BodyKind::Form;
        let json = !form && (self.kind == BodyKind::Json || !body.is_empty());
        request
            .headers
            .set("Accept", if json { ACCEPT_JSON } else { "*/*" });
        let content_type = match &body {
            Body::Raw {
                content_type: Some(known),
                ..
            } => Some(known.as_str()),
            _ if form => Some(FORM),
            _ => json.then_some(JSON),
        };
        if let Some(content_type) = content_type {
            request.headers.set("Content-Type", content_type);
        }
        request.body = body;
        add_headers(&mut request, items, resolve)?;
        for item in items {
            if let Item::Query { name, value } = item {
                let mut text = text_of(name, value, resolve)?;
                if matches!(value, Value::File(_)) {
                    // The line break at a file's end is the editor's.
                    text.truncate(text.trim_end_matches('\n').len());
                }
                request.url.push_query(name, &text);
            }
        }
        request.check()?;
        Ok(request)
    }

    fn body(&self, items: &[Item], resolve: Resolve<'_>) -> Result<Body, ItemError> {
        let mut whole = self.raw.as_ref().map(|bytes| Body::raw(bytes.clone()));
        let mut fields = Vec::new();
        let mut json = Json::Null;
        let mut any = false;
        for item in items {
            match item {
                Item::File {
                    field,
                    path,
                    content_type,
                } if field.is_empty() && self.kind != BodyKind::Form => {
                    let bytes = bytes_of(path, &Value::File(path.clone()), resolve)?;
                    let known = content_type.as_deref().or_else(|| content_type_of(path));
                    let body = known.map_or_else(
                        || Body::raw(bytes.clone()),
                        |known| Body::raw_of(known, bytes.clone()),
                    );
                    if whole.replace(body).is_some() {
                        return Err(ItemError::TwoBodies);
                    }
                }
                Item::File { field, .. } => {
                    return Err(ItemError::Multipart {
                        field: field.clone(),
                    });
                }
                Item::Field { name, value } => {
                    any = true;
                    let text = text_of(name, value, resolve)?;
                    match self.kind {
                        BodyKind::Form => fields.push((name.clone(), text)),
                        _ => nested::insert(&mut json, name, Json::String(text))?,
                    }
                }
                Item::Json { name, value } => {
                    any = true;
                    let value = json_of(name, &text_of(name, value, resolve)?)?;
                    match self.kind {
                        BodyKind::Form => fields.push((name.clone(), form_text(name, value)?)),
                        _ => nested::insert(&mut json, name, value)?,
                    }
                }
                _ => {}
            }
        }
        match whole {
            Some(_) if any => Err(ItemError::TwoBodies),
            Some(body) => Ok(body),
            None if !any => Ok(Body::Empty),
            None if self.kind == BodyKind::Form => Ok(Body::Form(fields)),
            None => Ok(Body::Json(json)),
        }
    }
}

/// What HTTPie accepts where it sends JSON.
const ACCEPT_JSON: &str = "application/json, */*;q=0.5";

/// Sets the header fields in the order of the items: the first of a name replaces a default, further ones stand beside
/// it, and `Name:` takes all that came before it away.
fn add_headers(
    request: &mut Request,
    items: &[Item],
    resolve: Resolve<'_>,
) -> Result<(), ItemError> {
    let mut given: Vec<String> = Vec::new();
    for item in items {
        let (name, value, secret) = match item {
            Item::Header { name, value } => {
                let bytes = bytes_of(name, value, resolve)?;
                (
                    name,
                    bytes.trim_ascii().to_vec(),
                    !matches!(value, Value::Text(_)),
                )
            }
            Item::EmptyHeader { name } => (name, Vec::new(), false),
            Item::NoHeader { name } => {
                request.headers.remove(name);
                given.retain(|other| !other.eq_ignore_ascii_case(name));
                request.without.push(name.clone());
                continue;
            }
            _ => continue,
        };
        check_header_value(name, &value)?;
        request
            .without
            .retain(|other| !other.eq_ignore_ascii_case(name));
        let again = given.iter().any(|other| other.eq_ignore_ascii_case(name));
        let headers = &mut request.headers;
        match (again, secret) {
            (false, false) => headers.set(name, value),
            (false, true) => headers.set_secret(name, value),
            (true, false) => headers.append(name, value),
            (true, true) => headers.append_secret(name, value),
        }
        given.push(name.clone());
    }
    Ok(())
}

fn bytes_of(name: &str, value: &Value, resolve: Resolve<'_>) -> Result<Vec<u8>, ItemError> {
    match value {
        Value::Text(text) => Ok(text.clone().into_bytes()),
        elsewhere => resolve(elsewhere).map_err(|problem| ItemError::Unresolved {
            name: name.to_owned(),
            reference: elsewhere.to_string(),
            problem,
        }),
    }
}

fn text_of(name: &str, value: &Value, resolve: Resolve<'_>) -> Result<String, ItemError> {
    String::from_utf8(bytes_of(name, value, resolve)?).map_err(|_| ItemError::NotUtf8 {
        name: name.to_owned(),
        reference: value.to_string(),
    })
}

fn json_of(name: &str, text: &str) -> Result<Json, ItemError> {
    let value = serde_json::from_str(text).map_err(|error| ItemError::NotJson {
        name: name.to_owned(),
        problem: format!(
            "{} at line {}, column {}",
            category(&error),
            error.line(),
            error.column()
        ),
    })?;
    if has_inexact_number(text) {
        return Err(ItemError::InexactNumber {
            name: name.to_owned(),
        });
    }
    Ok(value)
}

/// Says what is wrong without quoting the text, which may be a secret.
fn category(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        _ => "it breaks the grammar",
    }
}

/// Says whether valid JSON has a whole number that only a floating-point number could hold, and not exactly.
fn has_inexact_number(json: &str) -> bool {
    let mut outside = true;
    let mut escaped = false;
    let mut number = String::new();
    for c in json.chars().chain(std::iter::once(' ')) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => outside = !outside,
            '0'..='9' | '+' | '-' | '.' | 'e' | 'E' if outside => {
                number.push(c);
                continue;
            }
            _ => {}
        }
        let digits = number.strip_prefix('-').unwrap_or(&number);
        let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if whole && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
            return true;
        }
        number.clear();
    }
    false
}

fn form_text(name: &str, value: Json) -> Result<String, ItemError> {
    match value {
        Json::String(text) => Ok(text),
        Json::Number(_) | Json::Bool(_) => Ok(value.to_string()),
        _ => Err(ItemError::NotAFormValue {
            name: name.to_owned(),
        }),
    }
}
