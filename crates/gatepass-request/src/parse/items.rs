//! Request items, HTTPie's grammar: words of a command line that each add one thing to a request.
//!
//! | item | adds |
//! |---|---|
//! | `Name:value` | a header field |
//! | `Name:` | nothing, and keeps a default header field away |
//! | `Name;` | a header field without a value |
//! | `name==value` | a parameter of the query |
//! | `name=value` | a string in the JSON body, or a field of the form |
//! | `name:=json` | a JSON value in the body; [`super::nested`] says how names reach into arrays and objects |
//! | `field@file` | a file of a multipart form; `;type=` and `;filename=` behind it say what it is |
//! | `@file` | the whole body |
//!
//! In the first, fourth, fifth and sixth form `@file` behind the separator stands for the file's text, and `@env:NAME`
//! for an environment variable: `X-Token:@env:T`. The separator that begins first counts, and of those that begin there
//! the longest. A backslash before `:`, `;`, `=` or `@` makes it a plain character; before anything else it is one itself.
//!
//! Parsing does no I/O: an item only says what its value is, and [`crate::Build::request`] asks a closure for it.

use std::fmt;

use crate::error::ItemError;
use crate::field::{check_header_name, check_header_value};

/// One word, understood.
///
/// `Debug` shows names and references and no text of a value, which may be a secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Item {
    /// `Name:value`
    Header {
        /// The field's name.
        name: String,
        /// Its value.
        value: Value,
    },
    /// `Name:`
    NoHeader {
        /// The field's name.
        name: String,
    },
    /// `Name;`
    EmptyHeader {
        /// The field's name.
        name: String,
    },
    /// `name==value`
    Query {
        /// The parameter's name.
        name: String,
        /// Its value.
        value: Value,
    },
    /// `name=value`
    Field {
        /// The name, brackets and their escapes included.
        name: String,
        /// The text.
        value: Value,
    },
    /// `name:=json`
    Json {
        /// The name, brackets and their escapes included.
        name: String,
        /// The JSON text.
        value: Value,
    },
    /// `field@path`, and `@path` with an empty field.
    File {
        /// The field, empty for the whole body.
        field: String,
        /// The path.
        path: String,
        /// What `;type=` behind the path names.
        content_type: Option<String>,
        /// What `;filename=` behind the path names.
        file_name: Option<String>,
    },
}

