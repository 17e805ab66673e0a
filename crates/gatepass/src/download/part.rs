//! A file that is not complete yet: the bytes that have come, beside the place where they will be, and what is needed to ask
//! for the rest.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use gatepass_auth::{Hash, Headers};
use gatepass_request::Url;
use serde::{Deserialize, Serialize};

use crate::config::private_file;

/// What an unfinished file is called.
pub(super) const PART: &str = ".part";
/// What the notes on it are called.
pub(super) const NOTES: &str = ".part.json";
/// The longest notes, in bytes.
const LIMIT: u64 = 64 * 1024;

/// What is known of the file that the bytes belong to: by this the server can tell whether it still has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Notes {
    /// What was asked for, as [`source_of`] writes it.
    pub(super) source: Option<String>,
    /// What `If-Range` names: a strong entity tag, or the date of the last change (RFC 9110 section 13.1.5).
    pub(super) validator: Option<String>,
    /// The length of the whole, in bytes.
    pub(super) total: Option<u64>,
    /// The coding of the bytes that are there, where it was not undone.
    pub(super) coding: Option<String>,
}

impl Notes {
    /// Takes them from the response that began the transfer. What was `decoded` on the way cannot be continued: the part
    /// that is here is a part of something else.
    pub(super) fn of(headers: &Headers, total: Option<u64>, decoded: bool) -> Self {
        let ranges = headers.get_str("Accept-Ranges").unwrap_or_default();
        let is_continuable = !decoded && !ranges.eq_ignore_ascii_case("none");
        // A weak tag says nothing about bytes, so that it counts as none.
        let tag = headers.get_str("ETag").filter(|tag| tag.starts_with('"'));
        let validator = tag.or_else(|| strong_date(headers));
        Self {
            source: None,
            validator: validator.filter(|_| is_continuable).map(str::to_owned),
            total,
            coding: coding_of(headers).filter(|_| !decoded).map(str::to_owned),
        }
    }

    /// Says what speaks against a response being about the same bytes; `None` where nothing does.
    pub(super) fn misfit(&self, headers: &Headers) -> Option<&'static str> {
        let field = match &self.validator {
            Some(tag) if tag.starts_with('"') => "ETag",
            _ => "Last-Modified",
        };
        let now = headers.get_str(field);
        if now.is_some() && now != self.validator.as_deref() {
            return Some("the file has changed");
        }
        let same_coding = coding_of(headers).map(str::to_ascii_lowercase)
            == self
                .coding
                .as_ref()
                .map(|coding| coding.to_ascii_lowercase());
        (!same_coding).then_some("it is compressed in another way than the beginning")
    }

    /// Reads what an earlier transfer to `target` has noted.
    fn read(target: &Path) -> Option<Self> {
        let mut text = String::new();
        let notes = private_file::read_own(&beside(target, NOTES)).ok()?;
        notes.take(LIMIT).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }
}

/// Returns the date of the last change, if it tells versions apart: it must be older by a second than the response (RFC 9110
/// section 8.8.2.2), because within that second there may have been two.
fn strong_date(headers: &Headers) -> Option<&str> {
    let changed = headers.get_str("Last-Modified")?;
    let read = |text: &str| httpdate::parse_http_date(text).ok();
    let sent = read(headers.get_str("Date")?)?;
    let age = sent.duration_since(read(changed)?).ok()?;
    (age >= Duration::from_secs(1)).then_some(changed)
}

fn coding_of(headers: &Headers) -> Option<&str> {
    let coding = headers.get_str("Content-Encoding")?;
    (!coding.eq_ignore_ascii_case("identity")).then_some(coding)
}

/// Returns a fingerprint of what is asked for: a URL may carry what nobody should find in a file.
pub(super) fn source_of(url: &Url) -> String {
    let url = format!("{}{}", url.space(), url.target());
    Hash::Sha256.hex(&[url.as_bytes()])
}

/// An unfinished file, which nobody else writes to. An empty one goes when it is dropped.
pub(super) struct Part {
    target: PathBuf,
    file: File,
    /// Who may read the file that gives way.
    permissions: Option<Permissions>,
    is_finished: bool,
}

