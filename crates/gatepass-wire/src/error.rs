//! What a peer did that it may not, and what a request cannot carry.

use std::fmt;

/// What is wrong with a response, or how it broke off. `Display` is a clause about the peer, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// What came does not begin as HTTP/1.1 does.
    NotHttp,
    /// The status line is malformed.
    StatusLine,
    /// A field is malformed; says how.
    Field(&'static str),
    /// A line of a head ends with a line feed alone, which [`crate::Leniency::bare_lf`] allows.
    BareLf,
    /// A field goes on in a second line, which [`crate::Leniency::folded_fields`] allows.
    Folded,
    /// No space stands behind the status code, which [`crate::Leniency::no_reason`] allows.
    NoReason,
    /// The head is longer than this many bytes.
    HeadTooLong(usize),
    /// There are more than this many fields.
    TooManyFields(usize),
    /// More than this many informational heads came.
    Informational(usize),
    /// The length is no number, or too large a one.
    Length,
    /// The length stands there twice: another one, or where [`crate::Leniency::repeated_length`] is off.
    Lengths,
    /// A length stands beside chunks, which [`crate::Leniency::length_with_chunks`] allows.
    LengthWithChunks,
    /// A transfer coding besides chunks, or one where none can be.
    Coding(String),
    /// The size of a chunk is malformed, or too large.
    ChunkSize,
    /// A chunk is not as long as it is said to be.
    ChunkEnd,
    /// The chunk extensions are longer than this many bytes, or malformed.
    Extensions(usize),
    /// The trailers are longer than this many bytes.
    TrailersTooLong(usize),
    /// The connection ended before a byte of the answer came.
    Silent,
    /// The connection ended within a head.
    CutHead,
    /// The connection ended within a body.
    CutBody,
}

impl Error {
    /// Says whether the peer only hung up, so that what it had said was right so far.
    pub fn is_cut(&self) -> bool {
        matches!(self, Self::Silent | Self::CutHead | Self::CutBody)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHttp => f.write_str("what came does not begin with an HTTP/1.1 status line"),
            Self::StatusLine => f.write_str("its status line is malformed"),
            Self::Field(problem) => write!(f, "a header field {problem}"),
            Self::BareLf => f.write_str("a line of its head ends with a line feed alone"),
            Self::Folded => f.write_str("a header field goes on in a second line"),
            Self::NoReason => f.write_str("no space stands behind the status code"),
            Self::HeadTooLong(limit) => write!(f, "its head is longer than {limit} bytes"),
            Self::TooManyFields(limit) => write!(f, "it has more than {limit} header fields"),
            Self::Informational(_) => {
                f.write_str("it sends one informational response after the other, and no final one")
            }
            Self::Length => f.write_str("its Content-Length is no number that can be right"),
            Self::Lengths => f.write_str("it has more than one Content-Length"),
            Self::LengthWithChunks => {
                f.write_str("it has both a Content-Length and a Transfer-Encoding")
            }
            Self::Coding(coding) => write!(
                f,
                "its body is in the transfer coding {coding:?}, which was not asked for"
            ),
            Self::ChunkSize => f.write_str("the size of a chunk of its body is malformed"),
            Self::ChunkEnd => f.write_str("a chunk of its body does not end where its size says"),
            Self::Extensions(limit) => write!(
                f,
                "the chunk extensions of its body are malformed or longer than {limit} bytes"
            ),
            Self::TrailersTooLong(limit) => write!(f, "its trailers are longer than {limit} bytes"),
            Self::Silent => f.write_str("the server closed it"),
            Self::CutHead => f.write_str("the server closed it within the head of the response"),
            Self::CutBody => f.write_str("the server closed it before the end of the body"),
        }
    }
}

impl std::error::Error for Error {}

/// What a request cannot carry over HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsendable {
    /// The method is no token (RFC 9110 section 9.1).
    Method,
    /// The target is empty, or has a space or a control character.
    Target,
    /// The name of the field at this place is no token (RFC 9110 section 5.1).
    Name(usize),
    /// The value of the field at this place has a line break or another control character.
    Value(usize),
}

impl fmt::Display for Unsendable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("the method is no token"),
            Self::Target => {
                f.write_str("the request target has a character that it cannot have there")
            }
            Self::Name(at) => write!(
                f,
                "the name of header field {at} has a character that a name cannot have"
            ),
            Self::Value(at) => write!(
                f,
                "the value of header field {at} has a line break or a control character"
            ),
        }
    }
}

impl std::error::Error for Unsendable {}
