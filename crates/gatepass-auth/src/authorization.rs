//! Credentials (RFC 9110 section 11.4), parsed from `Authorization` and `Proxy-Authorization`, and written.

use std::fmt;

use crate::params::{Params, Problem, is_token_byte, parse_params, text};
use crate::show::masked_value;

/// The value of a credentials field: a scheme and what follows it. `Debug` masks what follows.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    scheme: String,
    rest: Vec<u8>,
}

impl Credentials {
    /// Joins a scheme and a single value: `Bearer` and a token.
    pub fn with_value(scheme: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            scheme: scheme.into(),
            rest: value.into(),
        }
    }

    /// Splits a field's value at the white space behind the scheme; `None` where no scheme stands first.
    ///
    /// ```
    /// use gatepass_auth::Credentials;
    ///
    /// let credentials = Credentials::parse(b"Bearer  mF_9.B5f-4.1JqM").unwrap();
    /// assert!(credentials.is("bearer"));
    /// assert_eq!(credentials.rest(), b"mF_9.B5f-4.1JqM");
    /// ```
    pub fn parse(value: &[u8]) -> Option<Self> {
        let value = value.trim_ascii();
        let end = value
            .iter()
            .take_while(|&&byte| is_token_byte(byte))
            .count();
        let (scheme, rest) = value.split_at(end);
        let separated = rest.is_empty() || rest[0] == b' ' || rest[0] == b'\t';
        (!scheme.is_empty() && separated).then(|| Self {
            scheme: text(scheme).into_owned(),
            rest: rest.trim_ascii_start().to_vec(),
        })
    }

    /// Returns the scheme as written.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Says whether the scheme has this word, in any case.
    pub fn is(&self, word: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(word)
    }

    /// Returns what follows the scheme, untouched.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Parses what follows the scheme as parameters.
    pub fn params(&self) -> (Params, Vec<Problem>) {
        parse_params(&self.rest)
    }

    /// Returns the field's value.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.scheme.clone().into_bytes();
        if !self.rest.is_empty() {
            out.push(b' ');
            out.extend_from_slice(&self.rest);
        }
        out
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked_value("Authorization", &self.to_bytes(), true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_scheme_is_refused() {
        for value in ["", "  ", "=x", "Ba\"sic x", "\u{e9}x y"] {
            assert_eq!(Credentials::parse(value.as_bytes()), None, "{value}");
        }
        assert_eq!(
            Credentials::parse(b"Bearer").map(|c| c.rest().len()),
            Some(0)
        );
    }

    #[test]
    fn debug_shows_no_token() {
        let credentials = Credentials::with_value("Token", "0123456789abcdef0123456789");
        assert!(!format!("{credentials:?}").contains("456789"));
    }
}
