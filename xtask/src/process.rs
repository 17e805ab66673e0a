//! Other programs: run to their end, or kept running and stopped again.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Failure, Result};

/// What a program left behind.
pub(crate) struct Finished {
    pub(crate) success: bool,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// Returns both outputs, the errors last.
    pub(crate) fn output(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// Runs `command` to its end, without input.
pub(crate) fn run(command: &mut Command) -> Result<Finished> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::from(error).during(shown(command)))?;
    Ok(Finished {
        success: output.status.success(),
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Runs `command` and fails where it does.
pub(crate) fn demand(command: &mut Command) -> Result<String> {
    let finished = run(command)?;
    if finished.success {
        return Ok(finished.stdout);
    }
    Err(Failure::new(format!(
        "`{}` failed:\n{}",
        shown(command),
        finished.output()
    )))
}

/// Says whether `program` is there and answers to `argument`.
pub(crate) fn answers(program: impl AsRef<std::ffi::OsStr>, argument: &str) -> bool {
    let mut command = Command::new(program);
    run(command.arg(argument)).is_ok_and(|finished| finished.success)
}

/// Returns the command as it could be typed, more or less.
pub(crate) fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|part| part.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A program that runs in the background and is stopped, with all that it started, when this is dropped.
pub(crate) struct Background {
    child: Child,
    name: String,
    /// Where its output goes.
    log: Option<PathBuf>,
}

impl Background {
    /// Starts `command` in a process group of its own. Its output goes to the file `log`.
    pub(crate) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let file = std::fs::File::create(log)?;
        let errors = file.try_clone()?;
        command.stdin(Stdio::null()).stdout(file).stderr(errors);
        let mut background = Self::spawn(command)?;
        background.log = Some(log.to_path_buf());
        Ok(background)
    }

    /// Starts `command` in a process group of its own, and returns its first line of output that `wanted` accepts.
    pub(crate) fn start_until<T>(
        command: &mut Command,
        mut wanted: impl FnMut(&str) -> Option<T>,
    ) -> Result<(Self, T)> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut background = Self::spawn(command)?;
        let stdout = background
            .child
            .stdout
            .take()
            .ok_or_else(|| Failure::new("the program's output is not connected"))?;
        let mut lines = BufReader::new(stdout);
        let mut line = String::new();
        while lines.read_line(&mut line)? > 0 {
            if let Some(found) = wanted(line.trim_end()) {
                // Whatever else it prints is read and dropped, or the program would block on a full pipe.
                thread::spawn(move || {
                    std::io::copy(&mut lines.take(u64::MAX), &mut std::io::sink())
                });
                return Ok((background, found));
            }
            line.clear();
        }
        Err(Failure::new(format!(
            "{} ended before it was ready",
            background.name
        )))
    }

    fn spawn(command: &mut Command) -> Result<Self> {
        let name = shown(command);
        let child = command
            .process_group(0)
            .spawn()
            .map_err(|error| Failure::from(error).during(&name))?;
        Ok(Self {
            child,
            name,
            log: None,
        })
    }

    fn said(&self) -> String {
        let log = self.log.as_ref();
        log.and_then(|log| std::fs::read_to_string(log).ok())
            .unwrap_or_default()
    }

    /// Returns the processor time that the program itself has used, in seconds.
    pub(crate) fn processor_time(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // Fields 14 and 15 of proc(5), in hundredths of a second. The name, field 2, can hold spaces and ends in a bracket.
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let times = fields.split(' ').skip(11).take(2);
        Ok(times
            .filter_map(|time| time.parse::<f64>().ok())
            .sum::<f64>()
            / 100.0)
    }

    /// Waits until something listens on `port`, and fails when the program ends before.
    pub(crate) fn wait_for_port(&mut self, port: u16) -> Result {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Err(Failure::new(format!(
                    "{} ended at once: {status}\n{}",
                    self.name,
                    self.said()
                )));
            }
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(25));
        }
        Err(Failure::new(format!(
            "{} does not listen on port {port} after 20 seconds\n{}",
            self.name,
            self.said()
        )))
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // The group's id is the child's: servers fork workers that outlive a parent that is killed alone.
        let group = format!("-{}", self.child.id());
        let kill = |signal: &str| {
            let mut command = Command::new("kill");
            drop(run(command.args([signal, "--", &group])));
        };
        kill("-TERM");
        for _ in 0..80 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            thread::sleep(Duration::from_millis(25));
        }
        kill("-KILL");
        drop(self.child.wait());
    }
}

/// Returns a TCP port on loopback that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_in_the_background_ends_with_its_guard() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & echo $!; wait"]);
        let (guard, grandchild) =
            Background::start_until(&mut command, |line| Some(line.to_owned())).unwrap();
        let alive = || answers_kill(&grandchild);
        assert!(alive());
        drop(guard);
        // Dying takes the kernel a moment.
        let deadline = Instant::now() + Duration::from_secs(10);
        while alive() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(!alive(), "process {grandchild} outlived its guard");
    }

    fn answers_kill(process: &str) -> bool {
        // A zombie that nobody has waited for still has a process id, so its state is read too.
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    }

    #[test]
    fn work_costs_processor_time() {
        let mut command = Command::new("sh");
        let script = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; sleep 60";
        let (busy, ()) =
            Background::start_until(command.args(["-c", script]), |_| Some(())).unwrap();
        assert!(busy.processor_time().unwrap() > 0.0);
    }

    #[test]
    fn a_failing_program_shows_what_it_said() {
        let mut command = Command::new("sh");
        let failure = demand(command.args(["-c", "echo why >&2; exit 3"])).unwrap_err();
        assert!(failure.to_string().contains("why"), "{failure}");
    }
}
