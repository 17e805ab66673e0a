//! A form in parts, files among them (RFC 7578).

use std::path::Path;

use gatepass_request::multipart::{check_boundary, pieces};

use crate::body::Body;
use crate::error::{Error, Misuse};

/// A form whose fields can be files, which are read while they are sent.
///
/// ```
/// # let server = gatepass_server::Server::start().unwrap();
/// # let url = server.url("/post");
/// # let folder = tempfile::tempdir().unwrap();
/// # let photo = folder.path().join("photo.jpg");
/// # std::fs::write(&photo, "JFIF").unwrap();
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// use gatepass::{Client, Multipart, Part};
///
/// let form = Multipart::new()
///     .text("title", "Zoë")
///     .file("photo", &photo)
///     .part(Part::new("notes", "a,b\n").file_name("notes.csv").content_type("text/csv"));
/// let answer: serde_json::Value = Client::new().post(&url).multipart(form).send().await?.json().await?;
/// assert_eq!(answer["form"]["title"], "Zoë");
/// assert_eq!(answer["files"]["photo"], "JFIF");
/// # Ok::<(), gatepass::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Default)]
#[must_use = "a form does nothing until a request is sent with it"]
pub struct Multipart {
    parts: Vec<Part>,
    boundary: Option<String>,
    error: Option<Error>,
}

/// One field of a [`Multipart`].
#[derive(Debug)]
#[must_use = "a part does nothing until it is added to a form"]
pub struct Part {
    /// Its content stands beside it.
    head: gatepass_request::Part,
    content: Body,
}

impl Multipart {
    /// Begins a form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a plain field.
    pub fn text(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.part(Part::new(name, value.into()))
    }

    /// Adds a file under its own name, with the media type that the name tells. That it cannot be read is told when the
    /// request is sent.
    pub fn file(mut self, name: impl Into<String>, path: impl AsRef<Path>) -> Self {
        match Part::file(name, path) {
            Ok(part) => self.part(part),
            Err(error) => {
                self.error.get_or_insert(error);
                self
            }
        }
    }

    /// Adds a part.
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Sets what stands between the parts, which is random otherwise: 1 to 70 letters, digits and a few signs (RFC 2046
    /// section 5.1.1). No part may have it in its content.
    pub fn boundary(mut self, boundary: impl Into<String>) -> Self {
        self.boundary = Some(boundary.into());
        self
    }

    /// Returns the boundary and the body. `random` gives a boundary where none was set.
    ///
    /// # Errors
    /// [`Misuse::BodyFile`] for a file that could not be read, [`Misuse::Part`] for what would break out of its line.
    pub(crate) fn into_body(
        self,
        random: impl FnOnce() -> Result<String, Error>,
    ) -> Result<(String, Body), Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let boundary = self.boundary.map_or_else(random, Ok)?;
        check_boundary(&boundary).map_err(Misuse::Part)?;
        let heads = self.parts.iter().try_for_each(|part| part.head.check());
        heads.map_err(Misuse::Part)?;
        let (heads, contents): (Vec<_>, Vec<_>) = self
            .parts
            .into_iter()
            .map(|part| (part.head, part.content))
            .unzip();
        let mut body = Body::empty();
        for piece in pieces(&boundary, heads.iter().zip(contents)) {
            body.append(piece);
        }
        Ok((boundary, body))
    }
}

impl Part {
    /// Begins a part of any content: text, bytes, or a [`Body`] that is read from elsewhere.
    pub fn new(name: impl Into<String>, content: impl Into<Body>) -> Self {
        Self {
            head: gatepass_request::Part::text(name, ""),
            content: content.into(),
        }
    }

    /// Begins a part of a file, with its name and the media type that the name tells.
    ///
    /// # Errors
    /// [`Misuse::BodyFile`] for a file that cannot be read.
    pub fn file(name: impl Into<String>, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let part = Self::new(name, Body::file(path)?);
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(part.file_name(file_name))
    }

    /// Sets the name of the file that the content is said to be, and the media type by it. Any character may stand in it:
    /// it goes out in UTF-8, as from a browser.
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.head = self.head.named(name);
        self
    }

    /// Sets the media type.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.head = self.head.of_type(content_type);
        self
    }

    /// Adds a header field to the part.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.head = self.head.with_header(name, value);
        self
    }
}
