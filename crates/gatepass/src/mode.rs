//! Who waits for an answer: a future, or the calling thread.

use std::fmt;

use crate::drive::runtime::Runtime;

/// How a client waits. There are two ways, [`Async`] and [`Blocking`]; all that does not wait is the same in both.
pub trait Mode: sealed::Mode + fmt::Debug + Send + Sync + 'static {}

/// Waits in the tokio runtime of the caller's, with time and I/O enabled.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Async;

/// Waits on the calling thread, without a runtime; see [`crate::blocking`].
#[cfg(unix)]
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Blocking;

impl Mode for Async {}

#[cfg(unix)]
impl Mode for Blocking {}

pub(crate) mod sealed {
    use super::Runtime;

    /// What only this crate knows of a mode.
    #[expect(unnameable_types, reason = "the trait is sealed by it")]
    pub trait Mode {
        /// Who waits.
        #[expect(private_interfaces, reason = "the trait is sealed by it")]
        const RUNTIME: Runtime;
    }

    impl Mode for super::Async {
        #[expect(private_interfaces, reason = "the trait is sealed by it")]
        const RUNTIME: Runtime = Runtime::Tokio;
    }

    #[cfg(unix)]
    impl Mode for super::Blocking {
        #[expect(private_interfaces, reason = "the trait is sealed by it")]
        const RUNTIME: Runtime = Runtime::Thread;
    }
}
