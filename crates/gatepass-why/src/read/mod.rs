//! Reads an exchange that another program recorded: a HAR file, what `curl -v` printed, a pasted request and answer.

mod curl_verbose;
mod har;
mod head;
mod pasted;

use std::fmt;

use crate::record::Exchange;

pub use curl_verbose::read as curl_verbose;
pub use har::read as har;
pub use pasted::read as pasted;

/// A text that is no recorded exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// Of which form it seems to be, as a phrase.
    pub form: &'static str,
    /// What is wrong, as a clause.
    pub problem: String,
}

impl Unreadable {
    fn new(form: &'static str, problem: impl Into<String>) -> Self {
        Self {
            form,
            problem: problem.into(),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this is no exchange: read as {}, {}",
            self.form, self.problem
        )
    }
}

impl std::error::Error for Unreadable {}

/// Reads an exchange of whatever form it has: JSON is a HAR file, lines that begin with `>` and `<` are those of `curl -v`,
/// anything else is a request and its answer, one behind the other.
///
/// # Errors
/// [`Unreadable`] says as what the text was read, and what is missing.
pub fn any(text: &str) -> Result<Exchange, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        return har(text);
    }
    let is_verbose = text.lines().any(|line| {
        let line = line.trim_end();
        line.starts_with("< HTTP/")
            || line.starts_with("> GET ")
            || (line.starts_with("> ") && line.contains(" HTTP/"))
    });
    if is_verbose {
        curl_verbose(text)
    } else {
        pasted(text)
    }
}
