//! Cases as data: a few lines that say what is expected, and the exchange as it is pasted.
//!
//! ```text
//! === name
//! cause: token-expired
//! words: 2 hours; exp
//! fix: new token
//! source: where it is said that the service answers so
//! now: 1796083200
//!
//! GET / HTTP/1.1
//! …
//! ```

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "cases are read from files, and several test programs include this"
)]

use std::fs;
use std::path::Path;

use gatepass_why::Diagnosis;
use gatepass_why::record::Exchange;

/// One case.
pub struct Case {
    pub name: String,
    pub cause: String,
    pub words: Vec<String>,
    pub fix: Vec<String>,
    pub source: String,
    now: Option<i64>,
    text: String,
}

/// Reads every case of the files whose names begin so.
pub fn read(start: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.retain(|path| {
        path.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with(start)
    });
    files
        .iter()
        .flat_map(|path| of_text(&fs::read_to_string(path).unwrap()))
        .collect()
}

fn of_text(text: &str) -> Vec<Case> {
    text.split("\n=== ")
        .filter(|part| !part.trim().is_empty())
        .map(|part| of_part(part.trim_start_matches("=== ")))
        .collect()
}

fn of_part(part: &str) -> Case {
    let (head, text) = part.split_once("\n\n").unwrap_or((part, ""));
    let mut lines = head.lines();
    let name = lines.next().unwrap_or_default().trim().to_owned();
    let get = |key: &str| {
        let mut lines = head.lines().skip(1);
        lines
            .find_map(|line| {
                line.strip_prefix(key)?
                    .strip_prefix(':')
                    .map(|rest| rest.trim().to_owned())
            })
            .unwrap_or_default()
    };
    let list = |key: &str| -> Vec<String> {
        get(key)
            .split(';')
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    };
    Case {
        cause: get("cause"),
        words: list("words"),
        fix: list("fix"),
        source: get("source"),
        now: get("now").parse().ok(),
        text: text.to_owned(),
        name,
    }
}

impl Case {
    /// Returns the exchange.
    pub fn exchange(&self) -> Exchange {
        let mut exchange = gatepass_why::read::any(&self.text)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name));
        exchange.now = exchange.now.or(self.now);
        exchange
    }

    /// Returns what is made of it.
    pub fn diagnosis(&self) -> Option<Diagnosis> {
        Diagnosis::of(&self.exchange())
    }

    /// Returns what must not be shown: everything of the text that is spelt with the mark of a secret.
    pub fn secrets(&self) -> Vec<String> {
        let is_part = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        let words = self.text.split(|char| !is_part(char));
        words
            .filter(|word| word.contains("s3cr3t"))
            .map(str::to_owned)
            .collect()
    }

    /// Says what is wrong with what is made of it.
    pub fn problems(&self) -> Vec<String> {
        let Some(diagnosis) = self.diagnosis() else {
            return vec![format!("nothing is said, expected {}", self.cause)];
        };
        let top = diagnosis.top();
        let mut problems = Vec::new();
        if top.cause.id() != self.cause {
            let all: Vec<String> = diagnosis
                .findings
                .iter()
                .map(|it| format!("{} ({:?})", it.cause, it.headline))
                .collect();
            problems.push(format!(
                "expected {}, found {}",
                self.cause,
                all.join(" > ")
            ));
        }
        let told = diagnosis.brief().join("\n");
        problems.extend(
            self.words
                .iter()
                .filter(|word| !told.contains(*word))
                .map(|word| format!("{word:?} is not named in {told:?}")),
        );
        let fix = top
            .fix
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        problems.extend(
            self.fix
                .iter()
                .filter(|word| !fix.contains(*word))
                .map(|word| format!("{word:?} is not in the fix {fix:?}")),
        );
        assert_silent(
            &self.secrets(),
            &format!("{diagnosis}\n{}\n{diagnosis:?}", diagnosis.to_json()),
            &self.name,
        );
        problems
    }
}

/// Fails where a secret stands in a text.
pub fn assert_silent(secrets: &[String], text: &str, name: &str) {
    for secret in secrets {
        assert!(
            !text.contains(secret.as_str()),
            "{name} shows {secret}: {text}"
        );
        assert!(
            !text.contains("s3cr3t"),
            "{name} shows a part of a secret: {text}"
        );
    }
}
