//! The limits that every driver of this crate keeps.

/// How many attempts one conversation may take.
pub const MAX_ROUNDS: usize = 8;
