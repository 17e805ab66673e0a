//! Bodies into files: under a safe name, all of it or nothing, and going on where an earlier transfer broke off.
//!
//! ```
//! # let server = gatepass_server::Server::start().unwrap();
//! # let url = server.url("/range/1000");
//! # let folder = tempfile::tempdir().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use gatepass::Client;
//! use gatepass::download::Destination;
//!
//! let mut destination = Destination::folder(folder.path()).resuming(true);
//! let request = destination.prepare(Client::new().get(&url));
//! let saved = request.send().await?.download(destination, |progress| {
//!     println!("{} of {:?} bytes", progress.position, progress.total);
//! }).await?;
//! assert_eq!((saved.length, saved.path.file_name().unwrap()), (1000, "1000".as_ref()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! What has come so far is in `NAME.part`, and what is needed to ask for the rest in `NAME.part.json`. The file itself
//! appears when it is complete. A transfer that breaks off keeps what came, and a [`DownloadError`] says how much that is; one
//! that is resumed is authenticated like any other, and begins anew where the server has another file by now.

mod name;
mod part;
mod receive;

use std::fmt;
use std::fs;
use std::path::PathBuf;

use gatepass_auth::Headers;

use crate::error::Error;
use crate::mode::Mode;
use crate::request::RequestBuilderOf;
use part::{Notes, Part, source_of};

pub use name::file_name;

/// Where a body goes.
#[derive(Clone, Debug)]
pub struct Destination {
    place: Place,
    resumes: bool,
    /// What is asked for, as the notes have it.
    source: Option<String>,
    /// What is there already of the file at this path, and was asked to go on.
    begun: Option<(PathBuf, u64, Notes)>,
}

#[derive(Clone, Debug)]
enum Place {
    /// A file that was named. What is there gives way.
    File(PathBuf),
    /// A folder, in which the server names the file. Nothing that is there gives way.
    Folder(PathBuf),
}

/// How far a transfer has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// Where the file will be.
    pub path: PathBuf,
    /// Where what has come is until then; none where the file is a pipe or a device.
    pub part: Option<PathBuf>,
    /// How many bytes are there.
    pub position: u64,
    /// With how many bytes this transfer began: those of an earlier one.
    pub start: u64,
    /// How many bytes there will be, if that is known.
    pub total: Option<u64>,
    /// Whether another transfer can go on from here.
    pub can_resume: bool,
}

/// A file that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Where it is.
    pub path: PathBuf,
    /// How many bytes it has.
    pub length: u64,
    /// How many of them an earlier transfer had brought.
    pub start: u64,
}

/// Why a file is not complete, and what there is of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DownloadError {
    /// What went wrong.
    pub error: Box<Error>,
    /// What is there, if anything came.
    pub progress: Option<Progress>,
}

impl Destination {
    /// Saves to this file. What is there gives way when the new file is complete. A pipe or a device is written to as it
    /// is.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        // What a link leads to is replaced, not the link.
        Self::of(Place::File(fs::canonicalize(&path).unwrap_or(path)))
    }

    /// Saves to this folder, under the [name](file_name) that the server gives it; with a number in it where such a file
    /// is there already.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self::of(Place::Folder(path.into()))
    }

    fn of(place: Place) -> Self {
        Self {
            place,
            resumes: false,
            source: None,
            begun: None,
        }
    }

    /// Says whether to go on where an earlier transfer broke off. In a folder, it is found by the URL that was asked for.
    #[must_use]
    pub fn resuming(mut self, resumes: bool) -> Self {
        self.resumes = resumes;
        self
    }

    /// Returns how many bytes of an earlier transfer the [prepared](Destination::prepare) request goes on with.
    pub fn goes_on_at(&self) -> Option<u64> {
        self.begun.as_ref().map(|(_, length, _)| *length)
    }

    /// Prepares a request for the file, which has its URL and its headers by now: it asks for the body as it is,
    /// uncompressed, and only for the rest where an earlier transfer is to be gone on with, and as long as the file has not
    /// changed (`Range` and `If-Range`, RFC 9110 sections 13.1.5 and 14.2).
    pub fn prepare<M: Mode>(&mut self, mut request: RequestBuilderOf<M>) -> RequestBuilderOf<M> {
        if !request.has_header("Accept-Encoding") {
            request = request.header("Accept-Encoding", "identity");
        }
        self.source = request.known_url().map(source_of);
        self.begun = match (&self.place, &self.source, request.known_url()) {
            _ if !self.resumes || request.has_header("Range") => None,
            (Place::File(path), ..) => {
                let left = Part::left_behind(path);
                left.map(|(length, notes)| (path.clone(), length, notes))
            }
            (Place::Folder(folder), Some(source), Some(url)) => {
                Part::left_in(folder, &file_name(&Headers::new(), url), source)
            }
            _ => None,
        };
        if let Some((_, length, notes)) = &self.begun {
            request = request.header("Range", format!("bytes={length}-"));
            let validator = notes.validator.clone().unwrap_or_default();
            request = request.header("If-Range", validator);
        }
        request
    }
}

impl fmt::Display for DownloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)?;
        match &self.progress {
            Some(progress) => write!(f, " ({} bytes are kept)", progress.position),
            None => Ok(()),
        }
    }
}

impl std::error::Error for DownloadError {}

impl From<DownloadError> for Error {
    fn from(error: DownloadError) -> Self {
        *error.error
    }
}
