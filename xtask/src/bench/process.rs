//! The whole process of one Digest request, from its start to its end, beside curl's.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::figure::{Aim, Figure};
use crate::failure::{Failure, Result};

const RUNS: usize = 200;

pub(super) fn measure(gatepass: &Path, base: &str) -> Result<Vec<Figure>> {
    let url = format!("{base}/digest-auth/auth/alice/s3cret/MD5");
    let mut ours = Command::new(gatepass);
    ours.args(["--ignore-stdin", &url, "-A", "digest", "-a", "alice:s3cret"]);
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--fail",
        "--digest",
        "--user",
        "alice:s3cret",
        &url,
    ]);
    let (mut of_ours, mut of_curl) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        of_ours.push(time(&mut ours)?);
        of_curl.push(time(&mut curl)?);
    }
    let size = std::fs::metadata(gatepass)?.len() as f64 / 1e6;
    let of_ours = median(of_ours);
    let limited = |what: &str, ours, unit, limit| Figure {
        aim: Some(Aim::Within(limit)),
        ..Figure::alone(what, ours, unit)
    };
    Ok(vec![
        limited(
            "one process, one Digest request (median), alone",
            of_ours,
            "ms",
            3.0,
        ),
        limited("the command as a file", size, "MB", 12.0),
        Figure {
            what: "one process, one Digest request (median)".to_owned(),
            ours: of_ours,
            other: median(of_curl),
            unit: "ms",
            beside: "curl",
            aim: Some(Aim::AtMost(0.35)),
        },
    ])
}

/// Returns the time of one run in milliseconds.
fn time(command: &mut Command) -> Result<f64> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    if status.success() {
        return Ok(milliseconds);
    }
    Err(Failure::new(format!(
        "{} failed",
        crate::process::shown(command)
    )))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
