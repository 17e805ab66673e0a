//! Why a text in any form cannot be read.

use std::fmt;

use super::curl::CurlError;
use super::reading::Form;

/// Why a text cannot be read. It repeats no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// It has none of the forms.
    Unknown,
    /// It is a curl command line, and wrong.
    Curl(CurlError),
    /// It has this form, and is wrong.
    Bad {
        /// The form.
        form: Form,
        /// Where, as in `log.entries[3].request.url` or `line 7`.
        place: String,
        /// What is wrong, as a phrase.
        problem: String,
    },
}

impl ReadError {
    pub(crate) fn bad(form: Form, place: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self::Bad {
            form,
            place: place.into(),
            problem: problem.to_string(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str(
                "this is no request in a form that is known: a curl command line, an HTTP archive, a Postman collection, or an .http file",
            ),
            Self::Curl(error) => error.fmt(f),
            Self::Bad {
                form,
                place,
                problem,
            } => write!(f, "the {form} cannot be read at {place}: {problem}"),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<CurlError> for ReadError {
    fn from(error: CurlError) -> Self {
        Self::Curl(error)
    }
}
