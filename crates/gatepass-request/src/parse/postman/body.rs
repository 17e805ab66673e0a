//! The body of a request, in Postman's modes.

use serde::Deserialize;
use serde_json::Value;

use super::{Field, text};
use crate::body;
use crate::content::{Content, Multipart, Part};
use crate::parse::braces::Braces;

#[derive(Deserialize)]
pub(super) struct Body {
    #[serde(default)]
    mode: Option<String>,
    #[serde(default)]
    raw: Option<String>,
    #[serde(default)]
    urlencoded: Option<Fields>,
    #[serde(default)]
    formdata: Option<Vec<FormPart>>,
    #[serde(default)]
    file: Option<File>,
    #[serde(default)]
    graphql: Option<GraphQl>,
    #[serde(default)]
    options: Option<Value>,
    #[serde(default)]
    disabled: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Fields {
    List(Vec<Field>),
    Text(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormPart {
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    value: Option<Value>,
    #[serde(default)]
    src: Option<Value>,
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    disabled: bool,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    src: Option<String>,
    #[serde(default)]
    content: Option<String>,
}

#[derive(Deserialize)]
struct GraphQl {
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    variables: Option<Value>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
}

impl Body {
    /// Reads the body. `typed` says whether a header field names its media type.
    pub(super) fn read(&self, name: &str, typed: bool, braces: &mut Braces) -> body::Body {
        if self.disabled {
            return body::Body::Empty;
        }
        match self.mode.as_deref() {
            Some("raw") => self.raw(typed, braces),
            Some("urlencoded") => self.fields(braces),
            Some("formdata") => self.parts(name, braces),
            Some("file") => match &self.file {
                Some(File {
                    src: Some(path), ..
                }) => body::Body::File {
                    content: Content::File(braces.text(path)),
                    content_type: (!typed).then(|| "application/octet-stream".to_owned()),
                },
                Some(File {
                    content: Some(text),
                    ..
                }) => body::Body::raw(braces.text(text)),
                _ => {
                    braces.warn(name, "its body is a file that is not named; it is left out");
                    body::Body::Empty
                }
            },
            Some("graphql") => self.graphql(braces),
            None => body::Body::Empty,
            Some(_) => {
                braces.warn(
                    name,
                    "its body is of a kind that is unknown; it is left out",
                );
                body::Body::Empty
            }
        }
    }

    fn raw(&self, typed: bool, braces: &mut Braces) -> body::Body {
        let Some(raw) = self.raw.as_deref().filter(|raw| !raw.is_empty()) else {
            return body::Body::Empty;
        };
        let language = self
            .options
            .as_ref()
            .and_then(|options| options.pointer("/raw/language")?.as_str());
        let content_type = match language {
            _ if typed => None,
            Some("json") => Some("application/json"),
            Some("xml") => Some("application/xml"),
            Some("html") => Some("text/html"),
            Some("javascript") => Some("application/javascript"),
            _ => Some("text/plain"),
        };
        body::Body::Raw {
            bytes: braces.text(raw).into_bytes().into(),
            content_type: content_type.map(str::to_owned),
        }
    }

    fn fields(&self, braces: &mut Braces) -> body::Body {
        match &self.urlencoded {
            Some(Fields::List(fields)) => {
                let fields = fields.iter().filter(|field| !field.disabled);
                let pair = |field: &Field| {
                    let value = field.value.as_ref().map(text).unwrap_or_default();
                    (
                        braces.text(field.key.as_deref().unwrap_or_default()),
                        braces.text(&value),
                    )
                };
                body::Body::Form(fields.map(pair).collect())
            }
            Some(Fields::Text(text)) => {
                let content_type = "application/x-www-form-urlencoded";
                body::Body::raw_of(content_type, braces.text(text))
            }
            None => body::Body::Empty,
        }
    }

    fn parts(&self, name: &str, braces: &mut Braces) -> body::Body {
        let mut parts = Vec::new();
        let wanted = self.formdata.iter().flatten().filter(|part| !part.disabled);
        for part in wanted {
            let key = braces.text(part.key.as_deref().unwrap_or_default());
            let content_type = part.content_type.as_deref().filter(|it| !it.is_empty());
            let content_type = content_type.map(|it| braces.text(it));
            let files = match &part.src {
                Some(Value::Array(files)) => files.iter().map(text).collect(),
                Some(Value::String(file)) => vec![file.clone()],
                Some(_) => {
                    braces.warn(
                        format!("{name}: {key}"),
                        "the file is not named; it is left out",
                    );
                    continue;
                }
                None => {
                    let value = part.value.as_ref().map(text).unwrap_or_default();
                    let mut one = Part::text(key, braces.text(&value));
                    one.content_type = content_type;
                    parts.push(one);
                    continue;
                }
            };
            for file in files {
                let mut one = Part::file(key.as_str(), braces.text(&file));
                // A path is a path here, a hyphen too.
                one.content = Content::File(braces.text(&file));
                if let Some(told) = &part.file_name {
                    one.file_name = Some(braces.text(told));
                }
                if content_type.is_some() {
                    one.content_type.clone_from(&content_type);
                }
                parts.push(one);
            }
        }
        body::Body::Multipart(Multipart {
            parts,
            boundary: None,
        })
    }

    /// Writes a query of GraphQL as the JSON that it is sent as.
    fn graphql(&self, braces: &mut Braces) -> body::Body {
        let Some(graphql) = &self.graphql else {
            return body::Body::Empty;
        };
        let query = Value::from(graphql.query.as_deref().unwrap_or_default()).to_string();
        let mut out = format!("{{\"query\":{query}");
        if let Some(name) = graphql
            .operation_name
            .as_deref()
            .filter(|it| !it.is_empty())
        {
            out += &format!(",\"operationName\":{}", Value::from(name));
        }
        let variables = match &graphql.variables {
            Some(Value::String(text)) if text.trim().is_empty() => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Null) | None => None,
            Some(other) => Some(other.to_string()),
        };
        if let Some(variables) = variables {
            out += &format!(",\"variables\":{variables}");
        }
        out.push('}');
        body::Body::raw_of("application/json", braces.text(&out))
    }
}
