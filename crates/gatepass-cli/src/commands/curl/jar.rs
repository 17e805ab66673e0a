//! Cookies: those of `-b` files, kept for the transfers that follow, and written to the file of `-c`.

use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use gatepass::{CookieFormat, Jar};
use gatepass_request::Cookies as Wanted;

use super::exit::{Code, Trouble};
use crate::error::reason;
use crate::output;

/// The cookies that transfers with the same files share.
#[derive(Default)]
pub(super) struct Cookies {
    jars: std::cell::RefCell<Vec<(Wanted, Arc<Jar>)>>,
}

impl Cookies {
    /// Returns the jar of a transfer; `None` where it wants none.
    ///
    /// # Errors
    /// [`Trouble`] for a file that is no cookie file. One that is not there has no cookies.
    pub(super) fn of(&self, wanted: &Wanted) -> Result<Option<Arc<Jar>>, Trouble> {
        if wanted.files.is_empty() && wanted.jar.is_none() {
            return Ok(None);
        }
        let mut jars = self.jars.borrow_mut();
        if let Some((_, jar)) = jars.iter().find(|(known, _)| known == wanted) {
            return Ok(Some(Arc::clone(jar)));
        }
        let jar = Arc::new(Jar::new());
        for file in wanted.files.iter().filter(|file| !file.is_empty()) {
            let read = read(file)?;
            for cookie in read.cookies() {
                if cookie.expires.is_none() && wanted.new_session {
                    continue;
                }
                if let Err(problem) = jar.insert(&cookie) {
                    output::note(&format!(
                        "Warning: a cookie of {file} is left out: {problem}"
                    ));
                }
            }
        }
        jars.push((wanted.clone(), Arc::clone(&jar)));
        Ok(Some(jar))
    }
}

fn read(file: &str) -> Result<Jar, Trouble> {
    let text = match file {
        "-" => std::io::read_to_string(std::io::stdin()),
        file => fs::read_to_string(file),
    };
    match text {
        Ok(text) => Jar::parse(&text).map_err(|problem| {
            Trouble::new(
                Code::READ,
                format!("the cookies of {file} cannot be read: {problem}"),
            )
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Jar::new()),
        Err(error) => Err(Trouble::new(
            Code::READ,
            format!("the cookies of {file} cannot be read: {}", reason(&error)),
        )),
    }
}

/// Writes the cookies in Netscape's format; `-` is standard output.
///
/// # Errors
/// [`Trouble`] for a file that cannot be written.
pub(super) fn write(jar: &Jar, file: &str) -> Result<(), Trouble> {
    if file == "-" {
        return output::print(&jar.to_text(CookieFormat::Netscape))
            .map_err(|_| Trouble::new(Code::WRITE, "the cookies cannot be written"));
    }
    jar.write(file, CookieFormat::Netscape)
        .map_err(|error| Trouble::new(Code::WRITE, error.to_string()))
}
