//! The sleep of a thread in `poll(2)`, and what ends it from outside.

use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Wake;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::{Interrupted, Turn};
use crate::interrupt::OnInterrupt;

/// How long the thread sleeps at most before the program is asked whether to go on. A signal that comes just before the
/// sleep interrupts nothing, and is found out by this.
const SLICE: Duration = Duration::from_secs(1);

/// Wakes a thread that sleeps in `poll(2)`, from any thread.
pub(super) struct Bell {
    process: u32,
    rung: AtomicBool,
    asleep: AtomicBool,
    /// Two ends of a line: what is written to the first wakes who listens at the second. The system may have none left.
    line: Option<(UnixStream, UnixStream)>,
}

/// How long a thread sleeps at most that no other thread can wake.
const DEAF: Duration = Duration::from_millis(10);

impl Bell {
    /// Makes the bell of a thread of this process.
    pub(super) fn new(process: u32) -> Self {
        Self {
            process,
            rung: AtomicBool::new(false),
            asleep: AtomicBool::new(false),
            line: line().ok(),
        }
    }

    /// Says whether it was made in this process. A child of `fork` has a copy of its parent's, which would wake the parent.
    pub(super) fn is_of(&self, process: u32) -> bool {
        self.process == process
    }

    /// Forgets that it has rung.
    pub(super) fn hush(&self) {
        self.rung.store(false, Ordering::SeqCst);
    }

    /// Sleeps until a socket is ready, the time has come, or the bell rings; not at all if it has rung already.
    pub(super) fn sleep(
        &self,
        turn: &Turn,
        on_interrupt: Option<&OnInterrupt>,
    ) -> Result<(), Interrupted> {
        self.asleep.store(true, Ordering::SeqCst);
        let slept = if self.rung.swap(false, Ordering::SeqCst) {
            Ok(())
        } else {
            self.wait(turn, on_interrupt)
        };
        self.asleep.store(false, Ordering::SeqCst);
        self.rung.store(false, Ordering::SeqCst);
        slept
    }

    fn wait(&self, turn: &Turn, on_interrupt: Option<&OnInterrupt>) -> Result<(), Interrupted> {
        let line = self.line.as_ref();
        let line = line.map(|(_, hear)| PollFd::from_borrowed_fd(hear.as_fd(), PollFlags::IN));
        let sockets = turn.sockets.iter();
        let mut sockets = sockets.map(|(fd, flags)| PollFd::from_borrowed_fd(fd.as_fd(), *flags));
        let (mut two, mut many);
        // Most wait for one socket.
        let fds: &mut [PollFd<'_>] = match (turn.sockets.len(), sockets.next(), line) {
            (1, Some(socket), Some(line)) => {
                two = [socket, line];
                &mut two
            }
            (_, first, line) => {
                many = first
                    .into_iter()
                    .chain(sockets)
                    .chain(line)
                    .collect::<Vec<_>>();
                &mut many
            }
        };
        loop {
            let left = turn
                .until
                .map(|until| until.saturating_duration_since(Instant::now()));
            let slice = on_interrupt.map(|_| SLICE);
            let deaf = self.line.is_none().then_some(DEAF);
            let limit = left.into_iter().chain(slice).chain(deaf).min();
            let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
            match poll(fds, limit.as_ref()) {
                Ok(0) if deaf.is_none() && left.is_none_or(|left| left > SLICE) => {}
                Ok(_) => break,
                Err(Errno::INTR) => {}
                // The system is out of memory: what waits is polled again, not too often.
                Err(_) => {
                    std::thread::sleep(DEAF);
                    let sockets = turn.sockets.iter();
                    sockets.for_each(|(socket, _)| socket.seen(PollFlags::IN));
                    break;
                }
            }
            if on_interrupt.is_some_and(|go_on| !go_on()) {
                return Err(Interrupted);
            }
        }
        for ((socket, _), fd) in turn.sockets.iter().zip(&*fds) {
            socket.seen(fd.revents());
        }
        if let Some((_, hear)) = &self.line
            && fds.last().is_some_and(|fd| !fd.revents().is_empty())
        {
            let _ = (&*hear).read(&mut [0; 64]);
        }
        Ok(())
    }
}

fn line() -> io::Result<(UnixStream, UnixStream)> {
    let (ring, hear) = UnixStream::pair()?;
    ring.set_nonblocking(true)?;
    hear.set_nonblocking(true)?;
    Ok((ring, hear))
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, Ordering::SeqCst);
        if let Some((ring, _)) = &self.line
            && self.asleep.load(Ordering::SeqCst)
        {
            // A line that is full wakes as well.
            let _ = (&*ring).write(&[1]);
        }
    }
}
