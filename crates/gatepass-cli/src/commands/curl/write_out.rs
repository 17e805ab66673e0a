//! `-w`: what is printed behind a transfer, with the names of curl(1).

use std::fs::File;
use std::io::Write as _;

use super::destination;
use super::exit::{Code, Trouble};
use super::facts::Facts;
use crate::output;

/// A template, taken apart.
pub(super) struct WriteOut(Vec<Part>);

enum Part {
    Text(String),
    Variable(String),
    /// `%header{name}`
    Header(String),
    /// Only where the transfer failed.
    OnError,
    Stdout,
    Stderr,
    /// To this file, or behind what is in it.
    File {
        name: String,
        append: bool,
    },
    /// The time of day in UTC, as strftime(3) writes it.
    Time(String),
}

/// Where a part is printed.
enum Place {
    Stdout,
    Stderr,
    File(Option<File>),
}

impl WriteOut {
    /// Takes a template apart.
    ///
    /// # Errors
    /// [`Trouble`] for a variable of curl's that is not known here.
    pub(super) fn parse(template: &str) -> Result<Self, Trouble> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = template;
        while let Some(c) = rest.chars().next() {
            let behind = &rest[c.len_utf8()..];
            match c {
                '\\' => {
                    let (escaped, length) = match behind.chars().next() {
                        Some('r') => ("\r", 1),
                        Some('n') => ("\n", 1),
                        Some('t') => ("\t", 1),
                        _ => ("\\", 0),
                    };
                    text.push_str(escaped);
                    rest = &behind[length..];
                }
                '%' if behind.starts_with('%') => {
                    text.push('%');
                    rest = &behind[1..];
                }
                '%' => match variable(behind)? {
                    Some((part, length)) => {
                        parts.push(Part::Text(std::mem::take(&mut text)));
                        parts.push(part);
                        rest = &behind[length..];
                    }
                    None => {
                        text.push('%');
                        rest = behind;
                    }
                },
                c => {
                    text.push(c);
                    rest = behind;
                }
            }
        }
        parts.push(Part::Text(text));
        Ok(Self(parts))
    }

    /// Prints it to standard output, or to where the template says.
    pub(super) fn print(&self, facts: &Facts) {
        let mut place = Place::Stdout;
        for part in &self.0 {
            let text = match part {
                Part::Text(text) => text.clone(),
                Part::Variable(name) => match facts.value(name) {
                    Some(value) => value,
                    None => {
                        output::note(&format!("curl: unknown --write-out variable: '{name}'"));
                        continue;
                    }
                },
                Part::Header(name) => facts.header(name).unwrap_or_default().to_owned(),
                Part::OnError if !facts.failed() => break,
                Part::OnError => continue,
                Part::Stdout => {
                    place = Place::Stdout;
                    continue;
                }
                Part::Stderr => {
                    place = Place::Stderr;
                    continue;
                }
                Part::File { name, append } => {
                    place = Place::File(opened(name, *append));
                    continue;
                }
                Part::Time(format) => jiff::Timestamp::now().strftime(format).to_string(),
            };
            // That nobody reads it any more is no reason to fail.
            match &mut place {
                Place::Stdout => drop(output::print(&text)),
                Place::Stderr => output::tell(&text),
                Place::File(Some(file)) => drop(file.write_all(text.as_bytes())),
                Place::File(None) => {}
            }
        }
    }
}

/// Opens a file that a part of the template goes to.
fn opened(name: &str, append: bool) -> Option<File> {
    let opened = destination::opened(name, append);
    if let Err(error) = &opened {
        output::note(&format!(
            "Warning: the file {name} of -w cannot be written: {error}"
        ));
    }
    opened.ok()
}

/// Reads what follows a percent sign: the part and its length.
fn variable(text: &str) -> Result<Option<(Part, usize)>, Trouble> {
    let braced = |prefix: &str| {
        let rest = text.strip_prefix(prefix)?;
        let end = rest.find('}')?;
        Some((&rest[..end], prefix.len() + end + 1))
    };
    if let Some((name, length)) = braced("{") {
        let part = match name {
            "onerror" => Part::OnError,
            "stdout" => Part::Stdout,
            "stderr" => Part::Stderr,
            name => Part::Variable(name.to_owned()),
        };
        return Ok(Some((part, length)));
    }
    if let Some((name, length)) = braced("header{") {
        let name = name.split(':').next().unwrap_or_default();
        return Ok(Some((Part::Header(name.to_owned()), length)));
    }
    if let Some((name, length)) = braced("output{") {
        let append = name.starts_with(">>");
        let name = name.trim_start_matches(">>").to_owned();
        return Ok(Some((Part::File { name, append }, length)));
    }
    if let Some((format, length)) = braced("time{") {
        // An unknown letter would be a panic when it is printed.
        let known = jiff::fmt::strtime::format(format, jiff::Timestamp::UNIX_EPOCH);
        known.map_err(|_| {
            Trouble::new(
                Code::USAGE,
                "%time{} in -w has a format that strftime does not have".to_owned(),
            )
        })?;
        return Ok(Some((Part::Time(format.to_owned()), length)));
    }
    Ok(None)
}
