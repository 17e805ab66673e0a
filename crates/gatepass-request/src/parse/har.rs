//! HTTP archives, HAR 1.2: what browsers export, and what proxies record.
//!
//! The requests are taken, not the answers. Fields that are made anew for each request (`Content-Length`, `Host` where it is
//! the URL's, names that begin with a colon) are not carried over.

use base64::Engine as _;
use serde::Deserialize;

use super::error::ReadError;
use super::reading::{Form, Named, Reading};
use crate::body::Body;
use crate::content::{Content, Multipart, Part};
use crate::request::Request;
use crate::url::Url;
use crate::warning::{Warning, Warnings};

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: Recorded,
    #[serde(default)]
    comment: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Pair>,
    #[serde(default)]
    query_string: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Pair {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    params: Vec<Param>,
    /// Not in HAR 1.2; browsers write `base64` here.
    #[serde(default)]
    encoding: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Param {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Option<String>,
    #[serde(default)]
    file_name: Option<String>,
    #[serde(default)]
    content_type: Option<String>,
}

/// Reads an archive.
///
/// # Errors
/// [`ReadError::Bad`] for JSON that is no archive. An entry that is no HTTP request is left out with a warning.
///
/// ```
/// let text = r#"{"log": {"entries": [{"request": {"method": "GET", "url": "https://api.example/user",
///     "headers": [{"name": "X-Trace", "value": "7"}]}}]}}"#;
/// let reading = gatepass_request::parse::har::read(text)?;
/// assert_eq!(reading.requests[0].request.headers.get_str("X-Trace"), Some("7"));
/// # Ok::<(), gatepass_request::parse::ReadError>(())
/// ```
pub fn read(text: &str) -> Result<Reading, ReadError> {
    let archive: Archive = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        ReadError::bad(Form::Har, place, shape(&error))
    })?;
    let mut warnings = Warnings::default();
    let mut requests = Vec::new();
    for (at, entry) in archive.log.entries.into_iter().enumerate() {
        let place = format!("log.entries[{at}]");
        let name = Some(entry.comment).filter(|name| !name.is_empty());
        match request(entry.request, &place, &mut warnings) {
            Ok(request) => requests.push(Named::new(name, request)),
            Err(problem) => warnings.push(Warning::new(place, format!("left out: {problem}"))),
        }
    }
    Ok(Reading {
        form: Form::Har,
        requests,
        warnings: warnings.into_vec(),
    })
}

/// Says what is wrong with JSON without quoting any of it.
pub(super) fn shape(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Data => "it is JSON of another shape",
        _ => "it is no JSON",
    }
}

fn request(recorded: Recorded, place: &str, warnings: &mut Warnings) -> Result<Request, String> {
    let mut url = Url::parse(&recorded.url).map_err(|error| error.to_string())?;
    if url.query().is_none() {
        for pair in &recorded.query_string {
            url.push_query(&pair.name, &pair.value);
        }
    }
    let mut request = Request::new(recorded.method, url);
    for pair in recorded.headers {
        if !is_made_anew(&pair, &request.url) {
            request.headers.append(pair.name, pair.value);
        }
    }
    if !request.headers.contains("Cookie") && !recorded.cookies.is_empty() {
        let pairs = recorded.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|pair| format!("{}={}", pair.name, pair.value))
            .collect();
        request.headers.append("Cookie", pairs.join("; "));
    }
    if let Some(data) = recorded.post_data {
        request.body = body(data, &request, place, warnings);
    }
    request.check().map_err(|error| error.to_string())?;
    Ok(request)
}

/// Says whether whoever sends the request writes this field anyway.
fn is_made_anew(pair: &Pair, url: &Url) -> bool {
    let name = pair.name.to_ascii_lowercase();
    match name.as_str() {
        "content-length" => true,
        "host" => pair.value.eq_ignore_ascii_case(&url.authority()),
        name => name.starts_with(':'),
    }
}

fn body(data: PostData, request: &Request, place: &str, warnings: &mut Warnings) -> Body {
    let given = request.headers.get_str("Content-Type").map(str::to_owned);
    let content_type = given.or(Some(data.mime_type)).filter(|it| !it.is_empty());
    let is = |media_type: &str| {
        let known = content_type.as_deref().unwrap_or_default();
        known.to_ascii_lowercase().starts_with(media_type)
    };
    if let Some(text) = data
        .text
        .filter(|text| !text.is_empty() || data.params.is_empty())
    {
        let bytes = match data.encoding.as_deref() {
            Some("base64") => {
                let decoded = base64::engine::general_purpose::STANDARD.decode(&text);
                decoded.unwrap_or_else(|_| {
                    warnings.push(Warning::new(
                        format!("{place}.request.postData"),
                        "it says that it is Base64, and is not; it is taken as it is",
                    ));
                    text.into_bytes()
                })
            }
            _ => text.into_bytes(),
        };
        return Body::Raw {
            bytes: bytes.into(),
            content_type,
        };
    }
    if data.params.is_empty() {
        return Body::Empty;
    }
    if is("multipart/") {
        let boundary = content_type.as_deref().and_then(boundary);
        return Body::Multipart(Multipart {
            parts: data.params.into_iter().map(part).collect(),
            boundary,
        });
    }
    let fields = data.params.into_iter();
    Body::Form(
        fields
            .map(|param| (param.name, param.value.unwrap_or_default()))
            .collect(),
    )
}

fn boundary(content_type: &str) -> Option<String> {
    let (_, boundary) = content_type.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    (!boundary.is_empty()).then(|| boundary.to_owned())
}

/// A part without a value is a file, which the archive only names.
fn part(param: Param) -> Part {
    let mut part = match (&param.file_name, param.value) {
        (Some(file), None) => Part::of(param.name, Content::File(file.clone())),
        (_, value) => Part::text(param.name, value.unwrap_or_default()),
    };
    part.file_name = param.file_name;
    part.content_type = param.content_type;
    part
}
