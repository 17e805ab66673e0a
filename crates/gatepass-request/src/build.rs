//! A request from items and flags: the defaults of method and header fields, and one body from many words.

use serde_json::Value as Json;

use crate::body::{Body, FORM, JSON};
use crate::content::{Content, Multipart, Part};
use crate::error::ItemError;

use crate::field::check_header_value;
use crate::media::content_type_of;
use crate::parse::items::{Item, Value};
use crate::parse::nested;
use crate::request::Request;
use crate::url::Url;

/// How items become a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// JSON where there is a body (HTTPie without a flag), and a form in parts where a field is a file.
    #[default]
    Auto,
    /// JSON, and JSON is accepted even where there is no body (`--json`).
    Json,
    /// A form (`--form`), in parts where a field is a file.
    Form,
    /// A form in parts, even without a file (`--multipart`).
    Multipart,
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
    /// What stands between the parts of a form, where it shall not be random.
    pub boundary: Option<String>,
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

    /// Sets what stands between the parts of a form.
    #[must_use]
    pub fn boundary(mut self, boundary: impl Into<String>) -> Self {
        self.boundary = Some(boundary.into());
        self
    }

    /// Makes the request. A file that is the body or a part of it is only named: whoever sends it reads it. `Accept` and `Content-Type` are HTTPie's, unless an item gives them or keeps them away. The
    /// value of a header that is read from elsewhere counts as a secret.
    ///
    /// # Errors
    /// [`ItemError`]: what `resolve` refuses, values that are not JSON or do not fit together, two bodies, a file in JSON,
    /// and a file without a field in a form.
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
        let form = match &body {
            Body::Multipart(_) => true,
            _ => matches!(self.kind, BodyKind::Form | BodyKind::Multipart),
        };
        let json = !form && (self.kind == BodyKind::Json || !body.is_empty());
        request
            .headers
            .set("Accept", if json { ACCEPT_JSON } else { "*/*" });
        let content_type = match &body {
            Body::Raw {
                content_type: Some(known),
                ..
            }
            | Body::File {
                content_type: Some(known),
                ..
            } => Some(known.as_str()),
            // Its type names the boundary, which whoever sends it makes up.
            Body::Multipart(_) => None,
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
        let mut fields = Fields::new(self.kind_for(items));
        for item in items {
            match item {
                Item::File {
                    field,
                    path,
                    content_type,
                    ..
                } if field.is_empty() => {
                    if fields.kind.is_form() {
                        return Err(ItemError::FileWithoutField);
                    }
                    let known = content_type.as_deref().or_else(|| content_type_of(path));
                    let body = Body::File {
                        content: Content::file(path),
                        content_type: known.map(str::to_owned),
                    };
                    if whole.replace(body).is_some() {
                        return Err(ItemError::TwoBodies);
                    }
                }
                Item::File {
                    field,
                    path,
                    content_type,
                    file_name,
                } => fields.file(field, path, content_type.clone(), file_name.clone())?,
                Item::Field { name, value } => {
                    let text = text_of(name, value, resolve)?;
                    fields.value(name, Json::String(text))?;
                }
                Item::Json { name, value } => {
                    let value = json_of(name, &text_of(name, value, resolve)?)?;
                    fields.value(name, value)?;
                }
                _ => {}
            }
        }
        match whole {
            Some(_) if fields.any => Err(ItemError::TwoBodies),
            Some(body) => Ok(body),
            None => Ok(fields.into_body(self.boundary.clone())),
        }
    }

    /// Returns how these items become a body: a file as a field makes parts of a form, unless JSON is asked for.
    fn kind_for(&self, items: &[Item]) -> BodyKind {
        let is_part = |item: &Item| matches!(item, Item::File { field, .. } if !field.is_empty());
        match self.kind {
            BodyKind::Auto | BodyKind::Form if items.iter().any(is_part) => BodyKind::Multipart,
            kind => kind,
        }
    }
}

impl BodyKind {
    fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::Multipart)
    }
}

/// The items of a body, as they come.
struct Fields {
    kind: BodyKind,
    any: bool,
    json: Json,
    form: Vec<(String, String)>,
    parts: Vec<Part>,
}

impl Fields {
    fn new(kind: BodyKind) -> Self {
        Self {
            kind,
            any: false,
            json: Json::Null,
            form: Vec::new(),
            parts: Vec::new(),
        }
    }

    fn value(&mut self, name: &str, value: Json) -> Result<(), ItemError> {
        self.any = true;
        match self.kind {
            BodyKind::Form => self.form.push((name.to_owned(), form_text(name, value)?)),
            BodyKind::Multipart => self.parts.push(Part::text(name, form_text(name, value)?)),
            _ => nested::insert(&mut self.json, name, value)?,
        }
        Ok(())
    }

    fn file(
        &mut self,
        field: &str,
        path: &str,
        content_type: Option<String>,
        file_name: Option<String>,
    ) -> Result<(), ItemError> {
        if !self.kind.is_form() {
            return Err(ItemError::FileInJson {
                field: field.to_owned(),
            });
        }
        self.any = true;
        let mut part = match file_name {
            Some(name) => Part::of(field, Content::file(path)).named(name),
            None => Part::file(field, path),
        };
        part.content_type = content_type.or(part.content_type);
        self.parts.push(part);
        Ok(())
    }

    fn into_body(self, boundary: Option<String>) -> Body {
        match self.kind {
            _ if !self.any => Body::Empty,
            BodyKind::Form => Body::Form(self.form),
            BodyKind::Multipart => Body::Multipart(Multipart {
                parts: self.parts,
                boundary,
            }),
            _ => Body::Json(self.json),
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
