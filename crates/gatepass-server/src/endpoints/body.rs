//! Bodies of every kind: `/bytes`, `/stream-bytes`, `/stream`, `/drip`, `/range`, `/etag`, `/gzip`, `/deflate`, `/brotli`,
//! `/zstd`, `/base64`.

use std::io::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use http::header::{
    ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderValue, VARY,
};

use super::Call;
use super::echo::fields;
use crate::json::Json;
use crate::reply::{JSON, Reply, TEXT};

const BINARY: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// The most random bytes and the most lines of a stream that are given.
const MAX_BYTES: usize = 100 * 1024;
const MAX_LINES: usize = 100;

/// `/bytes/{n}?seed=`
pub(super) fn bytes(call: &Call<'_>) -> Reply {
    match random_bytes(call) {
        Ok(bytes) => Reply::bytes(BINARY, bytes).sandboxed(),
        Err(detail) => Reply::problem(400, detail),
    }
}

/// `/stream-bytes/{n}?seed=&chunk_size=`
pub(super) fn stream_bytes(call: &Call<'_>) -> Reply {
    let mut bytes = match random_bytes(call) {
        Ok(bytes) => Bytes::from(bytes),
        Err(detail) => return Reply::problem(400, detail),
    };
    let size = match call
        .request
        .arg("chunk_size")
        .map(|size| size.parse::<usize>())
    {
        None => 10 * 1024,
        Some(Ok(size)) if size > 0 => size,
        Some(_) => return Reply::problem(400, "chunk_size is not a positive number"),
    };
    let pieces = std::iter::from_fn(move || {
        let size = size.min(bytes.len());
        (size > 0).then(|| bytes.split_to(size))
    });
    Reply::pieces(BINARY, pieces).sandboxed()
}

