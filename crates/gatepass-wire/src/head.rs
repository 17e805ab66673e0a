//! The head of a response: a status line and fields, read from the start of a buffer.

use std::mem::MaybeUninit;

use bytes::{Bytes, BytesMut};
use httparse::{ParserConfig, Status};

use crate::error::Error;
use crate::fields::{Fields, Place};
use crate::request::is_token;
use crate::rules::Rules;
use crate::version::Version;

/// The head of a response, byte for byte.
#[derive(Clone, Debug)]
pub struct Head {
    version: Version,
    status: u16,
    reason: (u32, u32),
    fields: Fields,
}

impl Head {
    /// Stands for the head that an answer of HTTP/0.9 does not have.
    pub(crate) fn none() -> Self {
        Self {
            version: Version::Http09,
            status: 200,
            reason: (0, 0),
            fields: Fields::default(),
        }
    }

    /// Returns the version.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns the status code.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the reason phrase as it came, often empty.
    pub fn reason(&self) -> &[u8] {
        let (from, to) = self.reason;
        let reason = self.fields.bytes.get(from as usize..to as usize);
        reason.unwrap_or_default()
    }

    /// Returns the fields as they came.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Returns the whole head as it came, up to the empty line and with it. Where a field was folded, spaces stand for the line
    /// break.
    pub fn bytes(&self) -> &Bytes {
        &self.fields.bytes
    }

    pub(crate) fn into_fields(self) -> Fields {
        self.fields
    }

    /// Says whether another head follows it. After 101 it is another protocol that follows (RFC 9110 section 15.2).
    pub fn is_informational(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }
}

/// So many fields are read without asking for memory.
const USUAL: usize = 48;

/// What was parsed, as numbers.
struct Parsed {
    length: usize,
    version: Version,
    status: u16,
}

/// Takes a head from the start of `buffer`; `None` where its end has not come. `places` is memory for its fields.
///
/// # Errors
/// What is wrong with it, or that it is too long.
pub(crate) fn take(
    buffer: &mut BytesMut,
    rules: &Rules,
    places: &mut Vec<Place>,
) -> Result<Option<Head>, Error> {
    places.clear();
    let parsed = match parse::<USUAL>(buffer, rules, places) {
        Err(Error::TooManyFields(_)) if rules.limits.fields > USUAL => {
            places.clear();
            parse_many(buffer, rules, places)?
        }
        parsed => parsed?,
    };
    let limit = rules.limits.head;
    let Some(parsed) = parsed else {
        return match buffer.len() > limit {
            true => Err(Error::HeadTooLong(limit)),
            false => Ok(None),
        };
    };
    if parsed.length > limit {
        return Err(Error::HeadTooLong(limit));
    }
    let head = &mut buffer[..parsed.length];
    if !rules.leniency.bare_lf && has_bare_lf(head) {
        return Err(Error::BareLf);
    }
    let reason = reason(head);
    if reason.is_none() && !rules.leniency.no_reason {
        return Err(Error::NoReason);
    }
    if rules.leniency.folded_fields {
        unfold(head, places);
    }
    Ok(Some(Head {
        version: parsed.version,
        status: parsed.status,
        reason: reason.unwrap_or_default(),
        fields: Fields {
            bytes: buffer.split_to(parsed.length).freeze(),
            places: std::mem::take(places),
        },
    }))
}

fn config(rules: &Rules) -> ParserConfig {
    let mut config = ParserConfig::default();
    config.allow_spaces_after_header_name_in_responses(rules.leniency.space_before_colon);
    config.allow_obsolete_multiline_headers_in_responses(rules.leniency.folded_fields);
    config
}

fn parse<const ROOM: usize>(
    buffer: &[u8],
    rules: &Rules,
    places: &mut Vec<Place>,
) -> Result<Option<Parsed>, Error> {
    let mut room = [const { MaybeUninit::uninit() }; ROOM];
    let mut response = httparse::Response::new(&mut []);
    let status = config(rules).parse_response_with_uninit_headers(&mut response, buffer, &mut room);
    parsed(buffer, rules, &response, status, places)
}

