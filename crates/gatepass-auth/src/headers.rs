//! Header fields, in order, with what is secret among them marked.

use std::fmt;

use crate::short::Short;
use crate::show::masked_value;

/// Header fields in the order and with the case in which they were given; one name may stand more than once.
///
/// Names compare without regard to case (RFC 9110 section 5.1). Values are bytes, because peers send bytes above 127.
/// `Debug` masks what carries a credential: fields set by [`Headers::set_secret`], and those whose name says so.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<Header>);

/// One header field. A value that is marked as a secret, or that is the credential of HTTP itself or a cookie, is wiped when it is
/// dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: Short,
    value: Short,
    secret: bool,
}

impl Header {
    fn new(name: impl AsRef<str>, value: impl AsRef<[u8]>, secret: bool) -> Self {
        Self {
            name: Short::new(name.as_ref().as_bytes()),
            value: Short::new(value.as_ref()),
            secret,
        }
    }

    fn is(&self, name: &[u8]) -> bool {
        self.name.bytes().eq_ignore_ascii_case(name)
    }

    /// Returns the name as it was given.
    pub fn name(&self) -> &str {
        self.name.text()
    }

    /// Returns the value as it was given.
    pub fn value(&self) -> &[u8] {
        self.value.bytes()
    }

    /// Says whether the value was marked as a secret.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// Returns the value as text that may be shown: credentials are masked.
    pub fn shown(&self) -> String {
        masked_value(self.name(), self.value(), self.secret)
    }
}

impl Headers {
    /// Returns an empty list.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns an empty list with room for so many fields.
    pub fn with_capacity(fields: usize) -> Self {
        Self(Vec::with_capacity(fields))
    }

    /// Returns the first value of this name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.get_all(name).next()
    }

    /// Returns the first value of this name, if it is UTF-8.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name)
            .and_then(|value| std::str::from_utf8(value).ok())
    }

    /// Returns every value of this name, in order.
    pub fn get_all<'a, 'n>(
        &'a self,
        name: &'n str,
    ) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
        self.0
            .iter()
            .filter(move |header| header.is(name.as_bytes()))
            .map(Header::value)
    }

    /// Says whether a field of this name is there.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Replaces every field of this name by one, at the place of the first; appends it where there was none.
    pub fn set(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.put(Header::new(name, value, false));
    }

    /// As [`Headers::set`], for a value that must not be shown.
    pub fn set_secret(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.put(Header::new(name, value, true));
    }

    fn put(&mut self, header: Header) {
        let name = header.name.bytes();
        let first = self.0.iter().position(|old| old.is(name));
        match first {
            Some(at) => {
                let mut index = 0;
                self.0.retain(|old| {
                    index += 1;
                    index - 1 <= at || !old.is(header.name.bytes())
                });
                self.0[at] = header;
            }
            None => self.0.push(header),
        }
    }

    /// Adds a field after all others, beside any of the same name.
    pub fn append(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.0.push(Header::new(name, value, false));
    }

    /// As [`Headers::append`], for a value that must not be shown.
    pub fn append_secret(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.0.push(Header::new(name, value, true));
    }

    /// Removes every field of this name and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|header| !header.is(name.as_bytes()));
        self.0.len() != before
    }

    /// Returns the fields in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Header> {
        self.0.iter()
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Headers {
    type Item = &'a Header;
    type IntoIter = std::slice::Iter<'a, Header>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let fields = fields.into_iter();
        Self(
            fields
                .map(|(name, value)| Header::new(name, value, false))
                .collect(),
        )
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl Drop for Header {
    fn drop(&mut self) {
        // All that carries a credential is known by a longer list, which costs more than a request should.
        const WIPED: [&[u8]; 4] = [
            b"authorization",
            b"proxy-authorization",
            b"cookie",
            b"set-cookie",
        ];
        if self.secret || WIPED.iter().any(|name| self.is(name)) {
            self.value.wipe();
        }
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_keeps_the_place_and_the_others() {
        let mut headers: Headers = [("A", "1"), ("b", "2"), ("B", "3"), ("c", "4")]
            .into_iter()
            .collect();
        headers.set("B", "5");
        let all: Vec<_> = headers.iter().map(|h| (h.name(), h.value())).collect();
        assert_eq!(all, [("A", &b"1"[..]), ("B", b"5"), ("c", b"4")]);
    }

    #[test]
    fn debug_masks_credentials() {
        let mut headers = Headers::new();
        headers.set("Authorization", "Bearer tokentokentokentoken");
        headers.set_secret("X-Mine", "s3cret");
        let shown = format!("{headers:?}");
        assert!(
            !shown.contains("tokentoken") && !shown.contains("s3cret"),
            "{shown}"
        );
    }
}
