//! Every coding in every slicing, what is broken, and what swells.

use bytes::Bytes;
use compression_codecs::brotli::params::EncoderParams;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::{
    BrotliEncoder, DeflateEncoder, EncodeV2, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use gatepass_auth::Headers;

use super::*;

fn encoded(mut codec: impl EncodeV2, data: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut input = PartialBuffer::new(data);
    let mut ended = false;
    while !ended {
        let mut room = vec![0; 1 << 16];
        let mut output = WriteBuffer::new_initialized(&mut room);
        if input.unwritten().is_empty() {
            ended = codec.finish(&mut output).unwrap();
        } else {
            codec.encode(&mut input, &mut output).unwrap();
        }
        let made = output.written_len();
        all.extend_from_slice(&room[..made]);
    }
    all
}

fn gzip(data: &[u8]) -> Vec<u8> {
    encoded(GzipEncoder::new(Level::Best.into()), data)
}

fn zstd(data: &[u8]) -> Vec<u8> {
    encoded(ZstdEncoder::new(3), data)
}

fn brotli(data: &[u8]) -> Vec<u8> {
    encoded(
        BrotliEncoder::new(EncoderParams::default().quality(Level::Precise(5))),
        data,
    )
}

/// Every coding of some data.
fn all(data: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("gzip", gzip(data)),
        ("X-Gzip", gzip(data)),
        (
            "deflate",
            encoded(ZlibEncoder::new(Level::Default.into()), data),
        ),
        (
            "deflate",
            encoded(DeflateEncoder::new(Level::Default.into()), data),
        ),
        ("br", brotli(data)),
        ("zstd", zstd(data)),
        ("gzip, br", brotli(&gzip(data))),
        ("identity,zstd , gzip", gzip(&zstd(data))),
    ]
}

fn decoder(coding: &str, limits: Decoding) -> Option<Decoder> {
    let headers: Headers = [("Content-Encoding", coding)].into_iter().collect();
    Decoder::of(&headers, limits)
}

/// Decodes in pieces of `size`, and says what the largest piece of the result was.
fn decode_by(
    coding: &str,
    body: &[u8],
    size: usize,
    limits: Decoding,
) -> Result<(Vec<u8>, usize), Peer> {
    let mut decoder = decoder(coding, limits).unwrap();
    let (mut result, mut largest) = (Vec::new(), 0);
    let mut pull = |decoder: &mut Decoder| -> Result<(), Peer> {
        while let Some(piece) = decoder.pull()? {
            assert!(!piece.is_empty());
            largest = largest.max(piece.len());
            result.extend_from_slice(&piece);
        }
        Ok(())
    };
    for piece in body.chunks(size) {
        decoder.push(Bytes::copy_from_slice(piece));
        pull(&mut decoder)?;
    }
    decoder.end();
    pull(&mut decoder)?;
    assert!(decoder.pull()?.is_none());
    Ok((result, largest))
}

fn decode(coding: &str, body: &[u8]) -> Result<Vec<u8>, Peer> {
    decode_by(coding, body, 1000, Decoding::new()).map(|(result, _)| result)
}

/// Text that compresses well, and is longer than a piece.
fn text() -> Vec<u8> {
    let mut text = Vec::new();
    for number in 0..20_000_u32 {
        text.extend_from_slice(format!("line {} of some text\n", number * number % 977).as_bytes());
    }
    text
}

#[test]
fn every_coding_is_undone_however_it_is_sliced() {
    for data in [b"".to_vec(), b"x".to_vec(), text(), vec![0; 1 << 20]] {
        for (coding, body) in all(&data) {
            for size in [1, 2, 7, 1000, usize::MAX] {
                if size == 1 && body.len() > 10_000 {
                    continue;
                }
                let (result, largest) = decode_by(coding, &body, size, Decoding::new()).unwrap();
                assert!(result == data, "{coding} of {} bytes by {size}", data.len());
                assert!(largest <= CHUNK);
            }
        }
    }
}

#[test]
fn what_has_come_is_given_before_more_comes() {
    // An encoder that flushes, as a server of events does.
    let mut codec = GzipEncoder::new(Level::Default.into());
    let mut room = vec![0; 1 << 17];
    let mut output = WriteBuffer::new_initialized(&mut room);
    let event: Vec<u8> = text()[..100_000].to_vec();
    codec
        .encode(&mut PartialBuffer::new(&event), &mut output)
        .unwrap();
    assert!(codec.flush(&mut output).unwrap());
    let made = output.written_len();
    let mut decoder = decoder("gzip", Decoding::new()).unwrap();
    decoder.push(Bytes::copy_from_slice(&room[..made]));
    let mut result = Vec::new();
    while let Some(piece) = decoder.pull().unwrap() {
        result.extend_from_slice(&piece);
    }
    assert!(result == event);
}

