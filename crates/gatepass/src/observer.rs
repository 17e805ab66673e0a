//! Who hears of a request and its response while an exchange goes on.

use crate::transcript::Leg;

/// Hears of every leg of every exchange of a client as soon as its outcome is known: the head of a response has come, or
/// none will. So a program can show what happened even where the exchange ends in an error.
///
/// ```
/// use gatepass::{Client, Leg};
///
/// let client = Client::builder().observer(|leg: &Leg| eprintln!("{leg}")).build()?;
/// # Ok::<(), gatepass::Error>(())
/// ```
pub trait Observer: Send + Sync {
    /// Hears of a leg. It is called where the request is driven, and must not wait.
    fn leg(&self, leg: &Leg);
}

impl<F: Fn(&Leg) + Send + Sync> Observer for F {
    fn leg(&self, leg: &Leg) {
        self(leg);
    }
}
