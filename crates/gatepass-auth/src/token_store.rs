//! Where tokens and registrations outlive a program: the contract of whoever keeps them.

use std::fmt;

use crate::secret::Secret;

/// Keeps tokens and registrations, one under each key, for as long as they are wanted.
///
/// A flow reads an entry by `Step::Recall`, decides, renews it where it must, and writes it by `Step::Keep` before it uses what
/// is new. All that time the entry is its own: of several programs that find a token expired, one renews it and the others
/// wait for the new one. An authorization server may give each refresh token once (RFC 9700 section 4.14), so that a second
/// renewal would end both.
pub trait TokenStore: Send + Sync {
    /// Opens the entry of a key, and waits until nobody else has it, in this process or in another. It is called on a
    /// thread that may wait.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read or locked.
    fn open(&self, key: &str) -> Result<Box<dyn TokenEntry>, StoreError>;
}

/// An entry that nobody else can open until it is dropped.
pub trait TokenEntry: Send {
    /// Returns what is kept, if anything is.
    fn value(&self) -> Option<&Secret>;

    /// Keeps `value` in its place, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be written.
    fn put(&mut self, value: &Secret) -> Result<(), StoreError>;

    /// Forgets what is kept.
    ///
    /// # Errors
    /// [`StoreError`] where it cannot be removed.
    fn remove(&mut self) -> Result<(), StoreError>;
}

/// Why a store does not answer. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreError {
    /// Which store: a path, or the name of a keyring's entry.
    pub place: String,
    /// What is wrong, as a phrase.
    pub problem: String,
}

impl StoreError {
    /// Says what is wrong where.
    pub fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the tokens in {} cannot be used: {}",
            self.place, self.problem
        )
    }
}

impl std::error::Error for StoreError {}
