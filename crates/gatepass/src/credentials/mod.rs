//! Where secrets come from: the environment, a file, a command, the keyring, standard input, a question. Each says where it
//! was found.
//!
//! This is the only place that reads any of them. A [`gatepass_request::Auth`] names a scheme and the sources of its
//! fields; [`Resolver::scheme`] makes the scheme of it.
//!
//! ```
//! use gatepass::credentials::Resolver;
//! use gatepass_request::Auth;
//!
//! let auth = Auth::parse(Some("token"), &["env:CARGO_PKG_NAME"])?;
//! let found = Resolver::new().scheme(&auth)?;
//! assert_eq!(found.scheme.descriptor().id, "bearer");
//! assert_eq!(found.from, "token from environment variable CARGO_PKG_NAME");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is read from a file, a command, the keyring or standard input loses one line break at its end, because editors and
//! `echo` add it. Nothing else is changed.
//!
//! A resolver looks where it is told to look. What is there without being named for a request, such as [`Profiles`], is
//! used only where a client is given it: [`crate::ClientBuilder::credentials_from`].

mod child;
mod command;
mod env;
mod file;
pub mod keyring;
pub mod netrc;
pub mod profile;
mod prompt;
mod provider;
mod proxy;
pub mod store;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gatepass_auth::{AnyOf, Scheme, Secret, Values, schemes};
use gatepass_request::{Auth, Source, USER_PASSWORD};

use crate::error::{Credential, Error};
use crate::prompt::Prompter;

pub use netrc::Netrc;
pub use profile::{Profile, ProfileProvider, Profiles};
pub use provider::Provider;
pub(crate) use proxy::ProxySchemes;

/// Finds secrets. Standard input is read once, so one resolver serves one program.
#[derive(Default)]
pub struct Resolver {
    allow_plain_http: bool,
    prompter: Option<Arc<dyn Prompter>>,
    whom: Option<String>,
    stdin_is_read: AtomicBool,
    patience: Option<Duration>,
}

/// A secret, and where it was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resolved {
    /// The secret.
    pub secret: Secret,
    /// The place, as a phrase: `from environment variable API_TOKEN`.
    pub from: String,
}

/// A scheme with its credentials, and where these were found.
#[derive(Clone)]
#[non_exhaustive]
pub struct Found {
    /// The scheme.
    pub scheme: Arc<dyn Scheme>,
    /// The places by field, as a phrase: `password from secret.txt`. It suits
    /// [`crate::RequestBuilder::credential_source`].
    pub from: String,
}

impl Found {
    /// Joins a scheme and the place that its credential comes from, as a phrase.
    pub fn new(scheme: impl Scheme + 'static, from: impl Into<String>) -> Self {
        Self {
            scheme: Arc::new(scheme),
            from: from.into(),
        }
    }
}

impl Resolver {
    /// Makes a resolver that can ask nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says whom to ask for what is to be typed.
    #[must_use]
    pub fn with_prompter(mut self, prompter: Arc<dyn Prompter>) -> Self {
        self.prompter = Some(prompter);
        self
    }

    /// Names the party that the credential is for in questions: `https://api.example`.
    #[must_use]
    pub fn for_whom(mut self, whom: impl Into<String>) -> Self {
        self.whom = Some(whom.into());
        self
    }

