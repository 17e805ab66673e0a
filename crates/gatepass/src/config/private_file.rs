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
    // A device or a pipe is not replaced by a file.
    if fs::metadata(&target).is_ok_and(|it| !it.is_file()) {
        let opened = File::options().write(true).open(&target);
        return opened
            .and_then(|mut it| it.write_all(bytes))
            .map_err(failed);
    }
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
    #[cfg(unix)]
    path: PathBuf,
    _file: File,
}

/// Waits until nobody else changes the file. The lock is a file beside it, because the file itself is replaced; it is gone
/// afterwards.
///
/// # Errors
/// [`Misuse::BadFile`] where the lock cannot be made.
pub(crate) fn lock(path: &Path) -> Result<Lock, Error> {
    let failed = |error: io::Error| bad(path, format!("it cannot be locked: {error}"));
    // Two names of one file have one lock.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    make_folder(folder_of(&target)).map_err(failed)?;
    let mut name = target.into_os_string();
    name.push(".lock");
    let path = PathBuf::from(name);
    loop {
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(failed)?;
        file.lock().map_err(failed)?;
        // Whoever had the lock before has taken the file away, and somebody may have made another since.
        if is_at(&file, &path) {
            return Ok(Lock {
                #[cfg(unix)]
                path,
                _file: file,
            });
        }
    }
}

#[cfg(unix)]
impl Drop for Lock {
    fn drop(&mut self) {
        // While it is locked: whoever waits for it sees that it is gone, and makes another.
        let _ = fs::remove_file(&self.path);
    }
}

/// Says whether the file is still the one of this name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    file.metadata().ok().map(of) == fs::metadata(path).ok().map(of)
}

/// Elsewhere the file stays where it is.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Says what is wrong with a file.
pub(crate) fn bad(path: &Path, problem: String) -> Error {
    let path = path.display().to_string();
    Misuse::BadFile { path, problem }.into()
}

/// Returns the folder that a file is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
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
    fn a_pipe_stays_one() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let reader = pipe.clone();
        let reads = std::thread::spawn(move || fs::read(reader).unwrap());
        write(&pipe, b"text").unwrap();
        assert_eq!(reads.join().unwrap(), b"text");
        assert!(!fs::metadata(&pipe).unwrap().is_file());
    }

    #[test]
    fn one_at_a_time_has_the_lock_and_none_leaves_it_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("count");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let _lock = lock(&path).unwrap();
                        let before = fs::read_to_string(&path).unwrap_or_default();
                        let count: u32 = before.parse().unwrap_or(0);
                        fs::write(&path, (count + 1).to_string()).unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_to_string(&path).unwrap(), "400");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
