//! Profiles: credentials that a user has set up once, each bound to an origin, with the places of its secrets.
//!
//! They are kept in `profiles.json` in [`crate::config::config_dir`], which only its owner may read and which is not used
//! where others could have written it. A secret itself is never in it.
//!
//! ```
//! use gatepass::credentials::{Profile, Profiles, Resolver};
//! use gatepass_request::Auth;
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("profiles.json");
//! let auth = Auth::parse(Some("bearer"), &["cmd:pass show api"])?;
//! Profiles::change(&path, |profiles| profiles.add(Profile::new("work", "https://api.example", auth)?))?;
//!
//! let client = gatepass::Client::builder()
//!     .credentials_from(Profiles::read(&path)?.with_resolver(Resolver::new()))
//!     .build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use gatepass_auth::{Space, schemes};
use gatepass_request::{Auth, Url};
use serde::{Deserialize, Serialize};

use super::{Found, Provider, Resolver, phrase};
use crate::config::{config_dir, private_file};
use crate::error::{Error, Misuse};

/// A name, an origin, and by which scheme and from where requests to it are authenticated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Profile {
    /// The name: ASCII letters, digits, dots, hyphens and underscores.
    pub name: String,
    /// The origin, as in `https://api.example`.
    pub origin: String,
    /// The scheme, and the places of its fields.
    pub auth: Auth,
}

impl Profile {
    /// Makes a profile. Of `origin`, a path is left out.
    ///
    /// # Errors
    /// [`Misuse::BadProfile`] for such a name, for an origin that is no http or https URL or has a user name in it, and for
    /// a secret that is given itself instead of its place.
    pub fn new(name: impl Into<String>, origin: &str, auth: Auth) -> Result<Self, Error> {
        let mut profile = Self {
            name: name.into(),
            origin: origin.to_owned(),
            auth,
        };
        profile.origin = profile.check()?.to_string();
        Ok(profile)
    }

    /// Returns the origin as the party that the credential belongs to.
    ///
    /// # Errors
    /// [`Misuse::BadProfile`] for one that is no origin.
    pub fn space(&self) -> Result<Space, Error> {
        let url = Url::parse(&self.origin).map_err(|error| self.bad(error.to_string()))?;
        if url.user_info().is_some() {
            return Err(self.bad("the origin has a user name in it".to_owned()));
        }
        Ok(url.space())
    }

    fn check(&self) -> Result<Space, Error> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if !self.name.bytes().all(fits) || !self.name.starts_with(|c: char| c.is_alphanumeric()) {
            let problem = "a name has letters, digits, dots, hyphens and underscores only";
            return Err(self.bad(problem.to_owned()));
        }
        let scheme = self.auth.scheme.as_deref();
        if let Some(name) = scheme.filter(|name| !name.eq_ignore_ascii_case("auto")) {
            schemes::resolve(name).map_err(|error| self.bad(error.to_string()))?;
        }
        // Writing is what knows which fields are secrets.
        serde_json::to_value(&self.auth).map_err(|error| self.bad(error.to_string()))?;
        self.space()
    }

    fn bad(&self, problem: String) -> Error {
        let name = self.name.clone();
        Misuse::BadProfile { name, problem }.into()
    }
}

/// All profiles of a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profiles {
    profiles: Vec<Profile>,
}

impl Profiles {
    /// Returns where the user's profiles are kept.
    ///
    /// # Errors
    /// [`Misuse::NoHome`].
    pub fn path() -> Result<PathBuf, Error> {
        Ok(config_dir()?.join("profiles.json"))
    }

