//! A request in any form: which form a text has, and what it holds.

use serde::Deserialize;
use serde_json::Value;

use super::curl::{self, Read};
use super::error::ReadError;
use super::reading::{Form, Named, Reading};
use super::{har, http_file, postman};
use crate::request::Request;

/// Reads a text in whatever form it has. `read` is asked for the files that a curl command line needs to be understood.
///
/// # Errors
/// [`ReadError`].
///
/// ```
/// use gatepass_request::parse::{Form, any};
///
/// let nothing = |_: &gatepass_request::parse::curl::Wanted<'_>| Err("not here".to_owned());
/// let reading = any::read("$ curl -d a=1 https://api.example/x", &nothing)?;
/// assert_eq!((reading.form, reading.requests[0].request.method.as_str()), (Form::Curl, "POST"));
/// let reading = any::read("PUT https://api.example/x\n\nhello", &nothing)?;
/// assert_eq!(reading.form, Form::HttpFile);
/// # Ok::<(), gatepass_request::parse::ReadError>(())
/// ```
pub fn read(text: &str, read: Read<'_>) -> Result<Reading, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match form(text).ok_or(ReadError::Unknown)? {
        Form::Curl => of_curl(curl::parse(text, None, read)?),
        Form::Har => har::read(text),
        Form::Postman => postman::read(text),
        Form::HttpFile => http_file::read(text, read),
        Form::Stored => stored(text),
    }
}

/// Takes what a curl command line says. What becomes of the answers is no part of a request, which a warning says.
pub fn of_curl(curl: curl::Curl) -> Result<Reading, ReadError> {
    let mut warnings = curl.warnings;
    let mut options: Vec<&str> = Vec::new();
    for option in curl.transfers.iter().flat_map(|transfer| &transfer.outputs) {
        if !options.contains(&option.as_str()) {
            options.push(option);
        }
    }
    if !options.is_empty() {
        warnings.push(crate::Warning::new(
            options.join(", "),
            "what becomes of the answer is no part of the request",
        ));
    }
    let requests = curl.transfers.into_iter();
    Ok(Reading {
        form: Form::Curl,
        requests: requests.map(|it| Named::new(None, it.request)).collect(),
        warnings,
    })
}

/// Finds out which form a text has, by what only that form has.
pub fn form(text: &str) -> Option<Form> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if start.starts_with(['{', '[']) {
        return of_json(start);
    }
    let significant = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with("//")
    };
    let mut lines = start.lines().filter(significant);
    let first = lines.next()?;
    if start.lines().any(|line| line.starts_with("###")) {
        return Some(Form::HttpFile);
    }
    if !mentions_curl(first) && is_http(first) {
        return Some(Form::HttpFile);
    }
    if start.lines().any(mentions_curl) {
        return Some(Form::Curl);
    }
    // A file may begin with its variables.
    let variable = |line: &str| line.starts_with('@') && line.contains('=');
    if variable(first) && lines.any(is_http) {
        return Some(Form::HttpFile);
    }
    None
}

/// Says whether curl stands in a line as a word of its own.
fn mentions_curl(line: &str) -> bool {
    let mut words = line.split(|c: char| c.is_whitespace() || "|;&(".contains(c));
    words.any(|word| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
        ["curl", "curl.exe"].contains(&name.to_ascii_lowercase().as_str())
    })
}

/// Says whether a line is a request's: a method and a URL, or a URL.
fn is_http(line: &str) -> bool {
    let line = line.trim();
    let is_url = |text: &str| {
        let start = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        start.starts_with("http://") || start.starts_with("https://") || text.starts_with("{{")
    };
    match line.split_once([' ', '\t']) {
        Some((method, rest)) => {
            let method = !method.is_empty()
                && method
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'-');
            let rest = rest.trim_start();
            (method
                && (is_url(rest)
                    || rest.starts_with('/')
                    || rest.contains('.')
                    || rest.contains(':')))
                || (is_url(line) && rest.starts_with("HTTP/"))
        }
        None => is_url(line),
    }
}

fn of_json(text: &str) -> Option<Form> {
    let value: Value = serde_json::from_str(text).ok()?;
    let has = |pointer: &str| value.pointer(pointer).is_some();
    if has("/log/entries") {
        Some(Form::Har)
    } else if has("/item") {
        Some(Form::Postman)
    } else if ["", "/0", "/requests/0/request"]
        .iter()
        .any(|at| has(&format!("{at}/method")) && has(&format!("{at}/url")))
    {
        Some(Form::Stored)
    } else {
        None
    }
}

/// Reads a request as this crate stores it, a list of them, or what `gatepass import --json` prints.
fn stored(text: &str) -> Result<Reading, ReadError> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Printed { requests: Vec<Printed> },
        List(Vec<Request>),
        One(Box<Request>),
    }
    #[derive(Deserialize)]
    struct Printed {
        #[serde(default)]
        name: Option<String>,
        request: Request,
    }
    let stored = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        ReadError::bad(Form::Stored, place, har::shape(&error))
    })?;
    let requests = match stored {
        Stored::Printed { requests } => requests
            .into_iter()
            .map(|it| Named::new(it.name, it.request))
            .collect(),
        Stored::List(requests) => requests
            .into_iter()
            .map(|it| Named::new(None, it))
            .collect(),
        Stored::One(request) => vec![Named::new(None, *request)],
    };
    Ok(Reading {
        form: Form::Stored,
        requests,
        warnings: Vec::new(),
    })
}
