//! What is kept from one request for the next: cookies in a file, and sessions with a name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueHint};
use gatepass::session::{Place, Session};
use gatepass::{Cookie, CookieFormat, Jar};
use gatepass_auth::show::{self, carries_credential};
use gatepass_request::parse::items::{Item, Value};
use gatepass_request::{Auth, Source, Url};

use crate::error::{Failure, of_client};
use crate::output;

const KEEPING: &str = "Sessions and cookies";

/// What is kept, and where.
#[derive(Args, Debug, Default)]
pub(crate) struct KeepArgs {
    /// Keep headers, the credential and cookies for the next request to the same origin under this name, or in this file
    ///
    /// A name with a slash in it is a file; any other is kept for the origin of the URL, in gatepass/sessions below the
    /// folder of the user's settings. Of a secret only its place is kept, such as env:NAME or keyring:SERVICE/USER; one that
    /// was typed is asked for next time. Headers of one body or version (Content-…, If-…) are not kept. "gatepass session"
    /// lists, shows and removes sessions. A session file of HTTPie is read, and not changed.
    #[arg(long, value_name = "NAME|FILE", help_heading = KEEPING, conflicts_with_all = ["session_read_only", "cookie_jar"])]
    pub(crate) session: Option<String>,

    /// Use a session without changing it
    #[arg(long, value_name = "NAME|FILE", help_heading = KEEPING, conflicts_with = "cookie_jar")]
    pub(crate) session_read_only: Option<String>,

    /// Send this cookie, or the cookies of this file, which is not changed
    ///
    /// Files are Netscape's, as curl and browsers write them, or JSON.
    #[arg(long, value_name = "NAME=VALUE|FILE", help_heading = KEEPING)]
    pub(crate) cookie: Vec<String>,

    /// Send the cookies of this file, if it is there, and write it when the request is done
    ///
    /// It is written as Netscape wrote such files, and as JSON if its name ends in .json. Only its owner may read it. Runs at
    /// the same time can share it, and a session too: each writes what it has changed.
    #[arg(short = 'c', long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = KEEPING)]
    pub(crate) cookie_jar: Option<PathBuf>,
}

/// What is kept for this request and the next.
pub(super) struct Kept {
    jar: Arc<Jar>,
    session: Option<Open>,
    file: Option<PathBuf>,
    /// Cookies given as text, which go to the origin of the URL.
    given: Vec<String>,
    notes: Vec<String>,
    /// Whether the credential is one that was kept.
    knows: bool,
}

struct Open {
    place: Place,
    session: Session,
    writes: bool,
}

impl KeepArgs {
    /// Reads the files that the arguments name.
    ///
    /// # Errors
    /// [`Failure`] for a file that makes no sense, and for a session that is only to be read and is not there.
    pub(super) fn open(&self, origin: &str) -> Result<Kept, Failure> {
        let session = self.session(origin)?;
        let jar = match (&session, &self.cookie_jar) {
            (Some(open), _) => Arc::clone(open.session.jar()),
            (None, Some(path)) => Arc::new(Jar::read(path).map_err(|error| of_client(&error))?),
            (None, None) => Arc::default(),
        };
        let (given, files): (Vec<_>, Vec<_>) = self
            .cookie
            .iter()
            .cloned()
            .partition(|text| text.contains('='));
        for path in files {
            if !Path::new(&path).exists() {
                let text = format!(
                    "--cookie cannot be {}: there is no such file",
                    show::typed_path(&path)
                );
                return Err(Failure::new(text).hint("A cookie itself is written NAME=VALUE"));
            }
            let from = Jar::read(&path).map_err(|error| of_client(&error))?;
            for cookie in from.cookies() {
                let put = jar.insert(&cookie);
                put.map_err(|problem| {
                    Failure::new(format!("the cookie {} of {path}: {problem}", cookie.name))
                })?;
            }
        }
        Ok(Kept {
            jar,
            session,
            file: self.cookie_jar.clone(),
            given,
            notes: Vec::new(),
            knows: false,
        })
    }

    fn session(&self, origin: &str) -> Result<Option<Open>, Failure> {
        let writes = self.session.is_some();
        let Some(name) = self.session.as_ref().or(self.session_read_only.as_ref()) else {
            return Ok(None);
        };
        let place = Place::of(name, origin).map_err(|error| of_client(&error))?;
        let found = Session::read(&place.path, origin).map_err(|error| of_client(&error))?;
        let session = match found {
            Some(session) => session,
            None if writes => Session::new(origin),
            None => {
                return Err(Failure::new(format!(
                    "there is no session {} for {origin}",
                    show::typed(name)
                ))
                .hint("--session NAME begins one; gatepass session ls lists them all"));
            }
        };
        Ok(Some(Open {
            writes: writes && !session.is_foreign(),
            place,
            session,
        }))
    }
}

impl Kept {
    /// Returns the jar of the request.
    pub(super) fn jar(&self) -> Arc<Jar> {
        Arc::clone(&self.jar)
    }

