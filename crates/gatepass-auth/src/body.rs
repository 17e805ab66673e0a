//! The body of a request, as far as a scheme may know it.

use std::fmt;

use bytes::Bytes;

use crate::hash::{Hash, Hasher};

/// The body of a request, as far as a scheme may know it.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Body {
    /// There is none.
    #[default]
    Empty,
    /// It is in memory, and can be hashed, replaced and sent again.
    Bytes(Bytes),
    /// It is elsewhere: a file, a pipe, a generator.
    Opaque {
        /// The length in bytes, where it is known.
        length: Option<u64>,
        /// Whether it can be sent a second time.
        replayable: bool,
    },
}

impl Body {
    /// Returns the bytes: `Some(&[])` for no body, `None` where they are elsewhere.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Empty => Some(&[]),
            Self::Bytes(bytes) => Some(bytes),
            Self::Opaque { .. } => None,
        }
    }

    /// Says whether the body can be sent a second time.
    pub fn is_replayable(&self) -> bool {
        !matches!(
            self,
            Self::Opaque {
                replayable: false,
                ..
            }
        )
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::Opaque { length, replayable } => {
                write!(f, "Opaque({length:?} bytes, replayable: {replayable})")
            }
        }
    }
}

/// The hashes of a body that is elsewhere, taken while it was read once.
#[derive(Clone, Debug, Default)]
pub struct BodyDigests(Vec<(Hash, Vec<u8>)>);

impl BodyDigests {
    /// Returns the hash of the body, if it was asked for by `Needs::digests`.
    pub fn get(&self, hash: Hash) -> Option<&[u8]> {
        let found = self.0.iter().find(|(known, _)| *known == hash)?;
        Some(&found.1)
    }
}

/// Takes a body piece by piece, for [`BodyDigests`].
pub struct BodyDigester(Vec<(Hash, Hasher)>);

impl BodyDigester {
    /// Starts with no byte.
    pub fn new(hashes: &[Hash]) -> Self {
        let start = |hash: &Hash| (*hash, Hasher::new(*hash));
        Self(hashes.iter().map(start).collect())
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0
            .iter_mut()
            .for_each(|(_, hasher)| hasher.update(bytes));
    }

    /// Returns the hashes of all bytes.
    pub fn finish(self) -> BodyDigests {
        let done = self.0.into_iter();
        BodyDigests(done.map(|(hash, hasher)| (hash, hasher.finish())).collect())
    }
}

impl fmt::Debug for BodyDigester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hashes = self.0.iter().map(|(hash, _)| hash);
        f.debug_list().entries(hashes).finish()
    }
}
