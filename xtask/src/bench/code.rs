//! From a curl command line to Python code, beside curlconverter; and what the page's first load takes.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use gatepass_request::parse::any;
use gatepass_request::parse::curl::Wanted;
use gatepass_snippet::{Options, Secrets, call, code_of, find};

use super::figure::{Aim, Figure};
use super::rounds::Pairs;
use super::worker::Worker;
use crate::browser;
use crate::failure::{Failure, Result};
use crate::install::Peers;
use crate::process::demand;

const LINE: &str = "curl --digest -u alice:s3cret -H 'Content-Type: application/json' -d '{\"a\": 1}' https://api.example/v1/orders";
const ROUNDS: usize = 30;
const LINES: usize = 10_000;
const TARGET: &str = "python-requests";

pub(super) fn measure(root: &Path, gatepass: &Path) -> Result<Vec<Figure>> {
    let peers = Peers::below(root);
    let mut figures = Vec::new();
    processes(&mut figures, &peers, gatepass)?;
    let mut ours = Command::new(std::env::current_exe()?);
    let ours: f64 = demand(Worker::Lines { count: LINES }.command(&mut ours))?
        .trim()
        .parse()?;
    figures.push(Figure {
        what: format!("{LINES} curl lines to Python code, one process"),
        ours: ours * 1e3,
        other: theirs(&peers)? * 1e3,
        unit: "ms",
        beside: "curlconverter",
        aim: None,
    });
    page(&mut figures, root, gatepass)?;
    Ok(figures)
}

/// Measures whole processes, from start to end.
fn processes(figures: &mut Vec<Figure>, peers: &Peers, gatepass: &Path) -> Result {
    let mut ours = Command::new(gatepass);
    ours.args(["code", TARGET, LINE]);
    let mut theirs = Command::new(peers.node()?);
    theirs
        .arg("node_modules/curlconverter/dist/src/cli.js")
        .args(["--language", "python", "-"])
        .current_dir(peers.node_folder());
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((written(&mut ours, "")?, written(&mut theirs, LINE)?));
    }
    let aim = Some(Aim::AtLeast(20.0));
    let pairs = Pairs::new(rounds);
    let what = "a curl line to Python code, whole process";
    figures.extend(pairs.figures(what, "curlconverter", 1e3, "ms", aim));
    Ok(())
}

/// Returns the seconds that a program takes to write Python code for what it reads.
fn written(command: &mut Command, input: &str) -> Result<f64> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who reads nothing closes it.
        drop(stdin.write_all(input.as_bytes()));
    }
    let output = child.wait_with_output()?;
    let seconds = started.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && text.contains("import requests") {
        return Ok(seconds);
    }
    Err(Failure::new(format!(
        "{} has written no code",
        crate::process::shown(command)
    )))
}

/// Writes code for so many lines and prints the seconds.
pub(super) fn run(count: usize) -> Result {
    let lines: Vec<_> = (0..count).map(line).collect();
    let no_file = |_: &Wanted<'_>| Err("no line names a file".to_owned());
    let target = find(TARGET)?;
    let options = Options::new(Secrets::Env);
    let started = Instant::now();
    let mut bytes = 0;
    for line in &lines {
        let reading = any::read(line, &no_file)?;
        for named in &reading.requests {
            let (call, _) = call(&named.request, &options)?;
            bytes += code_of(target, &call, &options)?.text.len();
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    if bytes < count * 50 {
        return Err(Failure::new("this is too little code"));
    }
    println!("{seconds}");
    Ok(())
}

/// Returns the seconds that curlconverter takes for the same in one process.
fn theirs(peers: &Peers) -> Result<f64> {
    let script = peers.node_folder().join("lines.mjs");
    std::fs::write(&script, include_str!("lines.mjs"))?;
    let list = tempfile::NamedTempFile::new()?;
    let lines: Vec<_> = (0..LINES).map(line).collect();
    serde_json::to_writer(&list, &lines)?;
    let mut node = Command::new(peers.node()?);
    node.arg(script).arg(list.path());
    Ok(demand(&mut node)?.trim().parse()?)
}

/// Returns a command line like those of documentations, each a bit different.
fn line(number: usize) -> String {
    let url = format!("https://api.example/v1/orders/{number}");
    match number % 8 {
        0 => format!("curl -u alice:s3cret {url}"),
        1 => format!("curl -H 'Authorization: Bearer token-{number}' '{url}?page={number}'"),
        2 => format!(
            "curl -X PUT -H 'Content-Type: application/json' -d '{{\"id\": {number}, \"tags\": [\"a\", \"b\"]}}' {url}"
        ),
        3 => format!("curl --digest --user 'bob:it'\\''s' {url}"),
        4 => format!("curl -G --data-urlencode 'q=a b & {number}' -d size=20 {url}"),
        5 => format!("curl -F 'name=n{number}' -F note=hello {url}"),
        6 => format!(
            "curl \\\n  --request DELETE \\\n  --header \"X-API-Key: k{number}\" \\\n  {url}"
        ),
        _ => format!("curl -s -k -L --max-time 10 -b 'sid={number}' {url}"),
    }
}

/// Reads what the test of the page's first load prints.
fn page(figures: &mut Vec<Figure>, root: &Path, gatepass: &Path) -> Result {
    let mut loads = Vec::new();
    for _ in 0..5 {
        let (tally, log) = browser::run(root, gatepass, &browser::Arguments::only("first load"))?;
        if tally.failed > 0 {
            return Err(Failure::new(log));
        }
        loads.push(first_load(&log).ok_or_else(|| Failure::new("the page has no figure"))?);
    }
    loads.sort_by(|one, other| one.2.total_cmp(&other.2));
    let (requests, bytes, took) = loads[loads.len() / 2];
    for (what, ours, unit, limit) in [
        ("bytes", bytes / 1e3, "KB", Some(150.0)),
        ("requests", requests, "requests", None),
        ("time, median of 5", took, "ms", Some(1000.0)),
    ] {
        figures.push(Figure {
            aim: limit.map(Aim::Within),
            ..Figure::alone(format!("the page's first load: {what}"), ours, unit)
        });
    }
    Ok(())
}

/// Reads requests, bytes and milliseconds.
fn first_load(log: &str) -> Option<(f64, f64, f64)> {
    let (_, line) = log.split_once("figure: first load: ")?;
    let numbers: Vec<f64> = line
        .lines()
        .next()?
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    match numbers[..] {
        [requests, bytes, took] => Some((requests, bytes, took)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_prints_is_read() {
        let log =
            "TAP version 13\n# figure: first load: 14 requests, 82175 bytes, 553 ms\nok 1 - x\n";
        assert_eq!(first_load(log), Some((14.0, 82175.0, 553.0)));
    }

    #[test]
    fn code_is_written_for_every_line() {
        run(8).unwrap();
    }
}
