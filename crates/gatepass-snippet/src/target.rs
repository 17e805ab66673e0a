//! The contract of a target.

use crate::call::Call;
use crate::language::Language;
use crate::support::{Need, Support};
use crate::writer::{Parts, Writer};

/// What a target is called, and what its code needs to run.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a table of constants")]
pub struct Info {
    /// The word in `gatepass code WORD`.
    pub id: &'static str,
    /// Other words for it.
    pub aliases: &'static [&'static str],
    /// What people call it: `Python requests`.
    pub title: &'static str,
    /// Targets with the same word here are near each other.
    pub family: &'static str,
    /// What a file with this code is called.
    pub file: &'static str,
    /// The oldest version that the code is for, where it has any.
    pub minimum: Option<Minimum>,
    /// How a user gets the library, where the language does not come with it.
    pub install: Option<&'static str>,
    /// How a test runs the code.
    pub recipe: Recipe,
}

/// The oldest version of a language or program that code is for. Where the tests have that one, it is proven with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Minimum {
    /// Whose version it is.
    pub of: &'static str,
    /// The version: numbers and dots.
    pub version: &'static str,
}

impl Minimum {
    /// Names a version.
    pub const fn new(of: &'static str, version: &'static str) -> Self {
        Self { of, version }
    }
}

impl std::fmt::Display for Minimum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} or later", self.of, self.version)
    }
}

/// How a test runs the code of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "code either runs or does not")]
pub enum Recipe {
    /// The toolchain of this name compiles and runs it.
    Run(&'static str),
    /// There is no toolchain where the tests run; why not, as a clause.
    NotExecuted(&'static str),
}

/// One name of `gatepass code`: a library of a language, or a command. See the crate's `CONTRIBUTING.md`.
pub trait Target: Sync {
    /// Returns what is known without a request.
    fn info(&self) -> &'static Info;

    /// Returns the language whose encoders write the texts.
    fn language(&self) -> &'static dyn Language;

    /// Says how far the target has what is needed. It is asked before [`Target::emit`], for each need of a request.
    fn supports(&self, need: Need) -> Support;

    /// Says why this very request cannot be written, where that is in no [`Need`]: a clause.
    fn refuses(&self, _call: &Call) -> Option<String> {
        None
    }

    /// Says whether a redirect to another host would take the login of `call` along: in a header that the library carries there,
    /// or because it answers whoever asks. Such code follows no redirect.
    fn carries_login(&self, _call: &Call) -> bool {
        false
    }

    /// Returns how a user gets what this very code imports, where the language does not come with it.
    fn install(&self, _call: &Call) -> Option<&'static str> {
        self.info().install
    }

    /// Writes the statements. What it is asked for is there: everything else has been refused.
    fn emit(&self, call: &Call, w: &mut Writer);

    /// Puts the program together.
    fn assemble(&self, parts: &Parts) -> String {
        self.language().assemble(parts)
    }

    /// Says whether code can read a secret or ask for it. Data cannot.
    fn runs(&self) -> bool {
        true
    }
}
