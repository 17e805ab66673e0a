//! Whether compressed answers are asked for and decoded, and how far they may swell.

/// What is done with the codings of a response (RFC 9110 section 8.4), and the limits against bodies that are small on the
/// wire and endless behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoding {
    /// Whether gzip, deflate, br and zstd are asked for, and decoded where they come.
    pub enabled: bool,
    /// How many times as long as on the wire a body may be, from [`Decoding::GRACE`] on. `None` sets no limit.
    pub max_ratio: Option<u32>,
    /// How long a decoded body may be, in bytes. `None` sets no limit.
    pub max_size: Option<u64>,
}

impl Decoding {
    /// How long a body may be whatever its ratio, in bytes: what is short and even swells without harm.
    pub const GRACE: u64 = 16 << 20;

    /// Decodes, up to 250 times the length on the wire. Text rarely exceeds 20, and gzip cannot exceed 1,032.
    pub fn new() -> Self {
        Self {
            enabled: true,
            max_ratio: Some(250),
            max_size: None,
        }
    }

    /// Asks for no coding and decodes none: the body is what is on the wire.
    pub fn none() -> Self {
        Self {
            enabled: false,
            ..Self::new()
        }
    }

    /// Limits the ratio.
    #[must_use]
    pub fn max_ratio(mut self, ratio: u32) -> Self {
        self.max_ratio = Some(ratio);
        self
    }

    /// Limits the length of a decoded body, in bytes.
    #[must_use]
    pub fn max_size(mut self, size: u64) -> Self {
        self.max_size = Some(size);
        self
    }

    /// Decodes whatever comes, however long it becomes.
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        self.max_ratio = None;
        self.max_size = None;
        self
    }
}

impl Default for Decoding {
    fn default() -> Self {
        Self::new()
    }
}
