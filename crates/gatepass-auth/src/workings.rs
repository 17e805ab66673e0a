//! What a scheme computed on its way to an answer, so that it can be shown, compared and tested.

use std::fmt;

use zeroize::Zeroize;

use crate::secret::mask;

/// The intermediate values of one computation, in order: `A1`, `HA1`, the signature base string, …
///
/// Both sides of a scheme record the same names, so that a server can say what it computed beside what a client sent,
/// and a test vector can assert every step. A step that holds or reveals a secret is masked in `Debug`.
#[derive(Clone, Default)]
pub struct Workings(Vec<Working>);

/// One intermediate value. One from which a secret could be learned is wiped when it is dropped.
#[derive(Clone)]
pub struct Working {
    name: &'static str,
    value: String,
    secret: bool,
}

impl Workings {
    /// Records a value that may be shown.
    pub fn show(&mut self, name: &'static str, value: impl Into<String>) {
        self.push(name, value.into(), false);
    }

    /// Records a value from which a secret could be learned.
    pub fn conceal(&mut self, name: &'static str, value: impl Into<String>) {
        self.push(name, value.into(), true);
    }

    fn push(&mut self, name: &'static str, value: String, secret: bool) {
        self.0.push(Working {
            name,
            value,
            secret,
        });
    }

    /// Returns the steps in the order in which they were computed.
    pub fn iter(&self) -> impl Iterator<Item = &Working> {
        self.0.iter()
    }

    /// Returns the last step of this name.
    pub fn get(&self, name: &str) -> Option<&Working> {
        self.0.iter().rev().find(|step| step.name == name)
    }

    /// Says whether nothing was recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets every step: a new attempt starts with an empty page.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl Working {
    /// Returns the step's name, as the RFC writes it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the value itself, secret or not.
    pub fn expose(&self) -> &str {
        &self.value
    }

    /// Returns the value if it may be shown, else its mask.
    pub fn shown(&self) -> String {
        if self.secret {
            mask(self.value.as_bytes())
        } else {
            self.value.clone()
        }
    }

    /// Says whether the value holds or reveals a secret.
    pub fn is_secret(&self) -> bool {
        self.secret
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if self.secret {
            self.value.zeroize();
        }
    }
}

impl fmt::Debug for Workings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl fmt::Debug for Working {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_concealed_step_is_masked() {
        let mut workings = Workings::default();
        workings.conceal("A1", "alice:realm:s3cret");
        workings.show("A2", "GET:/");
        let shown = format!("{workings:?}");
        assert!(
            !shown.contains("s3cret") && shown.contains("GET:/"),
            "{shown}"
        );
        assert_eq!(
            workings.get("A1").map(Working::expose),
            Some("alice:realm:s3cret")
        );
    }
}