    /// Keeps the headers among the items, and adds those that were kept.
    pub(super) fn headers(&mut self, items: &mut Vec<Item>, url: &Url) {
        if !self.given.is_empty() {
            items.push(Item::Header {
                name: "Cookie".to_owned(),
                value: Value::Text(self.given.join("; ")),
            });
        }
        let Some(open) = &mut self.session else {
            return;
        };
        for item in items.iter() {
            let (name, value) = match item {
                Item::Header { name, value } => (name, absolute(value)),
                Item::EmptyHeader { name } => (name, Value::from("")),
                Item::NoHeader { name } => {
                    open.session.remove_header(name);
                    continue;
                }
                _ => continue,
            };
            if let Value::Text(text) = &value
                && name.eq_ignore_ascii_case("Cookie")
            {
                keep_cookies(&open.session, text, url);
                continue;
            }
            let is_secret = carries_credential(name) && matches!(value, Value::Text(_));
            if !open.session.set_header(name, value) && is_secret && open.writes {
                self.notes.push(format!(
                    "the session does not keep the header {name}, because its value is a secret; {name}:@env:NAME and {name}:@FILE keep its place"
                ));
            }
        }
        let named = |item: &Item, known: &str| {
            let (Item::Header { name, .. } | Item::EmptyHeader { name } | Item::NoHeader { name }) =
                item
            else {
                return false;
            };
            name.eq_ignore_ascii_case(known)
        };
        for (name, value) in open.session.headers() {
            if !items.iter().any(|item| named(item, name)) {
                items.push(Item::Header {
                    name: name.clone(),
                    value: value.clone(),
                });
            }
        }
    }

    /// Keeps the credential that was given, and returns it, or else the one that was kept.
    pub(super) fn auth(&mut self, given: Option<Auth>, origin: &str) -> Option<Auth> {
        let Some(open) = &mut self.session else {
            return given;
        };
        let is_home = open.session.origin() == origin;
        let Some(given) = given else {
            let kept = open.session.auth_for(origin).cloned();
            if kept.is_none() && open.session.auth_for(open.session.origin()).is_some() {
                self.notes.push(format!(
                    "the credential of the session is for {}, and was not sent",
                    open.session.origin()
                ));
            }
            self.knows = kept.is_some();
            return kept;
        };
        if !open.writes {
            return Some(given);
        }
        if !is_home {
            self.notes.push(format!(
                "the credential is not kept, because the session is for {}",
                open.session.origin()
            ));
            return Some(given);
        }
        let mut placed = given.clone();
        for (_, source) in &mut placed.values {
            if let Source::File(path) = source {
                *path = absolute_path(path);
            }
        }
        let asked = open.session.set_auth(&placed);
        if !asked.is_empty() {
            self.notes.push(format!(
                "the session does not keep the {}, and asks for it next time; env:NAME, @FILE, cmd:COMMAND and keyring:SERVICE/USER keep its place",
                asked.join(" and the ").replace('_', " ")
            ));
        }
        Some(given)
    }

    /// Says that the credential is one that was kept, as a phrase behind its place.
    pub(super) fn source(&self) -> Option<String> {
        let open = self.session.as_ref().filter(|_| self.knows)?;
        Some(format!(", as session {} says", open.place.name))
    }

    /// Writes what is to be kept. After a failure that is only the file of cookies, because some may have come.
    ///
    /// # Errors
    /// [`Failure`] for a file that cannot be written.
    pub(super) fn save(&self, succeeded: bool, quiet: bool) -> Result<(), Failure> {
        if let Some(path) = &self.file {
            let format = CookieFormat::of_path(path);
            let written = self.jar.save(path, format);
            written.map_err(|error| of_client(&error))?;
        }
        let Some(open) = self.session.as_ref().filter(|_| succeeded) else {
            return Ok(());
        };
        if !quiet {
            self.notes
                .iter()
                .for_each(|note| output::note(&format!("note: {note}.")));
        }
        if open.writes {
            let written = open.session.save(&open.place.path);
            written.map_err(|error| of_client(&error))?;
        }
        Ok(())
    }
}

/// Puts the pairs of a `Cookie` field into the session, for the host alone.
fn keep_cookies(session: &Session, text: &str, url: &Url) {
    for pair in text.split(';') {
        if let Some((name, value)) = pair.split_once('=') {
            let cookie = Cookie::new(name.trim(), value.trim(), url.host());
            // One that no jar can hold goes out with this request alone.
            let _ = session.jar().insert(&cookie);
        }
    }
}

/// Names a file so that it is found from every folder.
fn absolute(value: &Value) -> Value {
    match value {
        Value::File(path) => Value::File(absolute_path(path)),
        value => value.clone(),
    }
}

fn absolute_path(path: &str) -> String {
    let absolute = std::path::absolute(path).ok();
    let text = absolute.and_then(|path| path.into_os_string().into_string().ok());
    text.unwrap_or_else(|| path.to_owned())
}
