//! Percent-encoding (RFC 3986 section 2.1), with the alphabet that OAuth 1.0a and `ext-value` ask for.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

/// Everything but RFC 3986's unreserved characters (RFC 5849 section 3.6).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes every byte but the unreserved ones, with upper-case digits (RFC 5849 section 3.6).
///
/// ```
/// assert_eq!(gatepass_auth::percent::encode("a b+c~é".as_bytes()), "a%20b%2Bc~%C3%A9");
/// ```
pub fn encode(bytes: &[u8]) -> String {
    encoded(bytes).into_owned()
}

/// As [`encode`], without a copy of what needs no encoding: names and keys seldom do.
pub fn encoded(bytes: &[u8]) -> Cow<'_, str> {
    percent_encode(bytes, RESERVED).into()
}

/// As [`encode`], after what `out` holds already.
pub fn encode_into(out: &mut String, bytes: &[u8]) {
    percent_encode(bytes, RESERVED).for_each(|part| out.push_str(part));
}

/// Decodes `%XX`; what is no escape stays as it is.
pub fn decode(text: &str) -> Cow<'_, [u8]> {
    percent_decode(text.as_bytes()).into()
}

/// Decodes a value of `application/x-www-form-urlencoded`, where a plus sign is a space.
pub fn decode_form(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return Cow::Borrowed(text);
    }
    let spaced: Vec<u8> = text
        .iter()
        .map(|&byte| if byte == b'+' { b' ' } else { byte })
        .collect();
    Cow::Owned(percent_decode(&spaced).collect())
}
/// Returns the query of a request target, without the question mark and a fragment.
pub(crate) fn query_of(target: &str) -> &str {
    let sent = target.split('#').next().unwrap_or_default();
    sent.split_once('?').map_or("", |(_, query)| query)
}
