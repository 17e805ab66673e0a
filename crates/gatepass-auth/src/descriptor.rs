//! What is known of a scheme without credentials: the one source of flags, forms, endpoints, tables and manual pages.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::accounts::Accounts;
use crate::error::{AuthError, Misuse};
use crate::scheme::Scheme;
use crate::secret::Secret;
use crate::verifier::{ServerSetup, Verifier};

/// Describes one scheme. Every list of schemes in the product is made from these.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Descriptor {
    /// The name on our side: the value of `-A`, the end of `/auth/<id>`.
    pub id: &'static str,
    /// The scheme's word in challenges and credentials, where it has one.
    pub word: Option<&'static str>,
    /// The name that people know it by.
    pub title: &'static str,
    /// What it is, in one sentence.
    pub summary: &'static str,
    /// Where it is specified.
    pub reference: &'static str,
    /// How much it protects, from 0 to 100: the order in which an offer is taken up.
    pub strength: u8,
    /// Whether a reader of the request learns the secret, in the usual configuration.
    pub reveals_secret: bool,
    /// What it is configured with.
    pub fields: &'static [Field],
    /// How one value given for the whole credential is understood.
    pub form: Form,
    /// Fields that follow the scheme's name after colons: `bearer:JWT`, `apikey:header:X-Key`.
    pub parameters: &'static [&'static str],
    /// Other names, each with the fields that it sets.
    pub aliases: &'static [Alias],
    /// Credentials that the test server knows: field and value.
    pub example: &'static [(&'static str, &'static str)],
    /// The scheme's source, whose head is its manual page.
    pub source: &'static str,
    /// Makes the client's side.
    pub client: MakeClient,
    /// Makes the server's side.
    pub server: MakeServer,
    /// Enters into accounts whom these credentials belong to.
    pub enroll: Enroll,
}

/// Makes the client's side of a scheme from its settings.
pub type MakeClient = fn(&Values) -> Result<Arc<dyn Scheme>, AuthError>;

/// Enters the holder of some credentials into accounts, so that a verifier of the same scheme finds them.
pub type Enroll = fn(Accounts, &Values) -> Accounts;

/// Makes the server's side of a scheme from its settings and what all verifiers share.
pub type MakeServer = fn(&Values, &ServerSetup) -> Result<Arc<dyn Verifier>, AuthError>;

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

impl Descriptor {
    /// Returns the field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the credentials that the test server knows.
    pub fn example_values(&self) -> Values {
        self.example
            .iter()
            .map(|(name, value)| (*name, *value))
            .collect()
    }

    /// Checks `values` against the fields, and makes the client's side.
    ///
    /// # Errors
    /// [`Misuse::UnknownField`], [`Misuse::MissingField`] or [`Misuse::BadChoice`]; and what the scheme itself refuses.
    pub fn client(&self, values: &Values) -> Result<Arc<dyn Scheme>, AuthError> {
        self.check(values)?;
        (self.client)(values)
    }

    /// Makes the server's side. `values` are the scheme's own settings; credentials are looked up.
    ///
    /// # Errors
    /// What the scheme refuses.
    pub fn server(
        &self,
        values: &Values,
        setup: &ServerSetup,
    ) -> Result<Arc<dyn Verifier>, AuthError> {
        (self.server)(values, setup)
    }

    fn check(&self, values: &Values) -> Result<(), AuthError> {
        for name in values.names() {
            let Some(field) = self.field(name) else {
                return Err(Misuse::UnknownField {
                    scheme: self.id,
                    field: name.to_owned(),
                    known: self.fields.iter().map(|field| field.name).collect(),
                }
                .into());
            };
            let given = values.text(name).unwrap_or_default();
            let fits = |choice: &&str| choice.eq_ignore_ascii_case(given);
            if !field.choices.is_empty() && !field.choices.iter().any(fits) {
                return Err(Misuse::BadChoice {
                    scheme: self.id,
                    field: field.name,
                    choices: field.choices,
                }
                .into());
            }
        }
        match self
            .fields
            .iter()
            .find(|field| field.required && values.get(field.name).is_none())
        {
            Some(missing) => Err(Misuse::MissingField {
                scheme: self.id,
                field: missing.name,
            }
            .into()),
            None => Ok(()),
        }
    }

    /// Returns the manual page: the head of the scheme's source, without the comment marks.
    pub fn manual(&self) -> String {
        self.source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .fold(String::new(), |page, line| page + line + "\n")
    }
}

impl fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Descriptor")
            .field("id", &self.id)
            .finish_non_exhaustive()
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
