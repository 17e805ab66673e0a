//! What the process ends with: HTTPie's codes, so that scripts need not learn others.

use std::process::ExitCode;

/// How a run ended.
///
/// HTTPie's 7 means that a plug-in failed. There are no plug-ins, so 7 is never used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All went well, or the reader of standard output has gone.
    Ok,
    /// It did not: wrong usage, no connection, a credential that cannot be sent.
    Error,
    /// A time limit was reached.
    Timeout,
    /// With `--check-status`: the status is 3xx, and redirects are not followed.
    Redirect,
    /// With `--check-status`: the status is 4xx.
    Client,
    /// With `--check-status`: the status is 5xx.
    Server,
    /// There were more redirects than `--max-redirects` allows.
    TooManyRedirects,
    /// Ctrl-C was pressed; a shell gives the same to a process that ends by the signal itself.
    Interrupted,
    /// The command was `gatepass curl`, which ends as curl does.
    Curl(u8),
}

impl Exit {
    /// Returns what `--check-status` makes of a status.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Redirect,
            400..=499 => Self::Client,
            500..=599 => Self::Server,
            _ => Self::Ok,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Error => 1,
            Exit::Timeout => 2,
            Exit::Redirect => 3,
            Exit::Client => 4,
            Exit::Server => 5,
            Exit::TooManyRedirects => 6,
            Exit::Interrupted => 130,
            Exit::Curl(code) => code,
        })
    }
}
