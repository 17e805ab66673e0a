//! Bytes that are mostly few, as the names and values of header fields are: they stand in the value itself.

use zeroize::Zeroize as _;

/// Bytes of which up to [`HERE`] need no memory of their own.
#[derive(Clone)]
pub(crate) struct Short(Place);

/// How many bytes stand in the value itself: the longest that are common, a date and the credentials of Basic, fit.
const HERE: usize = 38;

#[derive(Clone)]
enum Place {
    Here { length: u8, bytes: [u8; HERE] },
    There(Box<[u8]>),
}

impl Short {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut here = [0; HERE];
        Self(match here.get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                Place::Here {
                    length: bytes.len() as u8,
                    bytes: here,
                }
            }
            None => Place::There(bytes.into()),
        })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.0 {
            Place::Here { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Place::There(bytes) => bytes,
        }
    }

    /// Overwrites the bytes. None are left.
    pub(crate) fn wipe(&mut self) {
        match &mut self.0 {
            Place::Here { length, bytes } => {
                bytes.zeroize();
                *length = 0;
            }
            Place::There(bytes) => bytes.zeroize(),
        }
    }

    /// Returns the text that it was made of.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

impl PartialEq for Short {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Short {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_kept() {
        for length in 0..100 {
            let text: String = ('a'..='z').cycle().take(length).collect();
            let short = Short::new(text.as_bytes());
            assert_eq!((short.text(), short.bytes()), (&*text, text.as_bytes()));
            assert!(short == short.clone());
        }
        for length in [3, 100] {
            let mut short = Short::new(&vec![b'x'; length]);
            short.wipe();
            assert!(!short.bytes().contains(&b'x'));
        }
        assert!(Short::new(b"a") != Short::new(b"b"));
        assert_eq!(Short::new(b"\xff").bytes(), b"\xff");
    }
}