fn parse_many(
    buffer: &[u8],
    rules: &Rules,
    places: &mut Vec<Place>,
) -> Result<Option<Parsed>, Error> {
    let mut room = vec![httparse::EMPTY_HEADER; rules.limits.fields];
    let mut response = httparse::Response::new(&mut room);
    let status = config(rules).parse_response(&mut response, buffer);
    parsed(buffer, rules, &response, status, places)
}

fn parsed(
    buffer: &[u8],
    rules: &Rules,
    response: &httparse::Response<'_, '_>,
    status: httparse::Result<usize>,
    places: &mut Vec<Place>,
) -> Result<Option<Parsed>, Error> {
    let length = match status {
        Ok(Status::Partial) => return Ok(None),
        Ok(Status::Complete(length)) => length,
        Err(error) => return Err(explain(error, buffer, rules)),
    };
    if response.headers.len() > rules.limits.fields {
        return Err(Error::TooManyFields(rules.limits.fields));
    }
    let status = response.code.unwrap_or_default();
    if status < 100 {
        return Err(Error::StatusLine);
    }
    places.reserve(response.headers.len());
    places.extend(response.headers.iter().map(|field| Place {
        name: range(buffer, field.name.as_bytes()),
        value: range(buffer, field.value),
    }));
    Ok(Some(Parsed {
        length,
        version: match response.version {
            Some(0) => Version::Http10,
            _ => Version::Http11,
        },
        status,
    }))
}

/// Returns where a part of the buffer stands in it. No head is as long as four gigabytes.
pub(crate) fn range(buffer: &[u8], part: &[u8]) -> (u32, u32) {
    let from = (part.as_ptr() as usize).saturating_sub(buffer.as_ptr() as usize);
    // An empty part may stand anywhere.
    match part.is_empty() {
        true => (0, 0),
        false => (from as u32, (from + part.len()) as u32),
    }
}

fn explain(error: httparse::Error, buffer: &[u8], rules: &Rules) -> Error {
    match error {
        httparse::Error::TooManyHeaders => Error::TooManyFields(rules.limits.fields),
        httparse::Error::Version if !could_be_http(buffer) => Error::NotHttp,
        httparse::Error::HeaderName => field_problem(buffer, rules),
        httparse::Error::HeaderValue => {
            Error::Field("has a line break or a control character in its value")
        }
        httparse::Error::NewLine => Error::Field("ends with a carriage return alone"),
        _ => Error::StatusLine,
    }
}

/// Says why a name is none: the first line that has none may be one that goes on with the field above it.
fn field_problem(buffer: &[u8], rules: &Rules) -> Error {
    let lines = buffer.split(|&byte| byte == b'\n').skip(1);
    let is_named = |line: &[u8]| {
        let mut parts = line.splitn(2, |&byte| byte == b':');
        parts.next().is_some_and(is_token) && parts.next().is_some()
    };
    let mut unnamed = lines.filter(|line| !is_named(line));
    let is_folded = matches!(unnamed.next(), Some([b' ' | b'\t', ..]));
    match is_folded && !rules.leniency.folded_fields {
        true => Error::Folded,
        false => Error::Field("has a character in its name that a name cannot have"),
    }
}

/// Says whether what has come so far can be the start of a status line.
pub(crate) fn could_be_http(buffer: &[u8]) -> bool {
    const START: &[u8] = b"HTTP/1.";
    let length = buffer.len().min(START.len());
    buffer[..length] == START[..length]
}

fn has_bare_lf(head: &[u8]) -> bool {
    let mut before = 0;
    head.iter().any(|&byte| {
        let is_bare = byte == b'\n' && before != b'\r';
        before = byte;
        is_bare
    })
}

/// Returns where the reason phrase stands; `None` where not even the space before it does.
fn reason(head: &[u8]) -> Option<(u32, u32)> {
    let end = head.iter().position(|&byte| byte == b'\n')?;
    let line = &head[..end];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let from = "HTTP/1.1 200 ".len();
    (line.len() >= from).then_some((from as u32, line.len() as u32))
}

/// Has spaces stand for the line breaks in values (RFC 9112 section 5.2).
fn unfold(head: &mut [u8], places: &[Place]) {
    for place in places {
        let (from, to) = place.value;
        let value = head.get_mut(from as usize..to as usize);
        for byte in value.into_iter().flatten() {
            if matches!(byte, b'\r' | b'\n') {
                *byte = b' ';
            }
        }
    }
}
