//! `~/.netrc` and `~/.authinfo`: passwords by host, which many programs share.
//!
//! A netrc file is read by [`Netrc::standard`] or [`Netrc::file`] and given to [`crate::ClientBuilder::netrc`]; without
//! that, none is looked at. It comes last: whatever is given with a request, to the client or in the URL goes before it,
//! and so does any header field by which the caller gives a credential. A redirect to another host gets that host's entry.
//!
//! An entry that cannot be used, because its secret would go over plain HTTP say, is passed over, and the transcript tells
//! it ([`crate::Leg::passed_over`]).
//!
//! # Where it differs from curl
//!
//! - `default` has to be asked for ([`Netrc::for_every_host`]), and holds for the first host only, not for those that
//!   redirects lead to: it would give a password to anybody whom a server names.
//! - What stands in the URL goes before it; curl puts the file first.
//! - A password goes with its own login only, in whichever order the words stand, as with curl 8.23. To a user whom the file
//!   does not know, curl 7.88 gives the password of somebody else.
//! - An entry with a `port` is for that port only. Without one it is for all of its host's, as with curl.
//! - A password with control characters cannot be sent as Basic (RFC 7617), and is passed over.

mod parse;

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use gatepass_auth::{Form, Secret, Space, schemes};
use gatepass_request::{Auth, Source};

use super::file::bounded;
use super::{Found, Resolver};
use crate::config::home_dir;
use crate::error::{Error, Misuse};

pub use parse::{Dialect, Entry, Parsed, parse};

/// Passwords by host, from one file or several.
#[derive(Default)]
pub struct Netrc {
    files: Vec<Read>,
    scheme: Option<String>,
    every_host: bool,
    /// What was made of an entry, or why nothing was: a scheme keeps what it has learned.
    made: Mutex<HashMap<Key, Result<Found, String>>>,
}

/// The number of a file, the place of an entry in it, whose password it is where the entry does not say, and whether plain
/// HTTP is allowed.
type Key = (usize, usize, Option<String>, bool);

/// A file that was read.
struct Read {
    /// Its path as it is shown: `~/.netrc`.
    name: String,
    parsed: Parsed,
    /// Whether other users can read it.
    is_open: bool,
    /// Whether anything was looked for in it, and whether something was taken.
    is_asked: AtomicBool,
    is_used: AtomicBool,
}

impl Netrc {
    /// Reads the user's files: `$NETRC` alone where it is set; else `~/.netrc` (`~/_netrc` where there is none) and
    /// `~/.authinfo`, the first that knows a host being the one that is asked. One that is not there or cannot be read says
    /// nothing.
    pub fn standard() -> Self {
        if let Some(named) = std::env::var_os("NETRC") {
            return Self::of_those([PathBuf::from(named)]);
        }
        let Some(home) = home_dir() else {
            return Self::default();
        };
        let netrc = [".netrc", "_netrc"].map(|name| home.join(name));
        let netrc = netrc.into_iter().find(|path| path.exists());
        Self::of_those(netrc.into_iter().chain([home.join(".authinfo")]))
    }

    fn of_those(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let files = paths.into_iter().filter_map(|path| Read::open(&path).ok());
        Self {
            files: files.collect(),
            ..Self::default()
        }
    }

