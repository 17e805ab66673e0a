//! Runs the binary and keeps what came of it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// Returns standard output of a run that went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// Returns what was said of a run that failed with `code`.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        self.err
    }

    /// Returns standard output as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}

/// Runs `gatepass` without standard input.
pub(crate) fn gatepass<A: AsRef<str>>(args: &[A]) -> Outcome {
    finish(command(args))
}

/// Runs `gatepass` with environment variables.
pub(crate) fn gatepass_with_env(args: &[&str], env: &[(&str, &str)]) -> Outcome {
    let mut command = command(args);
    command.envs(env.iter().copied());
    finish(command)
}

/// Runs `gatepass` for somebody with this home folder.
pub(crate) fn gatepass_at<A: AsRef<str>>(home: &Path, args: &[A]) -> Outcome {
    let mut command = command(args);
    command.env("HOME", home);
    finish(command)
}

/// Runs `gatepass` with `input` coming through a pipe.
pub(crate) fn gatepass_with_input(args: &[&str], input: &[u8]) -> Outcome {
    let mut command = command(args);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The program may end without having read everything.
    let writer = thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    outcome(output)
}

/// A home folder in which nothing is kept.
pub(crate) const EMPTY_HOME: &str = env!("CARGO_TARGET_TMPDIR");

/// Prepares a run whose environment says nothing about output or trust, and in whose home folder there is nothing.
pub(crate) fn command<A: AsRef<str>>(args: &[A]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatepass"));
    command
        .args(args.iter().map(AsRef::as_ref))
        .env_remove("NO_COLOR")
        .env_remove("CURL_CA_BUNDLE")
        .env_remove("REQUESTS_CA_BUNDLE")
        .env_remove("SSL_CERT_FILE")
        .env_remove("http_proxy")
        .env_remove("https_proxy")
        .env_remove("all_proxy")
        .env_remove("HTTP_PROXY")
        .env_remove("HTTPS_PROXY")
        .env_remove("ALL_PROXY")
        .env_remove("NETRC")
        .env_remove("XDG_CONFIG_HOME")
        .env("HOME", EMPTY_HOME)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn finish(mut command: Command) -> Outcome {
    outcome(command.output().unwrap())
}

/// Returns what a run left behind.
pub(crate) fn outcome(output: std::process::Output) -> Outcome {
    Outcome {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