/// What a value is, or where it is to be had.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// It is this.
    Text(String),
    /// The contents of the file at this path.
    File(String),
    /// The environment variable of this name.
    Env(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The separators, the longer of two that begin alike first.
const SEPARATORS: [&str; 10] = [":=@", "==@", ":=", "==", "=@", ":@", ":", ";", "=", "@"];

impl Item {
    /// Reads one word, in linear time.
    ///
    /// # Errors
    /// [`ItemError`] where no separator stands in the word, or a header's name or value cannot be one.
    pub fn parse(word: &str) -> Result<Self, ItemError> {
        let Some((name, separator, value)) = split(word) else {
            return Err(ItemError::NoSeparator {
                word: gatepass_auth::show::typed(word),
            });
        };
        let text = |value| Value::Text(value);
        match separator {
            "==" => Ok(Self::Query {
                name,
                value: text(value),
            }),
            "=" => Ok(Self::Field {
                name,
                value: text(value),
            }),
            ":=" => Ok(Self::Json {
                name,
                value: text(value),
            }),
            "==@" => Ok(Self::Query {
                value: Value::elsewhere(&name, value)?,
                name,
            }),
            "=@" => Ok(Self::Field {
                value: Value::elsewhere(&name, value)?,
                name,
            }),
            ":=@" => Ok(Self::Json {
                value: Value::elsewhere(&name, value)?,
                name,
            }),
            "@" => Self::file(name, &value),
            _ => {
                check_header_name(&name)?;
                match separator {
                    ":@" => Ok(Self::Header {
                        value: Value::elsewhere(&name, value)?,
                        name,
                    }),
                    ";" if value.is_empty() => Ok(Self::EmptyHeader { name }),
                    ";" => Err(ItemError::ValueAfterSemicolon { name }),
                    _ if value.is_empty() => Ok(Self::NoHeader { name }),
                    _ => {
                        check_header_value(&name, value.as_bytes())?;
                        Ok(Self::Header {
                            name,
                            value: text(value),
                        })
                    }
                }
            }
        }
    }

    /// Says whether the item is part of a body, so that the default method is POST.
    pub fn is_body(&self) -> bool {
        matches!(
            self,
            Self::Field { .. } | Self::Json { .. } | Self::File { .. }
        )
    }

    /// Reads what follows `@`. A path may itself have semicolons: only the two words that are known end it.
    fn file(field: String, value: &str) -> Result<Self, ItemError> {
        let mut path = value;
        let (mut content_type, mut file_name) = (None, None);
        while let Some((before, name, text)) = last_parameter(path) {
            let place = match name {
                "type" => &mut content_type,
                _ => &mut file_name,
            };
            place.get_or_insert_with(|| text.to_owned());
            path = before;
        }
        if path.is_empty() {
            return Err(ItemError::EmptyReference { name: field });
        }
        Ok(Self::File {
            field,
            path: path.to_owned(),
            content_type,
            file_name,
        })
    }
}

/// Takes the last `;type=` or `;filename=` off a file's item: what stands before it, the name and the value.
fn last_parameter(value: &str) -> Option<(&str, &'static str, &str)> {
    ["type", "filename"]
        .into_iter()
        .filter_map(|name| {
            let at = value.rfind(&format!(";{name}="))?;
            Some((&value[..at], name, &value[at + name.len() + 2..]))
        })
        .max_by_key(|(before, ..)| before.len())
}

impl Value {
    /// Reads what follows `@`.
    fn elsewhere(name: &str, reference: String) -> Result<Self, ItemError> {
        match reference.strip_prefix("env:") {
            Some("") => Err(ItemError::EmptyReference {
                name: name.to_owned(),
            }),
            None if reference.is_empty() => Err(ItemError::EmptyReference {
                name: name.to_owned(),
            }),
            Some(variable) => Ok(Self::Env(variable.to_owned())),
            None => Ok(Self::File(reference)),
        }
    }
}

/// Tells method, URL and items apart in the words of a command line: `[METHOD] URL [ITEM…]`. `None` for no words.
///
/// The first of several words is the method if it has only letters, as in HTTPie; but a host such as `localhost` stays
/// the URL where the second word is an item with `=` or `==` and the first is no method that is registered.
///
/// ```
/// use gatepass_request::parse::items::tell_apart;
///
/// assert_eq!(tell_apart(&["put", "example.org", "a=1"]), Some((Some("PUT".to_owned()), "example.org", &["a=1"][..])));
/// assert_eq!(tell_apart(&["localhost", "a=1"]), Some((None, "localhost", &["a=1"][..])));
/// ```
pub fn tell_apart<W: AsRef<str>>(words: &[W]) -> Option<(Option<String>, &str, &[W])> {
    let (first, rest) = words.split_first()?;
    let first = first.as_ref();
    let letters = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let registered = METHODS
        .iter()
        .any(|method| method.eq_ignore_ascii_case(first));
    match rest.split_first() {
        Some((second, items)) if letters && (registered || !is_assignment(second.as_ref())) => {
            Some((Some(first.to_ascii_uppercase()), second.as_ref(), items))
        }
        _ => Some((None, first, rest)),
    }
}

/// The methods of RFC 9110 section 9.3, of RFC 5789, and WebDAV's that are of letters only (RFC 4918 section 9).
const METHODS: [&str; 16] = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "CONNECT",
    "OPTIONS",
    "TRACE",
    "PATCH",
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "COPY",
    "MOVE",
    "LOCK",
    "UNLOCK",
];

fn is_assignment(word: &str) -> bool {
    split(word)
        .is_some_and(|(_, separator, _)| separator.starts_with('=') || separator.starts_with(":="))
}

/// Splits a word at its separator, escapes resolved; `None` where there is none.
fn split(word: &str) -> Option<(String, &'static str, String)> {
    let mut name = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        if let Some((escaped, after)) = escape(rest) {
            name.push_str(escaped);
            rest = after;
            continue;
        }
        if let Some(separator) = SEPARATORS
            .into_iter()
            .find(|separator| rest.starts_with(separator))
        {
            return Some((name, separator, unescaped(&rest[separator.len()..])));
        }
        name.push(c);
        rest = &rest[c.len_utf8()..];
    }
    None
}

fn unescaped(mut rest: &str) -> String {
    let mut text = String::with_capacity(rest.len());
    while let Some(c) = rest.chars().next() {
        if let Some((escaped, after)) = escape(rest) {
            text.push_str(escaped);
            rest = after;
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    text
}

/// Takes an escape off the front: what it stands for, and what follows. A backslash before a plain character stands
/// for both, so that `\\=` is two backslashes and a separator.
fn escape(text: &str) -> Option<(&str, &str)> {
    let after = text.strip_prefix('\\')?;
    let next = after.chars().next().map_or(0, char::len_utf8);
    let from = usize::from(!after.starts_with([':', ';', '=', '@']));
    Some((&text[1 - from..1 + next], &after[next..]))
}

impl fmt::Display for Value {
    /// Writes a reference as it is typed; a text is not written, because it may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "a text of {} bytes", text.len()),
            Self::File(path) => f.write_str(path),
            Self::Env(name) => write!(f, "env:{name}"),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { name, value } => write!(f, "Header({name}: {value})"),
            Self::NoHeader { name } => write!(f, "NoHeader({name})"),
            Self::EmptyHeader { name } => write!(f, "EmptyHeader({name})"),
            Self::Query { name, value } => write!(f, "Query({name}: {value})"),
            Self::Field { name, value } => write!(f, "Field({name}: {value})"),
            Self::Json { name, value } => write!(f, "Json({name}: {value})"),
            Self::File { field, path, .. } => write!(f, "File({field}: {path})"),
        }
    }
}