    /// Reads a file that has to be there. It is read as [`Dialect::Authinfo`] where its name has `authinfo` in it. What stands
    /// before a mistake in it counts ([`Netrc::warnings`]).
    ///
    /// # Errors
    /// [`Misuse::BadFile`] where it cannot be read.
    pub fn file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let read = Read::open(path).map_err(|problem| Misuse::BadFile {
            path: path.display().to_string(),
            problem,
        })?;
        Ok(Self {
            files: vec![read],
            ..Self::default()
        })
    }

    /// Takes a text that is there already. `name` is what the transcript says of it.
    pub fn text(name: impl Into<String>, text: &[u8], dialect: Dialect) -> Self {
        Self {
            files: vec![Read::new(name.into(), text, dialect)],
            ..Self::default()
        }
    }

    /// Sends what is found by this scheme, as `-A` names it. One that takes a single secret gets the password. Without a
    /// name it is done as [`Resolver::scheme`] does with user and password.
    #[must_use]
    pub fn with_scheme(mut self, name: impl Into<String>) -> Self {
        self.scheme = Some(name.into());
        self
    }

    /// Lets `default` stand for the host of a request that has no entry of its own.
    #[must_use]
    pub fn for_every_host(mut self) -> Self {
        self.every_host = true;
        self
    }

    /// Returns the entry for a host, and for a user where one is known: the first with a password, else the first with a
    /// user name alone. `default` is among them where [`Netrc::for_every_host`] was called.
    pub fn entry(&self, space: &Space, user: Option<&str>) -> Option<&Entry> {
        self.find(space, user, true)
            .map(|(file, at)| &self.files[file].parsed.entries[at])
    }

    /// Returns what the owner of the files should know, as sentences: that one which was used can be read by others, or that
    /// one which was asked could not be read to its end.
    pub fn warnings(&self) -> Vec<String> {
        self.files.iter().filter_map(Read::warning).collect()
    }

    /// Returns file and place of an entry.
    fn find(&self, space: &Space, user: Option<&str>, at_home: bool) -> Option<(usize, usize)> {
        let asked = |file: &Read| file.is_asked.store(true, Ordering::Relaxed);
        self.files.iter().for_each(asked);
        let places = self.files.iter().enumerate().flat_map(|(number, file)| {
            let entries = file.parsed.entries.iter().enumerate();
            entries.map(move |(at, entry)| ((number, at), entry))
        });
        let mut fitting = places
            .filter(|(_, entry)| is_for(entry, space) && is_of(entry, user))
            .filter(|(_, entry)| entry.machine.is_some() || (self.every_host && at_home))
            .map(|(place, entry)| (place, entry.password.is_some()));
        let first = fitting.next()?;
        let with_password = [first].into_iter().chain(fitting).find(|(_, has)| *has);
        Some(with_password.unwrap_or(first).0)
    }

    /// Returns the credential for a host, with the phrase that says where it is from; in place of the credential why there
    /// is none.
    pub(crate) fn credential(
        &self,
        space: &Space,
        user: Option<&str>,
        at_home: bool,
        allow_plain_http: bool,
    ) -> Option<(String, Result<Found, String>)> {
        let (number, at) = self.find(space, user, at_home)?;
        let file = &self.files[number];
        file.is_used.store(true, Ordering::Relaxed);
        let entry = &file.parsed.entries[at];
        let from = format!("from {} line {}", file.name, entry.line);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let user = user.filter(|_| entry.login.is_none()).map(str::to_owned);
        let login = entry.login.clone().or(user.as_deref().map(Secret::from));
        let key = (number, at, user, allow_plain_http);
        let make = || self.make(login, entry.password.clone(), allow_plain_http, &from);
        let found = made.entry(key).or_insert_with(make);
        Some((from, found.clone()))
    }

    /// Says whether what is found is sent by whichever scheme the server asks for.
    pub(crate) fn leaves_choice(&self) -> bool {
        self.scheme.is_none()
    }

    fn make(
        &self,
        login: Option<Secret>,
        password: Option<Secret>,
        allow_plain_http: bool,
        from: &str,
    ) -> Result<Found, String> {
        let name = self.scheme.as_deref();
        let form = match name {
            Some(name) if !name.eq_ignore_ascii_case("auto") => {
                let known = schemes::resolve(name).map_err(|error| error.to_string())?;
                known.0.about.form
            }
            _ => Form::UserPassword,
        };
        let literal = |secret: Option<Secret>| Source::Literal(secret.unwrap_or_default());
        let mut auth = Auth::parse::<&str>(name, &[]).map_err(|error| error.to_string())?;
        auth = match form {
            Form::UserPassword => auth
                .with("username", literal(login))
                .with("password", literal(password)),
            Form::Single(field) => auth.with(field, literal(password)),
            _ => return Err("the scheme takes more than a user and a password".to_owned()),
        };
        let resolver = Resolver::new().allow_plain_http(allow_plain_http);
        let mut found = resolver.scheme(&auth).map_err(|error| error.to_string())?;
        from.clone_into(&mut found.from);
        Ok(found)
    }
}

/// Says whether an entry is for this host and port. Host names are compared without regard to case, an IPv6 address with
/// brackets or without.
fn is_for(entry: &Entry, space: &Space) -> bool {
    let port = entry
        .port
        .as_deref()
        .is_none_or(|port| match port.parse::<u16>() {
            Ok(number) => space.port() == number,
            Err(_) => space.scheme().eq_ignore_ascii_case(port),
        });
    let named = entry.machine.as_deref().is_none_or(|machine| {
        let bare = machine
            .strip_prefix('[')
            .and_then(|it| it.strip_suffix(']'));
        space.host().eq_ignore_ascii_case(bare.unwrap_or(machine))
    });
    port && named
}

