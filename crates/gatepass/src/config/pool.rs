//! How many idle connections are kept, and for how long.

use std::time::Duration;

/// The limits of the idle connections. What is in use is not limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pool {
    /// The most idle connections to one origin.
    pub idle_per_origin: usize,
    /// The most idle connections in all.
    pub idle_total: usize,
    /// How long a connection may be idle.
    pub idle_age: Duration,
}

impl Pool {
    /// Keeps up to 8 connections to one origin and 64 in all, for 90 seconds.
    pub fn new() -> Self {
        Self {
            idle_per_origin: 8,
            idle_total: 64,
            idle_age: Duration::from_secs(90),
        }
    }

    /// Keeps no idle connection.
    pub fn none() -> Self {
        Self {
            idle_per_origin: 0,
            ..Self::new()
        }
    }
}

impl Default for Pool {
    fn default() -> Self {
        Self::new()
    }
}
