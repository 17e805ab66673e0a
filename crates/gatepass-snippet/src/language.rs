//! The contract of a language: how it writes what a user gave, and what stands around it.

use crate::error::Unrepresentable;
use crate::options::Secrets;
use crate::text::{Run, Text};
use crate::writer::{Helper, Parts, Writer};

/// An expression around something: a variable's name, or another expression.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a table of constants")]
pub struct Around {
    /// What stands before.
    pub before: &'static str,
    /// What stands behind.
    pub after: &'static str,
    /// What the expression imports.
    pub imports: &'static [&'static str],
    /// A function that it calls.
    pub helper: Option<&'static Helper>,
}

impl Around {
    /// An expression that imports nothing.
    pub const fn new(before: &'static str, after: &'static str) -> Self {
        Self {
            before,
            after,
            imports: &[],
            helper: None,
        }
    }

    /// Adds what the expression imports.
    #[must_use]
    pub const fn importing(self, imports: &'static [&'static str]) -> Self {
        Self { imports, ..self }
    }

    /// Adds a function that the expression calls.
    #[must_use]
    pub const fn calling(self, helper: &'static Helper) -> Self {
        Self {
            helper: Some(helper),
            ..self
        }
    }
}

/// An expression of a variable with a literal that stands in where it is not set.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a table of constants")]
pub struct Or {
    /// What stands before the variable's name.
    pub before: &'static str,
    /// What stands between the name and the literal.
    pub between: &'static str,
    /// What stands behind the literal.
    pub after: &'static str,
    /// What the expression imports.
    pub imports: &'static [&'static str],
    /// A function that it calls.
    pub helper: Option<&'static Helper>,
}

impl Or {
    /// An expression of the language itself.
    pub const fn new(before: &'static str, between: &'static str, after: &'static str) -> Self {
        Self {
            before,
            between,
            after,
            imports: &[],
            helper: None,
        }
    }

    /// Adds what the expression imports.
    #[must_use]
    pub const fn importing(self, imports: &'static [&'static str]) -> Self {
        Self { imports, ..self }
    }

    /// Adds a function that the expression calls.
    #[must_use]
    pub const fn calling(self, helper: &'static Helper) -> Self {
        Self {
            helper: Some(helper),
            ..self
        }
    }
}

/// How a language writes what a user gave, and what stands around it.
pub trait Language: Sync {
    /// Returns the language's name.
    fn name(&self) -> &'static str;

    /// Returns one step of indentation.
    fn indent(&self) -> &'static str {
        "    "
    }

    /// Returns what a comment begins with; it ends with the line.
    fn comment(&self) -> &'static str;

    /// Returns what joins two texts.
    fn join(&self) -> &'static str {
        " + "
    }

    /// Returns what stands around texts that are joined. Where it is anything, texts alone are joined.
    fn joined(&self) -> Around {
        Around::new("", "")
    }

    /// Writes a literal of the language's text type.
    ///
    /// # Errors
    /// [`Unrepresentable`] where no literal is these bytes.
    fn text(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable>;

    /// Writes a literal of the language's type for bytes, where that is not its text type.
    ///
    /// # Errors
    /// [`Unrepresentable`] where no literal is these bytes.
    fn bytes(&self, bytes: &[u8], out: &mut String) -> Result<(), Unrepresentable> {
        self.text(bytes, out)
    }

    /// Returns how a user gets what asks for a secret, where the language does not come with it.
    fn asks_with(&self) -> Option<&'static str> {
        None
    }

    /// Returns what stands around a variable's name to read it, as the language's text type. Where the variable is not set the
    /// program ends with a sentence that names it: a credential that is not there is never sent.
    fn variable(&self, secrets: Secrets) -> Around;

    /// Returns what stands around a variable's name and a literal that stands in where it is not set; `None` for data, which
    /// reads nothing.
    fn variable_or(&self) -> Option<Or> {
        None
    }

    /// Says whether [`Language::assemble`] settles [`Parts::reads`] before the statements, which then only name the variables:
    /// what stands in for one that is not set is written there.
    fn settles_variables(&self) -> bool {
        false
    }

    /// Returns what stands around a text to make the language's type for bytes of it.
    fn to_bytes(&self) -> (&'static str, &'static str) {
        ("", "")
    }

    /// Returns what stands around a text to percent-encode it.
    fn percent(&self) -> Around;

    /// Writes a text with variables in it as one literal, where the language has such literals and the text is simple enough;
    /// says whether it did. It reads the variables as [`Language::variable`] and [`Language::variable_or`] say.
    ///
    /// # Errors
    /// [`Unrepresentable`] where no literal is these bytes.
    fn interpolated(
        &self,
        _runs: &[RunView<'_>],
        _secrets: Secrets,
        _out: &mut String,
    ) -> Result<bool, Unrepresentable> {
        Ok(false)
    }

    /// Returns the line that sets a variable, in the shell that the language's users have.
    fn set_line(&self, name: &str, value: &str) -> String {
        format!("export {name}={value}")
    }

    /// Says whether variables are set before the program starts. In a browser nothing is.
    fn sets_variables(&self) -> bool {
        true
    }

    /// Puts a program together.
    fn assemble(&self, parts: &Parts) -> String;

    /// Writes a program that prints the bytes of each text as hexadecimal digits, one text a line: first as the type for texts,
    /// then as the type for bytes. Texts that are not UTF-8 are printed as bytes only, where the language makes a difference.
    fn probe(&self, texts: &[Text], w: &mut Writer);
}

/// A stretch of a text, as [`Language::interpolated`] sees it.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a text has no third kind of stretch"
)]
pub enum RunView<'a> {
    /// Known bytes.
    Bytes(&'a [u8]),
    /// A variable, whether it is percent-encoded once it is read, and what stands in where it is not set: nothing does where it
    /// is asked for.
    Variable(&'a str, bool, Option<&'a str>),
}

impl Run {
    pub(crate) fn view(&self, secrets: Secrets) -> RunView<'_> {
        match self {
            Self::Bytes(bytes) => RunView::Bytes(bytes),
            Self::Variable {
                name,
                encoded,
                fallback,
            } => {
                let fallback = fallback.as_deref();
                RunView::Variable(
                    name,
                    *encoded,
                    fallback.filter(|_| secrets != Secrets::Prompt),
                )
            }
        }
    }
}