/// Says whether an entry is of this user. One without a name is of whoever is wanted.
fn is_of(entry: &Entry, user: Option<&str>) -> bool {
    match (&entry.login, user) {
        (Some(login), Some(user)) => login.matches(user.as_bytes()),
        _ => true,
    }
}

impl Read {
    fn new(name: String, text: &[u8], dialect: Dialect) -> Self {
        Self {
            name,
            parsed: parse(text, dialect),
            is_open: false,
            is_asked: AtomicBool::new(false),
            is_used: AtomicBool::new(false),
        }
    }

    fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let is_open = file.metadata().is_ok_and(|metadata| is_open(&metadata));
        let text = bounded(file)?;
        let name = shown(path);
        let is_authinfo = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains("authinfo"));
        let dialect = if is_authinfo {
            Dialect::Authinfo
        } else {
            Dialect::Netrc
        };
        Ok(Self {
            is_open,
            ..Self::new(name, text.expose(), dialect)
        })
    }

    fn warning(&self) -> Option<String> {
        let name = &self.name;
        if let Some((line, problem)) = self.parsed.problem
            && self.is_asked.load(Ordering::Relaxed)
        {
            return Some(format!("{name} was read up to line {line} only: {problem}"));
        }
        let is_shared = self.is_open && self.is_used.load(Ordering::Relaxed);
        is_shared.then(|| {
            format!("other users of this machine can read {name}; chmod 600 {name} stops that")
        })
    }
}

/// Returns a path as it is shown: the home folder is `~`.
fn shown(path: &Path) -> String {
    let below = home_dir().and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    match below {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    }
}

/// Says whether users other than the owner can read the file.
#[cfg(unix)]
fn is_open(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};

    // A pipe, as in <(command), has a mode that says nothing.
    metadata.mode() & 0o044 != 0 && !metadata.file_type().is_fifo()
}

/// Elsewhere the home folder's own permissions are what there is.
#[cfg(not(unix))]
fn is_open(_: &std::fs::Metadata) -> bool {
    false
}

impl fmt::Debug for Netrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.files.iter().map(|file| &file.name).collect();
        f.debug_struct("Netrc")
            .field("files", &names)
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(netrc: &Netrc, url: (&str, &str, u16), user: Option<&str>) -> Option<usize> {
        let entry = netrc.entry(&Space::origin(url.0, url.1, url.2), user);
        entry.map(|entry| entry.line)
    }

    #[test]
    fn an_entry_is_chosen_by_host_port_and_user() {
        let text = b"machine API.example login nobody
machine api.example login alice password 1
machine api.example login bob password 2
machine port.example port 8443 password 3
machine name.example port https password 4
machine name.example port imap password 5
machine ::1 password 6
machine [::2] password 7
default password 8
machine late.example password 9";
        let netrc = Netrc::text("test", text, Dialect::Netrc);
        let api = ("https", "api.example", 443);
        for (url, user, expected) in [
            (api, None, Some(2)),
            (("http", "api.example", 8080), None, Some(2)),
            (api, Some("bob"), Some(3)),
            (api, Some("nobody"), Some(1)),
            (api, Some("carol"), None),
            (api, Some("Bob"), None),
            (("https", "sub.api.example", 443), None, None),
            (("https", "port.example", 8443), None, Some(4)),
            (("https", "port.example", 443), None, None),
            (("https", "port.example", 8443), Some("any"), Some(4)),
            (("https", "name.example", 443), None, Some(5)),
            (("http", "name.example", 80), None, None),
            (("http", "::1", 80), None, Some(7)),
            (("http", "::2", 80), None, Some(8)),
            (("https", "late.example", 443), None, Some(10)),
        ] {
            assert_eq!(line(&netrc, url, user), expected, "{url:?} {user:?}");
        }
        let netrc = Netrc::text("test", text, Dialect::Netrc).for_every_host();
        let late = ("https", "late.example", 443);
        assert_eq!(line(&netrc, late, None), Some(9), "the first that fits");
        let late = Space::origin("https", "late.example", 443);
        assert_eq!(
            netrc.find(&late, None, false),
            Some((0, 9)),
            "on a redirect"
        );
    }
}
