//! How far a nested name may reach.

/// How many steps a name may have. Deeper values could not be read by most JSON parsers.
pub const MAX_DEPTH: usize = 100;

/// The largest index: holes before it are filled, so that one short word could otherwise fill the memory.
pub const MAX_INDEX: u64 = 9_999;
