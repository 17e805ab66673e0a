//! Settings by number, so that a pool tells connections apart without comparing what may be long.

use std::sync::{Mutex, PoisonError};

/// The values that were used last, each with a number that no other value has had.
pub(crate) struct Known<T>(Mutex<Inner<T>>);

struct Inner<T> {
    last: usize,
    values: Vec<(usize, T)>,
}

/// How many values are remembered. One that was forgotten gets a new number, and so new connections.
const MOST: usize = 64;

impl<T: PartialEq + Clone> Known<T> {
    /// Remembers `first` as number 0.
    pub(crate) fn new(first: T) -> Self {
        Self(Mutex::new(Inner {
            last: 0,
            values: vec![(0, first)],
        }))
    }

    /// Returns the number of a value.
    pub(crate) fn number(&self, value: &T) -> usize {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((number, _)) = inner.values.iter().find(|(_, known)| known == value) {
            return *number;
        }
        inner.last += 1;
        let number = inner.last;
        if inner.values.len() >= MOST {
            inner.values.remove(1);
        }
        inner.values.push((number, value.clone()));
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_given_once() {
        let known = Known::new("default".to_owned());
        assert_eq!(known.number(&"default".to_owned()), 0);
        for value in 1..=2 * MOST {
            assert_eq!(known.number(&value.to_string()), value);
            assert_eq!(known.number(&value.to_string()), value);
        }
        assert_eq!(known.number(&"1".to_owned()), 2 * MOST + 1, "forgotten");
        assert_eq!(known.number(&"default".to_owned()), 0);
    }
}
