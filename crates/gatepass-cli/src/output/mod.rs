//! What is printed: the answer to standard output, everything else to standard error.

pub(crate) mod body;
pub(crate) mod color;
pub(crate) mod headers;
pub(crate) mod json;
pub(crate) mod parts;
pub(crate) mod screen;
pub(crate) mod sink;
pub(crate) mod table;

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::OnceLock;

use crate::error::Failure;

/// Prints to standard output.
///
/// # Errors
/// A silent [`Failure`] where the reader has gone, else one that says why it cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// As [`print()`], for bytes.
///
/// # Errors
/// As [`print()`].
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| Failure::output(&error))
}

/// Prints a line to standard error. That nobody reads it is no reason to fail.
pub(crate) fn note(line: &str) {
    tell(&format!("{line}\n"));
}

/// Prints to standard error, as [`note`], text that ends its lines itself.
pub(crate) fn tell(text: &str) {
    let _ = match ASIDE.get() {
        None => io::stderr().lock().write_all(text.as_bytes()),
        Some(Aside::Stdout) => io::stdout().lock().write_all(text.as_bytes()),
        Some(Aside::File(file)) => (&*file).write_all(text.as_bytes()),
    };
}

/// Where goes what is for standard error, if not there.
static ASIDE: OnceLock<Aside> = OnceLock::new();

enum Aside {
    Stdout,
    File(File),
}

/// Has [`note`] and [`tell`] write to a file from now on, or to standard output for `-`. Once in a process.
///
/// # Errors
/// What the system says of the file.
pub(crate) fn set_aside(file: &str) -> io::Result<()> {
    let aside = match file {
        "-" => Aside::Stdout,
        file => Aside::File(File::create(file)?),
    };
    let _ = ASIDE.set(aside);
    Ok(())
}
