//! What can be told of credentials or of a challenge by reading them: for `decode`, and for people who compare two programs.

use crate::authorization::Credentials;
use crate::challenge::Challenge;
use crate::env::Timestamp;
use crate::lore::Parameter;
use crate::params::Params;
use crate::secret::Secret;

/// What was read, field by field, with what is wrong and what is worth knowing: sentences without their full stops.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Reading {
    /// The fields, in order.
    pub fields: Vec<Told>,
    /// What is wrong.
    pub problems: Vec<String>,
    /// What is worth knowing.
    pub notes: Vec<String>,
}

/// One field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Told {
    /// Its name as written.
    pub name: String,
    /// Its value.
    pub value: Value,
    /// What it is, as a phrase; empty where the name says it.
    pub means: &'static str,
}

/// The value of a field.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "whoever shows values must not forget that some are secret"
)]
pub enum Value {
    /// It may be shown.
    Open(String),
    /// It must not be shown.
    Hidden(Secret),
    /// It may be shown, and is a time.
    Time(Timestamp),
}

/// Reads the credentials of a scheme.
pub type ReadCredentials = fn(&Credentials) -> Reading;

/// Says what is wrong with a challenge of a scheme, and what is worth knowing of it.
pub type ReadChallenge = fn(&Challenge, &mut Reading);

impl Reading {
    /// Tells every parameter, with what `known` says of it; one that is not known is hidden.
    pub fn of_params(credentials: &Credentials, known: &[Parameter]) -> (Self, Params) {
        let (params, problems) = credentials.params();
        let mut reading = Self::default();
        for param in &params {
            let told = known
                .iter()
                .find(|known| known.name.eq_ignore_ascii_case(param.name()));
            let value = match told {
                Some(told) if told.open => Value::Open(param.text().into_owned()),
                _ => Value::Hidden(Secret::new(param.value())),
            };
            reading.tell(param.name(), value, told.map_or("", |told| told.means));
        }
        for problem in &problems {
            reading.problem(format!("there is {problem}"));
        }
        (reading, params)
    }

    /// Adds a field.
    pub fn tell(&mut self, name: impl Into<String>, value: Value, means: &'static str) {
        let name = name.into();
        self.fields.push(Told { name, value, means });
    }

    /// Says what is wrong.
    pub fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// Says what is worth knowing.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Complains of each of `names` that is not there.
    pub(crate) fn demand(&mut self, params: &Params, names: &[&str]) {
        for name in names.iter().filter(|name| params.get(name).is_none()) {
            self.problem(format!("{name} is missing"));
        }
    }

    /// Complains of a name that stands more than once.
    pub(crate) fn forbid_repeats(&mut self, params: &Params) {
        if let Some(name) = params.repeated() {
            self.problem(format!("{name} stands more than once"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_hidden() {
        let known = [Parameter::open("realm", "where")];
        let credentials = Credentials::parse(b"X realm=\"r\", key=\"s3cret-s3cret\"");
        let (reading, _) = Reading::of_params(&credentials.unwrap(), &known);
        let shown = format!("{reading:?}");
        assert!(shown.contains("Open(\"r\")"), "{shown}");
        assert!(!shown.contains("s3cret-s"), "{shown}");
    }
}
