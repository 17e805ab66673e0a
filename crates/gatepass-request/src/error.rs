//! What can be wrong with what someone wrote, and what to write instead. No error holds a secret.

use std::fmt;

use gatepass_auth::{AuthError, show};

use crate::limits::{MAX_DEPTH, MAX_INDEX};

/// Why a text is no URL that a request can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// There is no text.
    Empty,
    /// The scheme is neither `http` nor `https`.
    UnknownScheme {
        /// The scheme as written.
        scheme: String,
        /// The scheme that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The scheme is not followed by two slashes.
    MissingSlashes {
        /// The scheme.
        scheme: &'static str,
    },
    /// No host stands where one must.
    MissingHost,
    /// The host is no name and no address.
    BadHost {
        /// The host as written; `None` where it may be a piece of a password.
        host: Option<String>,
        /// What is wrong with it, as a phrase.
        problem: String,
    },
    /// The port is no number from 1 to 65535. What was written is not repeated: it may be a piece of a password.
    BadPort,
    /// A control character, a line break among them, stands in the text.
    Control {
        /// Where, in characters from 0.
        at: usize,
    },
    /// The user name or the password, percent-decoded, is not UTF-8.
    UserInfoNotUtf8,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the URL is empty; write http://host/path, or host/path"),
            Self::UnknownScheme { scheme, nearest: Some(nearest) } => {
                write!(f, "{} is no scheme of a URL here; did you mean {nearest}://?", show::typed(scheme))
            }
            Self::UnknownScheme { scheme, nearest: None } => {
                write!(f, "{} is no scheme of a URL here; write http:// or https://", show::typed(scheme))
            }
            Self::MissingSlashes { scheme } => {
                write!(f, "two slashes must follow the scheme: {scheme}://host/path")
            }
            Self::MissingHost => f.write_str("the URL has no host; write http://host/path, or :8080/path for this machine"),
            Self::BadHost { host: Some(host), problem } => write!(f, "the host {} {problem}", show::said(host)),
            Self::BadHost { host: None, problem } => write!(f, "the host {problem}"),
            Self::BadPort => f.write_str(
                "the port must be a number from 1 to 65535 (in a password before @, write / as %2F, ? as %3F and # as %23)",
            ),
            Self::Control { at } => write!(
                f,
                "the URL has a control character at character {}; write it percent-encoded, as in %0A",
                at + 1
            ),
            Self::UserInfoNotUtf8 => {
                f.write_str("the user name or password in the URL is not UTF-8 once its percent-escapes are decoded; give it with -a instead")
            }
        }
    }
}

/// Why a request cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// The method is no token.
    BadMethod {
        /// The method as written.
        method: String,
    },
    /// A header's name is empty or has a character that it cannot have.
    BadHeaderName {
        /// The name.
        name: String,
        /// Where, in characters from 0.
        at: usize,
    },
    /// What stands between the parts of a form has a character that it cannot have, or a length (RFC 2046 section 5.1.1).
    BadBoundary {
        /// The boundary.
        boundary: String,
    },
    /// A header's value has a control character: CR, LF and NUL among them.
    BadHeaderValue {
        /// The header's name.
        name: String,
        /// Where in the value, in bytes from 0.
        at: usize,
    },
    /// The stand-ins of the variables are out of order, or not of the form that [`crate::StandIns`] makes.
    BadStandIn,
    /// A variable has no value.
    OpenVariable {
        /// Its name.
        name: String,
    },
    /// With the values of its variables, the URL is none.
    Url(UrlError),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadMethod { method } => {
                write!(
                    f,
                    "{} is no method; a method is one word such as GET or POST",
                    show::typed(method)
                )
            }
            Self::BadHeaderName { name, .. } if name.is_empty() => {
                f.write_str("a header's name cannot be empty")
            }
            Self::BadHeaderName { name, at } => caret(
                f,
                "a header's name cannot have this character",
                name,
                *at,
                *at + 1,
            ),
            Self::BadBoundary { boundary } => write!(
                f,
                "{boundary:?} cannot stand between the parts of a form; a boundary has 1 to 70 letters, digits and any of \
                 '()+_,-./:=?"
            ),
            Self::BadHeaderValue { name, at } => write!(
                f,
                "the value of {name} has a line break or another control character at byte {}; take it out",
                at + 1
            ),
            Self::BadStandIn => f.write_str(
                "the variables do not stand in order, or one has a stand-in of another form than gatepassvar000000",
            ),
            Self::OpenVariable { name } => write!(f, "the variable {name} has no value"),
            Self::Url(error) => error.fmt(f),
        }
    }
}

