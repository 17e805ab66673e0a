//! Files that hold or name credentials: only their owner may read them, and nobody else may have written them.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::{Error, Misuse};

/// More than any such file needs, in bytes: whoever has a larger one has the wrong one.
const LIMIT: u64 = 4 << 20;

/// Reads a file; `None` where there is none.
///
/// # Errors
/// [`Misuse::UnsafeFile`] where other users could have written it, because what it says decides where credentials go and
/// which commands run; [`Misuse::BadFile`] where it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(bad(path, error.to_string())),
    };
    let opened = file.metadata();
    let metadata = opened.map_err(|error| bad(path, error.to_string()))?;
    if let Some(problem) = written_by_others(&metadata) {
        let path = path.display().to_string();
        return Err(Misuse::UnsafeFile { path, problem }.into());
    }
    let mut bytes = Vec::new();
    file.take(LIMIT + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| bad(path, error.to_string()))?;
    if bytes.len() as u64 > LIMIT {
        return Err(bad(path, format!("it has more than {LIMIT} bytes")));
    }
    Ok(Some(bytes))
}

/// Writes a file that only its owner may read, all of it or nothing: whoever reads it meanwhile reads the old one. A folder
/// that is missing is made, for the owner alone. A symbolic link stays one.
///
/// # Errors
/// [`Misuse::BadFile`] where it cannot be written.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error: io::Error| bad(path, error.to_string());
    // Whoever keeps such files elsewhere links to them.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = folder_of(&target);
    make_folder(folder).map_err(failed)?;
    // The mode of a temporary file is 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&target)
        .map_err(|error| failed(error.error))
        .map(drop)
}

/// Keeps other processes from changing the file until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Waits until nobody else changes the file. The lock is a file beside it, because the file itself is replaced.
///
/// # Errors
/// [`Misuse::BadFile`] where the lock cannot be made.
pub(crate) fn lock(path: &Path) -> Result<Lock, Error> {
    let failed = |error: io::Error| bad(path, format!("it cannot be locked: {error}"));
    make_folder(folder_of(path)).map_err(failed)?;
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
        .map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(Lock { _file: file })
}

fn bad(path: &Path, problem: String) -> Error {
    let path = path.display().to_string();
    Misuse::BadFile { path, problem }.into()
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Returns how others could have written the file.
#[cfg(unix)]
fn written_by_others(metadata: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;

    let owner = metadata.uid();
    let trusted = owner == 0 || owner == rustix::process::geteuid().as_raw();
    match metadata.mode() & 0o022 {
        _ if !trusted => Some("it belongs to another user"),
        0 => None,
        _ => Some("other users can write it"),
    }
}

/// Elsewhere the home folder's own permissions are what there is.
#[cfg(not(unix))]
fn written_by_others(_: &fs::Metadata) -> Option<&'static str> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_written_whole_and_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/file");
        assert!(read(&path).unwrap().is_none());
        for text in ["first", "second"] {
            write(&path, text.as_bytes()).unwrap();
            assert_eq!(read(&path).unwrap().unwrap(), text.as_bytes());
        }
        for (path, expected) in [(&*path, 0o600), (path.parent().unwrap(), 0o700)] {
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, expected, "{}", path.display());
        }
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        write(&link, b"third").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"third");
    }

    #[test]
    fn a_file_that_others_can_write_is_not_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, is_read) in [(0o600, true), (0o644, true), (0o620, false), (0o602, false)] {
            let permissions = fs::Permissions::from_mode(mode);
            fs::set_permissions(file.path(), permissions).unwrap();
            let outcome = read(file.path());
            assert_eq!(outcome.is_ok(), is_read, "{mode:o}: {outcome:?}");
        }
    }
}
