//! How the command waits for what it sends.

use crate::error::Failure;
use crate::exit_code::Exit;

/// Runs until the work is done, or until Ctrl-C.
pub(super) fn wait_for<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the system gives no event queue: {error}")))?;
    let done = runtime.block_on(async {
        tokio::select! {
            done = work => done,
            _ = tokio::signal::ctrl_c() => Err(Failure::silent(Exit::Interrupted)),
        }
    });
    // A name look-up that has been given up must not hold the process.
    runtime.shutdown_background();
    done
}
