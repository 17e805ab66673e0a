//! One option with its value.

use std::time::Duration;

use super::error::CurlError;

/// An option with its value.
pub(super) struct Argument<'a> {
    /// The option as written: `-H`, `--header`.
    pub(super) option: &'a str,
    /// The value; empty for a switch.
    pub(super) bytes: Vec<u8>,
    /// Whether a switch is on.
    pub(super) on: bool,
}

impl Argument<'_> {
    /// Returns the value as text.
    pub(super) fn text(&self) -> Result<String, CurlError> {
        self.as_text(&self.bytes)
    }

    /// Returns bytes that belong to the value as text.
    pub(super) fn as_text(&self, bytes: &[u8]) -> Result<String, CurlError> {
        String::from_utf8(bytes.to_vec()).map_err(|_| CurlError::NotUtf8 {
            option: self.option.to_owned(),
        })
    }

    pub(super) fn bad(&self, problem: impl Into<String>) -> CurlError {
        CurlError::value(self.option, problem)
    }

    /// Returns the value as a whole number that is not negative.
    pub(super) fn number<T: std::str::FromStr>(&self) -> Result<T, CurlError> {
        self.text()?.parse().map_err(|_| self.bad("is no number"))
    }

    /// Returns the value as a time in seconds.
    pub(super) fn seconds(&self) -> Result<Duration, CurlError> {
        let seconds: f64 = self.number()?;
        Duration::try_from_secs_f64(seconds).map_err(|_| self.bad("is no time in seconds"))
    }
}
