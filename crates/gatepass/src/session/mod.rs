//! Sessions with a name: what one request leaves for the next, in a file that only its owner may read.
//!
//! A session keeps header fields, by what to authenticate, and cookies. It belongs to one origin, and its credential is for
//! that origin alone. Of secrets it keeps the places, never the secrets; cookies it keeps as they are. Session files of
//! HTTPie are read, and never written.
//!
//! ```
//! use gatepass::session::Session;
//! use gatepass_request::Auth;
//!
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("work.json");
//! let mut session = Session::new("https://api.example");
//! session.set_header("X-Trace", "7");
//! session.set_auth(&Auth::parse(Some("bearer"), &["env:API_TOKEN"])?);
//! session.write(&path)?;
//!
//! let session = Session::read(&path, "https://api.example")?.expect("it was written");
//! assert_eq!(session.headers().len(), 1);
//! assert!(session.auth_for("https://other.example").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod httpie;
mod place;

use std::path::Path;
use std::sync::Arc;

use gatepass_auth::show::carries_credential;
use gatepass_request::Auth;
use gatepass_request::parse::items::Value;
use serde::{Deserialize, Serialize};

pub use place::{Place, places};

use crate::config::private_file;
use crate::cookies::Jar;
use crate::cookies::json::Entry;
use crate::error::{Error, Misuse};

/// What is kept between requests to an origin.
#[derive(Debug)]
pub struct Session {
    origin: String,
    headers: Headers,
    auth: Option<Auth>,
    jar: Arc<Jar>,
    is_foreign: bool,
    /// What it was when it was read, but for the cookies, of which the jar knows.
    read: Option<(Headers, Option<Auth>)>,
}

type Headers = Vec<(String, Value)>;

/// What a file says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    origin: String,
    headers: Vec<StoredHeader>,
    auth: Option<Auth>,
    cookies: Vec<Entry>,
}

/// A header field: its value, or where that is to be had.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredHeader {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl Session {
    /// Begins a session with an origin: `https://api.example`.
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            headers: Vec::new(),
            auth: None,
            jar: Arc::default(),
            is_foreign: false,
            read: None,
        }
    }

    /// Reads a file; `None` where there is none. One of HTTPie is taken to be for `origin`, because it does not say.
    ///
    /// # Errors
    /// [`Misuse::UnsafeFile`] where others could have written it, [`Misuse::BadFile`] where it makes no sense.
    pub fn read(path: &Path, origin: &str) -> Result<Option<Self>, Error> {
        let Some(bytes) = private_file::read(path)? else {
            return Ok(None);
        };
        let bad = |problem| Misuse::BadFile {
            path: path.display().to_string(),
            problem,
        };
        if httpie::is_one(&bytes) {
            return Ok(Some(httpie::read(&bytes, origin).map_err(bad)?));
        }
        let stored: Stored = serde_json::from_slice(&bytes).map_err(|error| {
            // Of values only the place is told: somebody may have written a secret there.
            let place = format!("line {} column {}", error.line(), error.column());
            bad(format!("it is no session ({place})"))
        })?;
        Ok(Some(stored.session().map_err(bad)?))
    }

    /// Writes into a file what has changed since the session was read: what others have put there meanwhile stays. Of several
    /// who do so at the same time one waits for the other.
    ///
    /// # Errors
    /// As [`Session::read`] and [`Session::write`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        // Where nothing is written, nothing has to be writable.
        if !self.has_changed() {
            return Ok(());
        }
        let _lock = private_file::lock(path)?;
        match Self::read(path, &self.origin)? {
            Some(mut there) => {
                self.change(&mut there);
                there.write(path)
            }
            None => self.write(path),
        }
    }

    fn has_changed(&self) -> bool {
        let same = |(headers, auth): &(Headers, Option<Auth>)| {
            *headers == self.headers && *auth == self.auth
        };
        !self.read.as_ref().is_some_and(same) || self.jar.has_changed()
    }

    /// Does to another session what was done to this one since it was read.
    fn change(&self, other: &mut Self) {
        let none = (Headers::new(), None);
        let (headers, auth) = self.read.as_ref().unwrap_or(&none);
        let gone = headers.iter().filter(|it| !self.headers.contains(it));
        gone.for_each(|(name, _)| other.remove_header(name));
        for header in self.headers.iter().filter(|it| !headers.contains(it)) {
            other.remove_header(&header.0);
            other.headers.push(header.clone());
        }
        if self.auth != *auth {
            other.auth.clone_from(&self.auth);
        }
        self.jar.change(&other.jar);
    }

    /// Writes a file, whole or not at all. What was there is gone; see [`Session::save`].
    ///
    /// # Errors
    /// [`Misuse::BadFile`] where it cannot be written, [`Misuse::BadSession`] for a session of HTTPie, whose file would lose
    /// the secrets in it.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        if self.is_foreign {
            let problem = "it is HTTPie's, and is not changed";
            return Err(Misuse::BadSession { name, problem }.into());
        }
        let json = serde_json::to_vec_pretty(&Stored::of(self));
        let mut bytes = json.map_err(|error| Misuse::BadFile {
            path: name,
            problem: error.to_string(),
        })?;
        bytes.push(b'\n');
        if private_file::read(path)?.is_some_and(|old| old == bytes) {
            return Ok(());
        }
        private_file::write(path, &bytes)
    }

    /// Returns the origin that it belongs to.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Says whether the file is one of HTTPie, which is not written.
    pub fn is_foreign(&self) -> bool {
        self.is_foreign
    }

    /// Returns its cookies. What is put into the jar is written with the session.
    pub fn jar(&self) -> &Arc<Jar> {
        &self.jar
    }

    /// Returns its header fields, and where their values are.
    pub fn headers(&self) -> &[(String, Value)] {
        &self.headers
    }

    /// Keeps a header field in the place of any of the same name, and says whether it did. What describes one body or one
    /// version of a resource (`Content-…`, `If-…`), and a credential that is given itself, are not kept: its place can be,
    /// as in [`Value::Env`].
    pub fn set_header(&mut self, name: impl Into<String>, value: impl Into<Value>) -> bool {
        let (name, value) = (name.into(), value.into());
        self.remove_header(&name);
        let keeps = match &value {
            Value::Text(_) => !carries_credential(&name),
            value => reference(value).is_some(),
        };
        if keeps && !is_of_one_request(&name) {
            self.headers.push((name, value));
            return true;
        }
        false
    }

    /// Forgets a header field.
    pub fn remove_header(&mut self, name: &str) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Returns by what to authenticate, if it is for this origin.
    pub fn auth_for(&self, origin: &str) -> Option<&Auth> {
        self.auth.as_ref().filter(|_| self.origin == origin)
    }

    /// Keeps by what to authenticate, and returns the fields whose secrets are not kept, because they were given themselves:
    /// they are asked for.
    pub fn set_auth(&mut self, auth: &Auth) -> Vec<String> {
        let (stored, asked) = auth.storable();
        self.auth = Some(stored);
        asked
    }
}

