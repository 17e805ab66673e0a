//! Multipart forms: `-F` in all its forms, and `--form-string`.
//!
//! | value | part |
//! |---|---|
//! | `name=text` | a text |
//! | `name=@file` | a file with its name; several, separated by commas, are parts of the same name |
//! | `name=<file` | a file's content as a text |
//!
//! Behind any of them `;type=`, `;filename=`, `;headers=` and `;encoder=` may follow. A word with a comma or a semicolon in it
//! stands in double quotes, in which a backslash escapes a quote and a backslash.

use super::argument::Argument;
use super::encoder;
use super::error::CurlError;
use super::operation::{Operation, Shared};
use crate::content::{Content, Part};
use crate::variable::has_variable;

/// One part of the form.
pub(super) type Field = Part;

pub(super) fn apply(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    match name {
        "form" => {}
        "form-string" => {
            let text = argument.text()?;
            let (name, value) = split(argument, &text)?;
            operation.fields.push(Part::text(name, value));
            operation.has_form = true;
            return Ok(true);
        }
        "form-escape" => {
            operation.escapes_names = argument.on;
            return Ok(true);
        }
        _ => return Ok(false),
    }
    operation.has_form = true;
    let text = argument.text()?;
    let (name, value) = split(argument, &text)?;
    if value.starts_with('(') || (name.is_empty() && value.starts_with(')')) {
        return Err(argument.bad("opens or closes a part of parts, which is not understood"));
    }
    let mut reader = Reader {
        rest: value,
        files: value.starts_with('@'),
        shared,
        argument,
        encoder: None,
    };
    if reader.files {
        loop {
            reader.rest = &reader.rest[1..];
            let part = reader.part(name)?;
            operation.fields.push(part);
            if !reader.rest.starts_with(',') {
                break;
            }
            reader.shared.warn(
                format!("{} …=@…,…", argument.option),
                "each file is a part of its own (RFC 7578 section 4.3), where curl makes one part of parts",
            );
        }
    } else {
        let part = reader.part(name)?;
        operation.fields.push(part);
    }
    Ok(true)
}

fn split<'t>(argument: &Argument<'_>, text: &'t str) -> Result<(&'t str, &'t str), CurlError> {
    text.split_once('=')
        .ok_or_else(|| argument.bad("has no =; write name=value, name=@file or name=<file"))
}

struct Reader<'r, 's, 't> {
    rest: &'t str,
    /// Whether a comma separates files.
    files: bool,
    shared: &'r mut Shared<'s>,
    argument: &'r Argument<'r>,
    encoder: Option<String>,
}

