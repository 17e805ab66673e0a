//! What comes of a body goes into a file, and is checked against what was asked for.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use gatepass_auth::Headers;
use gatepass_request::Url;

use super::name::{file_name, numbered};
use super::part::{ContentRange, Notes, Part, source_of};
use super::{Destination, DownloadError, Place, Progress, Saved};
use crate::arrived::Arrived;
use crate::config::private_file;
use crate::error::{Error, Peer};
use crate::mode::Async;
use crate::response::ResponseOf;
use crate::transcript::Head;

/// How many names are tried for a file that must not replace another.
const NAMES: u32 = 10_000;

impl ResponseOf<Async> {
    /// Writes the body to a file, and tells after each piece how far that is. See [`crate::download`].
    ///
    /// # Errors
    /// [`DownloadError`], which says what there is of the file.
    pub async fn download(
        self,
        destination: Destination,
        on_progress: impl FnMut(&Progress),
    ) -> Result<Saved, DownloadError> {
        self.arrived.download(&destination, on_progress).await
    }
}

impl Destination {
    /// Opens what the body of a response is written to.
    fn open(&self, came: &Came<'_>) -> Result<Receiver, Error> {
        let head = came.head;
        if let Some((target, length, notes)) = &self.begun
            && matches!(head.status, 206 | 416)
        {
            return go_on(head, target, *length, notes);
        }
        if !(200..300).contains(&head.status) {
            let status = head.status;
            return Err(Peer::NotTheFile { status }.into());
        }
        if head.status == 206 && !came.asked_for_range {
            return Err(not_the_rest("nobody asked for a part of it"));
        }
        let length = head.headers.get_str("Content-Length");
        let total = length.and_then(|length| length.parse().ok());
        let total = total.filter(|_| !came.is_decoded);
        if let Place::File(path) = &self.place
            && fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
        {
            let file = File::options().write(true).open(path);
            let file = file.map_err(|error| unusable(path, &error))?;
            return Ok(Receiver::new(path, Sink::Device(file), 0, total));
        }
        let source = self.source.clone();
        let source = source.unwrap_or_else(|| source_of(came.url));
        let (target, mut part) = self.new_part(&head.headers, came.url, &source)?;
        // A part of a file that was asked for by hand is not to be gone on with.
        let mut notes = Notes::of(&head.headers, total, came.is_decoded || head.status == 206);
        notes.source = Some(source);
        part.begin(&notes)
            .map_err(|error| unusable(&part.path(), &error))?;
        let mut receiver = Receiver::new(&target, Sink::Part(part), 0, total);
        receiver.progress.can_resume = notes.validator.is_some();
        Ok(receiver)
    }

    /// Opens an unfinished file under a name that is free. What other transfers have brought stays.
    fn new_part(
        &self,
        headers: &Headers,
        url: &Url,
        source: &str,
    ) -> Result<(PathBuf, Part), Error> {
        let folder = match &self.place {
            Place::File(path) if Part::is_strange(path) => return Err(in_the_way(path)),
            Place::File(path) => {
                let part = Part::open(path).map_err(|error| unusable(path, &error))?;
                let part = part.ok_or_else(|| taken(path))?;
                return Ok((path.clone(), part));
            }
            Place::Folder(folder) => folder,
        };
        let name = file_name(headers, url);
        for number in 0..NAMES {
            let target = folder.join(numbered(&name, number));
            let is_taken = fs::symlink_metadata(&target).is_ok()
                || Part::is_planted(&target)
                || Part::is_from_elsewhere(&target, source);
            if is_taken {
                continue;
            }
            if let Some(part) = Part::open(&target).map_err(|error| unusable(&target, &error))? {
                return Ok((target, part));
            }
        }
        let error = io::Error::from(io::ErrorKind::AlreadyExists);
        Err(unusable(&folder.join(name), &error))
    }
}

/// What is known of a response before its body is read.
struct Came<'a> {
    head: &'a Head,
    url: &'a Url,
    /// Whether codings of the body are undone.
    is_decoded: bool,
    asked_for_range: bool,
}

/// Opens what an earlier transfer has left, if the response is the rest of it.
fn go_on(head: &Head, target: &Path, length: u64, notes: &Notes) -> Result<Receiver, Error> {
    let range = head.headers.get_str("Content-Range").unwrap_or_default();
    let ContentRange { span, total } = ContentRange::parse(range)
        .ok_or_else(|| not_the_rest("its Content-Range makes no sense"))?;
    if total.is_some() && notes.total.is_some() && total != notes.total {
        return Err(not_the_rest("the file has another length now"));
    }
    // A refusal is about no bytes, and its page may be compressed.
    if let Some(problem) = notes.misfit(&head.headers).filter(|_| head.status == 206) {
        return Err(not_the_rest(problem));
    }
    match span {
        Some((first, _)) if head.status == 206 && first == length => {}
        // Nothing is missing.
        None if head.status == 416 && total == Some(length) => {}
        None if total < Some(length) => {
            return Err(not_the_rest(
                "the file is shorter now than what is there of it",
            ));
        }
        None => return Err(not_the_rest("there is no such part of it")),
        _ => return Err(not_the_rest("it begins elsewhere")),
    }
    let Some(mut part) = Part::open(target).map_err(|error| unusable(target, &error))? else {
        return Err(taken(target));
    };
    part.go_on(length)
        .map_err(|error| unusable(&part.path(), &error))?;
    let total = total.or(notes.total);
    let mut receiver = Receiver::new(target, Sink::Part(part), length, total);
    receiver.progress.can_resume = true;
    receiver.is_complete = head.status == 416;
    receiver.last = span.map(|(_, last)| last);
    Ok(receiver)
}

