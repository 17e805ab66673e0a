//! curl command lines, as shells and curl itself read them.
//!
//! A text is taken apart by the rules of its shell ([`Dialect`]): quotes, escapes, continued lines, heredocs, a pipe from
//! `echo`. Nothing is run. A variable of the shell stays one, see [`crate::Variable`]. Then every option of curl is known:
//! those that shape the request shape it, others are named in a warning, and an unknown one is an error.
//!
//! Files by reference stay references ([`crate::Content::File`]); what has to be read to understand the command line (`-K`,
//! `-H @file`, `--variable`) is asked of a closure.
//!
//! ```
//! use gatepass_request::parse::curl;
//!
//! let text = r#"$ curl -u alice:"$PW" https://api.example/orders \
//!     -H 'X-Trace: 7' --json '{"amount": 3}'"#;
//! let command = curl::parse(text, None, &|wanted| Err(format!("{wanted} is not there")))?;
//! let request = &command.transfers[0].request;
//! assert_eq!((request.method.as_str(), request.url.host()), ("POST", "api.example"));
//! assert_eq!(request.auth.as_ref().and_then(|auth| auth.get("password")?.reference()).as_deref(), Some("env:PW"));
//! # Ok::<(), curl::CurlError>(())
//! ```

mod argument;
mod assemble;
mod cmd;
mod config_file;
mod connection;
mod credentials;
mod data;
mod date;
mod dialect;
mod encoder;
mod error;
mod expand;
mod flags;
mod form;
mod glob;
mod http;
mod operation;
mod options;
mod output;
mod powershell;
mod shell;
mod tls;
mod words;

use std::collections::HashMap;
use std::fmt;

use operation::Shared;
use words::{Command, Word};

use super::reading::{Named, Reading};
use crate::request::Request;
use crate::variable::StandIns;
use crate::warning::{Warning, Warnings};

pub use dialect::Dialect;
pub use error::CurlError;
pub use flags::{Why, options_that_change_more_than_the_request};
pub use output::{Fail, Global, Output, Pace, Resume, Target, TimeCondition};

/// How many requests one command line may make.
pub const MOST: usize = 1000;

/// What a command line says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Curl {
    /// The requests, in order, with what becomes of their answers.
    pub transfers: Vec<Transfer>,
    /// What holds for all of them.
    pub global: Global,
    /// What was left out or changed.
    pub warnings: Vec<Warning>,
    /// The options that were ignored, and why. Each has its warning too.
    pub ignored: Vec<(String, Why)>,
}

impl Curl {
    /// Takes requests from another form, whose answers go to standard output.
    pub fn of_reading(reading: Reading) -> Self {
        let transfer = |named: Named| Transfer {
            request: named.request,
            output: Output::default(),
            outputs: Vec::new(),
            operation: 0,
            streams: false,
        };
        Self {
            transfers: reading.requests.into_iter().map(transfer).collect(),
            warnings: reading.warnings,
            ..Self::default()
        }
    }
}

/// One request, and what becomes of its answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Transfer {
    /// The request.
    pub request: Request,
    /// What becomes of the answer.
    pub output: Output,
    /// The options that `output` comes from, as written.
    pub outputs: Vec<String>,
    /// The number of the part between `--next` that it belongs to, from 0.
    pub operation: usize,
    /// Whether the body is uploaded by `-T`, so that standard input is sent as it comes and not read first.
    pub streams: bool,
}

/// What has to be read to understand a command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wanted<'a> {
    /// The file at this path.
    File(&'a str),
    /// When the file at this path was changed, in seconds since 1970, in decimal digits.
    ChangedAt(&'a str),
    /// Standard input.
    Stdin,
    /// The environment variable that `--variable %NAME` takes. Where it is not to be had, it stays a variable.
    Env(&'a str),
    /// The user's own config file, `~/.curlrc`, which curl reads unless `-q` stands first. It says nothing where it is not to be
    /// had, which is right for whoever only looks at a command line.
    UserConfig,
}

/// Answers what a [`Wanted`] holds, or why it cannot be had, as a phrase.
pub type Read<'a> = &'a dyn Fn(&Wanted<'_>) -> Result<Vec<u8>, String>;

/// Reads a text that holds one or more curl commands, in linear time. Without a dialect, it is guessed.
///
/// # Errors
/// [`CurlError`], which says what is wrong and repeats no value that may be a secret.
pub fn parse(text: &str, dialect: Option<Dialect>, read: Read<'_>) -> Result<Curl, CurlError> {
    let mut stand_ins = StandIns::beside(text);
    let script = match dialect.unwrap_or_else(|| Dialect::of(text)) {
        Dialect::Posix => shell::read(text, &mut stand_ins)?,
        Dialect::Cmd => cmd::read(text, &mut stand_ins)?,
        Dialect::PowerShell => powershell::read(text, &mut stand_ins)?,
    };
    if script.commands.is_empty() {
        return Err(script
            .other
            .map_or(CurlError::Empty, |program| CurlError::NotCurl { program }));
    }
    let mut curl = commands(&script.commands, &mut stand_ins, read)?;
    let mut warnings = script.warnings;
    warnings.extend(curl.warnings);
    curl.warnings = warnings.into_vec();
    Ok(curl)
}

/// Reads words that a shell has taken apart already: those behind the program's name.
///
/// # Errors
/// As [`parse`].
pub fn parse_words<W: AsRef<[u8]>>(words: &[W], read: Read<'_>) -> Result<Curl, CurlError> {
    let command = Command {
        words: words.iter().map(|word| Word::new(word.as_ref())).collect(),
        stdin: None,
    };
    let text: Vec<_> = words
        .iter()
        .map(|word| String::from_utf8_lossy(word.as_ref()))
        .collect();
    commands(&[command], &mut StandIns::beside(&text.join(" ")), read)
}

fn commands(
    commands: &[Command],
    stand_ins: &mut StandIns,
    read: Read<'_>,
) -> Result<Curl, CurlError> {
    let mut curl = Curl::default();
    let mut warnings = Warnings::default();
    for command in commands {
        let mut shared = Shared {
            read,
            stand_ins: &mut *stand_ins,
            global: std::mem::take(&mut curl.global),
            warnings: std::mem::take(&mut warnings),
            ignored: std::mem::take(&mut curl.ignored),
            stdin: command.stdin.clone(),
            values: HashMap::new(),
            grown: 0,
            depth: 0,
            files: 0,
        };
        let mut reader = options::Reader::new(&mut shared);
        let first = command.words.first().map(|word| word.bytes.as_slice());
        let disabled = matches!(first, Some(b"-q" | b"--disable"));
        if !disabled && let Ok(config) = read(&Wanted::UserConfig) {
            config_file::read_text(&mut reader, "~/.curlrc", &config)?;
        }
        reader.words(&command.words)?;
        for mut operation in reader.finish() {
            operation.number = curl.transfers.last().map_or(0, |last| last.operation + 1);
            assemble::transfers(operation, &mut shared, &mut curl.transfers)?;
        }
        (curl.global, warnings, curl.ignored) = (shared.global, shared.warnings, shared.ignored);
    }
    curl.warnings = warnings.into_vec();
    Ok(curl)
}

impl fmt::Display for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::ChangedAt(path) => f.write_str(path),
            Self::Stdin => f.write_str("standard input"),
            Self::Env(name) => write!(f, "env:{name}"),
            Self::UserConfig => f.write_str("~/.curlrc"),
        }
    }
}
