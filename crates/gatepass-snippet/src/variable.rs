//! What generated code reads when it runs: a name, and what is to be said of it.

use crate::text::identifier;

/// A variable that the code reads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name: letters, digits and underscores.
    pub name: String,
    /// What it holds, as a phrase: `the password`.
    pub about: &'static str,
    /// What a POSIX shell sets it to, already quoted.
    pub value: String,
}

impl Variable {
    /// Names a variable and says what it holds.
    pub fn new(name: &str, about: &'static str) -> Self {
        Self {
            name: identifier(name),
            about,
            value: format!("'{about}'"),
        }
    }

    /// Sets the variable to what a file holds.
    #[must_use]
    pub fn from_file(mut self, path: &str) -> Self {
        self.value = format!("\"$(cat {})\"", crate::languages::shell::quoted(path));
        self
    }

    /// Sets the variable to what a command prints.
    #[must_use]
    pub fn from_command(mut self, command: &str) -> Self {
        self.value = format!("\"$({command})\"");
        self
    }
}
