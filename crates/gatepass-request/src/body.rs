//! The body of a request as data.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// What a request carries.
///
/// `Debug` shows the kind and the size, because a body may hold a password.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// A JSON value.
    Json(serde_json::Value),
    /// Fields of a form (`application/x-www-form-urlencoded`), in order.
    Form(Vec<(String, String)>),
    /// Bytes.
    Raw {
        /// The bytes.
        #[serde(with = "crate::blob")]
        bytes: Bytes,
        /// Their media type, if it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_type: Option<String>,
    },
}

impl Body {
    /// Holds bytes of an unknown media type.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Raw {
            bytes: Bytes::from(bytes.into()),
            content_type: None,
        }
    }

    /// Holds bytes of this media type.
    pub fn raw_of(content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::Raw {
            bytes: Bytes::from(bytes.into()),
            content_type: Some(content_type.into()),
        }
    }

    /// Says whether there is no body at all. An empty form is a body.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Returns the body's media type, for a request that does not name another, and its bytes as they are sent.
    ///
    /// A form is written as the URL standard says, but for the space, which is `%20`: every decoder reads that.
    ///
    /// ```
    /// use gatepass_request::Body;
    ///
    /// let form = Body::Form(vec![("a b".to_owned(), "ü&".to_owned())]);
    /// let (content_type, bytes) = form.encode();
    /// assert_eq!(content_type.as_deref(), Some("application/x-www-form-urlencoded; charset=utf-8"));
    /// assert_eq!(bytes, "a%20b=%C3%BC%26");
    /// ```
    pub fn encode(&self) -> (Option<String>, Bytes) {
        match self {
            Self::Empty => (None, Bytes::new()),
            Self::Json(value) => (Some(JSON.to_owned()), value.to_string().into()),
            Self::Form(fields) => (Some(FORM.to_owned()), encode_form(fields).into()),
            Self::Raw {
                bytes,
                content_type,
            } => (content_type.clone(), bytes.clone()),
        }
    }
}

/// The media type of JSON.
pub(crate) const JSON: &str = "application/json";
/// The media type of a form, with the charset that HTTPie names too.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

fn encode_form(fields: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        let encode = |text: &String| gatepass_auth::percent::encode(text.as_bytes());
        format!("{}={}", encode(name), encode(value))
    };
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.encode().1.len();
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(_) => write!(f, "Json({size} bytes)"),
            Self::Form(fields) => write!(f, "Form({} fields, {size} bytes)", fields.len()),
            Self::Raw { content_type, .. } => write!(f, "Raw({size} bytes, {content_type:?})"),
        }
    }
}

/// Media types by the end of a file's name, in lower case.
const BY_EXTENSION: &[(&str, &str)] = &[
    ("bin", "application/octet-stream"),
    ("bmp", "image/bmp"),
    ("css", "text/css"),
    ("csv", "text/csv"),
    ("gif", "image/gif"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ico", "image/vnd.microsoft.icon"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("tar", "application/x-tar"),
    ("tsv", "text/tab-separated-values"),
    ("txt", "text/plain"),
    ("wasm", "application/wasm"),
    ("webp", "image/webp"),
    ("xml", "application/xml"),
    ("zip", "application/zip"),
];

/// Returns the media type that a file's name tells, if it tells one.
///
/// ```
/// assert_eq!(gatepass_request::content_type_of("a/Photo.JPG"), Some("image/jpeg"));
/// assert_eq!(gatepass_request::content_type_of("json"), None);
/// ```
pub fn content_type_of(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    BY_EXTENSION
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|(_, content_type)| *content_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_content() {
        for body in [
            Body::Json("s3cret".into()),
            Body::Form(vec![("password".to_owned(), "s3cret".to_owned())]),
            Body::raw("s3cret"),
        ] {
            assert!(!format!("{body:?}").contains("s3cret"), "{body:?}");
        }
    }
}
