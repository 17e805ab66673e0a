//! The codings of a response body: gzip, deflate, br and zstd (RFC 9110 section 8.4), decoded piece by piece.
//!
//! It does no I/O: it is given what comes, and asked for what that means. Never more than one piece of the result is in
//! memory, however much a few bytes of input stand for.

use bytes::Bytes;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::zstd::params::DParameter;
use compression_codecs::{
    BrotliDecoder, DecodeV2, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use gatepass_auth::Headers;

use crate::config::Decoding;
use crate::error::Peer;

/// What is asked for by default.
pub(crate) const ACCEPT: &str = "gzip, deflate, br, zstd";

/// The most codings of one body. Each of them multiplies what it may swell to; curl has the same limit.
const MOST: usize = 5;

/// How much is decoded at a time, in bytes.
const CHUNK: usize = 32 * 1024;

/// The largest window of zstd: 8 MiB, which RFC 9659 section 3 has everybody support and nobody exceed.
const WINDOW_LOG: u32 = 23;

/// Turns the body on the wire into the one that was meant.
pub(crate) struct Decoder {
    /// The last coding that was applied is the first to be undone.
    stages: Vec<Stage>,
    limits: Decoding,
    wire: u64,
    decoded: u64,
    ended: bool,
}

impl Decoder {
    /// Reads `Content-Encoding`; `None` where nothing is to be decoded, which is so for a coding that is not known, too.
    pub(crate) fn of(headers: &Headers, limits: Decoding) -> Option<Self> {
        let mut codings = Vec::new();
        for value in headers.get_all("Content-Encoding") {
            for name in value.split(|&byte| byte == b',') {
                match Coding::of(name.trim_ascii()) {
                    Some(Coding::Identity) => {}
                    Some(coding) => codings.push(coding),
                    None => return None,
                }
            }
        }
        codings.truncate(MOST + 1);
        let stages: Vec<Stage> = codings.into_iter().rev().map(Stage::new).collect();
        (limits.enabled && !stages.is_empty()).then_some(Self {
            stages,
            limits,
            wire: 0,
            decoded: 0,
            ended: false,
        })
    }

    /// Takes what has come. Everything that was given before must have been pulled out.
    pub(crate) fn push(&mut self, bytes: Bytes) {
        self.wire += bytes.len() as u64;
        if let Some(first) = self.stages.first_mut() {
            first.input = bytes;
        }
    }

    /// Takes note that nothing more comes.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    /// Says whether nothing more comes.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Returns a piece of the body, or `None` where more must come first; after [`Decoder::end`], `None` is the end.
    ///
    /// # Errors
    /// [`Peer::Coding`] for bytes that are no such coding or end too early, [`Peer::Swollen`] beyond the limits.
    pub(crate) fn pull(&mut self) -> Result<Option<Bytes>, Peer> {
        if self.ended && self.wire == 0 {
            // A body that is not there has no coding, whatever the head says.
            return Ok(None);
        }
        if self.stages.len() > MOST {
            return Err(Peer::Coding {
                coding: "data",
                problem: format!("more than {MOST} codings are applied to it"),
            });
        }
        let last = self.stages.len() - 1;
        let piece = self.pull_from(last)?;
        if let Some(piece) = &piece {
            self.decoded += piece.len() as u64;
            if let Some(limit) = self.limits.max_size.filter(|&limit| self.decoded > limit) {
                return Err(Peer::Swollen {
                    wire: self.wire,
                    limit,
                });
            }
        }
        Ok(piece)
    }

    fn pull_from(&mut self, number: usize) -> Result<Option<Bytes>, Peer> {
        loop {
            let stage = &mut self.stages[number];
            if let Some(piece) = stage.step()? {
                self.check_ratio(number)?;
                return Ok(Some(piece));
            }
            let more = match number.checked_sub(1) {
                Some(before) => self.pull_from(before)?,
                None => None,
            };
            match more {
                Some(piece) => self.stages[number].input = piece,
                None if self.ended => return self.stages[number].finish(),
                None => return Ok(None),
            }
        }
    }

    fn check_ratio(&self, number: usize) -> Result<(), Peer> {
        let produced = self.stages[number].produced;
        match self.limits.max_ratio {
            Some(ratio) if produced > Decoding::GRACE => {
                let limit = self.wire.saturating_mul(ratio.into());
                if produced > limit {
                    return Err(Peer::Swollen {
                        wire: self.wire,
                        limit,
                    });
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A content coding, by its name in the registry (RFC 9110 section 16.6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_slice() {
            b"" | b"identity" | b"none" => Self::Identity,
            b"gzip" | b"x-gzip" => Self::Gzip,
            b"deflate" => Self::Deflate,
            b"br" => Self::Brotli,
            b"zstd" => Self::Zstd,
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// Says whether another stream of the same coding may follow one that has ended, judged by its first byte: a member
    /// of gzip (RFC 1952 section 2.2), a frame of zstd or one to skip (RFC 8878 section 3.1).
    fn goes_on_with(self, first: u8) -> bool {
        match self {
            Self::Gzip => first == 0x1f,
            Self::Zstd => first == 0x28 || (0x50..0x60).contains(&first),
            Self::Identity | Self::Deflate | Self::Brotli => false,
        }
    }
}

/// One coding that is being undone.
struct Stage {
    coding: Coding,
    codec: Option<Box<dyn DecodeV2 + Send + Sync>>,
    input: Bytes,
    produced: u64,
    /// Whether the last piece was as large as a piece may be, so that more may stand ready behind it.
    full: bool,
    done: bool,
}

impl Stage {
    fn new(coding: Coding) -> Self {
        Self {
            coding,
            codec: match coding {
                // There are two of that name: the first bytes tell which one it is.
                Coding::Deflate | Coding::Identity => None,
                Coding::Gzip => Some(Box::new(GzipDecoder::new())),
                Coding::Brotli => Some(Box::new(BrotliDecoder::new())),
                Coding::Zstd => Some(Box::new(ZstdDecoder::new_with_params(&[
                    DParameter::window_log_max(WINDOW_LOG),
                ]))),
            },
            input: Bytes::new(),
            produced: 0,
            full: false,
            done: false,
        }
    }

    /// Returns the next piece, or `None` where more input is needed.
    fn step(&mut self) -> Result<Option<Bytes>, Peer> {
        while self.full || !self.input.is_empty() {
            if self.done && !self.begin_again()? {
                return Ok(None);
            }
            let first = self.input.first().copied();
            let codec = self.codec.get_or_insert_with(|| deflate(first));
            let mut piece = vec![0; CHUNK];
            let mut output = WriteBuffer::new_initialized(&mut piece);
            let mut input = PartialBuffer::new(&self.input[..]);
            let is_probe = self.input.is_empty();
            let outcome = codec.decode(&mut input, &mut output);
            let (taken, made) = (input.written_len(), output.written_len());
            self.done = match outcome {
                Ok(done) => done,
                // That nothing stood ready any more.
                Err(_) if is_probe => false,
                Err(error) => return Err(self.broken(&error.to_string())),
            };
            if taken == 0 && made == 0 && !is_probe && !self.done {
                return Err(self.broken("the decoder makes nothing of it"));
            }
            self.input = self.input.slice(taken..);
            self.full = made == CHUNK;
            if made > 0 {
                return Ok(Some(self.made(piece, made)));
            }
        }
        Ok(None)
    }

    /// Says whether another stream follows one that has ended. Anything else behind it is padding, and is passed over, as
    /// by gzip and by browsers.
    fn begin_again(&mut self) -> Result<bool, Peer> {
        self.full = false;
        let follows = self.input.first();
        if !follows.is_some_and(|&first| self.coding.goes_on_with(first)) {
            self.input = Bytes::new();
            return Ok(false);
        }
        self.done = false;
        match self.codec.as_mut().map(|codec| codec.reinit()) {
            Some(Err(error)) => Err(self.broken(&error.to_string())),
            _ => Ok(true),
        }
    }

    /// Returns what is left when nothing more comes.
    fn finish(&mut self) -> Result<Option<Bytes>, Peer> {
        if self.done {
            return Ok(None);
        }
        let Some(codec) = &mut self.codec else {
            return Err(self.broken("it ends before it begins"));
        };
        let mut piece = vec![0; CHUNK];
        let mut output = WriteBuffer::new_initialized(&mut piece);
        let outcome = codec.finish(&mut output);
        let made = output.written_len();
        match outcome {
            Ok(done) => self.done = done,
            Err(_) => return Err(self.broken("it ends too early")),
        }
        if made == 0 && !self.done {
            return Err(self.broken("it ends too early"));
        }
        Ok((made > 0).then(|| self.made(piece, made)))
    }

    fn made(&mut self, mut piece: Vec<u8>, length: usize) -> Bytes {
        self.produced += length as u64;
        if length < CHUNK / 2 {
            // Little in a large piece of memory is better off in a small one.
            return Bytes::copy_from_slice(&piece[..length]);
        }
        piece.truncate(length);
        piece.into()
    }

    fn broken(&self, problem: &str) -> Peer {
        Peer::Coding {
            coding: self.coding.name(),
            problem: problem.to_owned(),
        }
    }
}

/// Returns the decoder of `deflate`: the zlib format, as RFC 9110 section 8.4.1.2 says, or the bare deflate that some
/// servers send under this name. The first byte of zlib has 8 in its lower half and up to 7 in its upper one (RFC 1950
/// section 2.2); in bare deflate that is a stored block with bits set in its padding, which nobody writes.
fn deflate(first: Option<u8>) -> Box<dyn DecodeV2 + Send + Sync> {
    match first {
        Some(first) if first & 0x0f == 8 && first >> 4 <= 7 => Box::new(ZlibDecoder::new()),
        _ => Box::new(DeflateDecoder::new()),
    }
}

#[cfg(test)]
mod tests;
