//! What a scheme is configured with: its fields, and the values that were given for them.

use std::collections::BTreeMap;

use crate::error::{AuthError, Misuse};
use crate::secret::Secret;

/// Another name of a scheme, with what it implies.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a plain pair, written in scheme files"
)]
pub struct Alias {
    /// The name.
    pub name: &'static str,
    /// The fields that it sets.
    pub sets: &'static [(&'static str, &'static str)],
}

/// How one value that is given for the whole credential is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// `user:password`, or `user` and the password is asked for.
    UserPassword,
    /// The value is the secret of this field.
    Single(&'static str),
    /// Each field is given by name.
    Named,
}

/// One thing that a scheme is configured with.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "written as a literal in scheme files"
)]
pub struct Field {
    /// The name, as in `-a name=value`.
    pub name: &'static str,
    /// What it is, as a phrase.
    pub help: &'static str,
    /// Whether it must not be shown.
    pub secret: bool,
    /// Whether the client cannot do without it.
    pub required: bool,
    /// The values that it may have; empty where any will do.
    pub choices: &'static [&'static str],
    /// What it is when it is not given.
    pub default: Option<&'static str>,
}

impl Field {
    /// Describes an optional field that may be shown. Adjust it with struct update syntax.
    pub const fn optional(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            secret: false,
            required: false,
            choices: &[],
            default: None,
        }
    }

    /// Describes a field that must be given.
    pub const fn required(name: &'static str, help: &'static str) -> Self {
        Self {
            required: true,
            ..Self::optional(name, help)
        }
    }

    /// Describes a secret that must be given.
    pub const fn secret(name: &'static str, help: &'static str) -> Self {
        Self {
            secret: true,
            ..Self::required(name, help)
        }
    }
}

/// The settings of one scheme by field name, credentials among them.
#[derive(Clone, Debug, Default)]
pub struct Values(BTreeMap<String, Secret>);

impl Values {
    /// Returns no settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a field.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Secret>) {
        self.0.insert(name.into(), value.into());
    }

    /// Sets a field and returns the settings.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.set(name, value);
        self
    }

    /// Returns a field's value.
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    /// Returns a field's value as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Secret::expose_str)
    }

    /// Returns a field that must be there.
    ///
    /// # Errors
    /// [`Misuse::MissingField`] where it is not.
    pub fn require(&self, scheme: &'static str, field: &'static str) -> Result<&Secret, AuthError> {
        self.get(field)
            .ok_or_else(|| Misuse::MissingField { scheme, field }.into())
    }

    /// Returns the names that are set, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns names and values, in alphabetical order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl<N: Into<String>, V: Into<Secret>> FromIterator<(N, V)> for Values {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}