#[test]
fn a_body_that_breaks_off_or_is_damaged_is_an_error() {
    let data = text();
    for (coding, body) in all(&data) {
        for cut in [1, 5, body.len() / 2, body.len() - 1] {
            let error = decode(coding, &body[..cut]).unwrap_err();
            assert!(
                matches!(error, Peer::Coding { .. }),
                "{coding} cut at {cut}: {error}"
            );
        }
    }
    for coding in ["gzip", "deflate", "br", "zstd"] {
        let error = decode(coding, b"this is plain text and nothing else").unwrap_err();
        assert!(error.to_string().contains(coding), "{error}");
    }
    let mut damaged = gzip(&data);
    let at = damaged.len() - 6;
    damaged[at] ^= 1;
    let error = decode("gzip", &damaged).unwrap_err().to_string();
    assert!(error.contains("CRC"), "{error}");
}

#[test]
fn damage_never_panics_and_never_hangs() {
    let data = text();
    for (coding, body) in all(&data[..3000]) {
        for at in 0..body.len() {
            let mut damaged = body.clone();
            damaged[at] ^= 1 << (at % 8);
            let _ = decode(coding, &damaged);
        }
    }
}

#[test]
fn streams_that_follow_each_other_are_one_and_padding_is_none() {
    for one in [gzip, zstd] {
        let coding = if one(b"") == gzip(b"") {
            "gzip"
        } else {
            "zstd"
        };
        let mut body = [one(b"hello, "), one(b"world")].concat();
        for size in [1, 1000] {
            let (result, _) = decode_by(coding, &body, size, Decoding::new()).unwrap();
            assert_eq!(result, b"hello, world");
        }
        body.extend_from_slice(&[0; 2000]);
        assert_eq!(decode(coding, &body).unwrap(), b"hello, world");
        body.truncate(one(b"hello, ").len() + 5);
        assert!(decode(coding, &body).is_err());
    }
    let skipped = [
        &[0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..],
        b"abc",
        &zstd(b"hello"),
    ]
    .concat();
    assert_eq!(decode("zstd", &skipped).unwrap(), b"hello");
    let behind = [brotli(b"hello"), b"more".to_vec()].concat();
    assert_eq!(decode("br", &behind).unwrap(), b"hello");
}

#[test]
fn a_bomb_is_found_before_it_bursts() {
    let zeros = vec![0; 1 << 25];
    let once = brotli(&zeros);
    for (coding, body) in [
        ("gzip", gzip(&zeros)),
        ("br", once.clone()),
        ("zstd", zstd(&zeros)),
        // A bomb inside, whose own result is small.
        ("br, br", brotli(&once)),
    ] {
        let error = decode(coding, &body).unwrap_err();
        let Peer::Swollen { wire, limit } = error else {
            panic!("{coding}: {error}")
        };
        assert_eq!(limit, wire * 250, "{coding}");
        assert!(limit < zeros.len() as u64);
        let (result, largest) = decode_by(coding, &body, 100, Decoding::new().unlimited()).unwrap();
        assert_eq!(result.len(), zeros.len(), "{coding}");
        assert!(largest <= CHUNK);
        let sized = Decoding::new().unlimited().max_size(1 << 20);
        let error = decode_by(coding, &body, 100, sized).unwrap_err();
        assert!(
            matches!(
                error,
                Peer::Swollen {
                    limit: 1_048_576,
                    ..
                }
            ),
            "{error}"
        );
    }
    // What is short may swell as much as it likes.
    assert_eq!(
        decode("br", &brotli(&zeros[..1 << 23])).unwrap().len(),
        1 << 23
    );
}

#[test]
fn a_window_larger_than_everybody_has_is_refused() {
    use compression_codecs::zstd::params::CParameter;

    let wide = [
        CParameter::window_log(27),
        CParameter::enable_long_distance_matching(true),
    ];
    let body = encoded(ZstdEncoder::new_with_params(3, &wide), &vec![7; 1 << 24]);
    let error = decode("zstd", &body).unwrap_err();
    assert!(
        matches!(error, Peer::Coding { coding: "zstd", .. }),
        "{error}"
    );
}

#[test]
fn what_is_no_coding_is_left_alone() {
    for coding in [
        "",
        "identity",
        "none",
        "compress",
        "gzip, aws-chunked",
        "utf-8",
    ] {
        assert!(decoder(coding, Decoding::new()).is_none(), "{coding}");
    }
    assert!(decoder("gzip", Decoding::none()).is_none());
    let many = ["gzip"; 1000].join(",");
    let error = decode(&many, b"x").unwrap_err();
    assert!(error.to_string().contains("more than 5 codings"), "{error}");
    // A response to HEAD has the coding's name, and no body.
    assert_eq!(decode("gzip", b"").unwrap(), b"");
}
