//! The parts of an exchange that can be printed, by HTTPie's letters.

/// What of an exchange is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// `H`: the request's line and header fields.
    pub(crate) request_head: bool,
    /// `B`: the request's body.
    pub(crate) request_body: bool,
    /// `h`: the response's line and header fields.
    pub(crate) head: bool,
    /// `b`: the response's body.
    pub(crate) body: bool,
    /// `m`: how long it took.
    pub(crate) meta: bool,
}

impl Parts {
    /// Reads the value of `--print`.
    ///
    /// # Errors
    /// A sentence that says which letters there are.
    pub(crate) fn parse(letters: &str) -> Result<Self, String> {
        let mut parts = Self::default();
        for letter in letters.chars() {
            match letter {
                'H' => parts.request_head = true,
                'B' => parts.request_body = true,
                'h' => parts.head = true,
                'b' => parts.body = true,
                'm' => parts.meta = true,
                _ => {
                    return Err(
                        "write any of H and B (request), h and b (response) and m (time), as in --print=Hh".to_owned()
                    );
                }
            }
        }
        Ok(parts)
    }
}