    /// Lets a choice of schemes take up one that reveals its secret over plain HTTP, off this machine too.
    #[must_use]
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.allow_plain_http = allow;
        self
    }

    /// Waits for each command and for the keyring not longer than this, and ends them then.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Finds the value of a field.
    ///
    /// # Errors
    /// [`Credential::Missing`] where there is none, [`Credential::NoAnswer`] where nobody answers.
    pub fn resolve(&self, field: &str, source: &Source) -> Result<Resolved, Error> {
        self.find(field, source, None, self.whom.as_deref())
    }

    fn find(
        &self,
        field: &str,
        source: &Source,
        user: Option<&Secret>,
        whom: Option<&str>,
    ) -> Result<Resolved, Error> {
        match source {
            Source::Literal(secret) => Ok(Resolved {
                secret: secret.clone(),
                from: "as given".to_owned(),
            }),
            Source::Env(name) => env::read(name),
            Source::File(path) => file::read(path),
            Source::Stdin if self.stdin_is_read.swap(true, Ordering::Relaxed) => {
                Err(Credential::Missing {
                    place: "standard input".to_owned(),
                    problem: "it was read already, and can be read only once".to_owned(),
                }
                .into())
            }
            Source::Stdin => file::read_stdin(),
            Source::Prompt => prompt::ask(self.prompter.as_deref(), field, user, whom),
            Source::Command(command) => command::read(command, self.patience),
            Source::Keyring(entry) => keyring::read(entry, self.patience),
            other => Err(Credential::Missing {
                place: other.reference().unwrap_or_default(),
                problem: "secrets from such a place are not supported".to_owned(),
            }
            .into()),
        }
    }

    /// Makes the scheme that `auth` names, with its secrets.
    ///
    /// Without a name, Basic is sent at once, and a challenge for another scheme that the same values fit is answered
    /// with that. `auto` asks first, and takes the strongest that is offered and that the values fit. Over plain HTTP off
    /// this machine both ask first, and pass over what would reveal the secret, unless
    /// [`Resolver::allow_plain_http`] says otherwise.
    ///
    /// # Errors
    /// [`Credential::Missing`] or [`Credential::NoAnswer`] for a secret that is not there; else what the scheme refuses.
    pub fn scheme(&self, auth: &Auth) -> Result<Found, Error> {
        let (scheme, places) = self.scheme_for(auth, self.whom.as_deref())?;
        let from = phrase(places.iter());
        Ok(Found { scheme, from })
    }

    /// Makes the scheme, and says for each value where it was found.
    fn scheme_for(
        &self,
        auth: &Auth,
        whom: Option<&str>,
    ) -> Result<(Arc<dyn Scheme>, Vec<Place>), Error> {
        let (values, places) = self.values(auth, whom)?;
        let scheme = match auth.scheme.as_deref() {
            None => self.ladder(&values, Some("basic"))?,
            Some(name) if name.eq_ignore_ascii_case("auto") => self.ladder(&values, None)?,
            Some(name) => {
                let (entry, mut all) = schemes::resolve(name)?;
                values
                    .iter()
                    .for_each(|(field, value)| all.set(field, value));
                entry.client(&all)?
            }
        };
        Ok((scheme, places))
    }

    /// Joins every scheme that the values fit; `first` is sent at once.
    fn ladder(&self, values: &Values, first: Option<&str>) -> Result<Arc<dyn Scheme>, Error> {
        let mut fitting: Vec<(&str, Arc<dyn Scheme>)> = Vec::new();
        let mut refused = None;
        for entry in schemes::ALL {
            match entry.client(values) {
                Ok(scheme) => fitting.push((entry.about.id, scheme)),
                // What is wrong with the values for the first scheme is what the user has to know.
                Err(error) if first.unwrap_or("basic") == entry.about.id => refused = Some(error),
                Err(_) => {}
            }
        }
        let at = first.and_then(|id| fitting.iter().position(|(fits, _)| *fits == id));
        match refused {
            Some(error) if fitting.is_empty() || first.is_some() => Err(error.into()),
            _ => {
                let mut ladder = AnyOf::new(fitting.into_iter().map(|(_, scheme)| scheme));
                if self.allow_plain_http {
                    ladder = ladder.with_plain_http();
                }
                Ok(Arc::new(match at {
                    Some(at) => ladder.with_first(at),
                    None => ladder,
                }))
            }
        }
    }

    fn values(&self, auth: &Auth, whom: Option<&str>) -> Result<(Values, Vec<Place>), Error> {
        let mut values = Values::new();
        let mut places = Vec::new();
        for (field, source) in &auth.values {
            let user = values.get("username").cloned();
            let found = self.find(field, source, user.as_ref(), whom)?;
            places.push(Place {
                phrase: format!("{field} {}", found.from),
                is_here: matches!(source, Source::Literal(_)),
            });
            if field != USER_PASSWORD {
                values.set(field, found.secret);
                continue;
            }
            let (user, password) = split(&found)?;
            values.set("username", user);
            values.set("password", password);
        }
        Ok((values, places))
    }
}

/// Where a field was found, as a phrase, and whether it was given itself.
struct Place {
    phrase: String,
    is_here: bool,
}

fn phrase<'a>(places: impl Iterator<Item = &'a Place>) -> String {
    let phrases: Vec<&str> = places.map(|it| it.phrase.as_str()).collect();
    phrases.join(", ")
}

/// Splits `user:password` at its first colon.
fn split(found: &Resolved) -> Result<(Secret, Secret), Error> {
    let bytes = found.secret.expose();
    match bytes.iter().position(|&byte| byte == b':') {
        Some(colon) => Ok((
            Secret::new(&bytes[..colon]),
            Secret::new(&bytes[colon + 1..]),
        )),
        None => Err(Credential::Missing {
            place: found.from.trim_start_matches("from ").to_owned(),
            problem: "there is no colon between a user name and a password".to_owned(),
        }
        .into()),
    }
}

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolver")
            .field("whom", &self.whom)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Found")
            .field("scheme", &self.scheme.descriptor().id)
            .field("from", &self.from)
            .finish()
    }
}
