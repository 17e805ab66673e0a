//! The body of a request as the code will hold it.

use gatepass_auth::percent;
use gatepass_request::{Body, Change, Chunk, Content, Multipart, Part};
use serde_json::Value;

use super::{Reader, unwritten};
use crate::call::{FormPart, PartContent, Payload};
use crate::error::SnippetError;
use crate::text::Text;

/// The header fields that the code will set.
type Fields = Vec<(String, Text)>;

impl Reader<'_> {
    pub(super) fn body(
        &mut self,
        body: &Body,
        headers: &mut Fields,
    ) -> Result<Payload, SnippetError> {
        Ok(match body {
            Body::Empty => Payload::Empty,
            Body::Json(value) => self.json(value),
            Body::Form(fields) => Payload::Form(
                fields
                    .iter()
                    .map(|(name, value)| (self.text(name), self.named(name, value)))
                    .collect(),
            ),
            Body::Raw {
                bytes,
                content_type,
            } => self.raw(bytes, content_type.as_deref(), headers),
            Body::File {
                content,
                content_type,
            } => match content {
                Content::Bytes(bytes) => self.raw(bytes, content_type.as_deref(), headers),
                Content::File(path) => {
                    name_type(content_type.as_deref(), headers);
                    Payload::File(self.text(path))
                }
                _ => return Err(unwritten(STDIN)),
            },
            Body::Joined {
                chunks,
                content_type,
            } => self.joined(chunks, content_type.as_deref(), headers)?,
            Body::Multipart(multipart) => self.multipart(multipart)?,
            _ => return Err(unwritten("this kind of body is not written as code")),
        })
    }

    /// A JSON value with variables in it is text: they are put in when the code runs.
    fn json(&mut self, value: &Value) -> Payload {
        if let Some(text) = self.secret_json(value) {
            return Payload::JsonText(text);
        }
        let text = value.to_string();
        if self.has_variables(text.as_bytes()) {
            Payload::JsonText(self.text(&text))
        } else {
            Payload::Json(value.clone())
        }
    }

    fn raw(&mut self, bytes: &[u8], content_type: Option<&str>, headers: &mut Fields) -> Payload {
        let named = |(name, _): &&(String, Text)| name.eq_ignore_ascii_case("content-type");
        let known = headers
            .iter()
            .find(named)
            .and_then(|(_, value)| value.known());
        let known = known.as_deref().or(content_type.map(str::as_bytes));
        let media = known.map(|known| {
            known
                .split(|&byte| byte == b';')
                .next()
                .unwrap_or_default()
                .trim_ascii()
        });
        let open = self.has_variables(bytes);
        if media == Some(b"application/json")
            && !open
            && let Some(value) = same_json(bytes)
        {
            return self.json(&value);
        }
        if media == Some(b"application/x-www-form-urlencoded")
            && !open
            && let Some(fields) = same_form(bytes)
        {
            let named = |(name, value): &(String, String)| {
                (Text::from(name.as_str()), self.named(name, value))
            };
            return Payload::Form(fields.iter().map(named).collect());
        }
        name_type(content_type, headers);
        Payload::Raw(self.bytes(bytes))
    }

    fn joined(
        &mut self,
        chunks: &[Chunk],
        content_type: Option<&str>,
        headers: &mut Fields,
    ) -> Result<Payload, SnippetError> {
        if let [
            Chunk {
                content: Content::File(path),
                change,
                ..
            },
        ] = chunks
        {
            match change {
                Change::None => {}
                Change::WithoutBreaks => self.notes.push(
                    "line breaks in the file are sent; the request takes them out".to_owned(),
                ),
                _ => {
                    return Err(unwritten(
                        "a file that is percent-encoded is not written as code",
                    ));
                }
            }
            name_type(content_type, headers);
            return Ok(Payload::File(self.text(path)));
        }
        let mut all = Vec::new();
        for chunk in chunks {
            let Some(bytes) = chunk.content.here() else {
                return Err(unwritten(match chunk.content {
                    Content::Stdin => STDIN,
                    _ => {
                        "a body of which a part is in a file is not written as code; put all of it into the file"
                    }
                }));
            };
            all.extend(chunk.change.apply(bytes.to_vec()));
        }
        Ok(self.raw(&all, content_type, headers))
    }

    fn multipart(&mut self, multipart: &Multipart) -> Result<Payload, SnippetError> {
        let part = |part: &Part| {
            if !part.headers.is_empty() {
                self.notes.push(format!(
                    "the part {:?} has header fields that are left out",
                    part.name
                ));
            }
            let name = self.text(&part.name);
            let content = match (&part.content, &part.file_name) {
                (Content::File(path), filename) => PartContent::File {
                    path: self.text(path),
                    filename: self.text(filename.as_deref().unwrap_or(path)),
                },
                (Content::Bytes(bytes), None) => {
                    PartContent::Text(match std::str::from_utf8(bytes) {
                        Ok(text) => self.named(&part.name, text),
                        Err(_) => self.bytes(bytes),
                    })
                }
                (Content::Bytes(_), Some(_)) => {
                    return Err(unwritten(
                        "a part with a file's name and no file is not written as code",
                    ));
                }
                _ => return Err(unwritten(STDIN)),
            };
            // What libraries say of a file by themselves need not be said.
            let usual = matches!(content, PartContent::File { .. })
                && part.content_type.as_deref() == Some("application/octet-stream");
            Ok(FormPart {
                name,
                content,
                content_type: part.content_type.clone().filter(|_| !usual),
            })
        };
        Ok(Payload::Multipart(
            multipart.parts.iter().map(part).collect::<Result<_, _>>()?,
        ))
    }
}

