//! Bytes of a body that are here or elsewhere, and what is made of them: one after the other, or parts of a form.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::media::content_type_of;

/// Where bytes of a body are to be had.
///
/// `Debug` shows the size of bytes and not the bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// They are these.
    Bytes(#[serde(with = "crate::blob")] Bytes),
    /// The file at this path.
    File(String),
    /// Standard input.
    Stdin,
}

/// One of several contents that follow each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Chunk {
    /// Where it is to be had.
    pub content: Content,
    /// What is done to it before it is sent.
    #[serde(default)]
    pub change: Change,
}

/// What is done to the bytes of a [`Chunk`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// Nothing.
    #[default]
    None,
    /// CR, LF and NUL are taken out, as `curl -d @file` does.
    WithoutBreaks,
    /// They are percent-encoded, with `+` for a space, as `curl --data-urlencode name@file` does.
    PercentEncoded,
}

/// A multipart body (RFC 2046 section 5.1); `multipart/form-data` (RFC 7578) unless another type is named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Multipart {
    /// The parts, in order.
    pub parts: Vec<Part>,
    /// What separates them. `None` leaves it to whoever sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<String>,
}

/// One part of a multipart body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Part {
    /// The name of the form's field.
    pub name: String,
    /// What it carries.
    pub content: Content,
    /// The file name that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The media type that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Further header fields of the part, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// Whether backslashes escape quotes and backslashes in its names, as older programs expect it, where quotes are
    /// percent-encoded else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backslashes: bool,
}

impl Content {
    /// Holds these bytes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(bytes.into().into())
    }

    /// Names a file; `-` is standard input.
    pub fn file(path: impl Into<String>) -> Self {
        match path.into() {
            path if path == "-" => Self::Stdin,
            path => Self::File(path),
        }
    }

    /// Returns the bytes, if they are here.
    pub fn here(&self) -> Option<&Bytes> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl Chunk {
    /// Takes a content with what is done to it.
    pub fn new(content: Content, change: Change) -> Self {
        Self { content, change }
    }
}

impl Change {
    /// Returns the bytes as they are sent.
    ///
    /// ```
    /// use gatepass_request::Change;
    ///
    /// assert_eq!(Change::WithoutBreaks.apply(b"a\r\nb".to_vec()), b"ab");
    /// assert_eq!(Change::PercentEncoded.apply(b"a b".to_vec()), b"a+b");
    /// ```
    pub fn apply(self, mut bytes: Vec<u8>) -> Vec<u8> {
        match self {
            Self::None => bytes,
            Self::WithoutBreaks => {
                bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
                bytes
            }
            Self::PercentEncoded => {
                let encoded = gatepass_auth::percent::encode(&bytes);
                encoded.replace("%20", "+").into_bytes()
            }
        }
    }
}

impl Part {
    /// Makes a part of a text.
    pub fn text(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::of(name, Content::bytes(value.into()))
    }

    /// Makes a part of a content, without file name and media type.
    pub fn of(name: impl Into<String>, content: Content) -> Self {
        Self {
            name: name.into(),
            content,
            file_name: None,
            content_type: None,
            headers: Vec::new(),
            backslashes: false,
        }
    }

    /// Makes a part of a file, with the last part of its path as the file name and the media type that it tells.
    pub fn file(name: impl Into<String>, path: impl Into<String>) -> Self {
        let path = path.into();
        let file_name = path.rsplit('/').next().map(str::to_owned);
        let content_type = content_type_of(&path).unwrap_or("application/octet-stream");
        Self {
            file_name,
            content_type: Some(content_type.to_owned()),
            ..Self::of(name, Content::file(path))
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::File(path) => write!(f, "File({path:?})"),
            Self::Stdin => f.write_str("Stdin"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_content() {
        let part = Part::text("password", "s3cret");
        assert!(!format!("{part:?}").contains("s3cret"), "{part:?}");
    }
}
