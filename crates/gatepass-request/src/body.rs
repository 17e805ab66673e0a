//! The body of a request as data.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::content::{Change, Chunk, Content, Multipart};
use crate::multipart;

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
    /// The content of a file or of standard input.
    File {
        /// Where it is to be had.
        content: Content,
        /// Its media type, if it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_type: Option<String>,
    },
    /// Several contents one after the other, some of them elsewhere.
    Joined {
        /// The contents, in order.
        chunks: Vec<Chunk>,
        /// The media type of the whole, if it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_type: Option<String>,
    },
    /// A multipart form.
    Multipart(Multipart),
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

    /// Returns the body's media type, for a request that does not name another, and its bytes as they are sent. `None`
    /// where part of it is elsewhere, and for a multipart form: see [`Body::chunks`].
    ///
    /// A form is written as the URL standard says, but for the space, which is `%20`: every decoder reads that.
    ///
    /// ```
    /// use gatepass_request::Body;
    ///
    /// let form = Body::Form(vec![("a b".to_owned(), "ü&".to_owned())]);
    /// let (content_type, bytes) = form.encode().ok_or("elsewhere")?;
    /// assert_eq!(content_type.as_deref(), Some("application/x-www-form-urlencoded; charset=utf-8"));
    /// assert_eq!(bytes, "a%20b=%C3%BC%26");
    /// # Ok::<(), &str>(())
    /// ```
    pub fn encode(&self) -> Option<(Option<String>, Bytes)> {
        Some(match self {
            Self::Empty => (None, Bytes::new()),
            Self::Json(value) => (Some(JSON.to_owned()), value.to_string().into()),
            Self::Form(fields) => (Some(FORM.to_owned()), encode_form(fields).into()),
            Self::Raw {
                bytes,
                content_type,
            } => (content_type.clone(), bytes.clone()),
            Self::File { .. } | Self::Joined { .. } | Self::Multipart(_) => return None,
        })
    }

    /// Returns the fields of a form: its own, or those of bytes that a form with these fields would have.
    ///
    /// ```
    /// use gatepass_request::Body;
    ///
    /// let body = Body::raw_of("application/x-www-form-urlencoded", "a=1&b=x+y");
    /// let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    /// assert_eq!(body.form_fields(), Some(vec![pair("a", "1"), pair("b", "x y")]));
    /// assert_eq!(Body::raw_of("application/x-www-form-urlencoded", "{}").form_fields(), None);
    /// ```
    pub fn form_fields(&self) -> Option<Vec<(String, String)>> {
        let (bytes, content_type) = match self {
            Self::Form(fields) => return Some(fields.clone()),
            Self::Raw {
                bytes,
                content_type: Some(content_type),
            } => (bytes, content_type),
            _ => return None,
        };
        let plain = content_type.split(';').next().unwrap_or_default().trim();
        if !plain.eq_ignore_ascii_case("application/x-www-form-urlencoded") || bytes.is_empty() {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        text.split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=')?;
                Some((decode_field(name)?, decode_field(value)?))
            })
            .collect()
    }

    /// Returns the value of a JSON body: its own, or that of bytes whose media type says JSON and that are.
    pub fn json(&self) -> Option<serde_json::Value> {
        match self {
            Self::Json(value) => Some(value.clone()),
            Self::Raw {
                bytes,
                content_type: Some(content_type),
            } if is_json(content_type) => serde_json::from_slice(bytes).ok(),
            _ => None,
        }
    }

    /// Returns the body's media type, for a request that does not name another, and what is sent one after the other.
    /// `boundary` stands between the parts of a form that names none itself; it must be long and random.
    ///
    /// ```
    /// use gatepass_request::{Body, Change, Content, Chunk, Multipart, Part};
    ///
    /// let form = Body::Multipart(Multipart::new().with(Part::file("f", "a/b.png")));
    /// let (content_type, chunks) = form.chunks("bd4f");
    /// assert_eq!(content_type.as_deref(), Some("multipart/form-data; boundary=bd4f"));
    /// assert_eq!(chunks[1], Chunk::new(Content::file("a/b.png"), Change::None));
    /// ```
    pub fn chunks(&self, boundary: &str) -> (Option<String>, Vec<Chunk>) {
        let whole = |content| vec![Chunk::new(content, Change::None)];
        match self {
            Self::File {
                content,
                content_type,
            } => (content_type.clone(), whole(content.clone())),
            Self::Joined {
                chunks,
                content_type,
            } => (content_type.clone(), chunks.clone()),
            Self::Multipart(form) => {
                let boundary = form.boundary.as_deref().unwrap_or(boundary);
                let parts = form.parts.iter().map(|part| (part, part.content.clone()));
                let pieces = multipart::pieces(boundary, parts);
                (
                    Some(multipart::content_type(boundary)),
                    pieces.into_iter().flat_map(whole).collect(),
                )
            }
            here => match here.encode() {
                Some((content_type, bytes)) => (content_type, whole(Content::Bytes(bytes))),
                None => (None, Vec::new()),
            },
        }
    }
}

/// Says whether a media type is JSON's (RFC 8259 section 11, RFC 6838 section 4.2.8).
fn is_json(content_type: &str) -> bool {
    let plain = content_type.split(';').next().unwrap_or_default().trim();
    let plain = plain.to_ascii_lowercase();
    plain == JSON || plain.ends_with("+json")
}

/// Decodes a name or value of a form; `None` where writing it again would not give the same meaning.
fn decode_field(text: &str) -> Option<String> {
    let sane = |byte: u8| {
        byte.is_ascii_alphanumeric() || b"-._~*+%!'()$,/:;?@ []{}|\"<>^`\\#".contains(&byte)
    };
    if !text.bytes().all(|byte| sane(byte) || byte >= 0x80) {
        return None;
    }
    let spaced = text.replace('+', " ");
    String::from_utf8(gatepass_auth::percent::decode(&spaced).into_owned()).ok()
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
        let size = self.encode().map_or(0, |(_, bytes)| bytes.len());
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Json(_) => write!(f, "Json({size} bytes)"),
            Self::Form(fields) => write!(f, "Form({} fields, {size} bytes)", fields.len()),
            Self::Raw { content_type, .. } => write!(f, "Raw({size} bytes, {content_type:?})"),
            Self::File {
                content,
                content_type,
            } => write!(f, "File({content:?}, {content_type:?})"),
            Self::Joined {
                chunks,
                content_type,
            } => write!(f, "Joined({chunks:?}, {content_type:?})"),
            Self::Multipart(form) => form.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Change;

    #[test]
    fn debug_shows_no_content() {
        for body in [
            Body::Json("s3cret".into()),
            Body::Form(vec![("password".to_owned(), "s3cret".to_owned())]),
            Body::raw("s3cret"),
            Body::Joined {
                chunks: vec![Chunk::new(Content::bytes("s3cret"), Change::None)],
                content_type: None,
            },
        ] {
            assert!(!format!("{body:?}").contains("s3cret"), "{body:?}");
        }
    }
}
