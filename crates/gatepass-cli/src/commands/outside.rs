//! What a request that somebody else may have written takes from this machine: variables of the environment, and files.
//!
//! A file from elsewhere can name any of them, and sends them wherever it likes. So what is taken is named, with where it goes;
//! files are taken from below the folder of the file only, and commands not at all.

use std::cell::RefCell;
use std::path::{Component, Path, PathBuf};

use gatepass_request::parse::Form;
use gatepass_request::parse::curl::Wanted;
use gatepass_request::{Outside, Request, Variable};

use crate::error::{Failure, reason};
use crate::output;

/// What lets files be taken from anywhere.
const LEAVE: &str = "If you know what is in it, and the server may have it, add --allow-files";

/// Where a request was read from, and what it may take from there.
pub(crate) struct Place {
    /// The folder of its file.
    folder: PathBuf,
    /// Whether only files below the folder are taken.
    is_fenced: bool,
    /// The files that were read so that the request could be understood.
    read: RefCell<Vec<String>>,
}

impl Place {
    /// Returns the place of a file; a hyphen is standard input, which stands in the folder that this program runs in.
    pub(crate) fn of_file(file: Option<&str>, allow_files: bool) -> Self {
        let path = file.filter(|file| *file != "-").map(Path::new);
        let real = path.and_then(|path| path.canonicalize().ok());
        let folder = real.as_deref().and_then(Path::parent);
        Self {
            folder: folder.map_or_else(here, Path::to_owned),
            is_fenced: !allow_files,
            read: RefCell::default(),
        }
    }

    /// Returns the place of what the user has typed, who may name any file.
    pub(crate) fn of_words() -> Self {
        Self {
            folder: here(),
            is_fenced: false,
            read: RefCell::default(),
        }
    }

    /// Reads what a curl command line needs to be understood. The environment is left to whoever sends.
    ///
    /// # Errors
    /// Why it is not read, as a phrase.
    pub(crate) fn read(&self, wanted: &Wanted<'_>) -> Result<Vec<u8>, String> {
        let Wanted::File(path) = wanted else {
            return Err("it is not read here".to_owned());
        };
        if !self.has(Path::new(path)) {
            return Err(format!(
                "it is not below {}, and is taken only with --allow-files",
                self.folder.display()
            ));
        }
        add(&mut self.read.borrow_mut(), path);
        std::fs::read(path).map_err(|error| reason(&error))
    }

    /// Says whether a file may be taken.
    fn has(&self, path: &Path) -> bool {
        !self.is_fenced || real(path).is_some_and(|path| path.starts_with(&self.folder))
    }

    /// Returns the path of a file as it is found from here. An `.http` file and a collection name files beside themselves, and
    /// a command those beside whoever runs it.
    fn found(&self, path: &str, form: Form) -> PathBuf {
        match form {
            Form::HttpFile | Form::Postman => self.folder.join(path),
            _ => PathBuf::from(path),
        }
    }
}

/// The folder that this program runs in.
fn here() -> PathBuf {
    let here = std::env::current_dir().and_then(|it| it.canonicalize());
    here.unwrap_or_default()
}

/// Returns where a path leads, whatever links are on the way; the file itself need not be there. `None` where that is open.
fn real(path: &Path) -> Option<PathBuf> {
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    let path = std::path::absolute(path).ok()?;
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    let joined = folder.zip(path.file_name());
    let path = joined.map_or(path.clone(), |(folder, name)| folder.join(name));
    // What is not there yet may be made, and must not lead up and out.
    let leads_up = path.components().any(|it| it == Component::ParentDir);
    (!leads_up).then_some(path)
}

/// A request in another form, as it was read.
pub(crate) struct Imported {
    pub(crate) request: Request,
    pub(crate) form: Form,
    pub(crate) place: Place,
}

impl Imported {
    /// Puts the environment's values in place of the variables, checks which files are taken, and says what goes where.
    ///
    /// # Errors
    /// [`Failure`] for a variable that nobody gives a value, a file outside the folder, and a command.
    pub(crate) fn filled(self, quiet: bool) -> Result<Request, Failure> {
        let taken = RefCell::new(Taken::default());
        let value = |variable: &Variable| {
            let value = std::env::var(&variable.name).ok()?;
            taken.borrow_mut().variable(&variable.name);
            Some(value)
        };
        let mut request = self.request.resolve(&value).map_err(|error| {
            Failure::new(error.to_string())
                .hint("Variables are taken from the file, and else from the environment")
        })?;
        let mut taken = taken.into_inner();
        let (place, form) = (self.place, self.form);
        taken.files = place.read.take();
        request.visit_outside(&mut |it| {
            match it {
                Outside::Environment(name) => taken.variable(name),
                Outside::File(path) => {
                    let found = place.found(path, form);
                    if !place.has(&found) {
                        let folder = place.folder.display();
                        let problem =
                            format!("the request takes the file {path:?}, which is not below {folder}");
                        return Err(Failure::new(problem).hint(LEAVE));
                    }
                    taken.file(path);
                    *path = found.into_os_string().into_string().unwrap_or_default();
                }
                Outside::Keyring(_) | Outside::Command(_) => {
                    return Err(Failure::new(
                        "the request takes a secret from a command or the keyring, which a file cannot ask for",
                    )
                    .hint("Give the credential beside it: -A SCHEME -a FIELD=cmd:COMMAND"));
                }
                _ => {}
            }
            Ok(())
        })?;
        if !quiet {
            taken.tell(&request.url.space().to_string());
        }
        Ok(request)
    }
}

/// What a request has taken from outside.
#[derive(Default)]
struct Taken {
    variables: Vec<String>,
    files: Vec<String>,
}

impl Taken {
    fn variable(&mut self, name: &str) {
        add(&mut self.variables, name);
    }

    fn file(&mut self, path: &str) {
        add(&mut self.files, path);
    }

    fn tell(&self, origin: &str) {
        if !self.variables.is_empty() {
            let names = self.variables.join(", ");
            output::note(&format!(
                "note: from the environment, for {origin}: {names}."
            ));
        }
        if !self.files.is_empty() {
            let names = self.files.join(", ");
            output::note(&format!("note: from files, for {origin}: {names}."));
        }
    }
}

fn add(all: &mut Vec<String>, one: &str) {
    let one = one.replace(char::is_control, "\u{fffd}");
    if !all.contains(&one) {
        all.push(one);
    }
}
