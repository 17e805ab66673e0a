//! The limits that every driver of this crate keeps.

/// How many attempts one conversation may take.
pub const MAX_ROUNDS: usize = 8;

/// How often one conversation may wait: at five seconds each, as a device is polled for (RFC 8628 section 3.2), 50 minutes.
pub const MAX_WAITS: usize = 600;
