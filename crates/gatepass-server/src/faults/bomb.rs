//! Small streams that become large.

use bytes::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, Crc, FlushCompress};
use std::io::Write as _;

/// What each bomb becomes: this many zeros.
const SIZE: usize = 1 << 30;

/// How many zeros a piece of the gzip bomb holds.
const PIECE: usize = 1 << 20;

/// Returns a gzip stream (RFC 1952) of [`SIZE`] zeros: one piece over and over, which begins at a byte and looks at nothing
/// before it.
pub(super) fn gzip() -> Bytes {
    let zeros = vec![0; PIECE];
    let mut piece = Vec::with_capacity(PIECE / 512);
    // In memory with room enough, this cannot fail.
    let _ = Compress::new(Compression::best(), false).compress_vec(
        &zeros,
        &mut piece,
        FlushCompress::Full,
    );
    let mut crc = Crc::new();
    crc.update(&zeros);
    let mut doubled = PIECE;
    while doubled < SIZE {
        let mut both = Crc::new();
        both.combine(&crc);
        both.combine(&crc);
        crc = both;
        doubled *= 2;
    }
    let mut stream = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff];
    stream.extend(piece.repeat(SIZE / PIECE));
    // An empty last block (RFC 1951 section 3.2.6), checksum and size.
    stream.extend([3, 0]);
    stream.extend(crc.sum().to_le_bytes());
    stream.extend((SIZE as u32).to_le_bytes());
    stream.into()
}

/// Returns the gzip stream of some bytes.
pub(super) fn gzip_of(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default().into()
}

/// Returns a Zstandard frame (RFC 8878 section 3.1.1) of [`SIZE`] zeros that does not say so: blocks of the largest size, each
/// of which is one byte and the number of its repetitions.
pub(super) fn zstd() -> Bytes {
    const BLOCK: u32 = 128 * 1024;
    const REPEATED_BYTE: u32 = 1 << 1;
    const LAST: u32 = 1;
    // Magic number, a descriptor without a content size, and a window of 8 MiB.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 13 << 3];
    let blocks = SIZE as u32 / BLOCK;
    for number in 1..=blocks {
        let last = if number == blocks { LAST } else { 0 };
        let header = (BLOCK << 3) | REPEATED_BYTE | last;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.push(0);
    }
    frame.into()
}

/// Returns a Brotli stream (RFC 7932) of [`SIZE`] zeros, as the crate brotli 8 makes it with quality 11 and a window of 24
/// bits. It takes minutes to do so without optimisation, and nearly all of the stream repeats itself.
pub(super) fn brotli() -> Bytes {
    const LENGTH: usize = 841;
    let mut stream = BROTLI_START.to_vec();
    stream.extend(
        BROTLI_CYCLE
            .iter()
            .cycle()
            .take(LENGTH - 1 - BROTLI_START.len()),
    );
    stream.push(0x3f);
    stream.into()
}

const BROTLI_START: &[u8] = &[
    0xcf, 0xff, 0xff, 0x7f, 0xf8, 0x27, 0x00, 0xe2, 0xb1, 0x40, 0x20, 0xf7, 0xfe, 0x9f, 0xff, 0xff,
    0xff, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x01, 0x80, 0xee, 0xfd, 0x3f, 0xff, 0xff, 0xff, 0xe1, 0x9f,
    0x00, 0x88, 0xc3, 0x22,
];

const BROTLI_CYCLE: &[u8] = &[
    0x00, 0xdd, 0xfb, 0x7f, 0xfe, 0xff, 0xff, 0xc3, 0x3f, 0x01, 0x10, 0x87, 0x05, 0x00, 0xba, 0xf7,
    0xff, 0xfc, 0xff, 0xff, 0x87, 0x7f, 0x02, 0x20, 0x0e, 0x0b, 0x00, 0x74, 0xef, 0xff, 0xf9, 0xff,
    0xff, 0x0f, 0xff, 0x04, 0x40, 0x1c, 0x16, 0x00, 0xe8, 0xde, 0xff, 0xf3, 0xff, 0xff, 0x1f, 0xfe,
    0x09, 0x80, 0x38, 0x2c, 0x00, 0xd0, 0xbd, 0xff, 0xe7, 0xff, 0xff, 0x3f, 0xfc, 0x13, 0x00, 0x71,
    0x58, 0x00, 0xa0, 0x7b, 0xff, 0xcf, 0xff, 0xff, 0x7f, 0xf8, 0x27, 0x00, 0xe2, 0xb0, 0x00, 0x40,
    0xf7, 0xfe, 0x9f, 0xff, 0xff, 0xff, 0xf0, 0x4f, 0x00, 0xc4, 0x61, 0x01, 0x80, 0xee, 0xfd, 0x3f,
    0xff, 0xff, 0xff, 0xe1, 0x9f, 0x00, 0x88, 0xc3, 0x02,
];

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// How much of a bomb is looked at: to unpack all of it takes a minute without optimisation.
    const ENOUGH: usize = 40 << 20;

    fn unpacks_to_zeros(mut stream: impl Read) {
        let mut piece = vec![1; 1 << 20];
        for _ in 0..ENOUGH >> 20 {
            stream.read_exact(&mut piece).unwrap();
            assert!(piece.iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn bombs_unpack() {
        unpacks_to_zeros(flate2::read::GzDecoder::new(&gzip()[..]));
        unpacks_to_zeros(::brotli::Decompressor::new(&brotli()[..], 4096));
    }
}
