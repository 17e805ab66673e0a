//! A body in chunks (RFC 9112 section 7.1), read from a buffer that more is added to.

use bytes::{Buf as _, Bytes, BytesMut};

use crate::error::Error;
use crate::fields::{Fields, Place};
use crate::head::range;
use crate::rules::Rules;

/// Where in a chunked body the next byte stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// At the line with the size.
    #[default]
    Size,
    /// In the data of a chunk, with so many bytes to come.
    Data(u64),
    /// Behind the data, at the line break.
    End,
    Trailers,
}

/// What a chunked body gives.
pub(crate) enum Piece {
    Data(Bytes),
    /// The end, with the trailers.
    End(Fields),
}

/// Reads a chunked body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chunks {
    at: At,
    extensions: usize,
}

impl Chunks {
    /// Takes the next piece from the start of `buffer`; `None` where more has to come.
    pub(crate) fn take(
        &mut self,
        buffer: &mut BytesMut,
        rules: &Rules,
    ) -> Result<Option<Piece>, Error> {
        loop {
            match self.at {
                At::Size => {
                    let Some(size) = self.size(buffer, rules)? else {
                        return Ok(None);
                    };
                    self.at = match size {
                        0 => At::Trailers,
                        size => At::Data(size),
                    };
                }
                At::Data(left) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX);
                    let data = buffer.split_to(here.min(buffer.len())).freeze();
                    self.at = match left - data.len() as u64 {
                        0 => At::End,
                        left => At::Data(left),
                    };
                    return Ok((!data.is_empty()).then_some(Piece::Data(data)));
                }
                At::End => {
                    match &buffer[..] {
                        [b'\r', b'\n', ..] => buffer.advance(2),
                        [b'\r'] | [] => return Ok(None),
                        _ => return Err(Error::ChunkEnd),
                    }
                    self.at = At::Size;
                }
                At::Trailers => {
                    let trailers = trailers(buffer, rules)?;
                    return Ok(trailers.map(Piece::End));
                }
            }
        }
    }

    /// Reads the line with the size of the next chunk.
    fn size(&mut self, buffer: &mut BytesMut, rules: &Rules) -> Result<Option<u64>, Error> {
        let digits = buffer.iter().take_while(|it| it.is_ascii_hexdigit());
        let digits = digits.count();
        let mut size: u64 = 0;
        for &digit in &buffer[..digits] {
            let value = char::from(digit).to_digit(16).unwrap_or_default();
            size = size.checked_mul(16).ok_or(Error::ChunkSize)? + u64::from(value);
        }
        let rest = &buffer[digits..];
        let padding = rest
            .iter()
            .take_while(|it| matches!(it, b' ' | b'\t'))
            .count();
        // Leading zeroes and padding are no reason to go on for ever.
        if digits + padding > LONG {
            return Err(Error::ChunkSize);
        }
        if digits == 0 {
            return match rest.is_empty() {
                true => Ok(None),
                false => Err(Error::ChunkSize),
            };
        }
        let length = match &rest[padding..] {
            [b'\r', b'\n', ..] if padding == 0 || rules.leniency.padded_chunks => 2,
            [] | [b'\r'] => return Ok(None),
            extension @ [b';', ..] => match self.extension(extension, rules)? {
                Some(length) => length,
                None => return Ok(None),
            },
            _ => return Err(Error::ChunkSize),
        };
        buffer.advance(digits + padding + length);
        Ok(Some(size))
    }

    /// Returns the length of an extension with its line break. What it says is nobody's business here (section 7.1.1).
    fn extension(&mut self, extension: &[u8], rules: &Rules) -> Result<Option<usize>, Error> {
        let limit = rules.limits.extensions;
        let is_plain = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
        let plain = extension.iter().take_while(|it| is_plain(it)).count();
        if self.extensions + plain > limit {
            return Err(Error::Extensions(limit));
        }
        match &extension[plain..] {
            [b'\r', b'\n', ..] => {
                self.extensions += plain;
                Ok(Some(plain + 2))
            }
            [] | [b'\r'] => Ok(None),
            _ => Err(Error::Extensions(limit)),
        }
    }
}

/// How many bytes the digits of a size and what pads them may take.
const LONG: usize = 64;

/// Takes the trailers with the line break that ends the body.
fn trailers(buffer: &mut BytesMut, rules: &Rules) -> Result<Option<Fields>, Error> {
    if buffer.starts_with(b"\r\n") {
        buffer.advance(2);
        return Ok(Some(Fields::default()));
    }
    let limit = rules.limits.trailers;
    let end = buffer.windows(4).position(|it| it == b"\r\n\r\n");
    let Some(end) = end.map(|at| at + 4) else {
        return match buffer.len() > limit {
            true => Err(Error::TrailersTooLong(limit)),
            false => match buffer.first() {
                // A line break alone would be a second way to end a body.
                Some(b'\n') => Err(Error::BareLf),
                _ => Ok(None),
            },
        };
    };
    if end > limit {
        return Err(Error::TrailersTooLong(limit));
    }
    let section = &buffer[..end];
    let bare = section
        .iter()
        .enumerate()
        .any(|(at, &byte)| byte == b'\n' && (at == 0 || section[at - 1] != b'\r'));
    if bare {
        return Err(Error::BareLf);
    }
    let mut room = vec![httparse::EMPTY_HEADER; rules.limits.fields];
    let places: Vec<Place> = match httparse::parse_headers(section, &mut room) {
        Ok(httparse::Status::Complete((_, fields))) => fields
            .iter()
            .map(|field| Place {
                name: range(section, field.name.as_bytes()),
                value: range(section, field.value),
            })
            .collect(),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(Error::TooManyFields(rules.limits.fields));
        }
        _ => return Err(Error::Field("of the trailers is malformed")),
    };
    Ok(Some(Fields {
        bytes: buffer.split_to(end).freeze(),
        places,
    }))
}
