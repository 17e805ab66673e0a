//! Secrets from the system's keyring, through the program that comes with it: `secret-tool` of libsecret where the Secret
//! Service is (GNOME Keyring, KWallet, KeePassXC), `security` on macOS.
//!
//! A program, because the libraries that speak D-Bus bring a hundred crates and a runtime of their own along, or C. What
//! one of them has written under a service and a user name is found here too: Python's keyring, `gh` and their like use
//! the same attributes.

use std::io::{self, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use gatepass_auth::Secret;

use super::Resolved;
use super::child::{Ended, finish};
use super::file::{line_of, missing};
use crate::error::{Credential, Error};

/// An entry of the keyring: a service, and mostly a user.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    service: String,
    user: Option<String>,
}

impl Entry {
    /// Reads `SERVICE/USER` or `SERVICE`. The last slash separates, so that a service can be a URL: one without a user then
    /// ends with a slash.
    fn parse(text: &str) -> Self {
        match text.rsplit_once('/') {
            Some((service, user)) if !service.is_empty() => Self {
                service: service.to_owned(),
                user: Some(user.to_owned()).filter(|user| !user.is_empty()),
            },
            _ => Self {
                service: text.to_owned(),
                user: None,
            },
        }
    }
}

/// Returns the secret of an entry.
pub(super) fn read(entry: &str, patience: Option<Duration>) -> Result<Resolved, Error> {
    let place = || format!("keyring entry {entry}");
    let output = run(system::lookup(&Entry::parse(entry)), None, patience);
    let found = match output.map_err(|problem| missing(place(), problem))? {
        ended if ended.status.success() => ended.printed,
        ended => return Err(missing(place(), why(ended.said.expose()))),
    };
    let secret = line_of(&found).map_err(|problem| missing(place(), problem))?;
    Ok(Resolved {
        secret,
        from: format!("from {}", place()),
    })
}

/// Returns what an entry holds, if it is there.
///
/// # Errors
/// A phrase that says why the keyring does not answer.
pub(super) fn find(entry: &str) -> Result<Option<Secret>, String> {
    let ended = run(system::lookup(&Entry::parse(entry)), None, None)?;
    if ended.status.success() {
        return Ok(Some(ended.printed));
    }
    if is_absent(ended.said.expose()) {
        return Ok(None);
    }
    Err(why(ended.said.expose()))
}

/// Keeps a secret under `SERVICE/USER` in the system's keyring, in place of one that is there already. `label` is what the
/// keyring's own window calls it.
///
/// # Errors
/// [`Credential::NotKept`] where there is no keyring, where it is locked, and for an entry that names no user.
pub fn store(entry: &str, label: &str, secret: &Secret) -> Result<(), Error> {
    let not_kept = |problem: String| Credential::NotKept {
        place: format!("keyring entry {entry}"),
        problem,
    };
    let parsed = Entry::parse(entry);
    if parsed.user.is_none() {
        return Err(not_kept("it has no user name: write SERVICE/USER".to_owned()).into());
    }
    let (command, input) = system::store(&parsed, label, secret).map_err(not_kept)?;
    let output = run(command, Some(&input), None).map_err(not_kept)?;
    if output.status.success() {
        return Ok(());
    }
    Err(not_kept(why(output.said.expose())).into())
}

/// Removes an entry. One that is not there is no error.
///
/// # Errors
/// [`Credential::NotKept`] where there is no keyring or where it is locked.
pub fn remove(entry: &str) -> Result<(), Error> {
    let output = run(system::remove(&Entry::parse(entry)), None, None);
    let failed = |problem| {
        Error::from(Credential::NotKept {
            place: format!("keyring entry {entry}"),
            problem,
        })
    };
    match output.map_err(failed)? {
        ended if !ended.status.success() && !is_absent(ended.said.expose()) => {
            Err(failed(why(ended.said.expose())))
        }
        _ => Ok(()),
    }
}

/// Runs a keyring's program. Input goes through a pipe, because what stands in arguments can be read by everybody.
fn run(
    mut command: Command,
    input: Option<&Secret>,
    patience: Option<Duration>,
) -> Result<Ended, String> {
    let started = command
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => system::NO_PROGRAM.to_owned(),
        _ => format!("its program cannot be started: {error}"),
    })?;
    if let (Some(input), Some(mut pipe)) = (input, child.stdin.take()) {
        // A program that has ended says itself why.
        let _ = pipe.write_all(input.expose());
    }
    finish(child, patience)
}

/// Returns the last thing that a keyring's program said, which is about what went wrong.
fn why(stderr: &[u8]) -> String {
    if is_absent(stderr) {
        // It says nothing either way.
        return "there is no such entry, or it is locked".to_owned();
    }
    let text = String::from_utf8_lossy(stderr);
    let said = text.lines().map(str::trim).rfind(|line| !line.is_empty());
    let said = said.unwrap_or_default();
    let said = said.split_once("secret-tool: ").map_or(said, |(_, it)| it);
    format!("the keyring does not answer: {said}")
}

