//! Names and values: of a query, of a form, and of the first levels of JSON.

use gatepass_auth::percent;
use serde_json::Value;

/// Returns the pairs of a query or of a form, decoded.
pub(crate) fn of_form(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .take(200)
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

/// Returns the pairs of a body that is a form or JSON.
pub(crate) fn of_body(text: &str) -> Vec<(String, String)> {
    let text = text.trim_start();
    if text.starts_with(['{', '[']) {
        let mut pairs = Vec::new();
        if let Ok(value) = serde_json::from_str(text) {
            flatten("", &value, 0, &mut pairs);
        }
        return pairs;
    }
    if text.contains('=') && !text.starts_with('<') {
        return of_form(text.trim_end());
    }
    Vec::new()
}

fn flatten(name: &str, value: &Value, depth: usize, pairs: &mut Vec<(String, String)>) {
    if depth > 16 || pairs.len() > 500 {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                flatten(name, value, depth + 1, pairs);
            }
        }
        Value::Array(values) => {
            for value in values {
                flatten(name, value, depth + 1, pairs);
            }
        }
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        other => pairs.push((name.to_owned(), other.to_string())),
    }
}

/// Decodes `%XX` and `+`; what is malformed stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&percent::decode_form(text.as_bytes())).into_owned()
}
