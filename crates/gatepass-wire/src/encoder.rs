//! The body of a request: as it is, or in chunks (RFC 9112 section 7.1).

use crate::error::Unsendable;
use crate::request::check_field;

/// Frames a body that comes piece by piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a body is sent in one of two ways")]
pub enum Encoder {
    /// This many bytes are still to come, of those that `Content-Length` names.
    Length(u64),
    /// In chunks.
    Chunked,
}

impl Encoder {
    /// Writes what stands before a piece of the body. The piece itself follows, and then [`Encoder::after`].
    ///
    /// An empty piece must be left out: it would end the body.
    pub fn before(self, out: &mut Vec<u8>, piece: usize) {
        if self == Self::Chunked {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            let digits = (usize::BITS - piece.leading_zeros()).div_ceil(4).max(1);
            out.extend((0..digits).rev().map(|at| DIGITS[(piece >> (4 * at)) & 15]));
            out.extend_from_slice(b"\r\n");
        }
    }

    /// Writes what stands behind a piece of this length, and counts it. `None` where it is longer than what was to come.
    #[must_use]
    pub fn after(&mut self, out: &mut Vec<u8>, piece: usize) -> Option<()> {
        match self {
            Self::Length(left) => *left = left.checked_sub(piece as u64)?,
            Self::Chunked => out.extend_from_slice(b"\r\n"),
        }
        Some(())
    }

    /// Writes what ends the body, with trailers behind chunks. `Ok(false)` where bytes are missing.
    ///
    /// # Errors
    /// [`Unsendable`] for a trailer that cannot be sent. A body with a length has none; they are left out.
    pub fn end<'a>(
        self,
        out: &mut Vec<u8>,
        trailers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<bool, Unsendable> {
        match self {
            Self::Length(left) => return Ok(left == 0),
            Self::Chunked => out.extend_from_slice(b"0\r\n"),
        }
        for (at, (name, value)) in trailers.into_iter().enumerate() {
            check_field(at, name, value)?;
            for part in [name.as_bytes(), b": ", value, b"\r\n"] {
                out.extend_from_slice(part);
            }
        }
        out.extend_from_slice(b"\r\n");
        Ok(true)
    }
}
