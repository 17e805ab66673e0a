//! Other people's clients, which talk to our server.

mod curl;
mod java;
mod node;
mod python;
mod wget;

use std::process::Command;

use gatepass_auth::schemes;
use gatepass_server::Server;
use serde_json::{Value, json};

use super::{Bench, Cell, Exchange, Expect, RIGHT, USER, WRONG, rsa, side_by_side};
use crate::failure::{Failure, Result};
use crate::process::{self, Background};

/// What the clients talk to.
struct Target {
    /// The server as a library, with the public key of a client that signs by RSA.
    server: Server,
    keys: rsa::Keys,
    /// The server as the command that people start.
    _command: Background,
    base: String,
}

impl Target {
    fn start(bench: &Bench<'_>) -> Result<Self> {
        let keys = rsa::Keys::generate(&bench.folder("clients")?)?;
        let oauth1 = schemes::find("oauth1").map_err(|error| Failure::new(error.to_string()))?;
        let with_key = oauth1
            .about
            .example_values()
            .with("private_key", std::fs::read_to_string(&keys.private)?);
        let accounts = (oauth1.enroll)(schemes::example_accounts(), &with_key);
        let server = Server::builder().accounts(accounts).start()?;
        let mut serve = Command::new(&bench.gatepass);
        serve.args(["serve", "--port", "0"]);
        let (command, base) = Background::start_until(&mut serve, |line| {
            line.starts_with("http://")
                .then(|| line.trim_end_matches('/').to_owned())
        })?;
        Ok(Self {
            server,
            keys,
            _command: command,
            base,
        })
    }

    fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// Returns the URL of `path` at `gatepass serve`.
    fn command_url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// Proves the cells of every client, all at the same time.
pub(super) fn prove(bench: &Bench<'_>) -> Result<Vec<Cell>> {
    let target = &Target::start(bench)?;
    let proofs = [
        curl::prove,
        wget::prove,
        python::prove,
        node::prove,
        java::prove,
    ];
    side_by_side(&proofs.map(|proof| move || proof(bench, target)))
}

/// One exchange that a driver is asked for: a JSON object that its script understands.
struct Task {
    row: String,
    expect: Expect,
    right: Value,
    wrong: Value,
}

impl Task {
    /// Asks for a request by `scheme` with a user and a password.
    fn password(row: impl Into<String>, scheme: &str, url: String) -> Self {
        let task = |password: &str| json!({"url": url, "scheme": scheme, "user": USER, "password": password});
        Self {
            row: row.into(),
            expect: Expect::works(USER),
            right: task(RIGHT),
            wrong: task(WRONG),
        }
    }

    /// Asks for a request with the server's example of a token.
    fn bearer(url: String) -> Self {
        let task = |token: &str| json!({"url": url, "scheme": "bearer", "token": token});
        Self {
            row: "Bearer".to_owned(),
            expect: Expect::works("\"authenticated\": true"),
            right: task("mF_9.B5f-4.1JqM"),
            wrong: task("mF_9.B5f-4.1JqN"),
        }
    }

    /// Asks for a POST with a form.
    fn posting(mut self) -> Self {
        for task in [&mut self.right, &mut self.wrong] {
            task["method"] = json!("POST");
            task["form"] = json!({"note": "a b"});
        }
        self
    }

    /// Expects what the peer is known to fail at.
    fn but(mut self, known_defects: &[Known]) -> Self {
        if let Some(expect) = known(&self.row, known_defects) {
            self.expect = expect;
        }
        self
    }
}

/// The rows of Digest that most clients are asked for: the row's name and the path.
fn digest_rows() -> Vec<(String, String)> {
    let account = format!("{USER}/{RIGHT}");
    let mut rows = Vec::new();
    for algorithm in ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256"] {
        rows.push((
            format!("Digest {algorithm}"),
            format!("/digest-auth/auth/{account}/{algorithm}"),
        ));
    }
    rows.push((
        "Digest SHA-256, auth-int".to_owned(),
        format!("/digest-auth/auth-int/{account}/SHA-256"),
    ));
    rows.push((
        "Digest MD5, with a query".to_owned(),
        format!("/digest-auth/auth/{account}/MD5/never?a=b%20c"),
    ));
    rows
}

/// Finds what a peer is known to fail at: the first rule whose text is in the row.
fn known(row: &str, rules: &[Known]) -> Option<Expect> {
    rules
        .iter()
        .find(|rule| row.contains(rule.row))
        .map(|rule| Expect::defect(rule.status, rule.evidence, rule.reason))
}

/// What a peer is known to fail at.
struct Known {
    /// A part of the row's name.
    row: &'static str,
    /// The status that the exchange with the right secret ends in.
    status: Option<u16>,
    /// What the client's output or our server's answer says then.
    evidence: &'static str,
    reason: &'static str,
}

/// Runs a script that reads a list of tasks as its last argument and prints a list of exchanges, in order.
fn drive(
    bench: &Bench<'_>,
    peer: &'static str,
    script: &mut Command,
    mut tasks: Vec<Task>,
) -> Result<Vec<Cell>> {
    tasks.retain(|task| bench.wants(peer, &task.row));
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<_> = tasks
        .iter()
        .flat_map(|task| [&task.right, &task.wrong])
        .collect();
    let printed = process::demand(script.arg(serde_json::to_string(&all)?))?;
    let answers: Vec<Value> = serde_json::from_str(&printed)?;
    let mut exchanges = answers.iter().map(|answer| Exchange {
        status: answer["status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok()),
        text: answer["text"].as_str().unwrap_or_default().to_owned(),
    });
    let mut next = || {
        exchanges
            .next()
            .ok_or_else(|| Failure::new(format!("{peer} gave too few answers")))
    };
    tasks
        .into_iter()
        .map(|task| {
            Ok(Cell {
                peer,
                row: task.row,
                expect: task.expect,
                right: next()?,
                wrong: next()?,
            })
        })
        .collect()
}
