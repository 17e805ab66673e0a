//! What all connections of the page share.

use crate::guard::Guard;

/// What all connections share.
pub(crate) struct Site {
    pub(crate) guard: Guard,
    /// Where the built-in server answers, without a slash at the end.
    pub(crate) examples: Option<String>,
    /// Whether only this machine can reach the page.
    pub(crate) local: bool,
}
