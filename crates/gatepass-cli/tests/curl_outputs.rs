//! What a curl command line leaves behind: standard output, files and the exit code are real curl's. The lines are in
//! `curl/outputs.txt`.
//!
//! Both run in bash, so that exit codes and files come about the same way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gatepass_server::Server;

use crate::curl_wire::{Line, Version, lines};

const LINES: &str = include_str!("curl/outputs.txt");

/// Puts our program in the place of curl.
const FUNCTION: &str = concat!(
    "curl() { ",
    env!("CARGO_BIN_EXE_gatepass"),
    " curl \"$@\"; };"
);

#[test]
fn output_files_and_exit_codes_are_those_of_curl() {
    let Some(version) = Version::of_curl() else {
        return;
    };
    let lines: Vec<Line<'_>> = lines(LINES, version).collect();
    // Most of the time is spent waiting for what takes long on purpose.
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(line) = lines.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let failure = difference(line);
                    failures.lock().unwrap().extend(failure);
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(
        lines.len() >= 170,
        "only {} lines with curl {version}",
        lines.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Says where both differ, or that they agree where they should not.
fn difference(Line { deviates, text, .. }: &Line<'_>) -> Option<String> {
    let theirs = left_behind(text);
    let ours = left_behind(&format!("{FUNCTION} {text}"));
    ((theirs == ours) == *deviates)
        .then(|| format!("{text}\n  curl: {theirs:?}\n  gatepass curl: {ours:?}"))
}

/// What a run leaves behind.
#[derive(Debug, PartialEq)]
struct Left {
    code: Option<i32>,
    out: String,
    files: BTreeMap<String, String>,
}

fn left_behind(line: &str) -> Left {
    let server = Server::builder().https(true).faults(true).start().unwrap();
    let port = server.port();
    let folder = tempfile::tempdir().unwrap();
    let tls = server.https_port().unwrap_or_default();
    let authority = folder.path().join("ca.pem");
    fs::write(&authority, server.ca_pem().unwrap_or_default()).unwrap();
    let output = Command::new("bash")
        .args(["-c", line.trim_end()])
        .current_dir(folder.path())
        .env("URL", format!("http://127.0.0.1:{port}"))
        .env("FAULTS", format!("http://127.0.0.1:{port}/faults"))
        .env("PORT", port.to_string())
        .env("TLS", format!("https://127.0.0.1:{tls}"))
        .env("HOME", folder.path())
        .env_remove("CURL_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("http_proxy")
        .env_remove("https_proxy")
        .env_remove("no_proxy")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut files = BTreeMap::new();
    fs::remove_file(authority).unwrap();
    collect(folder.path(), folder.path(), &mut files);
    let plain = |bytes: &[u8]| plain(bytes, &[port, tls]);
    Left {
        code: output.status.code(),
        out: plain(&output.stdout),
        files: files
            .iter()
            .map(|(name, bytes)| (name.clone(), plain(bytes)))
            .collect(),
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let name = path.strip_prefix(root).unwrap().display().to_string();
        files.insert(name, fs::read(&path).unwrap());
    }
}

/// Takes out what differs from run to run: ports, dates, nonces, and the case of the names of header fields.
fn plain(bytes: &[u8], ports: &[u16]) -> String {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    for port in ports {
        text = text.replace(&format!(":{port}"), ":PORT");
    }
    let line = |line: &str| match line.split_once(": ") {
        Some((name, _))
            if ["date", "www-authenticate"].contains(&name.to_ascii_lowercase().as_str()) =>
        {
            format!("{}: …\r\n", name.to_ascii_lowercase())
        }
        Some((name, value)) if line.ends_with("\r\n") => {
            format!("{}: {value}", name.to_ascii_lowercase())
        }
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}
