//! What the options up to `--next` have said so far.

use std::collections::HashMap;

use super::argument::Argument;
use super::credentials::{Login, Logins};
use super::data::Data;
use super::error::CurlError;
use super::flags::Why;
use super::form::Field;
use super::output::{Global, Output, Target};
use super::words::Input;
use super::{Read, Wanted};
use crate::settings::Settings;
use crate::variable::{StandIns, has_variable};
use crate::warning::{Warning, Warnings};

/// What all parts of a command line share.
pub(super) struct Shared<'a> {
    pub(super) read: Read<'a>,
    pub(super) stand_ins: &'a mut StandIns,
    pub(super) global: Global,
    pub(super) warnings: Warnings,
    pub(super) ignored: Vec<(String, Why)>,
    /// What standard input is, where the command line says so.
    pub(super) stdin: Option<Input>,
    /// What `--variable` has set.
    pub(super) values: HashMap<String, Vec<u8>>,
    /// By how much `--expand-` has made the command line longer.
    pub(super) grown: usize,
    /// How many config files stand around this one.
    pub(super) depth: usize,
    /// How many config files were read.
    pub(super) files: usize,
}

/// The options up to `--next`. Those that say how the request is carried out are in `settings` already.
#[derive(Default)]
pub(super) struct Operation {
    /// Which it is of all of them.
    pub(super) number: usize,
    pub(super) places: Vec<Place>,
    /// How many places have a URL, an output, an upload: each kind fills them from the front.
    urls: usize,
    targets: usize,
    uploads: usize,
    pub(super) method: Option<String>,
    pub(super) head: bool,
    pub(super) get: bool,
    pub(super) data: Option<Data>,
    pub(super) fields: Vec<Field>,
    pub(super) has_form: bool,
    pub(super) query: Vec<String>,
    pub(super) headers: Vec<Vec<u8>>,
    pub(super) agent: Option<String>,
    pub(super) referer: Option<String>,
    pub(super) cookies: Vec<Vec<u8>>,
    pub(super) range: Option<String>,
    pub(super) etag: Option<Vec<u8>>,
    /// The schemes that `--proto` and `--proto-redir` allow.
    pub(super) protocols: Option<Protocols>,
    pub(super) redirect_protocols: Option<Protocols>,
    pub(super) escapes_names: bool,
    pub(super) logins: Logins,
    pub(super) proxy: Option<String>,
    pub(super) proxy_scheme: Option<&'static str>,
    pub(super) proxy_user: Option<Login>,
    pub(super) proxy_logins: Logins,
    pub(super) settings: Settings,
    pub(super) proxy_settings: ProxySettings,
    pub(super) output: Output,
    pub(super) outputs: Vec<String>,
    pub(super) remote_name_all: bool,
    pub(super) glob_off: bool,
    pub(super) path_as_is: bool,
    pub(super) default_scheme: Option<String>,
    pub(super) no_user_in_url: bool,
}

/// Which of the two protocols that are spoken here may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Protocols {
    pub(super) http: bool,
    pub(super) https: bool,
}

impl Protocols {
    pub(super) const ALL: Self = Self {
        http: true,
        https: true,
    };

    pub(super) fn allows(self, scheme: &str) -> bool {
        match scheme {
            "http" => self.http,
            "https" => self.https,
            _ => false,
        }
    }
}

/// What is said about a proxy, wherever its URL stands.
#[derive(Default)]
pub(super) struct ProxySettings {
    pub(super) headers: Vec<(String, String)>,
    pub(super) tunnel: bool,
    pub(super) tls: crate::settings::Tls,
}

/// A URL with what belongs to it: the first output option goes with the first URL, whichever stands first.
#[derive(Default)]
pub(super) struct Place {
    pub(super) url: Option<String>,
    pub(super) target: Option<Target>,
    pub(super) upload: Option<String>,
    pub(super) glob_off: bool,
}

impl Operation {
    /// Returns the place at `at`, which is the end at most.
    fn place(&mut self, at: usize) -> &mut Place {
        if at == self.places.len() {
            self.places.push(Place::default());
        }
        &mut self.places[at]
    }

    pub(super) fn add_url(&mut self, url: String, glob_off: bool) {
        let place = self.place(self.urls);
        place.url = Some(url);
        place.glob_off = glob_off;
        if glob_off {
            place.target.get_or_insert(Target::RemoteName);
        }
        self.urls += 1;
    }

    pub(super) fn set_target(&mut self, target: Target) {
        let taken = |place: &Place| place.target.is_some();
        while self.places.get(self.targets).is_some_and(taken) {
            self.targets += 1;
        }
        self.place(self.targets).target = Some(target);
    }

    pub(super) fn set_upload(&mut self, file: String) {
        self.place(self.uploads).upload = Some(file);
        self.uploads += 1;
    }

    /// Says whether nothing was said since `--next`.
    pub(super) fn has_url(&self) -> bool {
        self.places.iter().any(|place| place.url.is_some())
    }
}

impl Shared<'_> {
    /// Reads a file that an option names now, because what it holds shapes the request.
    pub(super) fn file(
        &mut self,
        argument: &Argument<'_>,
        path: &[u8],
    ) -> Result<Vec<u8>, CurlError> {
        let path = argument.as_text(path)?;
        let unread = |problem: String| CurlError::Unread {
            option: argument.option.to_owned(),
            reference: path.clone(),
            problem,
        };
        if has_variable(path.as_bytes(), self.stand_ins.variables()) {
            return Err(
                argument.bad("names a file by a variable, and the file has to be read here")
            );
        }
        if path != "-" {
            return (self.read)(&Wanted::File(&path)).map_err(unread);
        }
        match self.stdin.take() {
            Some(Input::Bytes(bytes)) => Ok(bytes),
            Some(Input::File(file)) => (self.read)(&Wanted::File(&file)).map_err(unread),
            None => (self.read)(&Wanted::Stdin).map_err(unread),
        }
    }

    pub(super) fn warn(&mut self, subject: impl Into<String>, reason: impl Into<String>) {
        self.warnings.push(Warning::new(subject, reason));
    }
}
