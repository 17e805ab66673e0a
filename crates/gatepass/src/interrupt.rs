//! Signals that interrupt a wait.

/// What is asked when a signal has interrupted a wait: `false` breaks the request off.
pub(crate) type OnInterrupt = dyn Fn() -> bool + Send + Sync;
