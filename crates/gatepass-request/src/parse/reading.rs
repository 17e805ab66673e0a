//! What a text in any form holds: requests with their names, and what was left out.

use std::fmt;

use serde::Serialize;

use super::curl::CurlError;
use crate::request::Request;
use crate::warning::Warning;

/// A form in which requests are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Form {
    /// A curl command line.
    Curl,
    /// An HTTP archive.
    Har,
    /// A collection of Postman's.
    Postman,
    /// An `.http` or `.rest` file.
    HttpFile,
    /// A request as this crate stores it.
    Stored,
}

/// What a text holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reading {
    /// The form.
    pub form: Form,
    /// The requests, in order.
    pub requests: Vec<Named>,
    /// What was left out or changed.
    pub warnings: Vec<Warning>,
}

/// A request, and how it is called where it comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Named {
    /// The name, with those of the folders around it.
    pub name: Option<String>,
    /// The request.
    pub request: Request,
}

impl Named {
    /// Names a request.
    pub fn new(name: Option<String>, request: Request) -> Self {
        Self { name, request }
    }
}

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

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Curl => "curl command line",
            Self::Har => "HTTP archive (HAR)",
            Self::Postman => "Postman collection",
            Self::HttpFile => ".http file",
            Self::Stored => "stored request",
        })
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
