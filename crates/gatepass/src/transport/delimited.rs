//! How the body of a response is delimited, where the codec is more lenient than is good for the next request.

use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

/// Says whether the connection may carry another request when this response has been read.
///
/// A response with both a length and chunks is read by its chunks, and may be an attack: what follows it may be somebody
/// else's (RFC 9112 section 6.3).
///
/// # Errors
/// What is wrong, as a phrase, with a body that is in a transfer coding besides chunks. None was asked for (RFC 9110
/// section 10.1.4), and the codec would hand it out as it is.
pub(crate) fn may_go_on(headers: &HeaderMap) -> Result<bool, String> {
    let mut chunked = false;
    for value in headers.get_all(TRANSFER_ENCODING) {
        let value = String::from_utf8_lossy(value.as_bytes());
        for coding in value.split(',').map(str::trim) {
            match coding.to_ascii_lowercase().as_str() {
                // The second is of RFC 2616, and means none.
                "chunked" | "identity" | "" => chunked = true,
                _ => {
                    return Err(format!(
                        "its body is in the transfer coding {coding:?}, which was not asked for"
                    ));
                }
            }
        }
    }
    Ok(!(chunked && headers.contains_key(CONTENT_LENGTH)))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn what_may_go_on() {
        for (length, coding, expected) in [
            (None, None, Some(true)),
            (Some("3"), None, Some(true)),
            (None, Some("Chunked "), Some(true)),
            (None, Some("identity"), Some(true)),
            (Some("3"), Some("chunked"), Some(false)),
            (None, Some("gzip, chunked"), None),
            (None, Some("xchunked"), None),
        ] {
            let fields = [(CONTENT_LENGTH, length), (TRANSFER_ENCODING, coding)];
            let fields = fields.into_iter().filter_map(|(name, value)| {
                let value = HeaderValue::from_static(value?);
                Some((name, value))
            });
            let headers: HeaderMap = fields.collect();
            assert_eq!(may_go_on(&headers).ok(), expected, "{headers:?}");
        }
    }
}