/// Why the value of `-a` cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthArgError {
    /// There is no such scheme, or its name has parameters that it does not take.
    Scheme(AuthError),
    /// A source lacks what it points to: `env:` without a name.
    EmptySource {
        /// The form that was meant, as in `env:NAME`.
        form: &'static str,
    },
    /// The value names no field, and this scheme has several secrets.
    NeedsField {
        /// The scheme as written.
        scheme: String,
        /// The fields that exist.
        known: Vec<&'static str>,
    },
    /// The value names a field that the scheme does not have.
    UnknownField {
        /// The scheme as written.
        scheme: String,
        /// The field as written.
        field: String,
        /// The field that was probably meant.
        nearest: Option<&'static str>,
        /// The fields that exist.
        known: Vec<&'static str>,
    },
    /// A field is given twice.
    Repeated {
        /// The field.
        field: String,
    },
}

impl fmt::Display for AuthArgError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme(error) => error.fmt(f),
            Self::EmptySource { form } => write!(
                f,
                "the credential points to nothing; write {form}, or text:… for a secret that looks like this"
            ),
            Self::NeedsField { scheme, known } => write!(
                f,
                "{scheme} has several fields; write -a field=value, with one of {}",
                known.join(", ")
            ),
            Self::UnknownField {
                scheme,
                field,
                nearest,
                known,
            } => {
                write!(f, "{scheme} has no field {}; ", show::typed(field))?;
                match nearest {
                    Some(nearest) => write!(f, "did you mean {nearest}?"),
                    None => write!(f, "it has {}", known.join(", ")),
                }
            }
            Self::Repeated { field } => write!(f, "{field} is given twice; give it once"),
        }
    }
}

/// Why a word of the command line is no request item, or why items make no request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ItemError {
    /// No separator stands in the word.
    NoSeparator {
        /// The word as an error may quote it: see [`show::typed`].
        word: String,
    },
    /// Text follows the semicolon of a header without a value.
    ValueAfterSemicolon {
        /// The header's name.
        name: String,
    },
    /// What an item says cannot stand in a request.
    Request(RequestError),
    /// `@` is followed by nothing, or `@env:` is.
    EmptyReference {
        /// The item's name.
        name: String,
    },
    /// A file or variable could not be had.
    Unresolved {
        /// The item's name.
        name: String,
        /// What it points to: a path, or `env:NAME`.
        reference: String,
        /// Why, as a phrase.
        problem: String,
    },
    /// What a file or variable holds must be text here, and is not UTF-8.
    NotUtf8 {
        /// The item's name.
        name: String,
        /// What it points to.
        reference: String,
    },
    /// The value of a `:=` item is not JSON.
    NotJson {
        /// The item's name.
        name: String,
        /// What is wrong, as a phrase that quotes nothing of the value.
        problem: String,
    },
    /// A whole number in JSON is too large to be kept exactly.
    InexactNumber {
        /// The item's name.
        name: String,
    },
    /// A form field is given as a JSON array, object or null.
    NotAFormValue {
        /// The item's name.
        name: String,
    },
    /// The name of a JSON item is malformed, or does not fit the items before it.
    Nested(NestedError),
    /// A file is given for one field, and JSON is asked for.
    FileInJson {
        /// The field.
        field: String,
    },
    /// A file is given without a field, and a form is asked for.
    FileWithoutField,
    /// The body is given in two ways.
    TwoBodies,
}

