//! Where a chunked body ends (RFC 9112 section 7.1).

/// Follows the framing of a chunked body without decoding it: hyper does that.
///
/// It stops at what is malformed and passes everything behind it on, so that hyper refuses it and closes the connection.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    state: State,
    size: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Size,
    Extension,
    Data,
    DataEnd,
    /// At the start of a trailer line; an empty one ends the body.
    TrailerStart,
    Trailer,
    Ended,
    Malformed,
}

impl Chunks {
    /// Follows `bytes` and returns how many of them belong to the body.
    pub(crate) fn scan(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            match self.state {
                State::Ended => return at,
                State::Malformed => return bytes.len(),
                State::Data => {
                    let left = usize::try_from(self.size).unwrap_or(usize::MAX);
                    let taken = left.min(bytes.len() - at);
                    at += taken;
                    self.size -= taken as u64;
                    if self.size == 0 {
                        self.state = State::DataEnd;
                    }
                }
                _ => {
                    self.state = self.step(bytes[at]);
                    at += 1;
                }
            }
        }
        at
    }

    /// Says whether the body is complete.
    pub(crate) fn ended(&self) -> bool {
        self.state == State::Ended
    }

    fn step(&mut self, byte: u8) -> State {
        match (self.state, byte) {
            (State::Size, b'\n') | (State::Extension, b'\n') => {
                if self.size == 0 {
                    State::TrailerStart
                } else {
                    State::Data
                }
            }
            (State::Size, b';' | b' ' | b'\t') => State::Extension,
            (State::Size, b'\r') => State::Size,
            (State::Size, digit) => {
                let digit = char::from(digit).to_digit(16);
                let size = digit.and_then(|digit| {
                    let shifted = self.size.checked_mul(16)?;
                    shifted.checked_add(u64::from(digit))
                });
                match size {
                    Some(size) => {
                        self.size = size;
                        State::Size
                    }
                    None => State::Malformed,
                }
            }
            (State::DataEnd, b'\r') => State::DataEnd,
            (State::DataEnd, b'\n') => State::Size,
            (State::DataEnd, _) => State::Malformed,
            (State::TrailerStart, b'\r') => State::TrailerStart,
            (State::TrailerStart, b'\n') => State::Ended,
            (State::TrailerStart, _) => State::Trailer,
            (State::Trailer, b'\n') => State::TrailerStart,
            (other, _) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_bytes_come() {
        let body = b"3;x=y\r\nabc\r\n0a\r\n0123456789\r\n0\r\nA: b\r\n\r\n";
        let stream = [body, &b"GET / HTTP/1.1"[..]].concat();
        for step in 1..stream.len() {
            let (mut chunks, mut taken) = (Chunks::default(), 0);
            for part in stream.chunks(step) {
                let scanned = chunks.scan(part);
                taken += scanned;
                if scanned < part.len() {
                    break;
                }
            }
            assert!(chunks.ended(), "{step}");
            assert_eq!(taken, body.len(), "{step}");
        }
    }

    #[test]
    fn what_is_malformed_never_ends() {
        for body in ["x\r\n", "3\r\nabcd\r\n0\r\n\r\n", "11112222333344445\r\n"] {
            let mut chunks = Chunks::default();
            assert_eq!(chunks.scan(body.as_bytes()), body.len(), "{body}");
            assert!(!chunks.ended(), "{body}");
        }
    }
}
