//! Where sessions are kept: in a folder for each origin, or in a file that is named.

use std::fs;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use crate::config::config_dir;
use crate::error::{Error, Misuse};

/// A session's file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The session's name; that of the file where a path was given.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

impl Place {
    /// Finds the file of a session with an origin. A name with a slash in it is a path; any other is kept in the folder of
    /// the origin below [`config_dir`].
    ///
    /// # Errors
    /// [`Misuse::BadSession`] for a name with other characters than letters, digits, dots, hyphens and underscores;
    /// [`Misuse::NoHome`].
    pub fn of(name: &str, origin: &str) -> Result<Self, Error> {
        if name.contains(['/', MAIN_SEPARATOR]) {
            return Ok(Self {
                name: name.to_owned(),
                path: PathBuf::from(name),
            });
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if !name.bytes().all(fits) || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(Misuse::BadSession {
                name: name.to_owned(),
                problem: "a name has letters, digits, dots, hyphens and underscores only, and a path has a slash",
            }
            .into());
        }
        Ok(Self {
            name: name.to_owned(),
            path: folder()?
                .join(folder_name(origin))
                .join(format!("{name}.json")),
        })
    }
}

/// Returns the sessions that are kept by name, those of one origin together.
///
/// # Errors
/// [`Misuse::NoHome`], and [`Misuse::BadFile`] for a folder that cannot be read.
pub fn places() -> Result<Vec<Place>, Error> {
    let mut places = Vec::new();
    for origin in entries(&folder()?)? {
        if !origin.is_dir() {
            continue;
        }
        for path in entries(&origin)? {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(|it| it.strip_suffix(".json"));
            if let Some(name) = name.map(str::to_owned) {
                places.push(Place { name, path });
            }
        }
    }
    Ok(places)
}

/// Returns what is in a folder, in order; nothing where there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let bad = |error: std::io::Error| Misuse::BadFile {
        path: folder.display().to_string(),
        problem: error.to_string(),
    };
    let found = match fs::read_dir(folder) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(bad(error).into()),
    };
    let mut paths = found
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(bad)?;
    paths.sort();
    Ok(paths)
}

fn folder() -> Result<PathBuf, Error> {
    Ok(config_dir()?.join("sessions"))
}

/// Writes an origin as the name of a folder: `https://api.example:8443` as `https_api.example_8443`.
fn folder_name(origin: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let parts: Vec<&str> = origin
        .split(|c| !fits(c))
        .filter(|it| !it.is_empty())
        .collect();
    parts.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_folder_and_a_path_is_itself() {
        for (origin, folder) in [
            ("https://api.example", "https_api.example"),
            ("http://localhost:8080", "http_localhost_8080"),
            ("http://[::1]:80", "http_1_80"),
        ] {
            assert_eq!(folder_name(origin), folder);
        }
        let place = Place::of("./here.json", "https://h").unwrap();
        assert_eq!(place.path, Path::new("./here.json"));
        for name in ["", ".hidden", "a b", "..", "a\0"] {
            let error = Place::of(name, "https://h").unwrap_err().to_string();
            assert!(error.contains("letters, digits"), "{name}: {error}");
        }
    }
}