/// Says whether a field belongs to one request, and not to those that follow.
pub(crate) fn is_of_one_request(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("content-")
        || name.starts_with("if-")
        || ["expect", "host", "range", "transfer-encoding"].contains(&name.as_str())
}

/// Writes where a value is as items write it.
fn reference(value: &Value) -> Option<String> {
    match value {
        Value::File(path) => Some(format!("@{path}")),
        Value::Env(name) => Some(format!("env:{name}")),
        _ => None,
    }
}

impl Stored {
    fn of(session: &Session) -> Self {
        let headers = session.headers.iter().map(|(name, value)| StoredHeader {
            name: name.clone(),
            value: match value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            },
            from: reference(value),
        });
        Self {
            origin: session.origin.clone(),
            headers: headers.collect(),
            auth: session.auth.clone(),
            cookies: session.jar.cookies().iter().map(Entry::of).collect(),
        }
    }

    fn session(self) -> Result<Session, String> {
        let mut session = Session::new(self.origin);
        session.auth = self.auth;
        for StoredHeader { name, value, from } in self.headers {
            let value = match (value, from) {
                (Some(text), None) => Value::Text(text),
                (None, Some(from)) => match (from.strip_prefix('@'), from.strip_prefix("env:")) {
                    (Some(path), _) => Value::File(path.to_owned()),
                    (_, Some(name)) => Value::Env(name.to_owned()),
                    _ => {
                        return Err(format!(
                            "the header {name:?} is to be had neither from @FILE nor from env:NAME"
                        ));
                    }
                },
                _ => {
                    return Err(format!(
                        "the header {name:?} needs either a value or where to have it from"
                    ));
                }
            };
            session.headers.push((name, value));
        }
        let mut jar = Jar::new();
        for entry in self.cookies {
            put(&jar, entry, "")?;
        }
        jar.has_read();
        session.jar = Arc::new(jar);
        session.read = Some((session.headers.clone(), session.auth.clone()));
        Ok(session)
    }
}

fn put(jar: &Jar, entry: Entry, host: &str) -> Result<(), String> {
    let cookie = entry.cookie(host);
    jar.insert(&cookie)
        .map_err(|problem| format!("the cookie {:?} cannot be used: {problem}", cookie.name))
}

#[cfg(test)]
mod tests;