fn random_bytes(call: &Call<'_>) -> Result<Vec<u8>, &'static str> {
    let length = number(call, 1)?.min(MAX_BYTES);
    let mut bytes = vec![0; length];
    match call.request.arg("seed").map(|seed| seed.parse::<u64>()) {
        None => {
            let drawn = call.site.env.random(&mut bytes);
            drawn.map_err(|_| "this machine has no random numbers; give a seed")?;
        }
        Some(Ok(seed)) => fill_from(seed, &mut bytes),
        Some(Err(_)) => return Err("seed is not a number"),
    }
    Ok(bytes)
}

/// Fills `out` with what looks random and is the same for the same seed: SplitMix64.
fn fill_from(seed: u64, out: &mut [u8]) {
    let mut state = seed;
    for chunk in out.chunks_mut(8) {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bytes = (mixed ^ (mixed >> 31)).to_le_bytes();
        chunk.copy_from_slice(&bytes[..chunk.len()]);
    }
}

/// `/stream/{n}`: lines of JSON, each sent by itself.
pub(super) fn stream(call: &Call<'_>) -> Reply {
    let lines = match number(call, 1) {
        Ok(lines) => lines.min(MAX_LINES),
        Err(detail) => return Reply::problem(400, detail),
    };
    let request = call.request;
    let mut json = Json::object();
    json.string("url", &request.url());
    json.pairs("args", request.args());
    fields(&mut json, request);
    json.string("origin", &request.origin());
    let document: serde_json::Value = serde_json::from_slice(&json.finish()).unwrap_or_default();
    let pieces = (0..lines).map(move |id| {
        let mut document = document.clone();
        document["id"] = id.into();
        Bytes::from(format!("{document}\n"))
    });
    Reply::pieces(JSON, pieces)
}

/// `/range/{n}`: the alphabet, over and over, whole or the one part that `Range` asks for.
pub(super) fn range(call: &Call<'_>) -> Reply {
    let length = match number(call, 1) {
        Ok(length) => length.min(MAX_BYTES),
        Err(detail) => return Reply::problem(400, detail),
    };
    let all: Vec<u8> = (b'a'..=b'z').cycle().take(length).collect();
    let about = |reply: Reply, content: String| {
        let tag = HeaderValue::try_from(format!("\"range{length}\""));
        let content = HeaderValue::try_from(content);
        let reply = reply.with(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        match (tag, content) {
            (Ok(tag), Ok(content)) => reply.with(ETAG, tag).with(CONTENT_RANGE, content),
            _ => reply,
        }
    };
    // A part is wanted only if it is a part of this (RFC 9110 section 13.1.5).
    let wanted = call.request.head.field("range").filter(|_| {
        let condition = call.request.head.field("if-range");
        condition.is_none_or(|tag| tag == format!("\"range{length}\"").as_bytes())
    });
    let wanted = wanted.and_then(|value| part(std::str::from_utf8(value).ok()?, length));
    match wanted {
        None => Reply::bytes(BINARY, all)
            .with(ACCEPT_RANGES, HeaderValue::from_static("bytes"))
            .with(
                ETAG,
                HeaderValue::try_from(format!("\"range{length}\"")).unwrap_or(BINARY),
            ),
        Some(None) => about(Reply::empty(416), format!("bytes */{length}")),
        Some(Some((first, last))) => {
            let reply = Reply::bytes(BINARY, all[first..=last].to_vec()).status(206);
            about(reply, format!("bytes {first}-{last}/{length}"))
        }
    }
}

/// `/drip?numbytes=&duration=&delay=&code=`: bytes that come one after the other over some seconds.
pub(super) fn drip(call: &Call<'_>) -> Reply {
    let limit = call.site.limits.delay;
    let number = |name: &str, default: f64| match call.request.arg(name) {
        None => Some(default),
        Some(text) => text.parse().ok().filter(|number: &f64| *number >= 0.0),
    };
    let seconds = |name, default| {
        number(name, default).map(|number| Duration::from_secs_f64(number.min(86_400.0)))
    };
    let (Some(count), Some(duration), Some(delay), Some(code)) = (
        number("numbytes", 10.0),
        seconds("duration", 2.0),
        seconds("delay", 0.0),
        number("code", 200.0),
    ) else {
        return Reply::problem(400, "numbytes, duration, delay and code are numbers");
    };
    // A float that is too large becomes the largest number.
    let count = (count as usize).clamp(1, MAX_BYTES);
    let pieces = (0..count).map(|_| Bytes::from_static(b"*"));
    let interval = duration.min(limit) / u32::try_from(count).unwrap_or(u32::MAX);
    let mut reply = Reply::pieces(BINARY, pieces).every(interval);
    if let Ok(length) = HeaderValue::try_from(count.to_string()) {
        reply = reply.with(CONTENT_LENGTH, length);
    }
    reply.after = delay.min(limit);
    reply.status(code as u16)
}

/// `/etag/{tag}`: what `/get` says, to whoever does not have it yet (RFC 9110 section 13).
pub(super) fn etag(call: &Call<'_>) -> Reply {
    let tag = format!("\"{}\"", call.segment(1));
    let Ok(value) = HeaderValue::try_from(&tag) else {
        return Reply::problem(400, "this cannot be a tag");
    };
    let names = |field: &str| {
        let list = String::from_utf8_lossy(call.request.head.field(field)?).into_owned();
        let tags = list
            .split(',')
            .map(|one| one.trim().trim_start_matches("W/"));
        Some(tags.into_iter().any(|one| one == tag || one == "*"))
    };
    let reply = match (names("if-none-match"), names("if-match")) {
        (Some(true), _) => Reply::empty(304),
        (_, Some(false)) => Reply::empty(412),
        _ => super::echo::get(call),
    };
    reply.with(ETAG, value)
}

/// Reads one range of bytes (RFC 9110 section 14.1.2). The outer `None` is a header to be ignored, the inner one a range
/// that cannot be given.
fn part(value: &str, length: usize) -> Option<Option<(usize, usize)>> {
    let (first, last) = value.strip_prefix("bytes=")?.split_once('-')?;
    let end = length.checked_sub(1);
    if first.is_empty() {
        let suffix: usize = last.parse().ok()?;
        let end = end.filter(|_| suffix > 0);
        return Some(end.map(|end| (length.saturating_sub(suffix), end)));
    }
    let first: usize = first.parse().ok()?;
    let last = if last.is_empty() {
        usize::MAX
    } else {
        last.parse().ok()?
    };
    if last < first {
        return None;
    }
    Some(
        end.filter(|end| first <= *end)
            .map(|end| (first, last.min(end))),
    )
}

/// Reads the number in a segment of the path.
fn number(call: &Call<'_>, at: usize) -> Result<usize, &'static str> {
    call.segment(at)
        .parse()
        .map_err(|_| "the path does not end in a number")
}

pub(super) fn gzip(call: &Call<'_>) -> Reply {
    compressed(call, "gzipped", "gzip", |bytes| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).and_then(|()| encoder.finish())
    })
}

/// `deflate` is the zlib format (RFC 9110 section 8.4.1.2).
pub(super) fn deflate(call: &Call<'_>) -> Reply {
    compressed(call, "deflated", "deflate", |bytes| {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).and_then(|()| encoder.finish())
    })
}

pub(super) fn brotli(call: &Call<'_>) -> Reply {
    compressed(call, "brotli", "br", |bytes| {
        let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 22);
        encoder.write_all(bytes)?;
        Ok(encoder.into_inner())
    })
}

pub(super) fn zstd(call: &Call<'_>) -> Reply {
    compressed(call, "zstd", "zstd", |bytes| zstd::bulk::compress(bytes, 3))
}

fn compressed(
    call: &Call<'_>,
    member: &str,
    coding: &'static str,
    compress: fn(&[u8]) -> std::io::Result<Vec<u8>>,
) -> Reply {
    let request = call.request;
    let mut json = Json::object();
    json.bool(member, true);
    fields(&mut json, request);
    json.string("method", call.method());
    json.string("origin", &request.origin());
    match compress(&json.finish()) {
        Ok(bytes) => Reply::bytes(JSON, bytes)
            .with(CONTENT_ENCODING, HeaderValue::from_static(coding))
            .with(VARY, HeaderValue::from_static("Accept-Encoding")),
        Err(_) => Reply::problem(500, "the answer could not be compressed"),
    }
}

/// Either alphabet, with its padding or without.
const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// `/base64/{value}`: what it says, as text, whatever it would like to be.
pub(super) fn base64(call: &Call<'_>) -> Reply {
    let value = call.segment(1);
    match URL_SAFE
        .decode(value.as_bytes())
        .or_else(|_| STANDARD.decode(value.as_bytes()))
    {
        Ok(bytes) => Reply::bytes(TEXT, bytes).sandboxed(),
        Err(error) => Reply::problem(400, &format!("this is not base64: {error}")),
    }
}