impl Part {
    /// Opens the unfinished file of `target`, empty if there was none. `None` where another transfer is writing to it.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::PermissionDenied`] for a target that must not be written.
    pub(super) fn open(target: &Path) -> io::Result<Option<Self>> {
        let there = fs::metadata(target).ok();
        let permissions = there.map(|about| about.permissions());
        if permissions.as_ref().is_some_and(Permissions::readonly) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        // Whoever can guess the name may have put a link there, or bytes that would become the file's beginning.
        let path = beside(target, PART);
        let file = private_file::open_own(&path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", file_name(&path)))
        })?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Ok(None),
            // A file system without locks does without.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        Ok(Some(Self {
            target: target.to_owned(),
            file,
            permissions,
            is_finished: false,
        }))
    }

    /// Returns what an earlier transfer to `target` has left, if it is enough to ask for the rest: how many bytes, and the
    /// notes on them.
    pub(super) fn left_behind(target: &Path) -> Option<(u64, Notes)> {
        if Self::is_planted(target) {
            return None;
        }
        let length = length_of_part(target);
        let notes = Notes::read(target)?;
        (length > 0 && notes.validator.is_some()).then_some((length, notes))
    }

    /// Returns the file in `folder` that an earlier transfer from `source` has begun, with what it has left: the one of
    /// this name, or any other.
    pub(super) fn left_in(
        folder: &Path,
        name: &str,
        source: &str,
    ) -> Option<(PathBuf, u64, Notes)> {
        let of_source = |target: PathBuf| {
            let (length, notes) = Self::left_behind(&target)?;
            (notes.source.as_deref() == Some(source)).then_some((target, length, notes))
        };
        of_source(folder.join(name)).or_else(|| {
            let mut names: Vec<_> = fs::read_dir(folder)
                .ok()?
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .collect();
            names.sort_unstable();
            names
                .iter()
                .filter_map(|name| name.strip_suffix(NOTES))
                .find_map(|name| of_source(folder.join(name)))
        })
    }

    /// Says whether there are bytes beside `target` that no transfer has noted anything about: somebody's own file.
    pub(super) fn is_strange(target: &Path) -> bool {
        length_of_part(target) > 0 && Notes::read(target).is_none()
    }

    /// Says whether something stands where the unfinished file of `target` would be, and was not put there by this user.
    pub(super) fn is_planted(target: &Path) -> bool {
        [PART, NOTES]
            .iter()
            .any(|end| private_file::not_own(&beside(target, end)).is_some())
    }

    /// Says whether there are bytes beside `target` that are not known to have come from `source`.
    pub(super) fn is_from_elsewhere(target: &Path, source: &str) -> bool {
        let is_from = |notes: Notes| notes.source.as_deref() == Some(source);
        length_of_part(target) > 0 && !Notes::read(target).is_some_and(is_from)
    }

    /// Begins anew, and keeps the notes on what comes.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn begin(&mut self, notes: &Notes) -> io::Result<()> {
        // Notes on what was there before would be lies from here on.
        let path = beside(&self.target, NOTES);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        let text = serde_json::to_string(notes).map_err(io::Error::other)?;
        // Not the file's own mode but the usual one: by it the finished file gets its mode.
        File::create_new(path)?.write_all(text.as_bytes())
    }

    /// Goes on behind the first `length` bytes.
    ///
    /// # Errors
    /// What the system says; a file that has become shorter.
    pub(super) fn go_on(&mut self, length: u64) -> io::Result<()> {
        if self.file.metadata()?.len() != length {
            return Err(io::Error::other("another transfer has changed it"));
        }
        self.file.seek(SeekFrom::Start(length)).map(drop)
    }

    /// Writes what has come.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Returns the place of the unfinished file.
    pub(super) fn path(&self) -> PathBuf {
        beside(&self.target, PART)
    }

    /// Puts the file, which is complete, into its place: all of it, whatever happens to the machine. `replaces` says whether
    /// a file that is there gives way.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::AlreadyExists`].
    pub(super) fn finish(&mut self, target: &Path, replaces: bool) -> io::Result<()> {
        // Who may read what gives way may read what comes, and nobody else; of a new file, whoever may read any new file of
        // this user's. Not every file system can do that.
        let notes = fs::symlink_metadata(beside(&self.target, NOTES)).ok();
        let usual = || notes.map(|about| about.permissions());
        let permissions = self.permissions.take().or_else(usual);
        let _ = permissions.map(|permissions| self.file.set_permissions(permissions));
        self.file.sync_all()?;
        let part = self.path();
        if replaces {
            fs::rename(&part, target)?;
        } else {
            match fs::hard_link(&part, target) {
                Ok(()) => fs::remove_file(&part)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
                // A file system without links: what is there a moment later is lost.
                Err(_) if target.exists() => return Err(io::ErrorKind::AlreadyExists.into()),
                Err(_) => fs::rename(&part, target)?,
            }
        }
        self.is_finished = true;
        let _ = fs::remove_file(beside(&self.target, NOTES));
        sync_folder(target);
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let is_empty = self.file.metadata().is_ok_and(|about| about.len() == 0);
        if is_empty && !self.is_finished {
            let _ = fs::remove_file(self.path());
            let _ = fs::remove_file(beside(&self.target, NOTES));
        }
    }
}

