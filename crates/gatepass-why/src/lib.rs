//! Why a request was refused: the cause with its evidence, and the way out.
//!
//! An [`record::Exchange`] is what was sent and what came back, whoever recorded it. [`Diagnosis::of`] looks at all of it and
//! returns what it finds, each [`Finding`] with its [`Cause`], the evidence, how sure it is, whose turn it is, and what to do.
//!
//! # What this crate does not do
//!
//! It does no I/O, reads no clock and sends nothing. It claims nothing without evidence, and shows no secret: what it quotes
//! is cut, cleaned and masked.
//!
//! # Where things stand
//!
//! `facts` gathers what an exchange shows, `rules` holds one rule per file, `known` reads what is known of services from one
//! data file each, and [`read`] makes an exchange of what other programs recorded.
//!
//! ```
//! let recorded = "GET / HTTP/1.1\nHost: api.example\nAuthorization: Bearer ${TOKEN}\n\nHTTP/1.1 401 Unauthorized\n\n";
//! let exchange = gatepass_why::read::any(recorded)?;
//! let diagnosis = gatepass_why::Diagnosis::of(&exchange).unwrap();
//! assert_eq!(diagnosis.top().cause.id(), "placeholder");
//! # Ok::<(), gatepass_why::read::Unreadable>(())
//! ```

#![forbid(unsafe_code)]

// Floors, top to bottom:
//   explaining: engine
//   telling: rules diagnosis
//   knowing: known
//   finding: read facts findings
//   naming: finding fix cause turn
//   recording: record

mod cause;
mod diagnosis;
mod engine;
mod facts;
mod finding;
mod findings;
mod fix;
mod known;
pub mod read;
pub mod record;
mod rules;
mod turn;

// The public surface.
pub use cause::Cause;
pub use diagnosis::Diagnosis;
pub use finding::{Confidence, Evidence, Finding};
pub use findings::RuledOut;
pub use fix::Fix;
pub use turn::Turn;

/// Says whether this is a word that stands before a credential, so that it may be shown: one of a scheme, or one that a service
/// reads. Anything else that stands there may be the secret itself.
pub fn is_known_word(word: &str) -> bool {
    facts::sent::is_known_word(word)
}

/// Returns the names of the services whose answers are known.
pub fn services() -> impl Iterator<Item = &'static str> {
    known::names()
}
