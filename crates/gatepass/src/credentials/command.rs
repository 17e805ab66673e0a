//! Secrets that a command prints: those of password managers, which all have a command line.

use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use super::Resolved;
use super::child::{Ended, finish, lead_group};
use super::file::{line_of, missing};
use crate::error::Error;

/// Returns what the command prints, without a line break at its end. A shell runs it, it has no standard input, and it
/// shares standard error with this program, because it may have to say something or to ask. After `patience` it is ended.
pub(super) fn read(command: &str, patience: Option<Duration>) -> Result<Resolved, Error> {
    let name = name_of(command);
    let wrong = |problem: String| missing(format!("what {name} prints"), problem);
    let mut shell = shell(command);
    if patience.is_some() {
        lead_group(&mut shell);
    }
    let child = shell
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| wrong(format!("no shell can be started: {error}")))?;
    let Ended {
        status, printed, ..
    } = finish(child, patience).map_err(wrong)?;
    if !status.success() {
        return Err(wrong(ended(status)));
    }
    let secret = line_of(&printed).map_err(wrong)?;
    Ok(Resolved {
        secret,
        from: format!("from {name}"),
    })
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]);
    shell
}

/// The shell takes its command as it stands.
#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    std::os::windows::process::CommandExt::raw_arg(&mut shell, format!("/D /S /C \"{command}\""));
    shell
}

/// Names the command by its first word. The others may hold what should not be shown, and so may the values of variables
/// that are set before it.
fn name_of(command: &str) -> String {
    let mut words = command.split_whitespace();
    match words.find(|word| !word.contains('=')) {
        Some(word) if words.next().is_some() => format!("the command {word} …"),
        Some(word) => format!("the command {word}"),
        None => "the command".to_owned(),
    }
}

/// Says how a command failed.
fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(127) => "the shell does not find it (exit status 127)".to_owned(),
        Some(code) => format!("it ended with exit status {code}"),
        // A signal's number stands in there.
        None => format!("it was ended: {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_named_by_its_first_word() {
        for (command, name) in [
            ("pass", "the command pass"),
            ("pass show api", "the command pass …"),
            ("VAULT_TOKEN=s3cret vault read x", "the command vault …"),
            ("A=b", "the command"),
        ] {
            assert_eq!(name_of(command), name);
        }
    }
}
