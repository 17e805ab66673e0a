//! Files that hold or name credentials, and files whose names others can guess: only their owner may read them, and nobody
//! else may have written them or have made their names lead elsewhere.

use std::fs::{self, File, OpenOptions};
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
    // Before it is opened too: a pipe that somebody else has put there would never end.
    if let Ok(metadata) = fs::metadata(path)
        && let Some(problem) = written_by_others(&metadata)
    {
        return Err(unsafe_file(path, problem));
    }
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(bad(path, error.to_string())),
    };
    let opened = file.metadata();
    let metadata = opened.map_err(|error| bad(path, error.to_string()))?;
    if let Some(problem) = written_by_others(&metadata) {
        return Err(unsafe_file(path, problem));
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
/// that is missing is made, for the owner alone. A symbolic link of the owner's stays one, and what it leads to is replaced; one
/// that another user has made is refused. A device or a pipe is written to as it is.
///
/// # Errors
/// [`Misuse::UnsafeFile`] for a symbolic link that another user has made; [`Misuse::BadFile`] where it cannot be written.
pub fn write(path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), Error> {
    let path = path.as_ref();
    let failed = |error: io::Error| bad(path, error.to_string());
    let target = followed(path)?;
    if is_descriptor(&target) || fs::metadata(&target).is_ok_and(|it| !it.is_file()) {
        let opened = File::options().append(true).open(&target);
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
    let target = followed(path)?;
    make_folder(folder_of(&target)).map_err(failed)?;
    let mut name = target.into_os_string();
    name.push(".lock");
    let path = PathBuf::from(name);
    loop {
        let file = open_own(&path).map_err(failed)?;
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
    file.metadata().ok().map(of) == fs::symlink_metadata(path).ok().map(of)
}

/// Elsewhere the file stays where it is.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// Opens a file of a name that others can guess, or makes it for the owner alone: never through a symbolic link, and never a
/// file that somebody else has put there.
///
/// # Errors
/// What the system says; [`io::ErrorKind::PermissionDenied`] with a reason for what is not the owner's.
pub(crate) fn open_own(path: &Path) -> io::Result<File> {
    let mut made = File::options();
    made.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut made, 0o600);
    let mut opened = made.open(path);
    // Whoever has made it may take it away before it is opened, and somebody else may make another.
    for _ in 0..ATTEMPTS {
        match &opened {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                opened = open_there(path, File::options().read(true).write(true));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => opened = made.open(path),
            _ => break,
        }
    }
    opened
}

/// How often a file that comes and goes is tried to be opened.
const ATTEMPTS: u32 = 1000;

/// Opens a file that is there to read it, as [`open_own`] does.
///
/// # Errors
/// As [`open_own`].
pub(crate) fn read_own(path: &Path) -> io::Result<File> {
    open_there(path, File::options().read(true))
}

/// Says why a file that is there is not the owner's own; `None` where it is, and where there is none.
pub(crate) fn not_own(path: &Path) -> Option<&'static str> {
    let metadata = fs::symlink_metadata(path).ok()?;
    planted(&metadata)
}

fn open_there(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    // Asked first for a better reason than the system gives, and again of what was opened, because the name may lead
    // elsewhere by then. A pipe must not be waited for.
    if let Some(problem) = not_own(path) {
        return Err(denied(problem));
    }
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        let flags = i32::try_from(flags.bits()).unwrap_or_default();
        std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
    }
    let file = options.open(path)?;
    match planted(&file.metadata()?) {
        Some(problem) => Err(denied(problem)),
        None => Ok(file),
    }
}

fn denied(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, problem)
}

/// Follows symbolic links, as long as the owner or the system has made them: whoever keeps such files elsewhere links to them.
fn followed(path: &Path) -> Result<PathBuf, Error> {
    let mut path = path.to_owned();
    // As many as Linux follows.
    for _ in 0..40 {
        let metadata = fs::symlink_metadata(&path).ok();
        let Some(metadata) = metadata.filter(fs::Metadata::is_symlink) else {
            return Ok(path);
        };
        if is_of_others(&metadata) {
            return Err(unsafe_file(
                &path,
                "it is a symbolic link that another user has made",
            ));
        }
        if is_descriptor(&path) {
            return Ok(path);
        }
        let next = fs::read_link(&path).map_err(|error| bad(&path, error.to_string()))?;
        path = folder_of(&path).join(next);
    }
    Err(bad(&path, "it is a circle of symbolic links".to_owned()))
}

/// Says whether a path names something that this process has open, as `/dev/stdout` and `/dev/fd/3` do.
fn is_descriptor(path: &Path) -> bool {
    path.starts_with("/proc") || path.starts_with("/dev/fd")
}

fn unsafe_file(path: &Path, problem: &'static str) -> Error {
    let path = path.display().to_string();
    Misuse::UnsafeFile { path, problem }.into()
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

    match metadata.mode() & 0o022 {
        _ if is_of_others(metadata) => Some("it belongs to another user"),
        0 => None,
        _ => Some("other users can write it"),
    }
}

/// Says whether neither this user nor the system has made a file.
#[cfg(unix)]
fn is_of_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let owner = metadata.uid();
    owner != 0 && owner != rustix::process::geteuid().as_raw()
}

/// Elsewhere nobody is told.
#[cfg(not(unix))]
fn is_of_others(_: &fs::Metadata) -> bool {
    false
}

/// Returns why a file of a name that can be guessed is not one that this user has made there.
#[cfg(unix)]
fn planted(metadata: &fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;

    if metadata.is_symlink() {
        Some("it is a symbolic link")
    } else if !metadata.is_file() {
        Some("it is no ordinary file")
    } else if metadata.uid() != rustix::process::geteuid().as_raw() {
        Some("it belongs to another user")
    } else if metadata.nlink() > 1 {
        Some("it is another file too, by a hard link")
    } else {
        None
    }
}

/// Elsewhere only links are told apart.
#[cfg(not(unix))]
fn planted(metadata: &fs::Metadata) -> Option<&'static str> {
    (!metadata.is_file()).then_some("it is no ordinary file")
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
    fn a_name_that_can_be_guessed_leads_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("x.part"), folder.path().join("victim"));
        fs::write(&victim, "precious").unwrap();
        let refused = |what: &str| {
            for opened in [open_own(&path), read_own(&path)] {
                let error = opened.unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{what}");
            }
            assert!(not_own(&path).is_some(), "{what}");
            let _ = fs::remove_file(&path);
        };
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        refused("a symbolic link");
        std::os::unix::fs::symlink(folder.path().join("nothing"), &path).unwrap();
        refused("a symbolic link to nothing");
        assert!(!folder.path().join("nothing").exists());
        fs::hard_link(&victim, &path).unwrap();
        refused("a hard link");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        refused("a pipe");
        // Only the superuser can plant what belongs to another user.
        fs::write(&path, "planted").unwrap();
        if std::os::unix::fs::chown(&path, Some(12345), None).is_ok() {
            refused("another user's file");
            std::os::unix::fs::lchown(&victim, Some(12345), None).unwrap();
            std::os::unix::fs::symlink(&victim, &path).unwrap();
            std::os::unix::fs::lchown(&path, Some(12345), None).unwrap();
            let error = write(&path, b"jar").unwrap_err();
            assert!(error.to_string().contains("another user"), "{error}");
        }
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        let _ = fs::remove_file(&path);
        drop(open_own(&path).unwrap());
        assert!(open_own(&path).is_ok() && read_own(&path).is_ok() && not_own(&path).is_none());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
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
