//! How fast a transfer goes: `--limit-rate`, and `--speed-limit` with `--speed-time`.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use gatepass_request::parse::curl::Pace;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Sleep;

use super::exit::{Code, Trouble};

/// What has moved in either direction, for whoever watches.
#[derive(Clone, Default)]
pub(super) struct Moved(Arc<AtomicU64>);

impl Moved {
    pub(super) fn add(&self, bytes: usize) {
        self.0.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn total(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Returns when the transfer has been too slow for too long, and never if it may be.
///
/// curl(1), `--speed-limit`: each of the two has a default where the other is given.
pub(super) async fn too_slow(pace: Pace, moved: Moved) -> Trouble {
    let (least, patience) = match (pace.least, pace.patience) {
        (None, None) => return std::future::pending().await,
        (least, patience) => (least.unwrap_or(1), patience.unwrap_or(30)),
    };
    if least == 0 || patience == 0 {
        return std::future::pending().await;
    }
    let mut slow = 0;
    let mut before = moved.total();
    while slow < patience {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = moved.total();
        slow = if now - before < least { slow + 1 } else { 0 };
        before = now;
    }
    Trouble::new(
        Code::TIMEOUT,
        format!(
            "Operation too slow. Less than {least} bytes/sec transferred the last {patience} seconds"
        ),
    )
}

/// Keeps to a number of bytes in a second.
pub(super) struct Brake {
    most: Option<u64>,
    begun: Instant,
    moved: u64,
}

impl Brake {
    pub(super) fn new(most: Option<u64>) -> Self {
        Self {
            most,
            begun: Instant::now(),
            moved: 0,
        }
    }

    /// Returns how long to wait after so many more bytes.
    fn pause(&mut self, bytes: usize) -> Option<Duration> {
        let most = self.most?;
        self.moved += bytes as u64;
        let due = Duration::from_secs_f64(self.moved as f64 / most as f64);
        due.checked_sub(self.begun.elapsed())
            .filter(|pause| !pause.is_zero())
    }

    /// Waits for as long as these bytes may take.
    pub(super) async fn after(&mut self, bytes: usize) {
        if let Some(pause) = self.pause(bytes) {
            tokio::time::sleep(pause).await;
        }
    }
}

/// A reader whose bytes are counted and slowed down. It blocks, as files do.
pub(super) struct Paced {
    reader: Box<dyn Read + Send>,
    moved: Moved,
    brake: Brake,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Paced {
    pub(super) fn new(reader: impl Read + Send + 'static, moved: Moved, most: Option<u64>) -> Self {
        Self {
            reader: Box::new(reader),
            moved,
            brake: Brake::new(most),
            pause: None,
        }
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(pause) = &mut this.pause {
            ready!(pause.as_mut().poll(cx));
            this.pause = None;
        }
        // Small pieces, so that a slow transfer moves now and then.
        let most = this.brake.most.unwrap_or(u64::MAX);
        let size = usize::try_from(most / 4).unwrap_or(usize::MAX);
        let size = size.clamp(1, buffer.remaining());
        let read = this.reader.read(buffer.initialize_unfilled_to(size))?;
        buffer.advance(read);
        this.moved.add(read);
        let pause = this.brake.pause(read);
        this.pause = pause.map(|pause| Box::pin(tokio::time::sleep(pause)));
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brake_says_how_long_to_wait() {
        let mut brake = Brake::new(Some(1000));
        assert!(brake.pause(10_000).unwrap() > Duration::from_secs(9));
        assert_eq!(Brake::new(None).pause(10_000), None);
        brake.begun -= Duration::from_secs(60);
        assert_eq!(brake.pause(10_000), None);
    }
}
