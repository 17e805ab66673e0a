//! What curl does with an answer: where it goes, what is printed beside it, and what counts as a failure.

use std::time::Duration;

use super::argument::Argument;
use super::error::CurlError;
use super::operation::{Operation, Shared};
use crate::content::Change;

/// What becomes of one answer. None of it is part of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// Where the body goes.
    pub target: Target,
    /// The directory that relative names are put into.
    pub directory: Option<String>,
    /// Whether missing directories are made.
    pub create_directories: bool,
    /// Whether the header fields are printed before the body.
    pub include: bool,
    /// The file that the header fields are written to; `-` for standard output.
    pub dump_header: Option<String>,
    /// What is printed at the end, with variables such as `%{http_code}`.
    pub write_out: Option<String>,
    /// What an error status does.
    pub fail: Fail,
    /// Whether the name in `Content-Disposition` goes before the URL's.
    pub header_name: bool,
    /// Whether the file gets the time of `Last-Modified`.
    pub remote_time: bool,
    /// Whether a file that is there stays, and a number is added to the new one's name.
    pub no_clobber: bool,
    /// Whether nothing is asked for where the file is there.
    pub skip_existing: bool,
    /// Whether what came of a broken transfer is removed.
    pub remove_on_error: bool,
    /// Where a broken transfer goes on.
    pub resume: Option<Resume>,
    /// The size in bytes that a body may not exceed.
    pub max_size: Option<u64>,
    /// The file that the answer's `ETag` is written to.
    pub etag_save: Option<String>,
    /// By when the resource must have changed, or not, for its body to be wanted. The request says so in a header field.
    pub time_condition: Option<TimeCondition>,
    /// How fast the bodies may move, and how slow they may be.
    pub pace: Pace,
}

/// A resource that is wanted only if it was changed since, or was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeCondition {
    /// Whether a newer one is wanted, or one that is not.
    pub newer: bool,
    /// The time, in seconds since 1970.
    pub at: i64,
}

impl TimeCondition {
    /// Returns the header field that asks for it (RFC 9110 sections 13.1.3 and 13.1.4).
    pub(super) fn header(self) -> (&'static str, String) {
        let name = if self.newer {
            "If-Modified-Since"
        } else {
            "If-Unmodified-Since"
        };
        let at = u64::try_from(self.at).unwrap_or(0);
        let date = std::time::UNIX_EPOCH + Duration::from_secs(at);
        (name, httpdate::fmt_http_date(date))
    }

    /// Says whether a resource that was changed then, in seconds since 1970, is wanted.
    pub fn is_met(self, changed: i64) -> bool {
        if self.newer {
            changed > self.at
        } else {
            changed < self.at
        }
    }
}

/// How fast bodies move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// The bytes in a second that neither body exceeds.
    pub most: Option<u64>,
    /// The bytes in a second below which a transfer is too slow; zero never is.
    pub least: Option<u64>,
    /// For how many seconds it may be too slow.
    pub patience: Option<u64>,
}

/// Where a body goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Standard output.
    #[default]
    Stdout,
    /// The file of this name.
    File(String),
    /// A file that is called like the last part of the URL's path.
    RemoteName,
    /// Nowhere.
    Nowhere,
}

/// What a status of 400 or more does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fail {
    /// Nothing.
    #[default]
    No,
    /// It ends the transfer with exit code 22, and the body is not printed.
    WithoutBody,
    /// It makes the exit code 22, and the body is printed.
    WithBody,
}

/// Where a broken transfer goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resume {
    /// At this byte.
    At(u64),
    /// At the end of the file that is there.
    AtEndOfFile,
}

/// What holds for all transfers of a command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Global {
    /// Whether neither progress nor errors are shown.
    pub silent: bool,
    /// Whether errors are shown all the same.
    pub show_error: bool,
    /// Whether the conversation is shown.
    pub verbose: bool,
    /// Whether the first failure ends everything.
    pub fail_early: bool,
    /// The file that messages go to; `-` for standard output.
    pub stderr: Option<String>,
}

pub(super) fn apply(
    operation: &mut Operation,
    shared: &mut Shared<'_>,
    name: &str,
    argument: &Argument<'_>,
) -> Result<bool, CurlError> {
    let on = argument.on;
    let global = &mut shared.global;
    let output = &mut operation.output;
    match name {
        "silent" => global.silent = on,
        "show-error" => global.show_error = on,
        "verbose" => global.verbose = on,
        "fail-early" => global.fail_early = on,
        "stderr" => global.stderr = Some(argument.text()?),
        "output" => {
            let file = argument.text()?;
            operation.set_target(Target::File(file));
        }
        "out-null" => operation.set_target(Target::Nowhere),
        "remote-name" => operation.set_target(if on {
            Target::RemoteName
        } else {
            Target::Stdout
        }),
        "remote-name-all" => operation.remote_name_all = on,
        "output-dir" => output.directory = Some(argument.text()?),
        "create-dirs" => output.create_directories = on,
        "show-headers" | "include" => output.include = on,
        "dump-header" => output.dump_header = Some(argument.text()?),
        "write-out" => output.write_out = Some(write_out(shared, argument)?),
        "fail" => output.fail = if on { Fail::WithoutBody } else { Fail::No },
        "fail-with-body" => output.fail = if on { Fail::WithBody } else { Fail::No },
        "remote-header-name" => output.header_name = on,
        "remote-time" => output.remote_time = on,
        "clobber" => output.no_clobber = !on,
        "skip-existing" => output.skip_existing = on,
        "remove-on-error" => output.remove_on_error = on,
        "continue-at" => output.resume = Some(resume(argument)?),
        "max-filesize" => output.max_size = Some(size(argument)?),
        "limit-rate" => output.pace.most = Some(size(argument)?).filter(|most| *most > 0),
        "speed-limit" => output.pace.least = Some(argument.number()?),
        "speed-time" => output.pace.patience = Some(argument.number()?),
        "etag-save" => output.etag_save = Some(argument.text()?),
        _ => return Ok(false),
    }
    if name != "fail" && name != "fail-with-body" {
        operation.outputs.push(argument.option.to_owned());
    }
    Ok(true)
}

fn write_out(shared: &mut Shared<'_>, argument: &Argument<'_>) -> Result<String, CurlError> {
    match argument.bytes.strip_prefix(b"@") {
        Some(path) => {
            let bytes = shared.file(argument, path)?;
            argument.as_text(&Change::WithoutBreaks.apply(bytes))
        }
        None => argument.text(),
    }
}

fn resume(argument: &Argument<'_>) -> Result<Resume, CurlError> {
    match argument.bytes.as_slice() {
        b"-" => Ok(Resume::AtEndOfFile),
        _ => Ok(Resume::At(argument.number()?)),
    }
}

/// Reads a number of bytes, with `K`, `M` or `G`.
fn size(argument: &Argument<'_>) -> Result<u64, CurlError> {
    let text = argument.text()?;
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit: u64 = match &text[digits.len()..] {
        "" | "b" | "B" => 1,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        _ => return Err(argument.bad("has an unknown unit; write K, M or G")),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| argument.bad("is no number of bytes"))
}
