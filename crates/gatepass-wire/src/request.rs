//! The head of a request, written as it was meant.

use crate::error::Unsendable;
use crate::version::Version;

/// Writes the head of a request: fields in their order and spelling, nothing added and nothing left out.
///
/// # Errors
/// [`Unsendable`] for what would be another request, or none: nothing of it may then be sent.
pub fn write_head<'a>(
    out: &mut Vec<u8>,
    method: &str,
    target: &str,
    version: Version,
    fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<(), Unsendable> {
    if !is_token(method.as_bytes()) {
        return Err(Unsendable::Method);
    }
    if target.is_empty() || !target.bytes().all(|byte| byte > b' ' && byte != 0x7f) {
        return Err(Unsendable::Target);
    }
    for part in [method, " ", target, " ", version.as_str(), "\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    for (at, (name, value)) in fields.into_iter().enumerate() {
        check_field(at, name, value)?;
        out.reserve(name.len() + value.len() + 4);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// Says whether a field, at place `at`, can stand in a message (RFC 9110 section 5).
///
/// # Errors
/// [`Unsendable::Name`] or [`Unsendable::Value`].
pub fn check_field(at: usize, name: &str, value: &[u8]) -> Result<(), Unsendable> {
    if !is_token(name.as_bytes()) {
        return Err(Unsendable::Name(at));
    }
    // Without a branch for each byte.
    let is_bad = |byte: u8| (byte < b' ' && byte != b'\t') || byte == 0x7f;
    match !value.iter().fold(false, |bad, &byte| bad | is_bad(byte)) {
        true => Ok(()),
        false => Err(Unsendable::Value(at)),
    }
}

/// Says whether `text` is a token (RFC 9110 section 5.6.2).
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| TOKEN[usize::from(byte)])
}

const TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let it = byte as u8;
        table[byte] = it.is_ascii_alphanumeric()
            || matches!(
                it,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            );
        byte += 1;
    }
    table
};