impl Reader<'_, '_, '_> {
    fn part(&mut self, name: &str) -> Result<Part, CurlError> {
        let text_of_file = !self.files && self.rest.starts_with('<');
        if text_of_file {
            self.rest = &self.rest[1..];
        }
        self.rest = self.rest.trim_start_matches(is_space);
        let value = self.word();
        let mut part = if self.files || text_of_file {
            Part::of(name, self.shared.content(&value))
        } else {
            Part::text(name, value.as_str())
        };
        if self.files {
            part.file_name = Some(value.rsplit('/').next().unwrap_or_default().to_owned());
        }
        while let Some(rest) = self.rest.strip_prefix(';') {
            self.rest = rest.trim_start_matches(is_space);
            self.attribute(&mut part)?;
        }
        if part.content_type.is_none() {
            part.content_type = guessed(&part, &value);
        }
        if let Some(encoder) = self.encoder.take() {
            self.encode(&mut part, &encoder)?;
        }
        Ok(part)
    }

    /// Writes the content by an encoding. A file is read for it.
    fn encode(&mut self, part: &mut Part, encoder: &str) -> Result<(), CurlError> {
        let bytes = match &part.content {
            Content::Bytes(bytes) if has_variable(bytes, self.shared.stand_ins.variables()) => {
                return Err(self
                    .argument
                    .bad("has an encoder for the value of a variable"));
            }
            Content::Bytes(bytes) => bytes.to_vec(),
            Content::File(path) => {
                let path = path.clone();
                self.shared.file(self.argument, path.as_bytes())?
            }
            _ => self.shared.file(self.argument, b"-")?,
        };
        let encoded = encoder::encode(encoder, &bytes);
        let (name, encoded) = encoded.map_err(|problem| self.argument.bad(problem))?;
        let header = ("Content-Transfer-Encoding".to_owned(), name.to_owned());
        part.headers.insert(0, header);
        part.content = Content::bytes(encoded);
        Ok(())
    }

    /// Reads what stands between two semicolons.
    fn attribute(&mut self, part: &mut Part) -> Result<(), CurlError> {
        if self.takes("type=") {
            let media_type = self.media_type()?;
            part.content_type = Some(media_type);
        } else if self.takes("filename=") {
            part.file_name = Some(self.word());
        } else if self.takes("headers=") {
            let from_file = self.rest.starts_with(['@', '<']);
            if from_file {
                self.rest = self.rest[1..].trim_start_matches(is_space);
            }
            let word = self.word();
            if from_file {
                let bytes = self.shared.file(self.argument, word.as_bytes())?;
                let text = self.argument.as_text(&bytes)?;
                text.lines()
                    .filter(|line| !line.starts_with('#'))
                    .for_each(|line| add_header(part, line));
            } else {
                add_header(part, &word);
            }
        } else if self.takes("encoder=") {
            self.encoder = Some(self.word());
        } else {
            let word = self.word();
            if !word.is_empty() {
                self.shared.warn(
                    format!("{} …;…", self.argument.option),
                    "what follows a semicolon and is neither type, filename, headers nor encoder is left out, as curl does; write --form-string for a text with semicolons",
                );
            }
        }
        Ok(())
    }

    fn takes(&mut self, prefix: &str) -> bool {
        let begins = self
            .rest
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if begins {
            self.rest = self.rest[prefix.len()..].trim_start_matches(is_space);
        }
        begins
    }

    fn is_end(&self, c: char) -> bool {
        c == ';' || (self.files && c == ',')
    }

    /// Reads a word, in quotes or up to a semicolon; spaces at the end of one without quotes are not part of it.
    fn word(&mut self) -> String {
        if let Some((word, behind)) = self.rest.strip_prefix('"').and_then(quoted) {
            let end = behind.find(|c| self.is_end(c)).unwrap_or(behind.len());
            self.rest = &behind[end..];
            return word;
        }
        let end = self
            .rest
            .find(|c| self.is_end(c))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.trim_end_matches(is_space).to_owned()
    }

    /// Reads a media type with its parameters, which follow semicolons too.
    fn media_type(&mut self) -> Result<String, CurlError> {
        let all = self.rest;
        let mut length = 0;
        loop {
            let end = all[length..]
                .find(|c| self.is_end(c))
                .map_or(all.len(), |end| length + end);
            length = end;
            let Some(behind) = all[end..].strip_prefix(';') else {
                break;
            };
            let next = behind.trim_start_matches(is_space).as_bytes();
            let begins = |attribute: &&str| {
                let start = next.get(..attribute.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(attribute.as_bytes()))
            };
            if ["type=", "filename=", "headers=", "encoder="]
                .iter()
                .any(begins)
            {
                break;
            }
            length = end + 1;
        }
        self.rest = &all[length..];
        let media_type = all[..length].trim_end_matches(is_space);
        let major = media_type.split_once('/').map(|(major, _)| major);
        if major.is_none_or(str::is_empty) {
            return Err(self.argument.bad("names no media type after type="));
        }
        Ok(media_type.to_owned())
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c')
}

/// Reads up to the closing quote: the word, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((word, &text[at + 1..])),
            '\\' if text[at + 1..].starts_with(['\\', '"']) => {
                let (_, escaped) = chars.next()?;
                word.push(escaped);
            }
            _ => word.push(c),
        }
    }
    None
}

fn add_header(part: &mut Part, line: &str) {
    if let Some((name, value)) = line.split_once(':') {
        part.headers
            .push((name.to_owned(), value.trim_start().to_owned()));
    }
}

/// The media types that curl tells from the end of a name, and no others (lib/mime.c).
const TYPES: &[(&str, &str)] = &[
    (".gif", "image/gif"),
    (".jpg", "image/jpeg"),
    (".jpeg", "image/jpeg"),
    (".png", "image/png"),
    (".svg", "image/svg+xml"),
    (".txt", "text/plain"),
    (".htm", "text/html"),
    (".html", "text/html"),
    (".pdf", "application/pdf"),
    (".xml", "application/xml"),
];

/// Returns the media type of a part that names none.
fn guessed(part: &Part, path: &str) -> Option<String> {
    let by_name = |name: &str| {
        let name = name.to_ascii_lowercase();
        TYPES
            .iter()
            .find(|(end, _)| name.ends_with(end))
            .map(|(_, media_type)| (*media_type).to_owned())
    };
    let told = part.file_name.as_deref().and_then(by_name);
    match part.content {
        Content::Bytes(_) => told,
        _ => match (&part.file_name, told.or_else(|| by_name(path))) {
            (Some(_), known) => {
                Some(known.unwrap_or_else(|| "application/octet-stream".to_owned()))
            }
            // A text without a file name is text/plain anyway (RFC 7578 section 4.4).
            (None, known) => known.filter(|known| known != "text/plain"),
        },
    }
}
