//! The verifiers of `/auth/<scheme>`: each is made once and lives as long as the server, because some keep state between requests.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use gatepass_auth::{AuthError, ServerSetup, Values, Verifier, schemes};

/// The verifiers with parameters of the path that are kept at most. Whoever asks can name any; those of the schemes without
/// parameters are as many as there are schemes, and stay.
const MOST: usize = 64;

/// Makes a verifier of one's own from what all verifiers of the server share.
pub(crate) type Make = Box<dyn FnOnce(&ServerSetup) -> Arc<dyn Verifier> + Send>;

/// A verifier by the name that is asked for.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) verifier: Arc<dyn Verifier>,
}

/// Every verifier of a server.
pub(crate) struct Verifiers {
    setup: ServerSetup,
    /// Those that the server was built with, which go before the schemes.
    given: Vec<Named>,
    made: Mutex<Made>,
}

#[derive(Default)]
struct Made {
    /// Without parameters, by the scheme's id.
    plain: Vec<Named>,
    /// With parameters, the oldest first.
    others: Vec<(Vec<(String, String)>, Named)>,
}

impl Verifiers {
    pub(crate) fn new(setup: ServerSetup, given: Vec<(String, Make)>) -> Self {
        let given = given.into_iter().map(|(name, make)| Named {
            name,
            verifier: make(&setup),
        });
        Self {
            given: given.collect(),
            setup,
            made: Mutex::default(),
        }
    }

    /// Returns the verifier of a name with its parameters, as `schemes::resolve` reads it.
    ///
    /// # Errors
    /// There is no such scheme, or it has no such parameters.
    pub(crate) fn find(&self, name: &str) -> Result<Named, AuthError> {
        if let Some(given) = self.given.iter().find(|given| given.name == name) {
            return Ok(given.clone());
        }
        let (entry, values) = schemes::resolve(name)?;
        let id = entry.about.id;
        let make = || -> Result<Named, AuthError> {
            Ok(Named {
                name: id.to_owned(),
                verifier: entry.server(&values, &self.setup)?,
            })
        };
        let settings = settings_of(&values);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if settings.is_empty() {
            if let Some(known) = made.plain.iter().find(|it| it.name == id) {
                return Ok(known.clone());
            }
            let new = make()?;
            made.plain.push(new.clone());
            return Ok(new);
        }
        let is_it = |(other, it): &&(_, Named)| *other == settings && it.name == id;
        if let Some((_, known)) = made.others.iter().find(is_it) {
            return Ok(known.clone());
        }
        let new = make()?;
        if made.others.len() == MOST {
            made.others.remove(0);
        }
        made.others.push((settings, new.clone()));
        Ok(new)
    }

    /// Returns the names that the server was built with.
    pub(crate) fn given(&self) -> impl Iterator<Item = &str> {
        self.given.iter().map(|given| given.name.as_str())
    }

    /// Tells every verifier that a connection has ended.
    pub(crate) fn connection_ended(&self, id: u64) {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let others = made.others.iter().map(|(_, other)| other);
        for named in self.given.iter().chain(&made.plain).chain(others) {
            named.verifier.connection_ended(id);
        }
    }
}

/// Returns the settings that a path has named: none of them is a secret.
fn settings_of(values: &Values) -> Vec<(String, String)> {
    let text = |(name, _): (&str, _)| {
        let value = values.text(name).unwrap_or_default();
        (name.to_owned(), value.to_owned())
    };
    values.iter().map(text).collect()
}

impl fmt::Debug for Verifiers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.given()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_is_made_once_and_strangers_cannot_push_it_out() {
        let setup = ServerSetup::new("r", "0123456789abcdef0123456789abcdef");
        let verifiers = Verifiers::new(setup, Vec::new());
        let same = |one: &Named, name: &str| {
            Arc::ptr_eq(&one.verifier, &verifiers.find(name).unwrap().verifier)
        };
        let plain = verifiers.find("digest").unwrap();
        let other = verifiers.find("bearer:JWT").unwrap();
        assert!(same(&plain, "Digest") && same(&other, "bearer:JWT"));
        assert!(!same(&plain, "digest:MD5") && !same(&other, "bearer:Jwt"));
        for number in 0..MOST {
            verifiers.find(&format!("bearer:W{number}")).unwrap();
        }
        assert!(same(&plain, "digest") && !same(&other, "bearer:JWT"));
        let made = verifiers.made.lock().unwrap();
        assert_eq!((made.plain.len(), made.others.len()), (1, MOST));
    }
}
