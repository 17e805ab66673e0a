//! A value that a child of `fork` does not share with its parent.

use std::sync::OnceLock;

/// A value of this process. A child finds a new one and never touches its parent's, whose lock another thread of the
/// parent may hold for ever.
pub(crate) struct ProcessLocal<T> {
    process: u32,
    value: T,
    child: OnceLock<Box<Self>>,
}

impl<T: Default> ProcessLocal<T> {
    pub(crate) fn new() -> Self {
        Self {
            process: std::process::id(),
            value: T::default(),
            child: OnceLock::new(),
        }
    }

    /// Returns the value of this process.
    pub(crate) fn get(&self) -> &T {
        let process = std::process::id();
        let mut here = self;
        while here.process != process {
            here = here.child.get_or_init(|| Box::new(Self::new()));
        }
        &here.value
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn a_child_finds_a_value_of_its_own() {
        let parents = ProcessLocal::<Mutex<u8>> {
            process: 0,
            value: Mutex::new(7),
            child: OnceLock::new(),
        };
        let held = parents.value.lock().unwrap();
        assert_eq!(*parents.get().lock().unwrap(), 0);
        *parents.get().lock().unwrap() = 8;
        assert_eq!(*parents.get().lock().unwrap(), 8);
        assert_eq!(*held, 7);
    }
}
