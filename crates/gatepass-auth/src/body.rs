//! The body of a request, as far as a scheme may know it.

use std::fmt;

use bytes::Bytes;

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
