//! Header fields: what may stand in a name and in a value.

use gatepass_auth::params::is_token_byte;

use crate::error::RequestError;

/// Checks that a header's name is a token (RFC 9110 section 5.1).
pub(crate) fn check_header_name(name: &str) -> Result<(), RequestError> {
    let bad = |c: char| u8::try_from(c).map_or(true, |byte| !is_token_byte(byte));
    match name.chars().position(bad) {
        None if !name.is_empty() => Ok(()),
        at => Err(RequestError::BadHeaderName {
            name: name.to_owned(),
            at: at.unwrap_or(0),
        }),
    }
}

/// Checks that a header's value stays on its line (RFC 9110 section 5.5).
pub(crate) fn check_header_value(name: &str, value: &[u8]) -> Result<(), RequestError> {
    match value
        .iter()
        .position(|&byte| byte.is_ascii_control() && byte != b'\t')
    {
        None => Ok(()),
        Some(at) => Err(RequestError::BadHeaderValue {
            name: name.to_owned(),
            at,
        }),
    }
}
