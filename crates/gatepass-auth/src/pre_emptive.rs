//! The conversation of every scheme that can authorize a request without having seen a challenge.

use std::sync::Arc;

use crate::error::AuthError;
use crate::exchange_view::{Incoming, Outgoing};
use crate::scheme::{Flow, Needs};
use crate::step::{Step, Via};

/// A scheme whose credentials depend on nothing that the peer says.
pub(crate) trait Unprompted: Send + Sync + 'static {
    /// Adds the credentials.
    ///
    /// # Errors
    /// As [`Flow::authorize`].
    fn add_credentials(&self, message: &mut Outgoing<'_>) -> Result<(), AuthError>;

    /// Returns what the driver must arrange before.
    fn needs(&self) -> Needs {
        Needs::default()
    }
}

/// Sends the credentials with the first attempt, and tries them once.
pub(crate) struct PreEmptive<S> {
    scheme: Arc<S>,
    sent: bool,
}

impl<S> PreEmptive<S> {
    /// Starts a conversation.
    pub(crate) fn new(scheme: Arc<S>) -> Self {
        Self {
            scheme,
            sent: false,
        }
    }
}

impl<S: Unprompted> Flow for PreEmptive<S> {
    fn needs(&self) -> Needs {
        self.scheme.needs()
    }

    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        self.scheme.add_credentials(message)?;
        self.sent = true;
        Ok(Step::Done)
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        // In a ladder of schemes the challenge may come before anything was sent.
        let retry = message.is_refusal() && !self.sent;
        Ok(if retry {
            Step::Retry(Via::Any)
        } else {
            Step::Done
        })
    }
}
