//! Python's `requests` in a process of its own, which sends as many requests as it is told.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::super::rounds::Contestant;
use crate::failure::{Failure, Result};
use crate::install::Peers;

/// The process. It ends with its standard input.
pub(crate) struct Requests {
    child: Child,
    tell: Option<ChildStdin>,
    hear: BufReader<ChildStdout>,
}

impl Requests {
    pub(super) fn start(peers: &Peers, url: &str) -> Result<Self> {
        let mut child = Command::new(peers.python())
            .args(["-c", include_str!("requests.py"), url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ends = child.stdin.take().zip(child.stdout.take());
        let (tell, hear) = ends.ok_or_else(|| Failure::new("Python is not connected"))?;
        Ok(Self {
            child,
            tell: Some(tell),
            hear: BufReader::new(hear),
        })
    }
}

impl Contestant for Requests {
    fn run(&mut self, count: usize) -> Result {
        if let Some(tell) = &mut self.tell {
            writeln!(tell, "{count}")?;
            tell.flush()?;
        }
        let mut answer = String::new();
        self.hear.read_line(&mut answer)?;
        if answer.trim() == "done" {
            return Ok(());
        }
        Err(Failure::new("Python's requests has failed"))
    }
}

impl Drop for Requests {
    fn drop(&mut self) {
        self.tell = None;
        drop(self.child.wait());
    }
}
