//! What is known of a scheme without credentials: the one source of flags, forms, endpoints, tables and manual pages.

use std::fmt;

use crate::error::{AuthError, Misuse};
use crate::lore::{Elsewhere, Parameter, Refused};
use crate::values::{Alias, Field, Form, Values};

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
    /// What people call its credentials, with the article: `A Digest response`.
    pub credential: &'static str,
    /// The parameters of its credentials and of `Authentication-Info`; none where the credentials are one value. Only these keep a
    /// value readable, and a scheme whose credentials are one value is hidden whole.
    pub parameters_sent: &'static [Parameter],
    /// The parameters of its challenges.
    pub parameters_asked: &'static [Parameter],
    /// Whether the credentials go elsewhere than into the field of the protection space.
    pub own_place: bool,
    /// What is said when a server refuses them.
    pub refused: Refused,
    /// What other programs call it.
    pub elsewhere: Elsewhere,
    /// The scheme's source, whose head is its manual page.
    pub source: &'static str,
}

impl Descriptor {
    /// A scheme of which nothing is known: what a scheme's file starts from, so that it writes down what there is to say.
    pub(crate) const BLANK: Self = Self {
        id: "",
        word: None,
        title: "",
        summary: "",
        reference: "",
        strength: 0,
        reveals_secret: true,
        fields: &[],
        form: Form::Named,
        parameters: &[],
        aliases: &[],
        example: &[],
        credential: "",
        parameters_sent: &[],
        parameters_asked: &[],
        own_place: false,
        refused: Refused::UNKNOWN,
        elsewhere: Elsewhere::NOWHERE,
        source: "",
    };

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

    /// Checks `values` against the fields.
    ///
    /// # Errors
    /// [`Misuse::UnknownField`], [`Misuse::BadChoice`] or [`Misuse::MissingField`].
    pub fn check(&self, values: &Values) -> Result<(), AuthError> {
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
