//! Secrets from files and from standard input.

use std::io::Read;

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

fn read_all(reader: impl Read, place: String, from: String) -> Result<Resolved, Error> {
    match bounded(reader).and_then(|whole| line_of(&whole)) {
        Ok(secret) => Ok(Resolved { secret, from }),
        Err(problem) => Err(missing(place, problem)),
    }
}

/// Reads everything, within reason, or says why it cannot be a secret.
pub(super) fn bounded(reader: impl Read) -> Result<Secret, String> {
    let mut bytes = Vec::new();
    let read = reader.take(LIMIT + 1).read_to_end(&mut bytes);
    let whole = Secret::new(bytes);
    match read {
        Err(error) => Err(error.to_string()),
        Ok(_) if whole.len() as u64 > LIMIT => Err(format!("it has more than {LIMIT} bytes")),
        Ok(_) => Ok(whole),
    }
}

/// Takes one line break from the end, or says that there is nothing else.
pub(super) fn line_of(whole: &Secret) -> Result<Secret, String> {
    match without_line_break(whole.expose()) {
        [] => Err("it is empty".to_owned()),
        line => Ok(Secret::new(line)),
    }
}

fn without_line_break(bytes: &[u8]) -> &[u8] {
    match bytes.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => bytes,
    }
}

pub(super) fn missing(place: String, problem: String) -> Error {
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
