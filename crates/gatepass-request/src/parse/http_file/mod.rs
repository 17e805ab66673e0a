//! `.http` and `.rest` files, as the REST Client of VS Code and the HTTP Client of JetBrains read them.
//!
//! ```text
//! @host = https://api.example
//!
//! ### Who am I
//! # @name me
//! GET {{host}}/user
//! Authorization: Digest alice s3cret
//!
//! ### A form with a file
//! POST {{host}}/upload HTTP/1.1
//! Content-Type: image/png
//!
//! < ./picture.png
//! ```
//!
//! Three hashes separate requests; hashes and slashes begin comments; `@name = value` sets a variable. Scripts and what is
//! to become of an answer are named in warnings.

mod message;

use super::braces::Braces;
use super::curl::{self, Read};
use super::error::ReadError;
use super::reading::{Form, Named, Reading};
use message::Message;

/// Reads a file. `read` is asked for what a curl command in it needs; without one, it is not asked.
///
/// # Errors
/// [`ReadError::Bad`] where no request stands in it. A request that cannot be understood is left out with a warning.
///
/// ```
/// let text = "GET https://api.example/user\nAuthorization: Basic alice s3cret\n";
/// let reading = gatepass_request::parse::http_file::read(text, &|_| Err("not here".to_owned()))?;
/// let request = &reading.requests[0].request;
/// assert_eq!(request.auth.as_ref().unwrap().scheme.as_deref(), Some("basic"));
/// # Ok::<(), gatepass_request::parse::ReadError>(())
/// ```
pub fn read(text: &str, read: Read<'_>) -> Result<Reading, ReadError> {
    let mut braces = Braces::beside(text);
    let blocks = blocks(text);
    // A variable counts for the whole file, wherever it is set.
    for line in blocks.iter().flat_map(|block| &block.lines) {
        if let Some((name, value)) = assignment(line.text) {
            braces.set(name, value);
        }
    }
    let mut requests = Vec::new();
    for block in &blocks {
        let place = format!("line {}", block.first_line());
        if let Some(command) = block.curl() {
            match curl::parse(&command, None, read) {
                Ok(curl) => {
                    braces.warnings.extend(curl.warnings);
                    let named =
                        |transfer: curl::Transfer| Named::new(block.name(), transfer.request);
                    requests.extend(curl.transfers.into_iter().map(named));
                }
                Err(error) => braces.warn(place, format!("left out: {error}")),
            }
            continue;
        }
        let message = match Message::of(block, &mut braces) {
            Some(Ok(message)) => message,
            Some(Err(problem)) => {
                braces.warn(place, format!("left out: {problem}"));
                continue;
            }
            None => continue,
        };
        match message.request(&mut braces) {
            Ok(request) => requests.push(Named::new(block.name(), request)),
            Err(problem) => braces.warn(place, format!("left out: {problem}")),
        }
    }
    if requests.is_empty() {
        let why = braces.warnings.into_vec();
        let problem = why.first().map_or_else(
            || "there is no request in it".to_owned(),
            |warning| warning.reason.clone(),
        );
        return Err(ReadError::bad(Form::HttpFile, "the file", problem));
    }
    Ok(Reading {
        form: Form::HttpFile,
        requests,
        warnings: braces.warnings.into_vec(),
    })
}

/// A line with its number, from 1.
#[derive(Clone, Copy)]
struct Line<'a> {
    number: usize,
    text: &'a str,
}

/// What stands between two separators.
struct Block<'a> {
    /// What stands behind the hashes.
    title: &'a str,
    lines: Vec<Line<'a>>,
}

fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = vec![Block {
        title: "",
        lines: Vec::new(),
    }];
    for (at, line) in text.lines().enumerate() {
        if let Some(title) = line.strip_prefix("###") {
            blocks.push(Block {
                title: title.trim_start_matches('#').trim(),
                lines: Vec::new(),
            });
        } else if let Some(block) = blocks.last_mut() {
            block.lines.push(Line {
                number: at + 1,
                text: line,
            });
        }
    }
    blocks
}

impl Block<'_> {
    fn first_line(&self) -> usize {
        let first = self.lines.iter().find(|line| !is_aside(line.text));
        first.map_or(0, |line| line.number)
    }

    /// Returns the name that `# @name` gives, or the title.
    fn name(&self) -> Option<String> {
        let named = self
            .lines
            .iter()
            .find_map(|line| setting(line.text, "name"));
        let name = named.unwrap_or(self.title);
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// Returns the block's text if it is a curl command.
    fn curl(&self) -> Option<String> {
        let mut lines = self.lines.iter().skip_while(|line| is_aside(line.text));
        let first = lines.clone().next()?.text.trim_start();
        let is_curl = ["curl ", "curl.exe ", "$ curl "]
            .iter()
            .any(|start| first.starts_with(start));
        is_curl.then(|| {
            let mut text = String::new();
            for line in &mut lines {
                text.push_str(line.text);
                text.push('\n');
            }
            text
        })
    }
}

/// Says whether a line before the request says nothing of it: an empty line, a comment, a variable.
fn is_aside(line: &str) -> bool {
    line.trim().is_empty() || comment(line).is_some() || assignment(line).is_some()
}

/// Returns what stands in a comment.
fn comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    line.strip_prefix("//")
        .or_else(|| line.strip_prefix('#'))
        .map(str::trim)
}

/// Returns the value of a setting, as in `# @name me`; an empty text where it has none.
fn setting<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let rest = comment(line)?.strip_prefix('@')?.strip_prefix(name)?;
    if rest.is_empty() {
        return Some("");
    }
    rest.strip_prefix([' ', '\t', '='])
        .map(|value| value.trim_start_matches('=').trim())
}

/// Reads `@name = value`.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_start().strip_prefix('@')?.split_once('=')?;
    let name = name.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some((name, value.trim()))
}
