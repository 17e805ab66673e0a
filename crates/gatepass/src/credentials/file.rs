//! Secrets from files and from standard input.

use std::io::Read as _;

use gatepass_auth::Secret;

use super::Resolved;
use crate::error::{Credential, Error};

/// More than any key: whoever gives a larger file has given the wrong one.
const LIMIT: u64 = 1 << 20;

/// Returns what stands in the file, without a line break at its end.
pub(super) fn read(path: &str) -> Result<Resolved, Error> {
    let place = || format!("file {path}");
    let file = std::fs::File::open(path).map_err(|error| missing(place(), error.to_string()))?;
    read_all(file, place(), format!("from {path}"))
}

/// Returns what comes from standard input, without a line break at its end.
pub(super) fn read_stdin() -> Result<Resolved, Error> {
    let place = "standard input";
    read_all(
        std::io::stdin().lock(),
        place.to_owned(),
        format!("from {place}"),
    )
}

fn read_all(reader: impl std::io::Read, place: String, from: String) -> Result<Resolved, Error> {
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(LIMIT + 1).read_to_end(&mut bytes) {
        return Err(missing(place, error.to_string()));
    }
    let whole = Secret::new(bytes);
    if whole.len() as u64 > LIMIT {
        return Err(missing(place, format!("it has more than {LIMIT} bytes")));
    }
    let secret = Secret::new(without_line_break(whole.expose()));
    if secret.is_empty() {
        return Err(missing(place, "it is empty".to_owned()));
    }
    Ok(Resolved { secret, from })
}

fn without_line_break(bytes: &[u8]) -> &[u8] {
    match bytes.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => bytes,
    }
}

fn missing(place: String, problem: String) -> Error {
    Credential::Missing { place, problem }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_goes() {
        for (text, kept) in [
            (&b"a\n"[..], &b"a"[..]),
            (b"a\r\n", b"a"),
            (b"a\n\n", b"a\n"),
            (b"a\r", b"a\r"),
            (b" a ", b" a "),
        ] {
            assert_eq!(without_line_break(text), kept);
        }
    }
}
