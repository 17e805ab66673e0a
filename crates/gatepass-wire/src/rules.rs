//! How much is read of a peer, and which of its habits are put up with.

/// Limits and leniencies of one connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rules {
    /// How much is read.
    pub limits: Limits,
    /// What is put up with.
    pub leniency: Leniency,
}

/// How much is read. What is longer is an error, so that no peer fills the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The bytes of one head.
    pub head: usize,
    /// The fields of one head, and of the trailers.
    pub fields: usize,
    /// How many informational heads may come before the final one. Nothing else ends a peer that sends them for ever.
    pub informational: usize,
    /// The bytes of all chunk extensions of a body together.
    pub extensions: usize,
    /// The bytes of the trailers.
    pub trailers: usize,
}

/// Habits of peers that break RFC 9112 and can be put up with. All are off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leniency {
    /// A line feed alone ends a line of a head (section 2.2). In a chunked body it never does.
    pub bare_lf: bool,
    /// A field goes on in the next line that begins with a space (section 5.2). The line break becomes spaces.
    pub folded_fields: bool,
    /// No space follows the status code where there is no reason phrase (section 4).
    pub no_reason: bool,
    /// White space stands before the colon of a field (section 5.1).
    pub space_before_colon: bool,
    /// The length stands there twice and is the same (section 6.3 rule 5).
    pub repeated_length: bool,
    /// A length stands beside chunks. The chunks count, and the connection carries no other request (section 6.3 rule 3).
    pub length_with_chunks: bool,
    /// White space follows a chunk's size, as old servers pad it (section 7.1).
    pub padded_chunks: bool,
    /// The connection ends before the body does, and that is the end of the body (section 8).
    pub early_close: bool,
    /// Something else than a status line is the body of an answer of HTTP/0.9.
    pub http09: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: 256 << 10,
            fields: 512,
            informational: 128,
            extensions: 16 << 10,
            trailers: 16 << 10,
        }
    }
}

impl Rules {
    /// Puts up with nothing.
    pub fn strict() -> Self {
        Self::default()
    }
}
