//! Pairs as in a query, a form and a cookie: `name=value` and `&` between them.

use crate::percent;
use crate::secret::mask;

use super::name::is_secret_name;

/// Masks the values of secret names, and in other values what `inside` finds.
pub(super) fn masked(text: &str, inside: &dyn Fn(&str) -> Option<String>) -> String {
    let pairs: Vec<String> = text.split('&').map(|one| pair(one, inside)).collect();
    pairs.join("&")
}

fn pair(text: &str, inside: &dyn Fn(&str) -> Option<String>) -> String {
    let Some((name, value)) = text.split_once('=') else {
        return text.to_owned();
    };
    let decoded =
        |part: &str| String::from_utf8_lossy(&percent::decode_form(part.as_bytes())).into_owned();
    let plain = decoded(value);
    if value.is_empty() {
        return text.to_owned();
    }
    if is_secret_name(&decoded(name)) {
        return format!("{name}={}", mask(plain.as_bytes()));
    }
    match inside(&plain) {
        // What separates pairs stays encoded.
        Some(shown) => format!(
            "{name}={}",
            shown
                .replace('%', "%25")
                .replace('&', "%26")
                .replace('#', "%23")
        ),
        None => text.to_owned(),
    }
}
