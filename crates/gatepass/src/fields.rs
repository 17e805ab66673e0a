//! Header fields that stay secret where they are copied.

use gatepass_auth::Headers;

/// Adds a field, as a secret where it is one.
pub(crate) fn push(headers: &mut Headers, name: &str, value: &[u8], secret: bool) {
    if secret {
        headers.append_secret(name, value);
    } else {
        headers.append(name, value);
    }
}
