//! A scheme of one's own: a function that adds what a server wants to see.
//!
//! # Wire example
//!
//! Whatever the function writes:
//!
//! ```text
//! X-TokenAuth: mF_9.B5f-4.1JqM
//! ```
//!
//! # Security
//!
//! It is assumed to reveal its secret, so that it is sent over TLS or to this machine only. Mark what it adds with
//! [`Headers::set_secret`](crate::Headers::set_secret) or [`Outgoing::conceal`], or it is shown in logs.
//!
//! # Not supported
//!
//! A function sees no response. A scheme that answers challenges implements [`Scheme`].

use std::sync::Arc;

use crate::descriptor::Descriptor;
use crate::error::AuthError;
use crate::exchange_view::{Incoming, Outgoing};
use crate::scheme::{Flow, Scheme};
use crate::space::Space;
use crate::step::Step;
use crate::values::Form;

/// Describes every scheme made of a function. It is in no list: a function has no name to be called by.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: "closure",
    word: None,
    title: "A scheme of one's own",
    summary: "Calls a function that adds what the server wants to see.",
    reference: "the caller's",
    strength: 50,
    reveals_secret: true,
    fields: &[],
    form: Form::Named,
    parameters: &[],
    aliases: &[],
    example: &[],
    source: include_str!("closure.rs"),
    ..Descriptor::BLANK
};

/// Every function of this shape is a scheme.
///
/// ```
/// use std::sync::Arc;
/// use gatepass_auth::{Outgoing, Scheme, Secret};
///
/// let secret = Secret::from("mF_9.B5f-4.1JqM");
/// let mine = move |request: &mut Outgoing<'_>| request.headers.set_secret("X-TokenAuth", secret.expose());
/// let scheme: Arc<dyn Scheme> = Arc::new(mine);
/// ```
impl<F: Fn(&mut Outgoing<'_>) + Send + Sync + 'static> Scheme for F {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn waits_for_challenge(&self) -> bool {
        false
    }

    fn begin(self: Arc<Self>, _space: &Space) -> Box<dyn Flow> {
        Box::new(Conversation(move |message: &mut Outgoing<'_>| {
            self(message);
            Ok(())
        }))
    }
}

/// A scheme made of a function that can fail.
pub struct Closure<F>(F);

impl<F> Closure<F>
where
    F: Fn(&mut Outgoing<'_>) -> Result<(), AuthError> + Send + Sync + 'static,
{
    /// Wraps a function, which is called for every attempt.
    pub fn new(function: F) -> Self {
        Self(function)
    }
}

impl<F> Scheme for Closure<F>
where
    F: Fn(&mut Outgoing<'_>) -> Result<(), AuthError> + Send + Sync + 'static,
{
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn waits_for_challenge(&self) -> bool {
        false
    }

    fn begin(self: Arc<Self>, _space: &Space) -> Box<dyn Flow> {
        Box::new(Conversation(move |message: &mut Outgoing<'_>| {
            (self.0)(message)
        }))
    }
}

struct Conversation<F>(F);

impl<F: Fn(&mut Outgoing<'_>) -> Result<(), AuthError> + Send> Flow for Conversation<F> {
    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        (self.0)(message)?;
        Ok(Step::Done)
    }

    fn inspect(&mut self, _message: &Incoming<'_>) -> Result<Step, AuthError> {
        Ok(Step::Done)
    }
}