impl fmt::Display for ItemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSeparator { word } => write!(
                f,
                "{word} is no request item; write Header:value, query==value, field=value, field:=json, \
                 field=@file or @file"
            ),
            Self::ValueAfterSemicolon { name } => write!(
                f,
                "a value follows {name};, which sends the header without one; write {name}:value, or \\; for a \
                 semicolon in a name"
            ),
            Self::Request(error) => error.fmt(f),
            Self::EmptyReference { name } => {
                write!(f, "{name:?} is to be read from nowhere; write a path after @, or @env:NAME")
            }
            Self::Unresolved { name, reference, problem } => {
                write!(f, "{name:?} cannot be read from {reference}: {problem}")
            }
            Self::NotUtf8 { name, reference } => write!(
                f,
                "{name:?} cannot take what {reference} holds, because it is not UTF-8; send it as the whole body by @file"
            ),
            Self::NotJson { name, problem } => write!(
                f,
                "the value of {name:?} is not JSON: {problem}; write {name}=text for a string"
            ),
            Self::InexactNumber { name } => write!(
                f,
                "the value of {name:?} has a whole number that does not fit into 64 bits; send the body as it is with \
                 --raw or @file"
            ),
            Self::NotAFormValue { name } => write!(
                f,
                "a form field is text, a number, true or false, and {name:?} is none of them; send JSON instead of a form"
            ),
            Self::Nested(error) => error.fmt(f),
            Self::FileInJson { field } => write!(
                f,
                "JSON cannot carry the file of {field:?}; leave --json out to send a form, or write {field}=@file for the \
                 file's text as a string"
            ),
            Self::FileWithoutField => f.write_str(
                "a file in a form needs the name of a field; write field@file, or leave --form out to send the file as the \
                 whole body",
            ),
            Self::TwoBodies => f.write_str(
                "the body is given in two ways; give fields, or @file, or a raw body (from --raw or standard input)",
            ),
        }
    }
}

/// Why the name of a JSON item cannot be followed, and where in the name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NestedError {
    /// The name of the item.
    pub key: String,
    /// The first character of the place, from 0.
    pub start: usize,
    /// The first character behind the place, from 0.
    pub end: usize,
    /// What is wrong.
    pub kind: NestedErrorKind,
}

/// The ways in which the name of a JSON item can be wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NestedErrorKind {
    /// Something else must stand here, as in `a text, a number or ']'`.
    Expected(&'static str),
    /// An earlier item made something else of this place.
    WrongType {
        /// The name up to this place.
        at: String,
        /// What stands there.
        is: &'static str,
        /// What the item needs there.
        needs: &'static str,
    },
    /// An index is below zero.
    NegativeIndex,
    /// An index is larger than [`crate::parse::nested::MAX_INDEX`].
    LargeIndex,
    /// The name goes deeper than [`crate::parse::nested::MAX_DEPTH`].
    TooDeep,
}

impl fmt::Display for NestedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.kind {
            NestedErrorKind::Expected(what) => {
                format!("expected {what} (write \\[ for a bracket that is part of the name)")
            }
            NestedErrorKind::WrongType { at, is, needs } => {
                let place = if at.is_empty() {
                    "the whole body".to_owned()
                } else {
                    format!("{at:?}")
                };
                format!("{place} is already {is}, and this needs {needs}")
            }
            NestedErrorKind::NegativeIndex => "an index cannot be negative".to_owned(),
            NestedErrorKind::LargeIndex => {
                format!("an index cannot be larger than {}", MAX_INDEX)
            }
            NestedErrorKind::TooDeep => {
                format!("a name cannot go deeper than {} levels", MAX_DEPTH)
            }
        };
        caret(f, &what, &self.key, self.start, self.end)
    }
}

/// Writes `what`, then `source` with the characters from `start` to `end` marked below. Control characters become
/// spaces, so that the mark stands where it must.
pub(crate) fn caret(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    source: &str,
    start: usize,
    end: usize,
) -> fmt::Result {
    let source: String = source
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let width = end.saturating_sub(start).max(1);
    write!(
        f,
        "{what}\n  {source}\n  {}{}",
        " ".repeat(start),
        "^".repeat(width)
    )
}

impl std::error::Error for UrlError {}
impl std::error::Error for RequestError {}
impl std::error::Error for AuthArgError {}
impl std::error::Error for ItemError {}
impl std::error::Error for NestedError {}

impl From<AuthError> for AuthArgError {
    fn from(error: AuthError) -> Self {
        Self::Scheme(error)
    }
}

impl From<NestedError> for ItemError {
    fn from(error: NestedError) -> Self {
        Self::Nested(error)
    }
}

impl From<RequestError> for ItemError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}
