//! Python's requests, requests-oauthlib and httpx.

use std::fs;
use std::process::Command;

use serde_json::json;

use super::{Known, Target, Task, digest_rows, drive, rsa};
use crate::failure::Result;
use crate::interop::{Bench, Cell, Expect, RIGHT, USER, WRONG};

const OF_REQUESTS: &[Known] = &[
    Known {
        row: "auth-int",
        status: Some(401),
        evidence: "the request has no Authorization field",
        reason: "sends nothing where auth-int is asked for, and does not say so",
    },
    Known {
        row: "SHA-256-sess",
        status: Some(401),
        evidence: "the request has no Authorization field",
        reason: "knows the session form of MD5 only, and sends nothing for others",
    },
    Known {
        row: "SHA-512-256",
        status: Some(401),
        evidence: "the request has no Authorization field",
        reason: "does not know SHA-512-256, and sends nothing",
    },
];

const OF_HTTPX: &[Known] = &[
    Known {
        row: "auth-int",
        status: None,
        evidence: "NotImplementedError",
        reason: "does not know auth-int, and says so",
    },
    Known {
        row: "SHA-512-256",
        status: None,
        evidence: "KeyError: 'SHA-512-256'",
        reason: "does not know SHA-512-256, and fails with a KeyError",
    },
];

pub(super) fn prove(bench: &Bench<'_>, target: &Target) -> Result<Vec<Cell>> {
    let folder = bench.folder("clients")?;
    let script = |name: &str, text: &str| -> Result<Command> {
        let path = folder.join(name);
        fs::write(&path, text)?;
        let mut python = Command::new(bench.peers.python());
        python.arg(path);
        Ok(python)
    };
    let with_requests = || script("requests_client.py", include_str!("requests_client.py"));
    let with_httpx = || script("httpx_client.py", include_str!("httpx_client.py"));
    let mut cells = drive(
        bench,
        "requests",
        &mut with_requests()?,
        passwords(target, OF_REQUESTS),
    )?;
    cells.extend(drive(
        bench,
        "httpx",
        &mut with_httpx()?,
        passwords(target, OF_HTTPX),
    )?);
    cells.extend(drive(
        bench,
        "requests-oauthlib",
        &mut with_requests()?,
        signatures(target),
    )?);
    Ok(cells)
}

fn passwords(target: &Target, defects: &[Known]) -> Vec<Task> {
    let basic = target.url(&format!("/basic-auth/{USER}/{RIGHT}"));
    let mut tasks = vec![
        Task::password("Basic", "basic", basic),
        Task::bearer(target.url("/auth/bearer")),
        Task::password("Digest, POST", "digest", target.url("/auth/digest")).posting(),
    ];
    for (row, path) in digest_rows() {
        tasks.push(Task::password(row, "digest", target.url(&path)).but(defects));
    }
    tasks
}

fn signatures(target: &Target) -> Vec<Task> {
    let mut tasks = Vec::new();
    for method in rsa::METHODS {
        for place in rsa::PLACES {
            let url = target.url("/auth/oauth1?size=a%20b&size=~c");
            let mut common = json!({"url": url, "scheme": "oauth1", "signature_method": method, "signature_type": place});
            if place == "body" {
                common["method"] = json!("POST");
                common["form"] = json!({"note": "a b"});
            }
            let with = |field: &str, value: &str| {
                let mut task = common.clone();
                task[field] = json!(value);
                task
            };
            let (right, wrong) = if method.starts_with("RSA") {
                let (right, wrong) = (target.keys.private.display(), target.keys.other.display());
                (
                    with("private_key", &right.to_string()),
                    with("private_key", &wrong.to_string()),
                )
            } else {
                (
                    with("consumer_secret", "secret"),
                    with("consumer_secret", WRONG),
                )
            };
            tasks.push(Task {
                row: rsa::row(method, place),
                expect: Expect::works("\"authenticated\": true"),
                right,
                wrong,
            });
        }
    }
    tasks
}
