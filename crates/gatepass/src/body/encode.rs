//! The compression of a request's body, piece by piece.

use std::io;

use bytes::Bytes;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::{EncodeV2, GzipEncoder, ZlibEncoder};

use crate::config::RequestCoding;

/// How much room there is for a piece of the result, in bytes.
const CHUNK: usize = 64 * 1024;

/// Compresses what it is given.
pub(super) struct Encoder {
    codec: Box<dyn EncodeV2 + Send + Sync>,
    input: Bytes,
    ended: bool,
    done: bool,
}

impl Encoder {
    pub(super) fn new(coding: RequestCoding) -> Self {
        Self {
            codec: match coding {
                RequestCoding::Gzip => Box::new(GzipEncoder::new(Level::Default.into())),
                RequestCoding::Deflate => Box::new(ZlibEncoder::new(Level::Default.into())),
            },
            input: Bytes::new(),
            ended: false,
            done: false,
        }
    }

    /// Takes what comes next; `None` is the end. What was given before must have been pulled out.
    pub(super) fn push(&mut self, bytes: Option<Bytes>) {
        match bytes {
            Some(bytes) => self.input = bytes,
            None => self.ended = true,
        }
    }

    /// Says whether nothing is left to pull out.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Returns a piece of the result, or `None` where more must come first.
    ///
    /// # Errors
    /// What the codec says.
    pub(super) fn pull(&mut self) -> io::Result<Option<Bytes>> {
        while !self.done && (self.ended || !self.input.is_empty()) {
            let mut piece = vec![0; CHUNK];
            let mut output = WriteBuffer::new_initialized(&mut piece);
            if self.input.is_empty() {
                self.done = self.codec.finish(&mut output)?;
            } else {
                let mut input = PartialBuffer::new(&self.input[..]);
                self.codec.encode(&mut input, &mut output)?;
                let taken = input.written_len();
                self.input = self.input.slice(taken..);
            }
            let made = output.written_len();
            if made > 0 {
                return Ok(Some(Bytes::copy_from_slice(&piece[..made])));
            }
        }
        Ok(None)
    }
}

/// Compresses bytes.
///
/// # Errors
/// What the codec says.
pub(super) fn encode(coding: RequestCoding, bytes: &Bytes) -> io::Result<Bytes> {
    let mut encoder = Encoder::new(coding);
    let mut all = Vec::new();
    for input in [Some(bytes.clone()), None] {
        encoder.push(input);
        while let Some(piece) = encoder.pull()? {
            all.extend_from_slice(&piece);
        }
    }
    Ok(all.into())
}
