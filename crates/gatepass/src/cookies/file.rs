//! Jars in files: Netscape's format or JSON, written whole and for their owner alone.

use std::path::Path;

use super::{Cookie, Jar, json, netscape};
use crate::config::private_file;
use crate::error::{Error, Misuse};

/// How cookies are written into a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CookieFormat {
    /// Netscape's, which curl, wget and Python read. It has no place for `SameSite`.
    Netscape,
    /// JSON, as browsers' extensions export it.
    Json,
}

impl CookieFormat {
    /// Returns the format that a file of this name should have: JSON where it ends so, else Netscape's.
    pub fn of_path(path: &Path) -> Self {
        let extension = path.extension();
        if extension.is_some_and(|it| it.eq_ignore_ascii_case("json")) {
            Self::Json
        } else {
            Self::Netscape
        }
    }
}

impl Jar {
    /// Reads cookies: a Netscape file, or JSON as browsers' extensions and Playwright export it.
    ///
    /// # Errors
    /// What is wrong with the text and where, as a phrase that quotes nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let cookies = if text.trim_start().starts_with(['[', '{']) {
            json::read(text)?
        } else {
            netscape::read(text)?
        };
        let jar = Self::new();
        for (at, cookie) in cookies.into_iter().enumerate() {
            jar.insert(&cookie)
                .map_err(|problem| format!("cookie {} cannot be used: {problem}", at + 1))?;
        }
        Ok(jar)
    }

    /// Writes the cookies that have not expired, those of this session too.
    pub fn to_text(&self, format: CookieFormat) -> String {
        let cookies: Vec<Cookie> = self.cookies();
        match format {
            CookieFormat::Netscape => netscape::write(&cookies),
            CookieFormat::Json => json::write(&cookies).unwrap_or_default(),
        }
    }

    /// Reads a file, in either format. One that is not there is an empty jar.
    ///
    /// # Errors
    /// [`Misuse::BadFile`] for one that is no cookie file, [`Misuse::UnsafeFile`] for one that others could have written.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let bad = |problem| Misuse::BadFile {
            path: path.display().to_string(),
            problem,
        };
        let Some(bytes) = private_file::read(path)? else {
            return Ok(Self::new());
        };
        let text = String::from_utf8(bytes).map_err(|_| bad("it is not UTF-8".to_owned()))?;
        let mut jar = Self::parse(&text).map_err(bad)?;
        jar.has_read();
        Ok(jar)
    }

    /// Writes into a file what has changed since the jar was read: what others have put there meanwhile stays. Of several who
    /// do so at the same time one waits for the other.
    ///
    /// # Errors
    /// As [`Jar::read`] and [`Jar::write`].
    pub fn save(&self, path: impl AsRef<Path>, format: CookieFormat) -> Result<(), Error> {
        let path = path.as_ref();
        let _lock = private_file::lock(path)?;
        let there = Self::read(path)?;
        self.change(&there);
        there.write(path, format)
    }

    /// Writes a file that only its owner may read, whole or not at all. What was there is gone; see [`Jar::save`].
    ///
    /// # Errors
    /// [`Misuse::BadFile`] where it cannot be written.
    pub fn write(&self, path: impl AsRef<Path>, format: CookieFormat) -> Result<(), Error> {
        private_file::write(path.as_ref(), self.to_text(format).as_bytes())
    }
}