const STDIN: &str =
    "a body from standard input is not written as code; put it into a file and name that";

/// Says what a body is. Libraries that are told nothing say that it is a form.
fn name_type(content_type: Option<&str>, headers: &mut Fields) {
    let named = |(name, _): &(String, Text)| name.eq_ignore_ascii_case("content-type");
    if !headers.iter().any(named) {
        let content_type = content_type.unwrap_or("application/octet-stream");
        headers.push(("Content-Type".to_owned(), content_type.into()));
    }
}

/// Reads JSON that means the same however it is written again: no name twice, no number that loses digits.
fn same_json(bytes: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let text = std::str::from_utf8(bytes).ok()?;
    let mut compact = String::new();
    let (mut inside, mut escaped) = (false, false);
    for c in text.chars() {
        if inside || !c.is_ascii_whitespace() {
            compact.push(c);
        }
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            _ => {}
        }
    }
    let again = value.to_string();
    (again == compact).then_some(value)
}

/// Reads a form that means the same however it is encoded again.
fn same_form(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let same = |raw: &[u8]| {
        let decoded = percent::decode_form(raw).into_owned();
        let text = String::from_utf8(decoded).ok()?;
        // A space has two spellings, and the digits of an escape have two cases.
        let again = percent::encode(text.as_bytes()).replace("%20", "+");
        let given = String::from_utf8(raw.to_vec()).ok()?;
        let lax = |text: &str| percent::encode(&percent::decode(&text.replace("%20", "+")));
        (lax(&again) == lax(&given)).then_some(text)
    };
    bytes
        .split(|&byte| byte == b'&')
        .map(|pair| {
            let at = pair.iter().position(|&byte| byte == b'=')?;
            Some((same(&pair[..at])?, same(&pair[at + 1..])?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_the_same_is_read() {
        assert!(same_json(br#"{ "a" : [1, "x \" y"] }"#).is_some());
        for changed in [
            r#"{"a":1,"a":2}"#,
            "1.0e5",
            "123456789012345678901234567890",
            "1.10",
            "{",
        ] {
            assert!(same_json(changed.as_bytes()).is_none(), "{changed}");
        }
        for kept in ["a=1&b=x+y%20z", "a=%C3%a9", "a="] {
            assert!(same_form(kept.as_bytes()).is_some(), "{kept}");
        }
        for raw in ["a", "a=1&&b=2", "", "a=%ff"] {
            assert!(same_form(raw.as_bytes()).is_none(), "{raw}");
        }
    }
}
