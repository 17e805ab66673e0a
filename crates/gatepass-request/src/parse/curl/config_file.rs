//! The config file of `-K`: an option and its value in each line, `name = value`, `--name value` or `-n value`.

use super::argument::Argument;
use super::error::CurlError;
use super::options::Reader;
use super::words::Word;

/// How deep files may name files.
const DEPTH: usize = 10;
/// How many files may be read: each may name several.
const FILES: usize = 100;

/// Reads the options in a file.
pub(super) fn read(reader: &mut Reader<'_, '_>, argument: &Argument<'_>) -> Result<(), CurlError> {
    reader.shared.files += 1;
    if reader.shared.depth >= DEPTH || reader.shared.files > FILES {
        return Err(argument.bad("names a file that names a file, and so on, too often"));
    }
    let bytes = reader.shared.file(argument, &argument.bytes)?;
    reader.shared.depth += 1;
    read_text(reader, argument.option, &bytes)?;
    reader.shared.depth -= 1;
    Ok(())
}

/// Reads the options in the text of a file; `name` is what an error says of it.
pub(super) fn read_text(
    reader: &mut Reader<'_, '_>,
    name: &str,
    text: &[u8],
) -> Result<(), CurlError> {
    for line in text.split(|&byte| byte == b'\n') {
        let Some((option, value)) = split(line) else {
            continue;
        };
        let option = String::from_utf8(option.to_vec()).map_err(|_| CurlError::NotUtf8 {
            option: name.to_owned(),
        })?;
        let word = value.map(Word::new);
        reader.option_in_file(&option, word.as_ref())?;
    }
    Ok(())
}

/// Splits a line into an option and its value; `None` for an empty line and a comment.
fn split(line: &[u8]) -> Option<(&[u8], Option<Vec<u8>>)> {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"#") {
        return None;
    }
    let dashed = line.starts_with(b"-");
    let separates =
        |byte: &u8| byte.is_ascii_whitespace() || (!dashed && matches!(byte, b'=' | b':'));
    let end = line.iter().position(separates);
    let (option, rest) = line.split_at(end.unwrap_or(line.len()));
    let start = rest.iter().position(|byte| !separates(byte));
    let Some(value) = start.map(|start| &rest[start..]) else {
        return Some((option, None));
    };
    let value = match value.strip_prefix(b"\"") {
        Some(quoted) => unquoted(quoted),
        None => value
            .split(u8::is_ascii_whitespace)
            .next()
            .unwrap_or_default()
            .to_vec(),
    };
    Some((option, Some(value)))
}

fn unquoted(text: &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    let mut bytes = text.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => value.push(match bytes.next() {
                Some(b't') => b'\t',
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b'v') => 11,
                Some(&other) => other,
                None => b'\\',
            }),
            _ => value.push(byte),
        }
    }
    value
}
