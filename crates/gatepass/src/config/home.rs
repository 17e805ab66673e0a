//! Where a user keeps settings.

use std::env;
use std::path::PathBuf;

use crate::error::{Error, Misuse};

/// Returns the folder of gatepass's own files: `gatepass` below `$XDG_CONFIG_HOME`, else below `~/.config` (XDG Base
/// Directory Specification 0.8), on Windows below `%APPDATA%`.
///
/// # Errors
/// [`Misuse::NoHome`] where no home folder is known.
pub fn config_dir() -> Result<PathBuf, Error> {
    let variable = if cfg!(windows) {
        "APPDATA"
    } else {
        "XDG_CONFIG_HOME"
    };
    // A relative path there is to be ignored.
    let named = env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let folder = match named {
        Some(folder) => folder,
        None => home_dir().ok_or(Misuse::NoHome)?.join(".config"),
    };
    Ok(folder.join("gatepass"))
}

/// Returns the user's home folder.
pub(crate) fn home_dir() -> Option<PathBuf> {
    env::home_dir().filter(|home| home.is_absolute())
}
