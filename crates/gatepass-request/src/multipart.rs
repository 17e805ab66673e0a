//! How the parts of a form are written: `multipart/form-data` (RFC 7578).

use bytes::Bytes;

use crate::content::{Content, Multipart, Part};
use crate::error::RequestError;
use crate::field::{check_header_name, check_header_value};
use crate::media::content_type_of;

impl Multipart {
    /// Begins a form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Checks that no part and no boundary breaks out of its line.
    ///
    /// # Errors
    /// [`RequestError`], which says where.
    pub fn check(&self) -> Result<(), RequestError> {
        self.boundary.as_deref().map_or(Ok(()), check_boundary)?;
        self.parts.iter().try_for_each(Part::check)
    }
}

impl Part {
    /// Sets the file's name, and the media type by it: `application/octet-stream` where it tells none (RFC 7578 section
    /// 4.4).
    #[must_use]
    pub fn named(mut self, file_name: impl Into<String>) -> Self {
        let file_name = file_name.into();
        let known = content_type_of(&file_name).unwrap_or("application/octet-stream");
        self.content_type = Some(known.to_owned());
        self.file_name = Some(file_name);
        self
    }

    /// Sets the media type.
    #[must_use]
    pub fn of_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Checks that the media type and the header fields stay on their lines. Names need no check: they are escaped.
    ///
    /// # Errors
    /// [`RequestError`], which says where.
    pub fn check(&self) -> Result<(), RequestError> {
        if let Some(content_type) = &self.content_type {
            check_header_value("Content-Type", content_type.as_bytes())?;
        }
        self.headers.iter().try_for_each(|(name, value)| {
            check_header_name(name)?;
            check_header_value(name, value.as_bytes())
        })
    }

    /// Returns what stands before the content: the boundary and the part's head.
    fn opening(&self, boundary: &str) -> Bytes {
        let escaped = if self.backslashes {
            with_backslashes
        } else {
            escaped
        };
        let name = escaped(&self.name);
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        if let Some(file_name) = &self.file_name {
            head += &format!("; filename=\"{}\"", escaped(file_name));
        }
        if let Some(content_type) = &self.content_type {
            head += &format!("\r\nContent-Type: {content_type}");
        }
        for (name, value) in &self.headers {
            head += &format!("\r\n{name}: {value}");
        }
        head += "\r\n\r\n";
        head.into()
    }
}

/// Returns the whole form as pieces to be sent one after the other, each part with the content that stands beside it.
/// `boundary` must not occur in any content, which a long random one does not.
///
/// ```
/// use bytes::Bytes;
/// use gatepass_request::{Part, multipart};
///
/// let part = Part::text("a", "");
/// let pieces = multipart::pieces("x", [(&part, Bytes::from("1"))]);
/// assert_eq!(pieces.concat(), b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n");
/// ```
pub fn pieces<'a, C: From<Bytes>>(
    boundary: &str,
    parts: impl IntoIterator<Item = (&'a Part, C)>,
) -> Vec<C> {
    let mut pieces = Vec::new();
    for (part, content) in parts {
        pieces.push(part.opening(boundary).into());
        pieces.push(content);
        pieces.push(Bytes::from_static(b"\r\n").into());
    }
    pieces.push(Bytes::from(format!("--{boundary}--\r\n")).into());
    pieces
}

/// Returns the media type of a form with this boundary, which is quoted where it must be (RFC 2046 section 5.1.1).
pub fn content_type(boundary: &str) -> String {
    with_boundary("multipart/form-data", boundary)
}

/// Adds the boundary to a media type that does not name one.
///
/// ```
/// use gatepass_request::multipart::with_boundary;
///
/// assert_eq!(with_boundary("multipart/mixed", "a:b"), "multipart/mixed; boundary=\"a:b\"");
/// assert_eq!(with_boundary("multipart/mixed; boundary=c", "a"), "multipart/mixed; boundary=c");
/// ```
pub fn with_boundary(content_type: &str, boundary: &str) -> String {
    let named = content_type.split(';').skip(1).any(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("boundary")
    });
    if named {
        return content_type.to_owned();
    }
    if gatepass_auth::params::is_token(boundary.as_bytes()) {
        format!("{content_type}; boundary={boundary}")
    } else {
        format!("{content_type}; boundary=\"{boundary}\"")
    }
}

/// Checks a boundary: 1 to 70 letters, digits and `'()+_,-./:=? `, the last no space (RFC 2046 section 5.1.1).
///
/// # Errors
/// [`RequestError::BadBoundary`].
pub fn check_boundary(boundary: &str) -> Result<(), RequestError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let fits = (1..=70).contains(&boundary.len())
        && boundary.bytes().all(allowed)
        && !boundary.ends_with(' ');
    if fits {
        return Ok(());
    }
    Err(RequestError::BadBoundary {
        boundary: boundary.to_owned(),
    })
}

/// Escapes a name as browsers, curl and requests do: UTF-8 as it is, and three characters percent-encoded, of which RFC 7578
/// says nothing (HTML standard, "multipart/form-data encoding algorithm"). A backslash stays, because no browser escapes it.
fn escaped(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a name as HTTP's quoted strings do, and as curl's `--form-escape` does. A line break stays percent-encoded.
fn with_backslashes(name: &str) -> String {
    name.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_curl_and_requests_write_them() {
        // What curl 7.88, HTTPie 3.2 and requests 2.34 send for these names.
        let file = Part::text("né\"w", "")
            .named("nä\"m\\\r\ne.txt")
            .with_header("X-A", "1");
        assert_eq!(
            file.opening("x"),
            "--x\r\nContent-Disposition: form-data; name=\"né%22w\"; filename=\"nä%22m\\%0D%0Ae.txt\"\r\n\
             Content-Type: text/plain\r\nX-A: 1\r\n\r\n"
        );
        let plain = Part::file("f", "a/b");
        assert_eq!(
            plain.opening("x"),
            "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"b\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
    }

    #[test]
    fn nothing_breaks_out_of_its_line() {
        let part = Part::text("a", "b");
        for bad in [
            part.clone().of_type("text/plain\r\nX: y"),
            part.clone().with_header("X", "a\nb"),
            part.with_header("X Y", "a"),
        ] {
            assert!(Multipart::new().with(bad).check().is_err());
        }
        for boundary in ["", "a\r\n", "a ", "é", "a\"b", &"x".repeat(71)] {
            assert!(check_boundary(boundary).is_err(), "{boundary:?}");
        }
        assert!(check_boundary("----gc0p4Jq0M:2Yt08j34c0p").is_ok());
    }
}
