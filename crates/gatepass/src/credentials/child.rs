//! What a program prints that was started for a secret, waited for as long as the request may wait.

use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use gatepass_auth::Secret;

use super::file::bounded;

/// What a program left behind.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) printed: Secret,
    /// What it said on standard error, where that is a pipe.
    pub(super) said: Secret,
}

/// How often a program that has closed its output is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// Reads what a program prints and waits for its end, not longer than `patience`; it is ended then.
///
/// # Errors
/// Why there is nothing, as a phrase.
pub(super) fn finish(mut child: Child, patience: Option<Duration>) -> Result<Ended, String> {
    let until = patience.and_then(|patience| Instant::now().checked_add(patience));
    let said = child.stderr.take().map(reading);
    let printed = child.stdout.take().map(reading);
    let result = received(printed, until)
        .and_then(|printed| Ok((printed, received(said, until)?)))
        .and_then(|(printed, said)| {
            let status = ended(&mut child, until)?;
            Ok(Ended {
                status,
                printed,
                said,
            })
        });
    if result.is_err() {
        // Whoever prints without end, or never ends, would be waited for without end.
        end(&mut child);
    }
    result.map_err(|problem| match (problem, patience) {
        (Problem::Late, Some(patience)) => {
            format!("it did not end within {} s", patience.as_secs_f64())
        }
        (Problem::Late, None) => "it did not end".to_owned(),
        (Problem::Other(problem), _) => problem,
    })
}

/// Has a program that may have to be ended lead a group of its own, so that what it has started ends with it. At a terminal it
/// does not: what is not in the foreground there may ask nothing.
#[cfg(unix)]
pub(super) fn lead_group(command: &mut Command) {
    if std::fs::File::open("/dev/tty").is_err() {
        std::os::unix::process::CommandExt::process_group(command, 0);
    }
}

/// Elsewhere there are no such groups.
#[cfg(not(unix))]
pub(super) fn lead_group(_: &mut Command) {}

fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, Signal, kill_process_group};

        // There is no group of this number unless the program leads one.
        let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

enum Problem {
    Late,
    Other(String),
}

type Read = Receiver<Result<Secret, String>>;

/// Reads on a thread of its own, because a pipe can be waited for only without end; the thread ends with the pipe.
fn reading(pipe: impl std::io::Read + Send + 'static) -> Read {
    let (sender, receiver) = channel();
    thread::spawn(move || sender.send(bounded(pipe)));
    receiver
}

fn received(read: Option<Read>, until: Option<Instant>) -> Result<Secret, Problem> {
    let Some(read) = read else {
        return Ok(Secret::default());
    };
    let broken = || Problem::Other("it cannot be read".to_owned());
    let received = match until {
        None => read.recv().map_err(|_| broken())?,
        Some(until) => {
            let left = until.saturating_duration_since(Instant::now());
            read.recv_timeout(left).map_err(|error| match error {
                RecvTimeoutError::Timeout => Problem::Late,
                RecvTimeoutError::Disconnected => broken(),
            })?
        }
    };
    received.map_err(Problem::Other)
}

fn ended(child: &mut Child, until: Option<Instant>) -> Result<ExitStatus, Problem> {
    let other = |error: std::io::Error| Problem::Other(error.to_string());
    let Some(until) = until else {
        return child.wait().map_err(other);
    };
    loop {
        match child.try_wait().map_err(other)? {
            Some(status) => return Ok(status),
            None if Instant::now() >= until => return Err(Problem::Late),
            None => thread::sleep(PAUSE),
        }
    }
}