    /// Reads a file. One that is not there has no profiles.
    ///
    /// # Errors
    /// [`Misuse::UnsafeFile`] where others could have written it, [`Misuse::BadFile`] or [`Misuse::BadProfile`] where it
    /// makes no sense.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let Some(bytes) = private_file::read(path)? else {
            return Ok(Self::default());
        };
        let all: Self = serde_json::from_slice(&bytes).map_err(|error| Misuse::BadFile {
            path: path.display().to_string(),
            problem: unreadable(&error),
        })?;
        all.profiles
            .iter()
            .try_for_each(|profile| profile.check().map(drop))?;
        Ok(all)
    }

    /// Reads a file, has `edit` change what it says, and writes it, while nobody else does the same. An error changes
    /// nothing.
    ///
    /// # Errors
    /// As [`Profiles::read`], those of `edit`, and [`Misuse::BadFile`] where it cannot be written.
    pub fn change<T>(
        path: &Path,
        edit: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let _lock = private_file::lock(path)?;
        let mut all = Self::read(path)?;
        let made = edit(&mut all)?;
        let mut bytes = serde_json::to_vec_pretty(&all).map_err(|error| Misuse::BadFile {
            path: path.display().to_string(),
            problem: error.to_string(),
        })?;
        bytes.push(b'\n');
        private_file::write(path, &bytes)?;
        Ok(made)
    }

    /// Adds a profile, or puts it in the place of the one of the same name, which is returned.
    ///
    /// # Errors
    /// [`Misuse::BadProfile`], as [`Profile::new`].
    pub fn add(&mut self, profile: Profile) -> Result<Option<Profile>, Error> {
        profile.check()?;
        let same = self.profiles.iter_mut().find(|it| it.name == profile.name);
        Ok(match same {
            Some(place) => Some(std::mem::replace(place, profile)),
            None => {
                self.profiles.push(profile);
                None
            }
        })
    }

    /// Removes a profile and returns it.
    pub fn remove(&mut self, name: &str) -> Option<Profile> {
        let at = self.profiles.iter().position(|it| it.name == name)?;
        Some(self.profiles.remove(at))
    }

    /// Returns the profile of this name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|it| it.name == name)
    }

    /// Returns all of them, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter()
    }

    /// Returns the profiles of an origin.
    pub fn for_origin(&self, space: &Space) -> Vec<&Profile> {
        let fits = |it: &&Profile| it.space().is_ok_and(|origin| origin == *space);
        self.profiles.iter().filter(fits).collect()
    }

    /// Makes a provider of them, which finds their secrets by `resolver`, each when it is wanted for the first time.
    pub fn with_resolver(self, resolver: Resolver) -> ProfileProvider {
        ProfileProvider {
            profiles: self,
            resolver,
            made: Mutex::default(),
        }
    }
}

/// Says what is wrong with a file. Of values it says only where they stand: somebody may have written a secret there.
fn unreadable(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let about_names = ["unknown field", "missing field", "duplicate field"];
    if about_names.iter().any(|start| text.starts_with(start)) {
        return text;
    }
    let (line, column) = (error.line(), error.column());
    format!("line {line}, column {column} is not as gatepass writes it")
}

/// Knows the credentials of origins that have one profile.
pub struct ProfileProvider {
    profiles: Profiles,
    resolver: Resolver,
    /// What was made, by the profile's name: a scheme keeps what it has learned.
    made: Mutex<HashMap<String, Found>>,
}

impl ProfileProvider {
    /// Returns the profiles.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// Makes the scheme of a profile; `None` where there is no profile of this name.
    ///
    /// # Errors
    /// As [`Resolver::scheme`].
    pub fn scheme(&self, name: &str) -> Result<Option<Found>, Error> {
        let Some(profile) = self.profiles.get(name) else {
            return Ok(None);
        };
        // Who waits here wants the same secret, and should not be asked for it twice.
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = made.get(name) {
            return Ok(Some(found.clone()));
        }
        let (scheme, places) = self
            .resolver
            .scheme_for(&profile.auth, Some(&profile.origin))?;
        let elsewhere = phrase(places.iter().filter(|it| !it.is_here));
        let from = format!("from profile {name} ({elsewhere})");
        let found = Found { scheme, from };
        made.insert(name.to_owned(), found.clone());
        Ok(Some(found))
    }
}

impl Provider for ProfileProvider {
    /// Returns the credential of the origin's profile.
    ///
    /// # Errors
    /// [`Misuse::SeveralProfiles`] where one has to be chosen; else as [`Resolver::scheme`].
    fn credential(&self, space: &Space) -> Result<Option<Found>, Error> {
        match self.profiles.for_origin(space)[..] {
            [] => Ok(None),
            [profile] => self.scheme(&profile.name),
            ref several => Err(Misuse::SeveralProfiles {
                space: space.clone(),
                names: several.iter().map(|it| it.name.clone()).collect(),
            }
            .into()),
        }
    }
}

impl fmt::Debug for ProfileProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileProvider")
            .field("profiles", &self.profiles)
            .finish_non_exhaustive()
    }
}
