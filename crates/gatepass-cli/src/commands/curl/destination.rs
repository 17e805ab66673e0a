//! Where a body goes: standard output, or a file whose name is given, or is told by the URL or by the answer.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use gatepass::Headers;
use gatepass_request::Url;
use gatepass_request::parse::curl::{Output, Resume, Target};

use super::exit::{Code, Trouble};
use super::printed::Printed;
use crate::error::reason;

/// A place for a body. A file is made when its first bytes come, so that a transfer that fails leaves none behind.
pub(super) struct Destination {
    target: Option<PathBuf>,
    nowhere: bool,
    create_directories: bool,
    no_clobber: bool,
    append: bool,
    file: Option<File>,
    printed: Printed,
    /// How long the file was before.
    start: u64,
    /// Whether the answer has chosen the name, so that nothing may be there, not even a link to nothing.
    named_by_server: bool,
}

impl Destination {
    /// Decides where the body of a URL goes.
    ///
    /// # Errors
    /// [`Trouble`] for a URL that names no file.
    pub(super) fn of(output: &Output, url: &Url) -> Result<Self, Trouble> {
        let name = match &output.target {
            Target::File(name) => Some(PathBuf::from(name)),
            Target::RemoteName => Some(remote_name(url)?),
            _ => None,
        };
        let directory = output.directory.as_deref().unwrap_or_default();
        Ok(Self {
            target: name.map(|name| Path::new(directory).join(name)),
            nowhere: output.target == Target::Nowhere,
            create_directories: output.create_directories,
            no_clobber: output.no_clobber,
            append: output.resume.is_some(),
            file: None,
            printed: Printed::new(),
            start: 0,
            named_by_server: false,
        })
    }

    /// Returns the name of the file.
    pub(super) fn path(&self) -> Option<&Path> {
        self.target.as_deref()
    }

    /// Takes the name that `Content-Disposition` tells. It never leads out of the directory, and never to a file that is
    /// there.
    ///
    /// # Errors
    /// [`Trouble`] where the file is there.
    pub(super) fn rename(&mut self, headers: &Headers) -> Result<(), Trouble> {
        let Some(name) = headers
            .get_str("Content-Disposition")
            .and_then(disposition_name)
        else {
            return Ok(());
        };
        let directory = self.target.as_deref().and_then(Path::parent);
        let target = directory.unwrap_or(Path::new("")).join(name);
        if fs::symlink_metadata(&target).is_ok() {
            return Err(Trouble::new(
                Code::WRITE,
                format!(
                    "the file {} is there already, and a name that the server chose replaces none",
                    target.display()
                ),
            ));
        }
        self.target = Some(target);
        self.named_by_server = true;
        Ok(())
    }

    /// Returns where a transfer that was broken off goes on.
    pub(super) fn resume(&self, resume: Resume) -> u64 {
        match resume {
            Resume::At(at) => at,
            _ => {
                let about = self.target.as_deref().map(fs::metadata);
                about.and_then(Result::ok).map_or(0, |about| about.len())
            }
        }
    }

    /// Takes away what an attempt has written that is followed by another. What is printed stays.
    ///
    /// # Errors
    /// [`Trouble`] for a file that cannot be made shorter.
    pub(super) fn begin_again(&mut self) -> Result<(), Trouble> {
        let (Some(file), Some(path)) = (&mut self.file, &self.target) else {
            return Ok(());
        };
        file.set_len(self.start)
            .and_then(|()| file.seek(SeekFrom::Start(self.start)))
            .map(drop)
            .map_err(|error| unwritable(path, &error))
    }

    /// Makes the file, where it is one and is not there yet.
    ///
    /// # Errors
    /// [`Trouble`] for a file that cannot be written.
    pub(super) fn open(&mut self) -> Result<(), Trouble> {
        if self.file.is_some() {
            return Ok(());
        }
        let Some(path) = self.target.clone() else {
            return Ok(());
        };
        if self.create_directories
            && let Some(directory) = path.parent()
        {
            fs::create_dir_all(directory).map_err(|error| unwritable(&path, &error))?;
        }
        let file = if self.no_clobber {
            self.unused(&path)
        } else if self.named_by_server {
            OpenOptions::new().create_new(true).write(true).open(&path)
        } else {
            opened(&path, self.append)
        };
        let file = file.map_err(|error| unwritable(&path, &error))?;
        let there = file.metadata().ok().filter(fs::Metadata::is_file);
        self.start = there.map_or(0, |about| about.len());
        self.file = Some(file);
        Ok(())
    }

    /// Makes a file that was not there: `name`, `name.1`, … `name.100`.
    fn unused(&mut self, path: &Path) -> io::Result<File> {
        let numbered = |number: u32| {
            let mut name = path.as_os_str().to_owned();
            if number > 0 {
                name.push(format!(".{number}"));
            }
            PathBuf::from(name)
        };
        let mut last = None;
        for number in 0..=100 {
            let path = numbered(number);
            match OpenOptions::new().create_new(true).write(true).open(&path) {
                Ok(file) => {
                    self.target = Some(path);
                    return Ok(file);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// [`Trouble`] where they cannot be written.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        if self.nowhere {
            return Ok(());
        }
        self.open()?;
        let Some(file) = &mut self.file else {
            return self.printed.write(bytes);
        };
        let written = file.write_all(bytes);
        written.map_err(|error| unwritable(self.path().unwrap_or(Path::new("-")), &error))
    }

    /// Removes the file that was begun.
    pub(super) fn remove(&self) {
        if let (Some(path), true) = (self.path(), self.file.is_some()) {
            let _ = fs::remove_file(path);
        }
    }

    /// Gives the file this time.
    pub(super) fn set_time(&self, time: std::time::SystemTime) {
        if let Some(file) = &self.file {
            let _ = file.set_modified(time);
        }
    }
}

/// Opens a file to write it anew, or behind what is in it.
pub(super) fn opened(path: impl AsRef<Path>, append: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true);
    options.append(append).truncate(!append).open(path)
}

/// Says that a file cannot be written.
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Trouble {
    Trouble::new(
        Code::WRITE,
        format!(
            "the file {} cannot be written: {}",
            path.display(),
            reason(error)
        ),
    )
}

/// Returns the last part of the path of a URL.
fn remote_name(url: &Url) -> Result<PathBuf, Trouble> {
    let path = url.path();
    let name = path.rsplit('/').next().unwrap_or_default();
    // curl 8 takes the name of the last directory, and in the end a fixed one.
    let name = match name {
        "" => path
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default(),
        name => name,
    };
    match name {
        "" | "." | ".." => Err(Trouble::new(
            Code::WRITE,
            "the URL names no file for -O; give a name with -o",
        )),
        name => Ok(PathBuf::from(name)),
    }
}

/// Returns the file name of a `Content-Disposition`, without anything that leads elsewhere.
fn disposition_name(value: &str) -> Option<String> {
    let at = value.to_ascii_lowercase().find("filename=")?;
    let text = &value[at + "filename=".len()..];
    let name = match text.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => text.split(';').next()?.trim(),
    };
    let name = name.rsplit(['/', '\\']).next()?;
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let name = name.trim_start_matches('.').to_owned();
    (!name.is_empty()).then_some(name)
}
