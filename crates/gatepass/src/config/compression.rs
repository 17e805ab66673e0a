//! How the body of a request is compressed.

/// A coding for the body of a request. Whether a server takes it is not known before it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compression {
    pub(crate) coding: RequestCoding,
    /// Whether a body that becomes no shorter is compressed as well.
    pub always: bool,
}

/// What a body is compressed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestCoding {
    Gzip,
    Deflate,
}

impl Compression {
    /// Compresses by gzip, which most servers that take anything take.
    pub fn gzip() -> Self {
        Self {
            coding: RequestCoding::Gzip,
            always: false,
        }
    }

    /// Compresses by deflate, as HTTPie does: in the zlib format (RFC 9110 section 8.4.1.2).
    pub fn deflate() -> Self {
        Self {
            coding: RequestCoding::Deflate,
            always: false,
        }
    }

    /// Compresses a body that becomes no shorter, too.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.always = true;
        self
    }
}

impl RequestCoding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }
}
