//! The names of methods, of which those that nearly every request has need no memory.

use std::borrow::Cow;

/// Keeps the name of a method as it is written.
pub(crate) fn known_method(name: &str) -> Cow<'static, str> {
    const KNOWN: [&str; 8] = [
        "GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "CONNECT",
    ];
    match KNOWN.into_iter().find(|known| *known == name) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(name.to_owned()),
    }
}