/// What a body is written to.
struct Receiver {
    progress: Progress,
    sink: Sink,
    /// Whether nothing of the response belongs to the file.
    is_complete: bool,
    /// The last byte that the response was to bring.
    last: Option<u64>,
}

enum Sink {
    Part(Part),
    Device(File),
}

impl Receiver {
    fn new(target: &Path, sink: Sink, start: u64, total: Option<u64>) -> Self {
        Self {
            progress: Progress {
                path: target.to_owned(),
                part: match &sink {
                    Sink::Part(part) => Some(part.path()),
                    Sink::Device(_) => None,
                },
                position: start,
                start,
                total,
                can_resume: false,
            },
            sink,
            is_complete: false,
            last: None,
        }
    }

    /// Returns the position at which the response ends, if that is known.
    fn end(&self) -> Option<u64> {
        self.last.map(|last| last + 1).or(self.progress.total)
    }

    /// Keeps what came, if anything did.
    fn give_up(self, error: Error) -> DownloadError {
        let progress = Some(self.progress);
        DownloadError {
            error: Box::new(error),
            progress: progress.filter(|progress| progress.position > 0),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let position = self.progress.position + bytes.len() as u64;
        if self.end().is_some_and(|end| position > end) {
            return Err(not_the_rest("there is more of it than it says"));
        }
        let written = match &mut self.sink {
            Sink::Part(part) => part.write(bytes),
            Sink::Device(file) => file.write_all(bytes),
        };
        written.map_err(|error| unusable(&self.progress.path, &error))?;
        self.progress.position = position;
        Ok(())
    }

    /// Puts the file into its place, under another number if somebody has taken the name in the meantime.
    fn finish(&mut self, destination: &Destination) -> Result<Saved, Error> {
        let position = self.progress.position;
        // A server may give less than the rest (RFC 9110 section 15.3.7), so that both must have been reached.
        let ends = [self.end(), self.progress.total];
        if let Some(total) = ends.into_iter().flatten().find(|end| *end != position) {
            let length = position;
            return Err(Peer::TooShort { length, total }.into());
        }
        let mut path = self.progress.path.clone();
        if let Sink::Part(part) = &mut self.sink {
            let replaces = matches!(destination.place, Place::File(_));
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = name.into_owned();
            let mut number = 0;
            while let Err(error) = part.finish(&path, replaces) {
                number += 1;
                if error.kind() != io::ErrorKind::AlreadyExists || replaces || number > NAMES {
                    return Err(unusable(&path, &error));
                }
                path.set_file_name(numbered(&name, number));
            }
        }
        Ok(Saved {
            path,
            length: position,
            start: self.progress.start,
        })
    }
}

impl Arrived {
    /// Writes the body to its destination.
    pub(crate) async fn download(
        mut self,
        destination: &Destination,
        mut on_progress: impl FnMut(&Progress),
    ) -> Result<Saved, DownloadError> {
        if is_archive(&self.seen().headers, &self.url) {
            self.undecoded();
        }
        let request = self.transcript.last().map(|leg| leg.headers());
        let opened = destination.open(&Came {
            head: self.seen(),
            url: &self.url,
            is_decoded: self.is_decoding(),
            asked_for_range: request.is_some_and(|headers| headers.contains("Range")),
        });
        let mut receiver = opened.map_err(|error| DownloadError {
            error: Box::new(error),
            progress: None,
        })?;
        on_progress(&receiver.progress);
        let received = self.receive(&mut receiver, on_progress).await;
        let saved = received.and_then(|()| receiver.finish(destination));
        saved.map_err(|error| receiver.give_up(error))
    }

    async fn receive(
        &mut self,
        receiver: &mut Receiver,
        mut on_progress: impl FnMut(&Progress),
    ) -> Result<(), Error> {
        while !receiver.is_complete
            && let Some(bytes) = self.chunk().await?
        {
            receiver.write(&bytes)?;
            on_progress(&receiver.progress);
        }
        Ok(())
    }
}

/// Says whether a body is a compressed file, and not a file that was compressed for the way, whatever the server says. It
/// is a common mistake, and browsers judge by the same.
fn is_archive(headers: &Headers, url: &Url) -> bool {
    let coding = headers.get_str("Content-Encoding").unwrap_or_default();
    let media_type = headers.get_str("Content-Type").unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let name = file_name(headers, url);
    let by_type = [
        "application/gzip",
        "application/x-gzip",
        "application/x-gunzip",
    ];
    let by_name = [".gz", ".tgz"];
    ["gzip", "x-gzip"]
        .iter()
        .any(|it| coding.eq_ignore_ascii_case(it))
        && (by_type.iter().any(|it| media_type.eq_ignore_ascii_case(it))
            || by_name
                .iter()
                .any(|end| name.to_ascii_lowercase().ends_with(end)))
}

fn unusable(path: &Path, error: &io::Error) -> Error {
    private_file::bad(path, error.to_string())
}

fn taken(path: &Path) -> Error {
    unusable(path, &io::Error::other("another transfer is writing to it"))
}

fn in_the_way(path: &Path) -> Error {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let problem =
        format!("{name}.part is there beside it, and no transfer has left it; move it away");
    unusable(path, &io::Error::other(problem))
}

fn not_the_rest(problem: &str) -> Error {
    Peer::NotTheRest {
        problem: problem.to_owned(),
    }
    .into()
}
