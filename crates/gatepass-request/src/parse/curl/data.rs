//! The body that `-d` and its like put together, and what `--url-query` adds to the URL.

use bytes::Bytes;

use super::argument::Argument;
use super::error::CurlError;
use super::operation::{Operation, Shared};
use super::words::Input;
use crate::body::Body;
use crate::content::{Change, Chunk, Content};
use crate::variable::StandIns;

/// The parts of a body so far.
#[derive(Default)]
pub(super) struct Data {
    parts: Vec<Part>,
    /// Whether `--json` was among them.
    pub(super) json: bool,
}

enum Part {
    Here(Vec<u8>),
    Elsewhere(Chunk),
}

impl Data {
    /// Adds parts, with `&` before them unless nothing stands there.
    fn push(&mut self, separated: bool, parts: Vec<Part>) {
        let empty = |part: &Part| matches!(part, Part::Here(bytes) if bytes.is_empty());
        if separated && !self.parts.iter().all(empty) {
            self.push_bytes(b"&");
        }
        for part in parts {
            match part {
                Part::Here(bytes) => self.push_bytes(&bytes),
                elsewhere => self.parts.push(elsewhere),
            }
        }
    }

    /// Adds bytes to those at the end.
    fn push_bytes(&mut self, bytes: &[u8]) {
        match self.parts.last_mut() {
            Some(Part::Here(last)) => last.extend_from_slice(bytes),
            _ => self.parts.push(Part::Here(bytes.to_vec())),
        }
    }

    /// Makes the body.
    pub(super) fn into_body(mut self, content_type: Option<String>) -> Body {
        if self.parts.len() > 1 {
            let chunk = |part| match part {
                Part::Here(bytes) => Chunk::new(Content::bytes(bytes), Change::None),
                Part::Elsewhere(chunk) => chunk,
            };
            return Body::Joined {
                chunks: self.parts.into_iter().map(chunk).collect(),
                content_type,
            };
        }
        match self.parts.pop() {
            None => Body::Raw {
                bytes: Bytes::new(),
                content_type,
            },
            Some(Part::Here(bytes)) => Body::Raw {
                bytes: bytes.into(),
                content_type,
            },
            Some(Part::Elsewhere(chunk)) if chunk.change == Change::None => Body::File {
                content: chunk.content,
                content_type,
            },
            Some(Part::Elsewhere(chunk)) => Body::Joined {
                chunks: vec![chunk],
                content_type,
            },
        }
    }

    /// Returns the text that `-G` adds to the URL; files are read for it.
    pub(super) fn query(&self, shared: &mut Shared<'_>) -> Result<String, CurlError> {
        let argument = Argument {
            option: "--get",
            bytes: Vec::new(),
            on: true,
        };
        let mut query = Vec::new();
        for part in &self.parts {
            match part {
                Part::Here(bytes) => query.extend_from_slice(bytes),
                Part::Elsewhere(chunk) => {
                    let bytes = match &chunk.content {
                        Content::Bytes(bytes) => bytes.to_vec(),
                        Content::File(path) => shared.file(&argument, path.as_bytes())?,
                        Content::Stdin => shared.file(&argument, b"-")?,
                    };
                    query.extend(chunk.change.apply(bytes));
                }
            }
        }
        argument.as_text(&query)
    }
}

pub(super) fn apply(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let bytes = argument.bytes.as_slice();
    match name {
        "data" | "data-ascii" | "data-raw" | "data-binary" | "data-urlencode" | "json" => {}
        "url-query" => {
            let added = match bytes.strip_prefix(b"+") {
                Some(raw) => raw.to_vec(),
                None => {
                    let mut data = Data::default();
                    data.push(false, urlencode(shared, argument)?);
                    data.query(shared)?.into_bytes()
                }
            };
            operation.query.push(argument.as_text(&added)?);
            return Ok(true);
        }
        _ => return Ok(false),
    }
    let change = match name {
        "data" | "data-ascii" => Change::WithoutBreaks,
        _ => Change::None,
    };
    let chunks = match bytes.strip_prefix(b"@") {
        _ if name == "data-urlencode" => urlencode(shared, argument)?,
        Some(path) if name != "data-raw" => vec![elsewhere(shared, argument, path, change)?],
        _ => vec![Part::Here(bytes.to_vec())],
    };
    let data = operation.data.get_or_insert_default();
    data.json |= name == "json";
    data.push(name != "json", chunks);
    Ok(true)
}

/// Names a file, or takes what standard input is where the command line says it.
fn elsewhere(
    shared: &mut Shared<'_>,
    argument: &Argument<'_>,
    path: &[u8],
    change: Change,
) -> Result<Part, CurlError> {
    let path = argument.as_text(path)?;
    Ok(match shared.content(&path) {
        Content::Bytes(bytes) => Part::Here(change.apply(bytes.to_vec())),
        content => Part::Elsewhere(Chunk::new(content, change)),
    })
}

impl Shared<'_> {
    /// Returns the content of a path by reference; `-` is what the command line connects standard input with.
    pub(super) fn content(&mut self, path: &str) -> Content {
        match Content::file(path) {
            Content::Stdin => match self.stdin.take() {
                Some(Input::Bytes(bytes)) => Content::bytes(bytes),
                Some(Input::File(path)) => Content::File(path),
                None => Content::Stdin,
            },
            content => content,
        }
    }
}

/// Reads the value of `--data-urlencode`: `content`, `=content`, `name=content`, `@file` or `name@file`.
fn urlencode(shared: &mut Shared<'_>, argument: &Argument<'_>) -> Result<Vec<Part>, CurlError> {
    let bytes = argument.bytes.as_slice();
    let find = |mark: u8| bytes.iter().position(|&byte| byte == mark);
    let Some(at) = find(b'=').or_else(|| find(b'@')) else {
        return Ok(vec![encoded(shared.stand_ins, bytes)]);
    };
    let mut name = bytes[..at].to_vec();
    if !name.is_empty() {
        name.push(b'=');
    }
    let value = &bytes[at + 1..];
    let value = if bytes[at] == b'@' {
        elsewhere(shared, argument, value, Change::PercentEncoded)?
    } else {
        encoded(shared.stand_ins, value)
    };
    Ok(vec![Part::Here(name), value])
}

/// Percent-encodes all but variables, whose values are encoded when they are there.
fn encoded(stand_ins: &mut StandIns, bytes: &[u8]) -> Part {
    Part::Here(match std::str::from_utf8(bytes) {
        Ok(text) => stand_ins.encode(text).into_bytes(),
        Err(_) => Change::PercentEncoded.apply(bytes.to_vec()),
    })
}
