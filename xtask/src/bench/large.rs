//! A large body down and up beside curl: its time, and the memory that it takes.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gatepass::{Body, blocking};

use super::clients::{client_failure, expect_ok};
use super::figure::{Aim, Figure};
use super::rounds::Pairs;
use super::worker::{Move, Worker};
use crate::failure::{Failure, Result};
use crate::process::shown;

const LARGE: u64 = 1 << 30;
const SMALL: u64 = 16 << 20;
const ROUNDS: usize = 7;

pub(super) fn measure(gatepass: &Path, base: &str) -> Result<Vec<Figure>> {
    let work = tempfile::tempdir()?;
    let file = |size: u64| -> Result<_> {
        let path = work.path().join(size.to_string());
        write(&path, size)?;
        Ok(path)
    };
    let (large, small) = (file(LARGE)?, file(SMALL)?);
    let us = std::env::current_exe()?;
    let mut figures = Vec::new();
    for (who, is_command) in [("the command", true), ("the blocking client", false)] {
        let down = |size: u64| {
            let url = format!("{base}/large/{size}");
            if is_command {
                let mut command = Command::new(gatepass);
                command.args(["--ignore-stdin", "--output", "/dev/null", &url]);
                command
            } else {
                worker(&us, url, None)
            }
        };
        let curl_down = |size: u64| {
            let mut curl = Command::new("curl");
            curl.args(["--silent", "--fail", "--output", "/dev/null"]);
            curl.arg(format!("{base}/large/{size}"));
            curl
        };
        compare(
            &mut figures,
            &format!("1 GiB down, {who}"),
            [down(LARGE), down(SMALL)],
            curl_down(LARGE),
        )?;
        let up = |file: &Path| {
            let url = format!("{base}/sink");
            if is_command {
                let mut command = Command::new(gatepass);
                command.args(["--ignore-stdin", "--output", "/dev/null", "PUT", &url]);
                command.arg(format!("@{}", file.display()));
                command
            } else {
                worker(&us, url, Some(file))
            }
        };
        let mut curl_up = Command::new("curl");
        curl_up.args(["--silent", "--fail", "--output", "/dev/null"]);
        curl_up.args(["--header", "Expect:", "--upload-file"]);
        curl_up.arg(&large).arg(format!("{base}/sink"));
        compare(
            &mut figures,
            &format!("1 GiB up, {who}"),
            [up(&large), up(&small)],
            curl_up,
        )?;
    }
    Ok(figures)
}

fn worker(us: &Path, url: String, up: Option<&Path>) -> Command {
    let up = up.map(Path::to_owned);
    let mut command = Command::new(us);
    Worker::Move(Move { url, up }).command(&mut command);
    command
}

/// Measures ours, with a large and with a small body, beside curl.
fn compare(
    figures: &mut Vec<Figure>,
    what: &str,
    [mut ours, mut ours_small]: [Command; 2],
    mut curl: Command,
) -> Result {
    let (mut rounds, mut peaks) = (Vec::new(), (0.0_f64, 0.0_f64));
    for round in 0..ROUNDS {
        let (one, other) = if round % 2 == 0 {
            let one = moved(&mut ours)?;
            (one, moved(&mut curl)?)
        } else {
            let other = moved(&mut curl)?;
            (moved(&mut ours)?, other)
        };
        rounds.push((one.seconds, other.seconds));
        peaks = (peaks.0.max(one.peak), peaks.1.max(other.peak));
    }
    let small = moved(&mut ours_small)?;
    let aim = Some(Aim::AtMost(1.0));
    figures.extend(Pairs::new(rounds).figures(what, "curl", 1e3, "ms", aim));
    figures.push(Figure {
        what: format!("{what}, memory at its peak"),
        ours: peaks.0 / 1024.0,
        other: peaks.1 / 1024.0,
        unit: "MiB",
        beside: "curl",
        aim: None,
    });
    figures.push(Figure {
        aim: Some(Aim::Within(1.0)),
        ..Figure::alone(
            format!("{what}, more memory than for 16 MiB"),
            ((peaks.0 - small.peak) / 1024.0).max(0.0),
            "MiB",
        )
    });
    Ok(())
}

/// What a process took.
struct Moved {
    seconds: f64,
    /// Its memory at the peak, in KiB.
    peak: f64,
}

fn moved(command: &mut Command) -> Result<Moved> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0;
    let outcome = loop {
        if let Some(outcome) = child.try_wait()? {
            break outcome;
        }
        // The mark never falls, so the last one read is the highest but for the last milliseconds.
        let read = std::fs::read_to_string(&status).unwrap_or_default();
        peak = kilobytes(&read, "VmHWM").unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    };
    let seconds = started.elapsed().as_secs_f64();
    if outcome.success() {
        return Ok(Moved { seconds, peak });
    }
    Err(Failure::new(format!("{} failed", shown(command))))
}

/// Returns a line of `/proc/*/status` (proc(5)).
pub(super) fn kilobytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim_start_matches(':')
        .trim()
        .strip_suffix(" kB")?
        .parse()
        .ok()
}

fn write(path: &Path, size: u64) -> Result {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..size >> 20 {
        file.write_all(&piece)?;
    }
    file.flush()?;
    Ok(())
}

/// Moves it.
pub(super) fn run(what: &Move) -> Result {
    let client = blocking::Client::new();
    let request = match &what.up {
        Some(file) => client
            .put(&what.url)
            .body(Body::file(file).map_err(client_failure)?),
        None => client.get(&what.url),
    };
    let mut response = request.send().map_err(client_failure)?;
    expect_ok(response.status())?;
    let mut room = vec![0; 64 << 10];
    while response.read(&mut room)? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_and_its_number_read() {
        let status = "Name:\txtask\nVmHWM:\t    9088 kB\nVmRSS:\t    8704 kB\n";
        assert_eq!(kilobytes(status, "VmRSS"), Some(8704.0));
        assert_eq!(kilobytes(status, "VmSwap"), None);
    }
}