fn length_of_part(target: &Path) -> u64 {
    let about = fs::symlink_metadata(beside(target, PART));
    about.map_or(0, |about| if about.is_file() { about.len() } else { 0 })
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Has the system write down that a file is there. What cannot be written so is there all the same.
fn sync_folder(target: &Path) {
    if let Ok(folder) = File::open(private_file::folder_of(target)) {
        let _ = folder.sync_all();
    }
}

fn beside(target: &Path, end: &str) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What a response says it is a part of (RFC 9110 section 14.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    /// The first byte and the last one; none in `bytes */10`.
    pub(super) span: Option<(u64, u64)>,
    /// The length of the whole.
    pub(super) total: Option<u64>,
}

impl ContentRange {
    /// Reads `bytes 5-9/10`.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let (unit, rest) = value.trim().split_once(' ')?;
        let (span, total) = rest.trim().split_once('/')?;
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<u64>().ok()).flatten()
        };
        let total = match total.trim() {
            "*" => None,
            total => Some(number(total)?),
        };
        let span = match span.trim() {
            "*" => None,
            span => {
                let (first, last) = span.split_once('-')?;
                Some((number(first)?, number(last)?))
            }
        };
        let is_sound = match span {
            Some((first, last)) => first <= last && total.is_none_or(|total| last < total),
            None => total.is_some(),
        };
        (unit.eq_ignore_ascii_case("bytes") && is_sound).then_some(Self { span, total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_or_refused() {
        for (value, expected) in [
            ("bytes 5-9/10", Some((Some((5, 9)), Some(10)))),
            ("Bytes 0-0/*", Some((Some((0, 0)), None))),
            ("bytes */10", Some((None, Some(10)))),
            ("bytes */*", None),
            ("bytes 9-5/10", None),
            ("bytes 5-10/10", None),
            ("bytes 5-/10", None),
            ("bytes +5-9/10", None),
            ("bytes 5-99999999999999999999/*", None),
            ("lines 1-2/3", None),
            ("bytes=5-9/10", None),
            ("", None),
        ] {
            let expected = expected.map(|(span, total)| ContentRange { span, total });
            assert_eq!(ContentRange::parse(value), expected, "{value}");
        }
    }

    #[test]
    fn only_a_strong_validator_is_noted() {
        let notes = |headers: &[(&str, &str)]| {
            let headers: Headers = headers.iter().copied().collect();
            Notes::of(&headers, None, false).validator
        };
        let changed = ("Last-Modified", "Tue, 24 Nov 2026 09:00:00 GMT");
        let (at_once, later) = (
            ("Date", "Tue, 24 Nov 2026 09:00:00 GMT"),
            ("Date", "Tue, 24 Nov 2026 09:00:01 GMT"),
        );
        for (headers, validator) in [
            (vec![("ETag", "\"a\""), changed], Some("\"a\"")),
            (vec![("ETag", "W/\"a\""), changed, later], Some(changed.1)),
            (vec![changed, later], Some(changed.1)),
            (vec![changed, at_once], None),
            (vec![changed], None),
            (vec![("Last-Modified", "then"), later], None),
            (vec![("ETag", "W/\"a\"")], None),
            (vec![("ETag", "\"a\""), ("Accept-Ranges", "none")], None),
        ] {
            assert_eq!(notes(&headers).as_deref(), validator, "{headers:?}");
        }
        let headers: Headers = [("ETag", "\"a\"")].into_iter().collect();
        assert_eq!(Notes::of(&headers, None, true).validator, None);
    }

    #[test]
    fn one_transfer_at_a_time_writes_to_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a");
        let mut part = Part::open(&target).unwrap().unwrap();
        assert!(Part::open(&target).unwrap().is_none());
        let notes = Notes {
            source: Some("b".to_owned()),
            validator: Some("\"a\"".to_owned()),
            total: Some(5),
            coding: None,
        };
        part.begin(&notes).unwrap();
        assert_eq!(Part::left_behind(&target), None);
        part.write(b"hel").unwrap();
        drop(part);
        assert_eq!(Part::left_behind(&target), Some((3, notes)));
        assert!(Part::is_from_elsewhere(&target, "c") && !Part::is_from_elsewhere(&target, "b"));
        assert!(Part::left_in(folder.path(), "z", "b").is_some_and(|(found, ..)| found == target));
        assert!(Part::left_in(folder.path(), "a", "c").is_none());
        let mut part = Part::open(&target).unwrap().unwrap();
        assert!(part.go_on(2).is_err());
        part.go_on(3).unwrap();
        part.write(b"lo").unwrap();
        fs::write(&target, "other").unwrap();
        let error = part.finish(&target, false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        part.finish(&target, true).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"hello");
        drop(part);
        // One in which nothing has come leaves nothing behind.
        Part::open(&folder.path().join("b")).unwrap().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(folder.path().join("c.part"), "somebody's").unwrap();
        assert!(Part::is_strange(&folder.path().join("c")));
    }
}