fn is_absent(stderr: &[u8]) -> bool {
    let text = String::from_utf8_lossy(stderr);
    text.trim().is_empty() || text.contains("could not be found in the keychain")
}

/// The Secret Service, by libsecret's program.
#[cfg(not(any(target_os = "macos", windows)))]
mod system {
    use std::process::Command;

    use gatepass_auth::Secret;

    use super::Entry;

    pub(super) const NO_PROGRAM: &str = "the program secret-tool is not installed (Debian: libsecret-tools, Fedora and Arch: libsecret)";

    fn tool(verb: &str, options: &[&str], entry: &Entry) -> Command {
        let mut command = Command::new("secret-tool");
        command.arg(verb).args(options);
        command.args(["service", &entry.service]);
        if let Some(user) = &entry.user {
            command.args(["username", user]);
        }
        command
    }

    pub(super) fn lookup(entry: &Entry) -> Command {
        tool("lookup", &[], entry)
    }

    pub(super) fn store(
        entry: &Entry,
        label: &str,
        secret: &Secret,
    ) -> Result<(Command, Secret), String> {
        let label = format!("--label={label}");
        Ok((tool("store", &[&label], entry), secret.clone()))
    }

    pub(super) fn remove(entry: &Entry) -> Command {
        tool("clear", &[], entry)
    }
}

/// The keychain, by Apple's program.
#[cfg(target_os = "macos")]
mod system {
    use std::process::Command;

    use gatepass_auth::Secret;

    use super::Entry;

    pub(super) const NO_PROGRAM: &str = "the program security, a part of macOS, is not there";

    fn security(verb: &str, entry: &Entry) -> Command {
        let mut command = Command::new("security");
        command.args([verb, "-s", &entry.service]);
        if let Some(user) = &entry.user {
            command.args(["-a", user]);
        }
        command
    }

    pub(super) fn lookup(entry: &Entry) -> Command {
        let mut command = security("find-generic-password", entry);
        command.arg("-w");
        command
    }

    /// The password would be an argument. As a line of `security -i` it is not.
    pub(super) fn store(
        entry: &Entry,
        label: &str,
        secret: &Secret,
    ) -> Result<(Command, Secret), String> {
        let quoted =
            |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let plain = secret.expose_str().ok_or("it is not text")?;
        let user = entry.user.as_deref().unwrap_or_default();
        let all = [&entry.service, user, label, plain];
        if all.iter().any(|text| text.contains(['\n', '\r', '\0'])) {
            return Err("a line break cannot be kept there".to_owned());
        }
        let [service, user, label, plain] = all.map(quoted);
        let line =
            format!("add-generic-password -U -s {service} -a {user} -l {label} -w {plain}\n");
        let mut command = Command::new("security");
        command.arg("-i");
        Ok((command, Secret::from(line)))
    }

    pub(super) fn remove(entry: &Entry) -> Command {
        security("delete-generic-password", entry)
    }
}

/// Windows has no program that gives a password out.
#[cfg(windows)]
mod system {
    use std::process::Command;

    use gatepass_auth::Secret;

    use super::Entry;

    pub(super) const NO_PROGRAM: &str =
        "the keyring of Windows is not supported; a command can print the secret: cmd:COMMAND";

    fn none() -> Command {
        Command::new("gatepass-has-no-keyring-on-windows")
    }

    pub(super) fn lookup(_: &Entry) -> Command {
        none()
    }

    pub(super) fn store(_: &Entry, _: &str, _: &Secret) -> Result<(Command, Secret), String> {
        Err(NO_PROGRAM.to_owned())
    }

    pub(super) fn remove(_: &Entry) -> Command {
        none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_slash_separates_service_and_user() {
        let entry = |service: &str, user: Option<&str>| Entry {
            service: service.to_owned(),
            user: user.map(str::to_owned),
        };
        for (text, expected) in [
            ("api", entry("api", None)),
            ("api/alice", entry("api", Some("alice"))),
            ("https://h/alice", entry("https://h", Some("alice"))),
            ("https://h/", entry("https://h", None)),
            ("/alice", entry("/alice", None)),
        ] {
            assert_eq!(Entry::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_the_program_says_is_told_and_silence_means_absence() {
        assert_eq!(why(b""), "there is no such entry, or it is locked");
        assert_eq!(
            why(b"** Message: x\nsecret-tool: Cannot autolaunch D-Bus without X11 $DISPLAY\n"),
            "the keyring does not answer: Cannot autolaunch D-Bus without X11 $DISPLAY"
        );
    }
}
