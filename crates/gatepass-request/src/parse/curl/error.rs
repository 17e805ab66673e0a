//! Why a text is no curl command line that can be understood.

use std::fmt;

use crate::error::{RequestError, UrlError, caret};

/// Why a curl command line cannot be understood. It repeats names, and no value that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurlError {
    /// There is no command at all.
    Empty,
    /// The text runs another program.
    NotCurl {
        /// Its name.
        program: String,
    },
    /// The quoting breaks a rule of the shell.
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The character in the line, from 1.
        column: usize,
        /// What is wrong, as a sentence.
        problem: &'static str,
    },
    /// curl has no such option.
    UnknownOption {
        /// The word as written, without a value.
        word: String,
        /// Where the option stands in the word, in characters from 0.
        at: (usize, usize),
        /// The option that was probably meant.
        nearest: Option<&'static str>,
        /// The words that stand around it, where they are options.
        around: (Option<String>, Option<String>),
    },
    /// An option that takes a value has none.
    NoValue {
        /// The option.
        option: String,
    },
    /// `--no-` or `--expand-` stands before an option that cannot have it.
    BadPrefix {
        /// The option as written.
        option: String,
    },
    /// The value of an option cannot be understood.
    BadValue {
        /// The option.
        option: String,
        /// What is wrong, as a phrase that quotes nothing of the value.
        problem: String,
    },
    /// Two options do not go together.
    Conflict {
        /// The two, as a phrase.
        options: &'static str,
    },
    /// A file or variable that an option names cannot be had.
    Unread {
        /// The option.
        option: String,
        /// What it names.
        reference: String,
        /// Why, as a phrase.
        problem: String,
    },
    /// The value of an option must be text, and is not UTF-8.
    NotUtf8 {
        /// The option, or `the URL`.
        option: String,
    },
    /// No URL is given.
    NoUrl,
    /// The URL is none.
    Url(UrlError),
    /// The URL uses a protocol other than HTTP.
    Protocol {
        /// The scheme.
        scheme: String,
    },
    /// `--proto` does not allow the protocol of the URL.
    Forbidden {
        /// The scheme.
        scheme: String,
    },
    /// The globbing of a URL cannot be understood.
    Glob {
        /// The character, from 1.
        column: usize,
        /// What is wrong, as a sentence.
        problem: &'static str,
    },
    /// There are more requests than anybody means.
    TooMany {
        /// How many are allowed.
        limit: usize,
    },
    /// What the options say makes no request.
    Request(RequestError),
}

impl fmt::Display for CurlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no command; paste one that begins with curl"),
            Self::NotCurl { program } => write!(
                f,
                "{} is not curl; paste a command that begins with curl",
                gatepass_auth::show::typed(program)
            ),
            Self::Syntax {
                line,
                column,
                problem,
            } => write!(f, "line {line}, column {column}: {problem}"),
            Self::UnknownOption {
                word,
                at,
                nearest,
                around,
            } => unknown(f, word, *at, *nearest, around),
            Self::NoValue { option } => write!(f, "{option} takes a value, and none follows"),
            Self::BadPrefix { option } => write!(
                f,
                "{option} cannot be written so: --no- belongs before a switch, and --expand- before an option with a value"
            ),
            Self::BadValue { option, problem } => write!(f, "the value of {option} {problem}"),
            Self::Conflict { options } => write!(f, "{options} do not go together"),
            Self::Unread {
                option,
                reference,
                problem,
            } => write!(f, "{option} cannot be read from {reference}: {problem}"),
            Self::NotUtf8 { option } => write!(f, "{option} is not UTF-8"),
            Self::NoUrl => f.write_str("no URL is given"),
            Self::Url(error) => error.fmt(f),
            Self::Protocol { scheme } => write!(
                f,
                "{scheme} is a protocol that is not HTTP; only http and https are understood"
            ),
            Self::Forbidden { scheme } => write!(f, "--proto does not allow {scheme}"),
            Self::Glob { column, problem } => write!(
                f,
                "the URL, at its character {column}: {problem}; write -g for braces and brackets that are meant as they are"
            ),
            Self::TooMany { limit } => {
                write!(f, "this makes more than {limit} requests; write fewer")
            }
            Self::Request(error) => error.fmt(f),
        }
    }
}

/// Shows the option with its neighbours, as far as they are options, and marks it.
fn unknown(
    f: &mut fmt::Formatter<'_>,
    word: &str,
    (start, end): (usize, usize),
    nearest: Option<&str>,
    (before, after): &(Option<String>, Option<String>),
) -> fmt::Result {
    let option: String = word.chars().skip(start).take(end - start).collect();
    let dash = option.starts_with(['\u{2013}', '\u{2014}']);
    let option = if dash || option.starts_with('-') {
        option
    } else {
        format!("-{option}")
    };
    let what = match nearest {
        Some(nearest) => format!("curl has no option {option}; did you mean --{nearest}?"),
        None if dash => {
            format!(
                "curl has no option {option}: it begins with a dash that is not a hyphen; write -"
            )
        }
        None => format!("curl has no option {option}"),
    };
    let before = before
        .as_deref()
        .map_or("… ".to_owned(), |option| format!("… {option} "));
    let before = format!("curl {before}");
    let after = after
        .as_deref()
        .map_or(" …".to_owned(), |option| format!(" {option} …"));
    let at = before.chars().count();
    caret(
        f,
        &what,
        &format!("{before}{word}{after}"),
        at + start,
        at + end,
    )
}

impl std::error::Error for CurlError {}

impl From<UrlError> for CurlError {
    fn from(error: UrlError) -> Self {
        Self::Url(error)
    }
}

impl From<RequestError> for CurlError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl CurlError {
    pub(super) fn value(option: &str, problem: impl Into<String>) -> Self {
        Self::BadValue {
            option: option.to_owned(),
            problem: problem.into(),
        }
    }

    /// Says what is wrong at a byte of the source.
    pub(super) fn syntax(source: &str, at: usize, problem: &'static str) -> Self {
        let before = source.get(..at).unwrap_or(source);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::Syntax {
            line,
            column: before[start..].chars().count() + 1,
            problem,
        }
    }
}
